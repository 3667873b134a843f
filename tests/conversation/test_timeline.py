"""The timeline of a case, and a year of deadlines."""

import heapq
import random
from dataclasses import replace

import pytest

from node.conversation.course import Act, Outcome
from node.conversation.deadlines import Deadline
from node.conversation.event import Event
from node.conversation.facts import Ref, Version
from node.conversation.page import Page
from node.conversation.tables import State
from node.conversation.timeline import After, Due, Line, came_to, owed, timeline
from node.trust.agreement import Deadlines
from tests.conversation.conftest import ALERT, AZ, DAY, HOUR, NOON, NOTICE, UZ, lead, said

TM = "TM-SCS"
MINUTE = HOUR // 60
TERMS = Deadlines()
CODED = {"priority": "urgent", "areas": ["drugs"], "levels": ["high"]}


def alert(**more):
    coded = {"feedback_due": NOON + 3 * DAY, "eta": NOON + 12 * HOUR, **CODED, **more.pop("coded", {})}
    return lead(coded=coded, **more)


def notice(**more):
    return lead(NOTICE, coded={"office": "AZ004701"}, **more)


def page(*spoken, own=AZ, peer=None, leader=ALERT, now=NOON, acts=()):
    made = Page(own, peer or (UZ if own == AZ else AZ), leader)
    for each in spoken:
        made.add(each)
    made.acts += acts
    made.turn(TERMS, now=now)
    return made


def texts(*pages, now=NOON):
    return [line.text for line in timeline(pages, now=now)]


def rows(*pages, now=NOON):
    return [
        (line.who, line.text.partition(":")[0], came_to(line), line.notes)
        for line in timeline(pages, now=now)
    ]


def test_timeline_of_nothing_is_empty():
    assert timeline([], now=NOON) == []


def test_timeline_tells_documents_in_the_order_of_their_sealing():
    accepted = said("acceptance", AZ, "A", at=NOON + 5 * MINUTE, target=ALERT)
    control = said("control-result", AZ, "C", at=NOON + 9 * HOUR, target=ALERT)
    made = page(control, alert(delivered_at=NOON), accepted)
    assert rows(made) == [
        (UZ, "alert UZ-ALR-1", "UZ-ALR-1 received", []),
        (AZ, "acceptance A", "UZ-ALR-1 accepted", ["reading in time", "decision in time"]),
        (AZ, "control result C", "UZ-ALR-1 controlled", ["result in time"]),
    ]


def test_timeline_says_how_late_something_came():
    control = said("control-result", AZ, "C", at=NOON + 4 * DAY, target=ALERT)
    made = page(alert(delivered_at=NOON), control, now=NOON + 4 * DAY)
    assert rows(made)[1][3] == [
        "reading late by 3 d 23 h",
        "decision late by 3 d 12 h",
        "result late by 1 d 0 h",
    ]


def test_timeline_says_that_a_receipt_came_late_at_either_side():
    late = alert(delivered_at=NOON + HOUR)
    assert rows(page(late))[0][3] == ["receipt late by 30 min"]
    sender = page(late, own=UZ, acts=[Act(Event.DELIVERED, NOON + HOUR)])
    assert rows(sender)[1] == (
        AZ,
        "received UZ-ALR-1",
        "UZ-ALR-1 delivered",
        ["receipt late by 30 min"],
    )


def test_timeline_joins_a_document_that_is_on_several_pages():
    about = alert(notices=(NOTICE,), at=NOON + 1)
    made = [page(notice(), about, leader=NOTICE), page(about)]
    lines = timeline(made, now=NOON)
    assert [line.text.partition(":")[0] for line in lines] == ["notice UZ-PAN-1", "alert UZ-ALR-1"]
    assert [came_to(line) for line in lines] == [
        "UZ-PAN-1 received",
        "UZ-PAN-1 alerted, UZ-ALR-1 received",
    ]
    assert [line.peers for line in lines] == [[UZ], [UZ]]


def test_timeline_names_the_peers_of_whom_each_state_is_true():
    declined = said("acceptance", TM, "T", at=NOON + 1, target=ALERT)
    made = [page(alert(), own=UZ), page(alert(), declined, own=UZ, peer=TM)]
    first, second = timeline(made, now=NOON)
    assert (first.peers, came_to(first)) == ([AZ, TM], "UZ-ALR-1 sealed")
    assert (second.peers, came_to(second)) == ([TM], "UZ-ALR-1 accepted")


