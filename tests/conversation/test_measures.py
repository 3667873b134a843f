"""What one conversation adds to the figures: each metric on a conversation made for it."""

from decimal import Decimal

import pytest

from node.conversation.course import Act
from node.conversation.event import Event
from node.conversation.facts import Ref, Version
from node.conversation.measures import LEAST_NOTICE_MS, Measure, Period, measures_of
from node.reference.statistics_codes import METRICS
from node.trust.agreement import Deadlines
from tests.conversation.conftest import ALERT, AZ, DAY, HOUR, NOON, NOTICE, REQUEST, UZ, lead, said
from tests.conversation.test_counted import answer, page_of

WEEK = Period(NOON - DAY, NOON + 6 * DAY)
LATER = NOON + 30 * DAY
CONSENT = Ref("consent-request", UZ, "UZ-CRQ-1")
DELIVERED = NOON + HOUR


def measured(page, *, period=WEEK, now=LATER, is_test=False):
    return list(measures_of(page, period, now=now, terms=Deadlines(), is_test=is_test))


def values(page, metric, **more):
    return [one.value for one in measured(page, **more) if one.metric == metric]


def only(page, metric, **more):
    (value,) = values(page, metric, **more)
    return value


def on_notice(name, at=NOON + 2 * HOUR, **more):
    return said(name, AZ, at=at, target=NOTICE, **more)


def seizure(target, at=NOON + 4 * HOUR, goods=(("opiates", "2", "KGM"),), **more):
    return said("seizure", AZ, at=at, target=target, coded={"goods": goods}, **more)


@pytest.mark.parametrize("at", [NOON - 1, NOON + HOUR])
def test_period_ends_before_its_end(at):
    assert not Period(NOON, NOON + HOUR).holds(at)
    assert Period(NOON, NOON + HOUR).holds(NOON)


# Documents.


def test_every_version_of_a_document_counts():
    page = page_of(lead(), lead(version=2, at=NOON + HOUR), answer("hit"))
    assert values(page, "documents-alert") == [1, 1]
    assert values(page, "documents-hit") == [1]


def test_alert_counts_on_its_own_page_and_not_on_that_of_the_notice():
    alert = lead(ALERT, notices=(NOTICE,))
    assert values(page_of(lead(NOTICE), alert, ref=NOTICE), "documents-alert") == []
    assert values(page_of(alert), "documents-alert") == [1]


@pytest.mark.parametrize(
    ("spoken", "metric", "at"),
    [
        ([], "documents-alert", DELIVERED),
        ([answer("acceptance")], "documents-acceptance", NOON + 2 * HOUR),
        (
            [said("recall", UZ, at=NOON + DAY, target=ALERT)],
            "documents-recall",
            NOON + DAY + HOUR,
        ),
    ],
    ids=["alert", "answer", "recall"],
)
def test_answer_belongs_to_when_it_was_sealed_and_all_else_to_its_delivery(spoken, metric, at):
    page = page_of(lead(), *spoken)
    assert values(page, metric, period=Period(at, at + 1)) == [1]
    assert values(page, metric, period=Period(at - 1, at)) == []


@pytest.mark.parametrize("is_test", [True, False])
def test_test_traffic_is_never_measured_with_the_rest(is_test):
    page = page_of(lead(coded={"test": True}), answer("acceptance", coded={"test": True}))
    assert bool(measured(page, is_test=is_test)) is is_test


def test_conversation_outside_the_period_adds_nothing():
    page = page_of(lead(), answer("control-result"), seizure(ALERT), answer("arrival"))
    assert measured(page, period=Period(NOON + 8 * DAY, NOON + 9 * DAY)) == []


# Alerts.


@pytest.mark.parametrize(
    ("spoken", "metric", "value"),
    [
        ([], "alerts-accepted", 0),
        ([answer("acceptance")], "alerts-accepted", 1),
        ([answer("acceptance")], "alerts-declined", 0),
        ([answer("acceptance", coded={"decision": "declined"})], "alerts-declined", 1),
        ([answer("control-result")], "alerts-controlled", 1),
        ([answer("control-result", coded={"decision": "not-controlled"})], "alerts-controlled", 0),
        ([answer("control-result")], "alerts-hit", 1),
        ([answer("control-result", coded={"result": "A5"})], "alerts-hit", 1),
        ([answer("control-result", coded={"result": "A2"})], "alerts-hit", 0),
        ([answer("control-result", coded={"result": "A2"}), seizure(ALERT)], "alerts-hit", 1),
        ([], "alerts-read", 0),
        ([answer("acceptance")], "alerts-read", 1),
    ],
)
def test_alert_is_counted_by_what_answered_it(spoken, metric, value):
    assert only(page_of(lead(), *spoken), metric) == value


