"""Conversations, cases and what is owed as plain values: what is shown of them, wherever it is shown.

Responsible for the members, the same on the command line and in the API. Must not decide anything, and
must not show content.
"""

from collections.abc import Iterable
from typing import Any

from node.conversation.page import Page
from node.conversation.tables import CLOSED
from node.conversation.timeline import Due, Line, owed
from node.conversation.wording import title_of, to_second

Outline = dict[str, Any]


def outline_of(page: Page, *, now: int) -> Outline:
    """Give one conversation: where it stands and what is due next.

    Args:
        page: as the register has it; its validity may have ended since it last moved.
        now: Unix ms.
    """
    course = page.follow(now)
    left = owed(page, now=now)
    return {
        "reference": page.lead.reference,
        "document": page.lead.name,
        "title": title_of(page.lead.name),
        "authority": page.lead.authority,
        "peer": page.peer,
        "state": course.state if course else None,
        "agreed": course.agreed if course else None,
        "due": outline_of_due(left[0], now=now) if left else None,
    }


def is_wanted(outline: Outline, *, only_open: bool, overdue: bool) -> bool:
    """Say whether a conversation belongs in a list that leaves some out.

    Args:
        outline: of the conversation.
        only_open: leave out those that have come to their end and in which nothing is owed.
        overdue: leave out those in which no time has passed.
    """
    due = outline["due"]
    if only_open and outline["agreed"] in CLOSED and not due:
        return False
    return not overdue or bool(due and due["overdue"])


def outline_of_due(due: Due, *, now: int) -> Outline:
    """Give something that is owed."""
    return {
        "name": due.deadline.name,
        "by": due.deadline.by,
        "peer": due.peer,
        "reference": due.reference,
        "due_at": to_second(due.deadline.due),
        "overdue": due.is_overdue(now),
        "text": due.tell(now),
    }


def outline_of_line(line: Line) -> Outline:
    """Give one line of a timeline."""
    return {
        "at": to_second(line.at),
        "who": line.who,
        "peers": line.peers,
        "id": line.id.rpartition("/")[2],
        "text": line.text,
        "after": [
            {"peer": after.peer, "reference": after.lead.reference, "state": after.state}
            for after in line.after
        ],
        "notes": line.notes,
    }


def owed_in(pages: Iterable[Page], *, now: int) -> list[Due]:
    """Give what is owed in some conversations, what is due first first."""
    left = [due for page in pages for due in owed(page, now=now)]
    return sorted(left, key=lambda due: due.deadline.due)
