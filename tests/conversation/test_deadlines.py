import pytest

from node.conversation.course import Act, follow
from node.conversation.deadlines import MARKS, Deadline, due_in
from node.conversation.event import Event
from node.conversation.facts import Ref, Version
from node.trust.agreement import Deadlines
from tests.conversation.conftest import ALERT, AZ, DAY, HOUR, NOON, NOTICE, REQUEST, UZ, lead, said

MINUTE = HOUR // 60
HERE = NOON + MINUTE
"""When the recipient's log accepted the leading document."""


def owed(*spoken, leader=ALERT, now=NOON, acts=(), terms=None):
    course = follow(spoken, leader, now=now, side="recipient", acts=acts)
    return {each.name: each for each in due_in(course, terms or Deadlines(), recipient=AZ)}


def here(ref=ALERT, **more):
    return lead(ref, delivered_at=HERE, **more)


def answer(name, minutes, target=ALERT, author=AZ, **more):
    return said(name, author, at=HERE + minutes * MINUTE, target=target, **more)


def test_receipt_is_due_half_an_hour_after_sealing():
    receipt = owed(lead())["receipt"]
    assert (receipt.by, receipt.start, receipt.due, receipt.met_at) == (
        AZ,
        NOON,
        NOON + 30 * MINUTE,
        None,
    )
    assert owed(here())["receipt"].met_at == HERE


def test_nothing_but_the_receipt_is_due_before_the_receipt():
    assert set(owed(lead())) == {"receipt"}


def test_alert_asks_to_be_read_answered_and_reported_on():
    assert set(owed(here())) == {"receipt", "read", "acceptance", "feedback"}


@pytest.mark.parametrize(("hours", "minutes"), [(12, 60), (25, 480), (None, 480)])
def test_read_is_due_sooner_when_the_cargo_is_near(hours, minutes):
    eta = {"eta": HERE + hours * HOUR} if hours else {"eta": None}
    assert owed(here(coded=eta))["read"].due == HERE + minutes * MINUTE


def test_read_is_met_when_an_officer_opened_it_or_answered():
    assert owed(here(), acts=[Act(Event.READ, HERE + MINUTE)])["read"].met_at == HERE + MINUTE
    assert owed(here(), answer("acceptance", 5))["read"].met_at == HERE + 5 * MINUTE


@pytest.mark.parametrize(
    ("coded", "due"),
    [
        ({"acceptance_due": NOON + 3 * HOUR}, NOON + 3 * HOUR),
        ({"eta": NOON + 12 * HOUR}, NOON + 12 * HOUR),
        ({"eta": None}, NOON + 3 * DAY),
        ({"eta": NOON - DAY}, HERE + HOUR),  # it has arrived: an hour, not no time at all
    ],
)
def test_acceptance_is_due_as_the_alert_says_else_before_arrival(coded, due):
    assert owed(here(coded=coded))["acceptance"].due == due


def test_acceptance_is_met_by_a_refusal_to_control():
    declined = answer("acceptance", 5, coded={"decision": "declined"})
    assert owed(here(), declined)["acceptance"].met_at == HERE + 5 * MINUTE


def test_feedback_is_due_as_the_alert_says():
    assert owed(here())["feedback"].due == NOON + 3 * DAY


def test_feedback_is_never_due_before_the_cargo_has_come_and_three_days():
    late = answer("arrival", 5 * 24 * 60, coded={"arrived": NOON + 5 * DAY})
    assert owed(here(), late)["feedback"].due == NOON + 8 * DAY


def test_feedback_is_not_put_off_by_an_arrival_reported_before_it_is():
    dreamt = answer("arrival", 60, coded={"arrived": NOON + 3000 * DAY})
    assert owed(here(), dreamt)["feedback"].due == max(NOON + 3 * DAY, dreamt.at + 3 * DAY)


def test_alert_declined_and_amended_is_read_and_decided_anew():
    declined = answer("acceptance", 5, coded={"decision": "declined"})
    amendment = said(
        "amendment",
        UZ,
        at=HERE + 60 * MINUTE,
        target=ALERT,
        carries=Version(ALERT, 2),
        delivered_at=HERE + 61 * MINUTE,
        coded={"feedback_due": NOON + 6 * DAY, "until": NOON + 20 * DAY},
    )
    due = owed(here(), declined, amendment, acts=[Act(Event.READ, HERE + MINUTE)])
    assert due["read"].is_open
    assert due["acceptance"].is_open


def test_recall_of_one_s_own_answer_is_answered_by_the_other_side():
    acceptance = answer("acceptance", 5)
    recall = answer("recall", 10, target=acceptance.what.ref, delivered_at=HERE + 20 * MINUTE)
    other = answer("recall", 15, author=UZ, delivered_at=HERE + 25 * MINUTE)
    reply = answer("recall-answer", 30, author=UZ, target=recall.what.ref)
    course = follow([here(), acceptance, recall, other, reply], ALERT, now=NOON, side="recipient")
    owed_now = due_in(course, Deadlines(), recipient=AZ)
    recalls = {each.re: each for each in owed_now if each.name == "recall-answer"}
    assert (recalls[recall.id].by, recalls[recall.id].met_at) == (UZ, reply.at)
    assert (recalls[other.id].by, recalls[other.id].is_open) == (AZ, True)