@pytest.mark.parametrize(
    ("event", "own", "text"),
    [
        (Event.READ, AZ, "opened UZ-ALR-1"),
        (Event.READ, UZ, "opened UZ-ALR-1"),
        (Event.ASSIGNED, AZ, "gave UZ-ALR-1 to a unit"),
        (Event.RETURNED, UZ, "did not take UZ-ALR-1, or never got it"),
        (Event.DELIVERED, UZ, "received UZ-ALR-1"),
    ],
)
def test_timeline_tells_what_was_seen_and_by_whom(event, own, text):
    made = page(alert(), own=own, acts=[Act(event, NOON + 1)])
    line = timeline([made], now=NOON)[1]
    assert (line.at, line.who, line.text, line.id) == (NOON + 1, AZ, text, "")


def test_timeline_tells_what_was_seen_again_without_a_state():
    acts = [Act(Event.ASSIGNED, NOON + 1), Act(Event.READ, NOON + 2)]
    assert rows(page(alert(), acts=acts))[2] == (AZ, "opened UZ-ALR-1", "", [])


def test_timeline_tells_the_end_of_validity_only_once_it_is_there():
    until = NOON + 7 * DAY
    made = page(alert())
    assert texts(made, now=until - 1)[1:] == []
    line = timeline([made], now=until)[1]
    assert (line.who, line.text, came_to(line)) == (
        "",
        "UZ-ALR-1 has ceased to apply",
        "UZ-ALR-1 lapsed",
    )


@pytest.mark.parametrize(
    ("spoken", "note"),
    [
        (said("acceptance", UZ, "A", at=NOON + 1, target=ALERT), "not theirs to say"),
        (said("information-reply", AZ, "A", at=NOON + 1, target=ALERT), "no such step from here"),
        (
            said("acceptance", AZ, "A", at=NOON + 1, target=Version(ALERT, 2)),
            "waits for what it answers",
        ),
    ],
)
def test_timeline_says_why_a_document_does_not_count(spoken, note):
    assert rows(page(alert(), spoken))[1][2:] == ("", [note])


def test_timeline_says_once_what_is_true_on_several_pages():
    about = alert(notices=(NOTICE,), at=NOON + 1)
    again = replace(about, id="again", at=NOON + 2)
    made = [page(notice(), about, again, leader=NOTICE), page(about, again)]
    assert rows(*made)[2][2:] == ("", ["said before"])


def test_timeline_says_that_a_message_of_ours_did_not_get_there():
    amendment = said("amendment", UZ, "M", at=NOON + 1, target=ALERT, carries=Version(ALERT, 2))
    made = page(alert(), amendment, own=UZ)
    made.give_up(amendment.id, Act(Event.RETURNED, NOON + 2))
    made.turn(TERMS, now=NOON)
    assert rows(made)[1] == (UZ, "amendment M", "", ["did not get there"])


def test_timeline_tells_of_what_waits_alone_once():
    control = Ref("control-result", AZ, "C")
    waiting = page(said("seizure", AZ, "S", target=control, coded={"goods": []}), leader=control)
    unbegun = page(said("hit", AZ, "H", target=ALERT))
    assert [row[2:] for row in rows(waiting, unbegun)] == [("", ["waits for what it answers"])] * 2


def test_timeline_does_not_say_that_a_document_waits_which_has_its_place_elsewhere():
    about = alert(notices=(NOTICE,))
    made = [page(about, leader=NOTICE), page(about)]
    assert rows(*made) == [(UZ, "alert UZ-ALR-1", "UZ-ALR-1 received", [])]


def test_timeline_of_a_page_not_turned_yet_says_that_it_waits():
    made = Page(AZ, UZ, ALERT)
    made.add(said("hit", AZ, "H", target=ALERT))
    made.outcomes["AZ-SCC/hit/H/1/" + str(NOON)] = Outcome.NOTED
    assert rows(made)[0][3] == ["waits for what it answers"]


MARKED = [
    "half the time for the reading on UZ-ALR-1 has passed, due 2026-11-24T13:00Z",
    "overdue: the reading on UZ-ALR-1",
    "half as much time again has passed for the reading on UZ-ALR-1, due 2026-11-24T13:00Z",
]