def test_recall_of_a_control_takes_it_back():
    control = answer("control-result")
    recall = said("recall", AZ, at=NOON + 3 * HOUR, target=control.what)
    page = page_of(lead(), control, recall)
    assert only(page, "alerts-controlled") == 0
    assert values(page, "controls") == []


@pytest.mark.parametrize(
    ("name", "spoken", "now", "overdue", "in_time"),
    [
        ("read", [], NOON + 2 * HOUR - 1, 0, []),
        ("read", [], LATER, 1, [0]),
        ("acceptance", [], LATER, 1, [0]),
        ("acceptance", [answer("acceptance")], LATER, 0, [1]),
        ("acceptance", [answer("acceptance", at=NOON + DAY)], LATER, 1, [0]),
        ("feedback", [answer("control-result", at=NOON + 2 * DAY)], LATER, 0, [1]),
        ("feedback", [answer("control-result", at=NOON + 4 * DAY)], LATER, 1, [0]),
        ("feedback", [answer("control-result", at=NOON + 9 * DAY)], LATER, 1, [0]),
        ("feedback", [answer("acceptance", coded={"decision": "declined"})], LATER, 0, []),
    ],
    ids=[
        "not read, not due",
        "not read",
        "not accepted",
        "accepted",
        "accepted late",
        "fed back",
        "fed back late",
        "fed back after the end of validity",
        "declined: no feedback owed",
    ],
)
def test_terms_of_an_alert(name, spoken, now, overdue, in_time):
    page = page_of(lead(), *spoken)
    assert only(page, f"overdue-{name}", now=now) == overdue
    assert values(page, f"{name}-in-time", now=now) == in_time


@pytest.mark.parametrize(
    ("spoken", "known"),
    [
        ([], [0]),
        ([answer("acceptance")], [0]),
        ([answer("acceptance", coded={"decision": "declined"})], [1]),
        ([answer("control-result", coded={"decision": "not-controlled"})], [1]),
        ([answer("control-result", at=NOON + 9 * DAY)], [1]),
        ([seizure(ALERT)], [1]),
        ([said("recall", UZ, at=NOON + DAY, target=ALERT)], []),
    ],
    ids=["lapsed", "accepted, then nothing", "declined", "not controlled", "late", "seized", "recalled"],
)
def test_outcome_is_asked_of_alerts_that_ended(spoken, known):
    assert values(page_of(lead(), *spoken), "outcome-known") == known


def test_outcome_is_not_asked_of_an_alert_in_force():
    assert values(page_of(lead()), "outcome-known", now=NOON + DAY) == []


def test_times_run_from_the_first_delivery():
    acts = [Act(Event.READ, NOON + 2 * HOUR)]
    spoken = [answer("acceptance", at=NOON + 3 * HOUR), answer("control-result", at=NOON + 5 * HOUR)]
    page = page_of(lead(), lead(version=2, at=NOON + 4 * HOUR), *spoken, acts=acts)
    assert only(page, "read-time") == HOUR
    assert only(page, "acceptance-time") == 2 * HOUR
    assert only(page, "feedback-time") == 4 * HOUR
    assert only(page, "lead-time-alert") == 11 * HOUR


@pytest.mark.parametrize(
    ("arrived", "feedback"),
    [(NOON + 3 * HOUR, 2 * HOUR), (NOON + 6 * HOUR, 4 * HOUR)],
    ids=["after the arrival", "before it"],
)
def test_feedback_runs_from_the_arrival_where_that_came_first(arrived, feedback):
    arrival = answer("arrival", coded={"arrived": arrived})
    page = page_of(lead(), arrival, answer("control-result", at=NOON + 5 * HOUR))
    assert only(page, "feedback-time") == feedback
    assert only(page, "lead-time-alert") == arrived - DELIVERED


def test_clocks_that_disagree_give_no_negative_time():
    page = page_of(lead(), answer("acceptance", at=NOON))
    assert only(page, "acceptance-time") == 0


def test_alert_without_an_expected_arrival_has_no_lead_time():
    assert values(page_of(lead(coded={"eta": None})), "lead-time-alert") == []


# Controls and seizures.


def test_control_counts_once_in_all_and_once_for_each_trigger():
    control = answer("control-result", coded={"triggers": ["alert", "own-targeting"], "result": "A4"})
    found = measured(page_of(lead(), control))
    assert [(one.trigger, one.value) for one in found if one.metric == "controls"] == [
        (None, 1),
        ("alert", 1),
        ("own-targeting", 1),
    ]
    assert [(one.trigger, one.value) for one in found if one.metric == "hit-rate"] == [
        ("alert", 1),
        ("own-targeting", 1),
    ]
    results = {one.metric: one.value for one in found if one.metric.startswith("controls-")}
    assert results == {
        f"controls-{code}": int(code == "a4") for code in ("a1", "a2", "a3", "a4", "a5", "b1")
    }


