"""What each document comes to. The table of outcomes is docs/conversations.md's."""

import pytest

from node.conversation.course import Act, Outcome, follow
from node.conversation.event import Event
from node.conversation.facts import Ref, Version
from node.conversation.tables import State
from tests.conversation.conftest import ALERT, AZ, DAY, HOUR, NOON, NOTICE, REQUEST, UZ, lead, said

LATER = NOON + HOUR
ACCEPT, DECLINE = {"decision": "accepted"}, {"decision": "declined"}


def told(*spoken, leader=ALERT, now=NOON, **more):
    course = follow(spoken, leader, now=now, **more)
    return course.state, [step.outcome for step in course.steps if step.said]


def later(name, minutes=60, author=AZ, **more):
    more.setdefault("target", ALERT)
    return said(name, author, at=NOON + minutes * 60_000, **more)


RECALL = later("recall", 30, author=UZ)
CASES = {
    "an alert": ([lead()], State.OPEN, ["led"]),
    "accepted": ([lead(), later("acceptance")], State.ACCEPTED, ["led", "moved"]),
    "declined": ([lead(), later("acceptance", coded=DECLINE)], State.DECLINED, ["led", "moved"]),
    "a hit changes no state": ([lead(), later("hit")], State.OPEN, ["led", "noted"]),
    "accepted again, with another date": (
        [lead(), later("acceptance"), later("acceptance", 90, reference="B")],
        State.ACCEPTED,
        ["led", "moved", "noted"],
    ),
    "declined after all": (
        [lead(), later("acceptance"), later("acceptance", 90, reference="B", coded=DECLINE)],
        State.DECLINED,
        ["led", "moved", "moved"],
    ),
    "accepted after the control": (
        [lead(), later("control-result"), later("acceptance", 90)],
        State.CONTROLLED,
        ["led", "moved", "out-of-place"],
    ),
    "seizure without a control's result": (
        [lead(), later("seizure")],
        State.CONTROLLED,
        ["led", "moved"],
    ),
    "amended before the answer": (
        [lead(), later("amendment", 10, author=UZ, carries=Version(ALERT, 2)), later("acceptance")],
        State.ACCEPTED,
        ["led", "noted", "moved"],
    ),
    "amended after it was declined: asked anew": (
        [
            lead(),
            later("acceptance", 5, coded=DECLINE),
            later("amendment", 10, author=UZ, carries=Version(ALERT, 2)),
        ],
        State.OPEN,
        ["led", "moved", "moved"],
    ),
    "replaced by its next version": ([lead(), lead(version=2, at=LATER)], State.OPEN, ["led", "noted"]),
    "cancelled": (
        [lead(), lead(version=2, at=LATER, function="1")],
        State.CANCELLED,
        ["led", "moved"],
    ),
    "cancelled from the first word we have": (
        [lead(version=2, function="1")],
        State.CANCELLED,
        ["led"],
    ),
    "recalled": ([lead(), RECALL], State.RECALLED, ["led", "moved"]),
    "recalled and answered": (
        [lead(), RECALL, later("recall-answer", target=RECALL.what.ref)],
        State.RECALL_ANSWERED,
        ["led", "moved", "moved"],
    ),
    "amended after the recall": (
        [lead(), RECALL, later("amendment", author=UZ, carries=Version(ALERT, 2))],
        State.RECALLED,
        ["led", "moved", "frozen"],
    ),
    "accepted after the recall": (
        [lead(), RECALL, later("acceptance")],
        State.RECALLED,
        ["led", "moved", "frozen"],
    ),
    "the control had been made before the recall came": (
        [lead(), RECALL, later("control-result")],
        State.RECALLED,
        ["led", "moved", "late"],
    ),
    "the originator accepts its own alert": (
        [lead(), later("acceptance", author=UZ)],
        State.OPEN,
        ["led", "not-theirs"],
    ),
    "the same answer sent again": (
        [lead(), later("acceptance"), later("acceptance", 90, version=1)],
        State.ACCEPTED,
        ["led", "moved", "repeated"],
    ),
    "the same version with another content": (
        [lead(), later("acceptance"), later("acceptance", 90, coded=DECLINE)],
        State.ACCEPTED,
        ["led", "moved", "contradicting"],
    ),
    "an answer corrected": (
        [lead(), later("acceptance"), later("acceptance", 90, version=2, coded=DECLINE)],
        State.DECLINED,
        ["led", "superseded", "moved"],
    ),
    "an answer withdrawn": (
        [lead(), later("acceptance"), later("acceptance", 90, version=2, function="1")],
        State.OPEN,
        ["led", "superseded", "withdrawn"],
    ),
    "an answer recalled": (
        [
            lead(),
            later("acceptance"),
            later("recall", 90, target=Ref("acceptance", AZ, "AZ-acceptance")),
        ],
        State.OPEN,
        ["led", "withdrawn", "noted"],
    ),
    "an answer recalled, and the recall recalled: a recall stands for good": (
        [
            lead(),
            RECALL,
            later("recall", 40, author=UZ, target=RECALL.what.ref, reference="again"),
        ],
        State.RECALLED,
        ["led", "moved", "noted"],
    ),
    "a test about something real": (
        [lead(), later("control-result", coded={"test": True})],
        State.OPEN,
        ["led", "test"],
    ),
    "an answer to what has not come": ([later("acceptance")], None, ["waiting"]),
    "an older version after a newer one": (
        [lead(version=2), lead(at=LATER), lead(version=3, at=LATER + HOUR)],
        State.OPEN,
        ["led", "noted", "noted"],
    ),
}