@pytest.mark.parametrize(("minutes", "told"), [(29, 0), (30, 1), (60, 2), (90, 3), (900, 3)])
def test_timeline_tells_the_marks_that_passed(minutes, told):
    now = NOON + minutes * MINUTE
    made = page(alert(delivered_at=NOON, coded={"feedback_due": NOON + 60 * DAY}), now=now)
    marks = [line for line in timeline([made], now=now) if "reading" in line.text]
    assert [line.text for line in marks] == MARKED[:told]
    assert [line.at for line in marks] == [NOON + n * MINUTE for n in (30, 60, 90)][:told]
    assert {line.who for line in marks} <= {AZ}


def test_timeline_tells_no_mark_that_an_extension_has_moved():
    request = Ref("information-request", UZ, "R")
    asked = lead(request, delivered_at=NOON, coded={"urgency": "urgent-direct"})
    made = page(asked, leader=request, now=NOON + 9 * HOUR)
    assert any("overdue" in text for text in texts(made, now=NOON + 9 * HOUR))
    made.add(said("extension", AZ, "E", at=NOON + 9 * HOUR, target=request))
    made.turn(TERMS, now=NOON + 9 * HOUR)
    assert not any("overdue" in text for text in texts(made, now=NOON + 9 * HOUR))
    made.add(said("information-reply", AZ, "I", at=NOON + DAY, target=request))
    made.turn(TERMS, now=NOON + DAY)
    assert not any("overdue" in text for text in texts(made, now=NOON + 30 * DAY))


def test_owed_gives_what_is_due_first_first():
    made = page(alert(delivered_at=NOON))
    due = owed(made, now=NOON)
    assert [each.deadline.name for each in due] == ["read", "acceptance", "feedback"]
    assert [each.reference for each in due] == ["UZ-ALR-1"] * 3
    assert not due[0].is_overdue(NOON + HOUR - 1)
    assert due[0].is_overdue(NOON + HOUR)


def test_owed_of_a_page_that_never_began_is_nothing():
    control = Ref("control-result", AZ, "C")
    assert owed(page(said("seizure", AZ, target=control), leader=control), now=NOON) == ()


def test_owed_after_the_validity_is_nothing_though_the_page_was_not_turned():
    made = page(alert(delivered_at=NOON))
    assert len(owed(made, now=NOON + 7 * DAY - 1)) == 3
    assert owed(made, now=NOON + 7 * DAY) == ()


def test_owed_for_a_recall_is_owed_whatever_happens():
    recall = said("recall", UZ, "UZ-RCL-1", at=NOON + 1, target=ALERT, delivered_at=NOON + 2)
    made = page(alert(delivered_at=NOON), recall)
    for now in (NOON, NOON + 8 * DAY):
        (due,) = owed(made, now=now)
        assert (due.deadline.name, due.reference) == ("recall-answer", "UZ-RCL-1")


def test_owed_by_an_amended_alert_is_named_by_the_alert():
    dates = {"feedback_due": NOON + 6 * DAY, "until": NOON + 20 * DAY}
    amendment = said(
        "amendment", UZ, "M", at=NOON + 1, target=ALERT, carries=Version(ALERT, 2), coded=dates
    )
    made = page(alert(delivered_at=NOON), replace(amendment, delivered_at=NOON + 2))
    assert {due.reference for due in owed(made, now=NOON)} == {"UZ-ALR-1"}


def test_due_is_told_in_words():
    due = Due(UZ, ALERT, "UZ-ALR-1", Deadline("feedback", "m", AZ, NOON, NOON + HOUR))
    assert due.tell(NOON) == "AZ-SCC owes the result, in 1 h 0 min"
    assert due.tell(NOON + HOUR) == "AZ-SCC owes the result, overdue for 0 s"
    assert due.tell(NOON + 3 * HOUR) == "AZ-SCC owes the result, overdue for 2 h 0 min"


def test_came_to_tells_apart_what_differs_between_peers():
    states = [After(AZ, ALERT, State.ACCEPTED), After(TM, ALERT, State.DECLINED)]
    line = Line(NOON, UZ, [AZ, TM], "m", "a recall", states)
    assert came_to(line) == "UZ-ALR-1 accepted with AZ-SCC, UZ-ALR-1 declined with TM-SCS"