@pytest.mark.parametrize(
    ("author", "target", "is_hit"),
    [(AZ, "control", 1), (AZ, "alert", 1), (UZ, "control", 0), (AZ, "other", 0)],
)
def test_control_that_led_to_a_seizure_is_a_hit(author, target, is_hit):
    control = answer("control-result", coded={"result": "A1"})
    other = answer("control-result", reference="other", coded={"result": "A1"})
    named = {"control": control.what, "alert": Version(ALERT, 1), "other": other.what}[target]
    found = said("seizure", author, at=NOON + 5 * HOUR, target=named, coded={"goods": []})
    page = page_of(lead(), control, other, found)
    (measure, *_) = [one for one in measured(page) if one.metric == "hit-rate"]
    assert measure == Measure("hit-rate", is_hit, trigger="alert")


def test_control_of_a_cargo_known_from_a_notice_counts_too():
    control = on_notice("control-result", coded={"triggers": ["random"], "result": "A1"})
    found = measured(page_of(lead(NOTICE), control, ref=NOTICE))
    assert Measure("controls", 1, trigger="random") in found
    assert Measure("hit-rate", 0, trigger="random") in found
    assert not [one for one in found if one.metric == "false-warnings"]


@pytest.mark.parametrize(
    ("result", "hours", "false", "cost"),
    [
        ("A1", "6.5", 1, [390 * 60_000]),
        ("A1", None, 1, []),
        ("A2", "2", 0, []),
    ],
)
def test_false_warning_and_its_cost(result, hours, false, cost):
    coded = {"result": result, **({"hours": hours} if hours else {})}
    page = page_of(lead(), answer("control-result", coded=coded))
    assert only(page, "false-warnings") == false
    assert values(page, "false-warning-cost") == cost


def test_decision_against_a_control_is_counted_where_it_was_sealed():
    page = page_of(lead(), answer("control-result", coded={"decision": "not-controlled"}))
    assert values(page, "not-controlled") == [1]
    assert values(page, "controls") == []
    assert values(page, "not-controlled", period=Period(NOON, NOON + HOUR)) == []


def test_late_control_counts_in_the_period_in_which_it_was_sealed():
    late = answer("control-result", at=NOON + 40 * DAY)
    page = page_of(lead(until=NOON + DAY), late)
    after = Period(NOON + 39 * DAY, NOON + 41 * DAY)
    assert values(page, "alerts-controlled", now=NOON + 50 * DAY) == [1]
    assert values(page, "controls", now=NOON + 50 * DAY) == []
    assert values(page, "controls", period=after, now=NOON + 50 * DAY) == [1, 1]


def test_seizure_counts_once_for_each_commodity_and_in_kilograms():
    goods = [
        ["opiates", "2", "KGM"],
        ["opiates", "500", "GRM"],
        ["acetic-anhydride", "3.135", "TNE"],
        ["cigarettes", "8000", "MIL"],
    ]
    found = measured(page_of(lead(), seizure(ALERT, goods=goods)))
    assert [one.commodity for one in found if one.metric == "seizures"] == [
        None,
        "opiates",
        "acetic-anhydride",
        "cigarettes",
    ]
    masses = [(one.commodity, one.value) for one in found if one.metric == "seized-mass"]
    assert masses == [
        ("opiates", Decimal(2)),
        ("opiates", Decimal("0.5")),
        ("acetic-anhydride", Decimal(3135)),
    ]


# Notices.


def notice(**coded):
    return lead(NOTICE, coded={"mode": "1", "minimum": [18, 25], "full": [35, 60], **coded})


@pytest.mark.parametrize(
    ("eta", "is_late"),
    [
        (DELIVERED + LEAST_NOTICE_MS, 0),
        (DELIVERED + LEAST_NOTICE_MS - 1, 1),
        (DELIVERED - HOUR, 1),
    ],
)
def test_notice_shortly_before_the_cargo_or_after_it_is_late(eta, is_late):
    page = page_of(notice(eta=eta), ref=NOTICE)
    assert values(page, "lead-time-notice") == [eta - DELIVERED] * 2  # in all, and by mode
    assert values(page, "late-notices") == [is_late] * 2


def test_notice_is_measured_to_the_first_arrival_where_it_is_known():
    parts = [
        on_notice("arrival", reference=f"A{hour}", coded={"arrived": NOON + hour * HOUR})
        for hour in (20, 15)
    ]
    page = page_of(notice(), *parts, ref=NOTICE)
    assert set(values(page, "lead-time-notice")) == {14 * HOUR}


