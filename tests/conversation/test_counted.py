from dataclasses import replace

import pytest

from node.conversation.counted import counted_of, is_met
from node.conversation.course import Act
from node.conversation.deadlines import Deadline
from node.conversation.event import Event
from node.conversation.page import Page
from node.trust.agreement import Deadlines
from tests.conversation.conftest import ALERT, AZ, DAY, HOUR, NOON, UZ, lead, said

MONTH = 30 * DAY


def page_of(*spoken, own=AZ, ref=ALERT, acts=()):
    """Put a page together; what has no time of delivery came an hour after it was sealed."""
    there = [replace(one, delivered_at=one.delivered_at or one.at + HOUR) for one in spoken]
    peer = UZ if own == AZ else AZ
    return Page(own, peer, ref, said={one.id: one for one in there}, acts=list(acts))


def counted(page, *, now=NOON + MONTH, is_test=False):
    return counted_of(page, now=now, terms=Deadlines(), is_test=is_test)


def answer(name, at=NOON + 2 * HOUR, **more):
    return said(name, AZ, at=at, target=ALERT, **more)


def test_conversation_counts_from_its_first_delivery():
    found = counted(page_of(lead(), lead(version=2, at=NOON + DAY)))
    assert found.delivered == NOON + HOUR
    assert found.standing.what.number == 2


def test_alert_that_never_got_there_counts_for_nothing():
    page = page_of(lead(), own=UZ)
    page.void = set(page.said)
    assert counted(page) is None


def test_message_without_receipt_does_not_count_yet():
    page = page_of(lead())
    late = answer("acceptance")
    page.said[late.id] = late
    assert [one.name for one in counted(page).said] == ["alert"]


def test_page_of_documents_that_wait_counts_for_nothing():
    control = said("control-result", AZ)
    seizure = said("seizure", AZ, target=control.what)
    assert counted(page_of(seizure, ref=control.what.ref)) is None


@pytest.mark.parametrize("is_test", [True, False])
def test_test_traffic_is_counted_apart(is_test):
    spoken = lead(coded={"test": True}), answer("acceptance", coded={"test": True}), answer("hit")
    found = counted(page_of(*spoken), is_test=is_test)
    assert (found is not None) == is_test
    assert not is_test or [one.name for one in found.said] == ["alert", "acceptance"]


def test_same_document_again_counts_once():
    first = answer("acceptance")
    again = replace(first, id="again", at=first.at + HOUR)
    assert counted(page_of(lead(), again, first)).said[1:] == (
        replace(first, delivered_at=first.at + HOUR),
    )


@pytest.mark.parametrize(
    ("spoken", "closed_at"),
    [
        ([], None),
        ([answer("acceptance")], None),
        ([answer("acceptance", coded={"decision": "declined"})], NOON + 2 * HOUR),
        (
            [
                answer("acceptance", coded={"decision": "declined"}),
                lead(version=2, at=NOON + 3 * HOUR),
            ],
            None,
        ),
        (
            [answer("control-result"), answer("arrival", at=NOON + 5 * HOUR)],
            NOON + 2 * HOUR,
        ),
    ],
    ids=["open", "accepted", "declined", "asked anew", "controlled"],
)
def test_conversation_is_closed_since_nothing_more_was_asked(spoken, closed_at):
    assert counted(page_of(lead(), *spoken), now=NOON + DAY).closed_at == closed_at


def test_validity_closes_what_was_never_answered():
    found = counted(page_of(lead(until=NOON + 7 * DAY)))
    assert found.closed_at == NOON + 7 * DAY


def owed(due, met_at=None):
    return Deadline("feedback", "m", AZ, NOON, due, met_at)


@pytest.mark.parametrize(
    ("deadline", "closed_at", "overdue", "due", "answered_or_due"),
    [
        (owed(NOON + HOUR), None, True, True, True),
        (owed(NOON + DAY), None, False, False, False),
        (owed(NOON + HOUR, NOON), None, False, True, True),
        (owed(NOON + DAY, NOON), None, False, False, True),
        (owed(NOON + HOUR, NOON + 2 * HOUR), None, True, True, True),
        (owed(NOON + HOUR), NOON, False, False, False),
        (owed(NOON + HOUR), NOON + 2 * HOUR, True, True, True),
        (owed(NOON + HOUR, NOON), NOON, False, True, True),
        (owed(NOON + HOUR, NOON + 2 * HOUR), NOON, False, False, False),
    ],
    ids=[
        "never came",
        "not due yet",
        "came in time",
        "came before it was due",
        "came late",
        "ended before it was due",
        "ended after it was due",
        "ended by what was owed",
        "came late, after the end",
    ],
)
def test_term_is_judged_by_what_came_and_by_the_end(deadline, closed_at, overdue, due, answered_or_due):
    found = replace(counted(page_of(lead())), now=NOON + 3 * HOUR, closed_at=closed_at)
    assert found.is_overdue(deadline) is overdue
    assert found.is_due(deadline) is due
    assert found.is_answered_or_due(deadline) is answered_or_due


def test_what_came_at_its_due_time_came_in_time():
    assert is_met(owed(NOON, NOON))
    assert not is_met(owed(NOON, NOON + 1))


@pytest.mark.parametrize("own", [AZ, UZ])
@pytest.mark.parametrize("at", [NOON + 2 * HOUR, NOON + 9 * HOUR], ids=["in time", "after the answer"])
def test_reading_is_known_from_the_acts_of_either_side(own, at):
    acts = [Act(Event.DELIVERED, NOON + HOUR), Act(Event.READ, at)]
    page = page_of(lead(), answer("acceptance", at=NOON + 3 * HOUR), own=own, acts=acts)
    assert counted(page).read_at == at


def test_reading_nobody_was_told_of_is_unknown():
    assert counted(page_of(lead(), answer("acceptance"))).read_at is None