# A year of deadlines: each mark at its moment, and none else.

YEAR_ALERTS = 300
NEVER = 2**62


def year():
    """Give alerts of a year with what became of each; moments that nobody meets are far away."""
    rng = random.Random(2026)  # noqa: S311 - cases of a test, not secrets
    for number in range(YEAR_ALERTS):
        sealed = NOON + rng.randrange(365 * DAY)
        delivered = sealed + rng.choice([2 * MINUTE, 20 * MINUTE, 40 * MINUTE, 2 * HOUR])
        decided = delivered + rng.randrange(1, 9 * DAY) if rng.random() < 0.7 else NEVER
        is_declined = rng.random() < 0.2
        controlled = (
            decided + rng.randrange(1, 9 * DAY) if decided < NEVER and not is_declined else NEVER
        )
        yield {
            "ref": Ref("alert", UZ, f"UZ-ALR-{number}"),
            "sealed": sealed,
            "delivered": delivered,
            "eta": rng.choice([None, delivered + rng.randrange(1, 200 * HOUR)]),
            "acceptance": rng.choice([None, sealed + rng.randrange(1, 100 * HOUR)]),
            "feedback": sealed + rng.randrange(DAY, 12 * DAY),
            "until": sealed + rng.randrange(5 * DAY, 40 * DAY),
            "decided": decided,
            "is_declined": is_declined,
            "controlled": controlled if rng.random() < 0.8 else NEVER,
        }


def expected_marks(one):
    """Compute from the rules of the docs, without the course, which mark passes when."""
    delivered, decided, controlled = one["delivered"], one["decided"], one["controlled"]
    over = min(decided if one["is_declined"] else NEVER, controlled, one["until"])
    is_near = one["eta"] is not None and one["eta"] - delivered < 24 * HOUR
    wanted = one["acceptance"] or one["eta"] or one["feedback"]
    spans = {
        "receipt": (one["sealed"], one["sealed"] + 30 * MINUTE, delivered),
        "read": (delivered, delivered + (60 if is_near else 480) * MINUTE, min(decided, over)),
        "acceptance": (delivered, max(wanted, delivered + HOUR), min(decided, over)),
        "feedback": (delivered, one["feedback"], over),
    }
    for name, (start, due, end) in spans.items():
        for percent in (50, 100, 150):
            at = start + (due - start) * percent // 100
            if at < end:
                yield one["ref"].reference, name, percent, at


def happenings(one):
    coded = {
        **CODED,
        "eta": one["eta"],
        "acceptance_due": one["acceptance"],
        "feedback_due": one["feedback"],
    }
    asked = lead(one["ref"], at=one["sealed"], until=one["until"], coded=coded)
    decision = "declined" if one["is_declined"] else "accepted"
    yield one["sealed"], lambda made: made.add(asked)
    yield one["delivered"], lambda made: made.deliver(asked.id, one["delivered"])
    for name, at, facts in (
        ("acceptance", one["decided"], {"decision": decision}),
        ("control-result", one["controlled"], {}),
    ):
        if at < NEVER:
            answer = said(name, AZ, at=at, target=one["ref"], coded=facts)
            yield at, lambda made, answer=answer: made.add(answer)


def lived_marks(one):
    """Live through one alert: whatever happens, and whenever the page says that a mark passes."""
    made = Page(UZ, AZ, one["ref"])
    waiting = [(at, number, act) for number, (at, act) in enumerate(happenings(one))]
    heapq.heapify(waiting)
    while waiting or made.next_mark_at is not None:
        mark_at = made.next_mark_at if made.next_mark_at is not None else NEVER
        now = mark_at
        if waiting and waiting[0][0] <= mark_at:
            now, _, act = heapq.heappop(waiting)
            act(made)
        for mark in made.turn(TERMS, now=now)[1]:
            yield one["ref"].reference, mark.deadline.name, mark.percent, now


def test_year_of_deadlines_tells_each_mark_at_its_moment():
    lived = [mark for one in year() for mark in lived_marks(one)]
    expected = [mark for one in year() for mark in expected_marks(one)]
    assert sorted(lived) == sorted(expected)
    assert len(lived) > 3 * YEAR_ALERTS
    assert {name for _, name, _, _ in lived} == {"receipt", "read", "acceptance", "feedback"}
