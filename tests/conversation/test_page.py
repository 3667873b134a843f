from dataclasses import replace

import pytest

from node.conversation.course import Act, Outcome
from node.conversation.event import Event
from node.conversation.facts import Ref, Version
from node.conversation.page import MAX_TURNS, Page, homes_of
from node.trust.agreement import Deadlines
from tests.conversation.conftest import ALERT, AZ, DAY, HOUR, NOON, NOTICE, UZ, lead, said

TERMS = Deadlines()


def page(*spoken, own=AZ, leader=ALERT):
    made = Page(own, UZ if own == AZ else AZ, leader)
    for each in spoken:
        made.add(each)
    return made


def news(made, now=NOON):
    verdicts, marks = made.turn(TERMS, now=now)
    return [(each.said.name, each.outcome.value) for each in verdicts], [
        (each.deadline.name, each.percent) for each in marks
    ]


def test_page_tells_what_is_new_once():
    made = page(lead(delivered_at=NOON))
    assert news(made) == ([("alert", "led")], [])
    assert news(made) == ([], [])
    made.add(said("acceptance", target=ALERT, at=NOON + 1))
    assert news(made, NOON + 1) == ([("acceptance", "moved")], [])


def test_page_tells_each_mark_once():
    made = page(lead(delivered_at=NOON, coded={"eta": NOON + 12 * HOUR}))
    assert news(made)[1] == []
    assert news(made, NOON + HOUR)[1] == [("read", 50), ("read", 100)]  # it was not looked at before
    assert news(made, NOON + HOUR)[1] == []
    assert news(made, NOON + 2 * HOUR)[1] == [("read", 150)]


def test_page_knows_when_to_look_again():
    made = page(lead(delivered_at=NOON, coded={"eta": NOON + 12 * HOUR}))
    news(made)
    assert made.next_mark_at == NOON + HOUR // 2  # half of the time to read it
    news(made, NOON + 6 * DAY)
    assert made.next_mark_at == NOON + 7 * DAY  # the end of its validity
    news(made, NOON + 10 * DAY)
    assert made.next_mark_at is None


def test_page_whose_validity_ends_says_so_once():
    made = page(lead(delivered_at=NOON))
    news(made)
    assert not made.has_lapsed
    news(made, NOON + 7 * DAY)
    assert made.has_lapsed
    assert made.agreed == "lapsed"
    news(made, NOON + 8 * DAY)
    assert not made.has_lapsed


def test_page_that_is_over_is_not_looked_at_again():
    made = page(lead(delivered_at=NOON), said("control-result", target=ALERT, at=NOON + 1))
    news(made)
    assert made.next_mark_at is None


@pytest.mark.parametrize(("own", "side", "recipient"), [(AZ, "recipient", AZ), (UZ, "sender", AZ)])
def test_page_knows_whose_side_it_is_on(own, side, recipient):
    made = page(own=own)
    assert (made.side, made.recipient) == (side, recipient)


def test_page_of_something_that_waits_has_no_state():
    control = said("control-result", target=ALERT)
    waiting = page(said("seizure", target=control.what.ref), leader=control.what.ref)
    assert news(waiting) == ([("seizure", "waiting")], [])
    assert (waiting.state, waiting.agreed, waiting.deadlines) == (None, None, ())


def test_page_message_the_peer_refused_does_not_count():
    made = page(lead(), own=UZ)
    dates = {"feedback_due": NOON + DAY}
    amendment = said("amendment", UZ, target=ALERT, carries=Version(ALERT, 2), at=NOON + 1, coded=dates)
    made.add(amendment)
    news(made)
    made.give_up(amendment.id, Act(Event.RETURNED, NOON + 2))
    assert news(made) == ([("amendment", "returned")], [])
    assert made.follow(NOON).current == Version(ALERT, 1)
    made.deliver(amendment.id, NOON + 3)
    assert news(made) == ([("amendment", "noted")], [])