@pytest.mark.parametrize(("spoken", "state", "outcomes"), CASES.values(), ids=CASES)
def test_course_of_an_alert(spoken, state, outcomes):
    assert told(*spoken) == (state, outcomes)


@pytest.mark.parametrize("spoken", [spoken for spoken, _, _ in CASES.values()], ids=CASES)
def test_course_is_the_same_from_each_side(spoken):
    for side in ("sender", "recipient"):
        course = follow(spoken, ALERT, now=NOON, side=side)
        assert course.agreed is follow(spoken, ALERT, now=NOON).state
        assert [s.outcome for s in course.steps] == [
            s.outcome for s in follow(spoken, ALERT, now=NOON).steps
        ]


def test_alert_without_an_outcome_lapses_at_the_end_of_its_validity():
    end = NOON + 7 * DAY
    assert told(lead(), now=end - 1) == (State.OPEN, ["led"])
    assert told(lead(), now=end) == (State.LAPSED, ["led"])


def test_feedback_after_the_end_counts_and_opens_nothing_again():
    spoken = [lead(), later("control-result", 8 * 24 * 60)]
    course = follow(spoken, ALERT, now=NOON + 9 * DAY)
    assert (course.state, course.steps[-1].outcome) == (State.LAPSED, Outcome.LATE)
    assert list(course.said(Event.CONTROLLED)) == [course.steps[-1]]


def test_answer_in_time_counts_though_it_is_looked_at_after_the_end():
    spoken = [lead(), later("control-result")]
    assert told(*spoken, now=NOON + 9 * DAY) == (State.CONTROLLED, ["led", "moved"])


def test_amendment_moves_the_end_of_validity():
    longer = later("amendment", author=UZ, carries=Version(ALERT, 2), coded={"until": NOON + 20 * DAY})
    assert told(lead(), longer, now=NOON + 9 * DAY)[0] is State.OPEN
    assert told(lead(), longer, now=NOON + 21 * DAY)[0] is State.LAPSED


def test_amendment_taken_back_no_longer_brings_its_version():
    longer = later("amendment", author=UZ, carries=Version(ALERT, 2), coded={"until": NOON + 20 * DAY})
    back = later("recall", 90, author=UZ, target=longer.what.ref)
    course = follow([lead(), longer, back], ALERT, now=NOON + 9 * DAY)
    assert course.state is State.LAPSED
    assert course.current == Version(ALERT, 1)


