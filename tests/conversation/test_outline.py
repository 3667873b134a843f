"""Conversations as plain values."""

import pytest

from node.conversation.course import Act
from node.conversation.event import Event
from node.conversation.outline import is_wanted, outline_of, outline_of_due, outline_of_line, owed_in
from node.conversation.page import Page
from node.conversation.timeline import owed, timeline
from node.trust.agreement import Deadlines
from tests.conversation.conftest import ALERT, AZ, DAY, HOUR, NOON, UZ, lead

CODED = {
    "priority": "urgent",
    "areas": ["drugs"],
    "levels": ["high"],
    "feedback_due": NOON + 3 * DAY,
    "eta": NOON + 12 * HOUR,
}


def page(*spoken):
    made = Page(AZ, UZ, ALERT)
    for each in spoken or (lead(coded=CODED, delivered_at=NOON),):
        made.add(each)
    made.turn(Deadlines(), now=NOON)
    return made


def test_outline_tells_where_a_conversation_stands_and_what_is_due_next():
    found = outline_of(page(), now=NOON)
    assert found["due"] == outline_of_due(owed(page(), now=NOON)[0], now=NOON)
    assert found | {"due": None} == {
        "reference": ALERT.reference,
        "document": "alert",
        "title": "alert",
        "authority": ALERT.authority,
        "peer": UZ,
        "state": found["state"],
        "agreed": "open",
        "due": None,
    }


def test_outline_of_what_has_not_begun_has_neither_state_nor_due():
    waiting = Page(AZ, UZ, ALERT)
    waiting.lead = ALERT._replace(name="hit")
    found = outline_of(waiting, now=NOON)
    assert (found["state"], found["agreed"], found["due"]) == (None, None, None)


def test_outline_of_due_says_whether_its_time_has_passed():
    due = owed(page(), now=NOON)[0]
    assert not outline_of_due(due, now=due.deadline.due - 1)["overdue"]
    late = outline_of_due(due, now=due.deadline.due)
    assert late["overdue"]
    assert "overdue" in late["text"]
    assert late["by"] == due.deadline.by


def test_outline_of_line_names_the_message_without_its_originator():
    line = timeline([page()], now=NOON)[0]
    found = outline_of_line(line)
    assert line.id == f"{found['who']}/{found['id']}"
    assert found["after"] == [{"peer": UZ, "reference": ALERT.reference, "state": line.after[0].state}]


@pytest.mark.parametrize(
    ("agreed", "due", "only_open", "overdue", "wanted"),
    [
        ("open", None, True, False, True),
        ("controlled", None, True, False, False),
        ("controlled", {"overdue": False}, True, False, True),
        ("controlled", None, False, False, True),
        ("open", None, False, True, False),
        ("open", {"overdue": False}, False, True, False),
        ("open", {"overdue": True}, False, True, True),
        ("recalled", {"overdue": True}, True, True, True),
    ],
)
def test_is_wanted_leaves_out_what_was_not_asked_for(agreed, due, only_open, overdue, wanted):
    outline = {"agreed": agreed, "due": due}
    assert is_wanted(outline, only_open=only_open, overdue=overdue) is wanted


def test_owed_in_puts_what_is_due_first_first():
    found = owed_in([page(), page(lead(coded=CODED, at=NOON - DAY, delivered_at=NOON - DAY))], now=NOON)
    times = [due.deadline.due for due in found]
    assert times == sorted(times)
    assert len({due.deadline.name for due in found}) > 1


def test_outline_of_an_act_names_no_message():
    opened = page()
    opened.acts.append(Act(Event.READ, NOON + HOUR))
    assert "" in {outline_of_line(line)["id"] for line in timeline([opened], now=NOON)}