def test_page_leading_message_the_peer_refused_is_returned():
    made = page(lead(), own=UZ)
    made.give_up(lead().id, Act(Event.RETURNED, NOON + 2))
    assert news(made) == ([("alert", "led")], [])
    assert (made.state, made.agreed) == ("returned", "open")


def hits(count, **more):
    return [said("hit", target=ALERT, reference=f"H{n}", index=n, **more) for n in range(count)]


def test_page_full_of_one_author_s_takes_no_more_but_learns_of_what_it_has():
    made = page(lead(), *hits(MAX_TURNS), own=UZ)
    assert not made.add(said("hit", target=ALERT, reference="one too many", index=MAX_TURNS))
    assert made.add(replace(hits(1)[0], delivered_at=NOON))
    assert made.add(said("incident", UZ, target=ALERT, index=MAX_TURNS))  # the other author's


def test_page_full_keeps_the_first_in_the_author_s_log_whatever_came_first():
    there = [*hits(MAX_TURNS), said("hit", target=ALERT, reference="last", index=MAX_TURNS)]
    made = page(lead(), *reversed(there), own=UZ)
    assert set(made.said) == {lead().id, *(each.id for each in there[:-1])}
    assert made.gone == {there[-1].id}


def test_page_full_still_takes_a_recall():
    crowd = [said("incident", UZ, target=ALERT, reference=f"I{n}", index=n) for n in range(MAX_TURNS)]
    made = page(lead(), *crowd)
    assert made.add(said("recall", UZ, target=ALERT, index=MAX_TURNS + 1))


def test_page_never_looks_again_at_a_moment_that_has_passed():
    declined = said("acceptance", target=ALERT, at=NOON + 1, coded={"decision": "declined"})
    late = said("acceptance", target=ALERT, reference="B", at=NOON + 8 * DAY)
    made = page(lead(delivered_at=NOON), declined, late)
    for now in (NOON, NOON + 7 * DAY, NOON + 9 * DAY, NOON + 99 * DAY):
        news(made, now)
        assert made.next_mark_at is None or made.next_mark_at > now


def test_page_tells_a_deadline_again_when_it_has_been_put_off():
    request = lead(Ref("information-request", UZ, "R"), delivered_at=NOON)
    made = page(request, leader=request.what.ref)
    news(made, NOON + DAY)
    extension = said(
        "extension", target=request.what.ref, at=NOON + DAY, coded={"until": NOON + 3 * DAY}
    )
    made.add(extension)
    assert ("answer", 100) in news(made, NOON + 3 * DAY)[1]


def test_page_tells_what_changed_of_what_was_read():
    made = page(lead())
    news(made)
    made.changed.clear()
    news(made)
    assert made.changed == set()
    made.add(said("hit", target=ALERT, at=NOON + 1))
    assert made.changed == {said("hit", target=ALERT, at=NOON + 1).id}


CONTROL = Ref("control-result", AZ, "C")
HOMES = {
    "an alert leads, and is about its notices": (lead(notices=(NOTICE,)), [ALERT, NOTICE]),
    "an amendment": (said("amendment", UZ, target=ALERT, carries=Version(ALERT, 2)), [ALERT]),
    "an answer to what leads": (said("hit", target=ALERT), [ALERT]),
    "an answer to an answer that is known": (said("seizure", target=CONTROL), [ALERT]),
    "an answer to what is not known": (said("seizure", target=Ref("control-result", AZ, "?")), [
        Ref("control-result", AZ, "?")
    ]),
    "an answer to nothing": (said("hit"), []),
}  # fmt: skip


@pytest.mark.parametrize(("document", "homes"), HOMES.values(), ids=HOMES)
def test_homes_of_a_document(document, homes):
    found = homes_of(document, {CONTROL: ALERT, ALERT: ALERT}.get)
    assert list(found) == homes


def test_outcome_of_returned_is_not_counted():
    assert Outcome.RETURNED.value == "returned"