def test_notice_without_a_mode_counts_in_all_only():
    page = page_of(lead(NOTICE), ref=NOTICE)
    assert [one.mode for one in measured(page) if one.metric == "late-notices"] == [None]


def test_completeness_counts_the_members_of_the_version_that_stands():
    second = lead(NOTICE, version=2, at=NOON + HOUR, coded={"minimum": [25, 25], "full": [58, 60]})
    found = measured(page_of(notice(), second, ref=NOTICE))
    assert Measure("completeness-minimum", 25, 25) in found
    assert Measure("completeness-full", 58, 60) in found


def test_facts_taken_before_completeness_was_known_are_left_out():
    assert values(page_of(lead(NOTICE), ref=NOTICE), "completeness-full") == []


def test_withdrawn_notice_announced_nothing():
    cancelled = lead(NOTICE, version=2, at=NOON + HOUR, function="1")
    page = page_of(notice(), cancelled, ref=NOTICE)
    assert values(page, "lead-time-notice") == []
    assert values(page, "documents-pre-arrival-notice") == [1, 1]


@pytest.mark.parametrize(
    ("arrived", "covered"), [(DELIVERED, 1), (DELIVERED - 1, 0)], ids=["announced", "notice too late"]
)
def test_arrival_is_covered_by_a_notice_that_came_before_it(arrived, covered):
    page = page_of(notice(), on_notice("arrival", coded={"arrived": arrived}), ref=NOTICE)
    found = [one for one in measured(page) if one.metric == "coverage"]
    assert found == [Measure("coverage", covered), Measure("coverage", covered, mode="1")]


@pytest.mark.parametrize(("notices", "coverage"), [((), [0]), ((NOTICE,), [])])
def test_arrival_known_from_an_alert_was_not_announced_unless_the_alert_says_so(notices, coverage):
    page = page_of(lead(notices=notices), answer("arrival"))
    assert values(page, "coverage") == coverage


# Requests, consents, recalls.


def request(*spoken, now=LATER, ref=REQUEST):
    return {one.metric: one.value for one in measured(page_of(lead(ref), *spoken, ref=ref), now=now)}


def reply(at, *, complete=True, target=REQUEST):
    return said("information-reply", AZ, at=at, target=target, coded={"complete": complete})


def test_request_answered_within_its_term():
    found = request(reply(NOON + 3 * HOUR))
    assert (found["overdue-request"], found["reply-in-time"], found["reply-time"]) == (0, 1, 2 * HOUR)


def test_request_answered_in_part_is_not_answered():
    found = request(reply(NOON + 3 * HOUR, complete=False))
    assert (found["overdue-request"], found["reply-in-time"]) == (1, 0)
    assert "reply-time" not in found


def test_request_whose_term_runs_is_not_judged():
    found = request(now=NOON + 2 * HOUR)
    assert found["overdue-request"] == 0
    assert "reply-in-time" not in found


def test_request_answered_after_an_extension_was_in_time():
    extended = said("extension", AZ, at=NOON + 2 * HOUR, target=REQUEST)
    found = request(extended, reply(NOON + 4 * DAY))
    assert (found["overdue-request"], found["reply-in-time"]) == (0, 1)


@pytest.mark.parametrize(
    ("answered", "until", "overdue"),
    [(None, NOON + 20 * DAY, 1), (NOON + 2 * HOUR, NOON + 20 * DAY, 0), (None, NOON + 7 * DAY, 0)],
    ids=["never answered", "answered", "lapsed before its term"],
)
def test_request_for_consent_without_an_answer_is_overdue(answered, until, overdue):
    spoken = [lead(CONSENT, until=until)]
    if answered is not None:
        spoken.append(said("consent", AZ, at=answered, target=CONSENT))
    page = page_of(*spoken, ref=CONSENT)
    assert only(page, "overdue-consent", now=NOON + 9 * DAY) == overdue


@pytest.mark.parametrize(
    ("answered", "now", "overdue"),
    [(None, LATER, 1), (None, NOON + DAY, 0), (NOON + 2 * DAY, LATER, 0), (NOON + 4 * DAY, LATER, 1)],
)
def test_recall_without_an_answer_in_time_is_overdue(answered, now, overdue):
    recall = said("recall", UZ, at=NOON + DAY, target=ALERT)
    spoken = [lead(), recall]
    if answered is not None:
        spoken.append(said("recall-answer", AZ, at=answered, target=recall.what))
    assert only(page_of(*spoken), "overdue-recall", now=now) == overdue


def test_every_measure_has_its_definition():
    spoken = [lead(), answer("acceptance"), answer("control-result", at=NOON + 3 * HOUR)]
    found = measured(page_of(*spoken, answer("arrival"), seizure(ALERT)))
    assert {one.metric for one in found} <= METRICS.codes.keys()