@pytest.mark.parametrize("name", ["control-result", "seizure"])
def test_feedback_is_met_by_the_outcome(name):
    feedback = owed(here(), answer(name, 90))["feedback"]
    assert feedback.met_at == HERE + 90 * MINUTE
    assert not feedback.is_open
    assert not feedback.is_late


def test_feedback_after_the_time_is_late():
    assert owed(here(), answer("control-result", 4 * 24 * 60))["feedback"].is_late


def test_declined_alert_owes_no_feedback():
    declined = answer("acceptance", 5, coded={"decision": "declined"})
    feedback = owed(here(), declined)["feedback"]
    assert feedback.is_void
    assert not feedback.is_open


@pytest.mark.parametrize(
    ("coded", "due"),
    [
        ({"urgency": "urgent-direct"}, HERE + 8 * HOUR),
        ({"urgency": "urgent-indirect"}, HERE + 3 * DAY),
        ({"urgency": "routine"}, HERE + 7 * DAY),
        ({"urgency": "routine", "due": NOON + 5 * HOUR}, NOON + 5 * HOUR),
    ],
)
def test_request_is_due_by_its_urgency_or_its_own_date(coded, due):
    assert owed(here(REQUEST, coded=coded), leader=REQUEST)["answer"].due == due


def test_request_is_extended_once_the_extension_is_announced():
    extension = answer("extension", 5, target=REQUEST, coded={"until": NOON + 9 * DAY})
    assert owed(here(REQUEST), extension, leader=REQUEST)["answer"].due == NOON + 9 * DAY


@pytest.mark.parametrize("name", ["information-reply", "refusal"])
def test_request_is_met_by_a_reply_or_a_refusal(name):
    reply = answer(name, 5, target=REQUEST)
    assert owed(here(REQUEST), reply, leader=REQUEST)["answer"].met_at == HERE + 5 * MINUTE


def test_request_is_not_met_by_a_part():
    part = answer("information-reply", 5, target=REQUEST, coded={"complete": False})
    assert owed(here(REQUEST), part, leader=REQUEST)["answer"].is_open


def test_notice_asks_for_its_receipt_only():
    assert set(owed(here(NOTICE), leader=NOTICE)) == {"receipt"}


def test_recall_is_answered_within_a_day_of_its_receipt():
    recall = answer("recall", 10, author=UZ, delivered_at=HERE + 20 * MINUTE)
    due = owed(here(), recall)
    assert due["recall-answer"].due == HERE + 20 * MINUTE + DAY
    assert due["feedback"].is_void
    answered = answer("recall-answer", 60, target=recall.what.ref)
    assert owed(here(), recall, answered)["recall-answer"].met_at == HERE + 60 * MINUTE


def test_recall_names_its_own_time():
    recall = answer(
        "recall", 10, author=UZ, delivered_at=HERE + 20 * MINUTE, coded={"due": HERE + 2 * HOUR}
    )
    assert owed(here(), recall)["recall-answer"].due == HERE + 2 * HOUR


def test_recall_on_its_way_asks_for_nothing_yet():
    assert "recall-answer" not in owed(here(), answer("recall", 10, author=UZ))


def test_amended_alert_goes_by_its_new_dates():
    amendment = said(
        "amendment",
        UZ,
        at=NOON + 5 * MINUTE,
        target=ALERT,
        carries=Version(ALERT, 2),
        delivered_at=NOON + 6 * MINUTE,
        coded={"feedback_due": NOON + 6 * DAY, "until": NOON + 20 * DAY},
    )
    assert owed(here(), amendment)["feedback"].due == NOON + 6 * DAY


def test_amendment_on_its_way_does_not_bind_yet():
    amendment = said(
        "amendment",
        UZ,
        at=NOON + 5 * MINUTE,
        target=ALERT,
        carries=Version(ALERT, 2),
        coded={"feedback_due": NOON + 6 * DAY, "until": NOON + 20 * DAY},
    )
    assert owed(here(), amendment)["feedback"].due == NOON + 3 * DAY


def test_agreement_sets_other_times():
    terms = Deadlines(receipt_minutes=5, urgent_direct_hours=2)
    due = owed(here(REQUEST), leader=REQUEST, terms=terms)
    assert (due["receipt"].due, due["answer"].due) == (NOON + 5 * MINUTE, HERE + 2 * HOUR)


def test_conversation_that_never_began_owes_nothing():
    assert owed() == {}


def test_marks_are_told_at_half_at_the_whole_and_half_as_much_again():
    deadline = Deadline("answer", "m", AZ, start=1000, due=2000)
    assert list(deadline.marks()) == [(50, 1500), (100, 2000), (150, 2500)]
    told = [deadline.mark(now) for now in (999, 1499, 1500, 1999, 2000, 2499, 2500, 9999)]
    assert told == [0, 0, 50, 50, 100, 100, 150, 150]


def test_marks_of_what_is_met_or_void_concern_nobody():
    met = Deadline("answer", "m", AZ, start=0, due=10, met_at=5)
    void = Deadline("answer", "m", AZ, start=0, due=10, is_void=True)
    assert [met.mark(100), void.mark(100)] == [0, 0]
    assert MARKS == (50, 100, 150)


def test_circumstance_of_another_conversation_does_not_count():
    stranger = answer("arrival", 60, target=Ref("alert", UZ, "other"))
    assert owed(here(), stranger)["feedback"].due == NOON + 3 * DAY
