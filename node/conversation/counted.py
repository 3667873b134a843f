"""What counts of a conversation when figures are made: the part that both sides hold alike.

Responsible for leaving out what the recipient never accepted, traffic of the other kind (test or
real) and repetitions, and for judging whether a term was kept. Must not know any metric.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from node.conversation.course import Course, follow
from node.conversation.deadlines import Deadline, due_in
from node.conversation.event import Event
from node.conversation.facts import Ref, Spoken, Version
from node.conversation.page import Page
from node.conversation.tables import CLOSED, leads
from node.trust.agreement import Deadlines


@dataclass(frozen=True, slots=True)
class Counted:
    """A conversation that reached its recipient.

    Attributes:
        said: what the other side accepted, each version once, in order.
        standing: the version of the leading document that stands.
        delivered: when its first version was accepted, Unix ms.
        read_at: when an officer opened it, as far as this side was told, Unix ms.
        closed_at: since when nothing more is asked of the recipient; None while something is.
        now: Unix ms; decides which terms have ended.
    """

    course: Course
    said: tuple[Spoken, ...]
    standing: Spoken
    deadlines: tuple[Deadline, ...]
    delivered: int
    read_at: int | None
    closed_at: int | None
    now: int

    def first(self, *events: Event) -> int | None:
        """Give when one of these events first took place, Unix ms."""
        return min((step.at for step in self.course.said(*events)), default=None)

    def spoken(self, *events: Event) -> Iterator[Spoken]:
        """Give the documents that brought one of these events about."""
        return (step.said for step in self.course.said(*events) if step.said)

    def arrived(self) -> int | None:
        """Give when the cargo, or the first part of it, arrived, Unix ms."""
        return min((said.coded["arrived"] for said in self.spoken(Event.ARRIVED)), default=None)

    def is_overdue(self, deadline: Deadline) -> bool:
        """Say whether a term ended before what was owed had come."""
        return deadline.due <= self.now and not is_met(deadline) and not self._is_excused(deadline)

    def is_due(self, deadline: Deadline) -> bool:
        """Say whether a term has ended while something was owed."""
        return deadline.due <= self.now and not self._is_excused(deadline)

    def is_answered_or_due(self, deadline: Deadline) -> bool:
        """Say whether what was owed has come, or its term has ended."""
        is_reached = deadline.met_at is not None or deadline.due <= self.now
        return is_reached and not self._is_excused(deadline)

    def _is_excused(self, deadline: Deadline) -> bool:
        """Say whether the conversation had ended before the term did, so that nothing was owed."""
        is_closed = self.closed_at is not None and self.closed_at <= deadline.due
        return is_closed and not is_met(deadline)


def counted_of(page: Page, *, now: int, terms: Deadlines, is_test: bool) -> Counted | None:
    """Take what counts of a conversation.

    Args:
        page: the conversation, as one side keeps it.
        now: Unix ms.
        terms: the deadlines of the agreement it rests on.
        is_test: take test traffic, and nothing else; otherwise none of it.

    Returns:
        None if it never reached its recipient, or is of the other kind.
    """
    if not leads(page.lead.name):
        return None
    said = [each for each in page.said.values() if _counts(page, each, is_test=is_test)]
    course = follow(said, page.lead, now=now, side=page.side, acts=page.acts)
    standing = course.asked
    delivered = [each.delivered_at for each in said if each.delivered_at and _brings(each, page.lead)]
    if standing is None:
        return None
    return Counted(
        course,
        _versions(said),
        standing,
        due_in(course, terms, recipient=page.recipient),
        min(delivered),
        min((act.at for act in page.acts if act.event is Event.READ), default=None),
        _closed_at(course),
        now,
    )


def is_met(deadline: Deadline) -> bool:
    """Say whether what was owed came within the term."""
    return deadline.met_at is not None and deadline.met_at <= deadline.due


def _counts(page: Page, said: Spoken, *, is_test: bool) -> bool:
    """Say whether the recipient accepted a message, and it is of the kind of traffic wanted."""
    is_there = said.delivered_at is not None and said.id not in page.void
    return is_there and bool(said.coded.get("test")) is is_test


def _brings(said: Spoken, lead: Ref) -> bool:
    return any(version is not None and version.ref == lead for version in (said.what, said.carries))


def _versions(said: list[Spoken]) -> tuple[Spoken, ...]:
    """Give each version of each document once, the message that was sealed first."""
    found: dict[Version, Spoken] = {}
    for each in sorted(said, key=lambda one: (one.at, one.id)):
        found.setdefault(each.what, each)
    return tuple(found.values())


def _closed_at(course: Course) -> int | None:
    closed_at = None
    for step in course.steps:
        if step.after is None or course.table.agreed(step.after) not in CLOSED:
            closed_at = None
        elif closed_at is None:
            closed_at = step.at
    return closed_at