def test_older_amendment_after_a_newer_version_is_superseded():
    newer, older = lead(version=3), later("amendment", 90, author=UZ, carries=Version(ALERT, 2))
    course = follow([newer, older], ALERT, now=NOON)
    assert course.current == Version(ALERT, 3)


def test_recall_answer_to_the_recall_of_an_answer_moves_nothing():
    acceptance = later("acceptance")
    recall = later("recall", 70, target=acceptance.what.ref)
    answer = later("recall-answer", 80, author=UZ, target=recall.what.ref)
    assert told(lead(), acceptance, recall, answer) == (
        State.OPEN,
        ["led", "withdrawn", "noted", "noted"],
    )


def test_alert_about_a_notice_moves_the_notice():
    alert = said("alert", AZ, at=LATER, notices=(NOTICE,))
    assert told(lead(NOTICE), alert, leader=NOTICE) == (State.ALERTED, ["led", "moved"])
    assert told(alert, leader=NOTICE) == (None, ["waiting"])


@pytest.mark.parametrize(
    ("comparisons", "state"),
    [
        (["not-compared"], State.IMPORTED),
        (["matches"], State.MATCHED),
        (["differs"], State.DIFFERING),
        (["differs", "matches"], State.MATCHED),
        (["matches", "differs"], State.DIFFERING),
        (["not-compared", "matches"], State.MATCHED),
    ],
)
def test_notice_ends_matched_or_differing(comparisons, state):
    results = [
        later("import-result", 60 + n, target=NOTICE, reference=f"I{n}", coded={"comparison": word})
        for n, word in enumerate(comparisons)
    ]
    assert told(lead(NOTICE), *results, leader=NOTICE)[0] is state


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ([("extension", {})], State.EXTENDED),
        ([("information-reply", {"complete": False})], State.PARTLY_ANSWERED),
        ([("information-reply", {"complete": True})], State.ANSWERED),
        ([("refusal", {"extent": "whole"})], State.REFUSED),
        ([("refusal", {"extent": "part"}), ("information-reply", {"complete": True})], State.ANSWERED),
        ([("refusal", {"extent": "whole"}), ("information-reply", {"complete": True})], State.ANSWERED),
        ([("extension", {}), ("information-reply", {"complete": True})], State.ANSWERED),
    ],
)
def test_request_ends_answered_or_refused(answers, state):
    spoken = [
        later(name, 60 + n, target=REQUEST, coded=coded) for n, (name, coded) in enumerate(answers)
    ]
    assert told(lead(REQUEST), *spoken, leader=REQUEST)[0] is state


def test_side_sees_what_only_it_can_see():
    acts = [Act(Event.DELIVERED, NOON + 1), Act(Event.READ, NOON + 2)]
    course = follow([lead()], ALERT, now=NOON, side="sender", acts=acts)
    assert (course.state, course.agreed) == (State.READ, State.OPEN)
    assert [step.after for step in course.steps] == [State.SEALED, State.DELIVERED, State.READ]


def test_act_after_the_answer_changes_nothing():
    acts = [Act(Event.READ, NOON + 2 * HOUR)]
    spoken = [lead(), later("acceptance")]
    course = follow(spoken, ALERT, now=NOON, side="sender", acts=acts)
    assert course.state is State.ACCEPTED


def test_act_on_what_never_began_is_passed_over():
    course = follow([], ALERT, now=NOON, side="sender", acts=[Act(Event.READ, NOON)])
    assert (course.state, course.agreed, course.steps) == (None, None, [])


def test_act_that_changes_no_state_is_noted():
    acts = [Act(Event.ASSIGNED, NOON + 1), Act(Event.ASSIGNED, NOON + 2)]
    course = follow([lead()], ALERT, now=NOON, side="recipient", acts=acts)
    assert [step.outcome for step in course.steps] == ["led", "moved", "noted"]
