"""Deadlines: by when somebody owes something in a conversation, and whether it came.

Responsible for due times from the agreement's values and the documents' own dates, all in UTC
milliseconds, and for the moments at which people are told. Must not look at a clock.

Both sides compute the same times, for both hold the same documents and the same receipts.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from node.conversation.course import Course
from node.conversation.event import Event
from node.conversation.facts import Spoken
from node.conversation.tables import CLOSED, State
from node.trust.agreement import Deadlines

_MINUTE_MS: Final = 60_000
_HOUR_MS: Final = 3_600_000

REMINDED, OVERDUE, ESCALATED = 50, 100, 150
MARKS: Final = (REMINDED, OVERDUE, ESCALATED)
"""Percent of the time allowed at which somebody is told: half, whole, and half as much again."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """Something that one side owes the other.

    Attributes:
        name: `receipt`, `read`, `acceptance`, `feedback`, `answer`, `recall-answer`.
        re: id of the message that asks for it.
        by: the authority that owes it.
        start: Unix ms, when the time began to run.
        due: Unix ms.
        met_at: Unix ms, when it came; None while it is owed.
        is_void: nobody owes it any more, though it never came.
    """

    name: str
    re: str
    by: str
    start: int
    due: int
    met_at: int | None = None
    is_void: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is still owed."""
        return self.met_at is None and not self.is_void

    @property
    def is_late(self) -> bool:
        """Whether it came, but after the time."""
        return self.met_at is not None and self.met_at > self.due

    def mark_at(self, percent: int) -> int:
        """Give the moment at which this share of the time allowed has passed, Unix ms."""
        return self.start + (self.due - self.start) * percent // 100

    def mark(self, now: int) -> int:
        """Give the highest mark that has passed and concerns somebody; 0 for none."""
        if not self.is_open:
            return 0
        return max((mark for mark in MARKS if self.mark_at(mark) <= now), default=0)

    def marks(self) -> Iterator[tuple[int, int]]:
        """Give each mark and its moment, Unix ms, in order."""
        return ((mark, self.mark_at(mark)) for mark in MARKS)


def due_in(course: Course, terms: Deadlines, *, recipient: str) -> tuple[Deadline, ...]:
    """Give every deadline of a conversation, met or not.

    Args:
        course: what has been said.
        terms: the agreed values.
        recipient: the authority to which the leading document went.
    """
    found = list(_of_recalls(course, terms, recipient))
    lead = course.asked
    if lead is not None:
        start = lead.delivered_at
        found.append(_met(course, "receipt", lead, recipient, lead.at, _receipt_due(lead, terms), start))
        if start is not None:
            owed = _OWED.get(course.lead.name, ())
            found += [ask(course, lead, start, terms, recipient) for ask in owed]
    return tuple(found)


def _receipt_due(lead: Spoken, terms: Deadlines) -> int:
    return lead.at + terms.receipt_minutes * _MINUTE_MS


def _met(
    course: Course,
    name: str,
    asked: Spoken,
    by: str,
    start: int,
    due: int,
    met_at: int | None,
) -> Deadline:
    is_void = met_at is None and course.agreed in CLOSED
    return Deadline(name, asked.id, by, start, due, met_at, is_void=is_void)


def _first(course: Course, start: int, *events: Event) -> int | None:
    """Give when the first of these events came; while the alert is asked anew, only since then."""
    since = start if course.agreed is State.OPEN else 0
    return min((step.at for step in course.said(*events) if step.at >= since), default=None)


_DECIDED: Final = (
    Event.ACCEPTED,
    Event.DECLINED,
    Event.CONTROLLED,
    Event.NOT_CONTROLLED,
    Event.SEIZED,
)


def _read(course: Course, lead: Spoken, start: int, terms: Deadlines, by: str) -> Deadline:
    eta = lead.coded.get("eta")
    is_near = eta is not None and eta - start < terms.near_hours * _HOUR_MS
    minutes = terms.read_minutes_near if is_near else terms.read_minutes
    met_at = _first(course, start, Event.READ, *_DECIDED)
    return _met(course, "read", lead, by, start, start + minutes * _MINUTE_MS, met_at)


def _acceptance(course: Course, lead: Spoken, start: int, terms: Deadlines, by: str) -> Deadline:
    wanted = lead.coded.get("acceptance_due") or lead.coded.get("eta") or lead.coded["feedback_due"]
    soonest = start + terms.read_minutes_near * _MINUTE_MS  # even when the cargo has arrived already
    return _met(
        course, "acceptance", lead, by, start, max(wanted, soonest), _first(course, start, *_DECIDED)
    )


def _feedback(course: Course, lead: Spoken, start: int, terms: Deadlines, by: str) -> Deadline:
    arrivals = (
        min(step.said.coded["arrived"], step.at)  # nobody reports an arrival before it is
        for step in course.said(Event.ARRIVED)
        if step.said
    )
    arrived = max(arrivals, default=0)
    # A date set before the cargo moved does not bind before the cargo has come.
    due = max(lead.coded["feedback_due"], arrived and arrived + terms.feedback_hours * _HOUR_MS)
    met_at = _first(course, start, Event.CONTROLLED, Event.NOT_CONTROLLED, Event.SEIZED)
    return _met(course, "feedback", lead, by, start, max(due, start + 1), met_at)


def _answer(course: Course, lead: Spoken, start: int, terms: Deadlines, by: str) -> Deadline:
    hours = {
        "urgent-direct": terms.urgent_direct_hours,
        "urgent-indirect": terms.urgent_indirect_hours,
    }.get(lead.coded.get("urgency", ""), terms.routine_hours)
    due = lead.coded.get("due") or start + hours * _HOUR_MS
    extended = [step.said.coded["until"] for step in course.said(Event.EXTENDED) if step.said]
    met_at = _first(course, start, Event.REPLIED, Event.REFUSED, Event.CONSENTED)
    return _met(course, "answer", lead, by, start, max(due, start + 1, *extended), met_at)


_OWED: Final[Mapping[str, tuple[Callable[[Course, Spoken, int, Deadlines, str], Deadline], ...]]] = (
    MappingProxyType(
        {
            "alert": (_read, _acceptance, _feedback),
            "information-request": (_answer,),
            "consent-request": (_answer,),
        }
    )
)


def _of_recalls(course: Course, terms: Deadlines, recipient: str) -> Iterator[Deadline]:
    """Give what is owed for each recall, of the leading document or of an answer to it."""
    for step in course.said(Event.RECALLED):
        recall = step.said
        if recall is None or recall.delivered_at is None:
            continue
        by = recipient if recall.author == course.lead.authority else course.lead.authority
        start = recall.delivered_at
        due = recall.coded.get("due") or start + terms.recall_answer_hours * _HOUR_MS
        answers = (
            answer.at
            for answer in course.said(Event.RECALL_ANSWERED)
            if answer.said and answer.said.target and answer.said.target.ref == recall.what.ref
        )
        met_at = min(answers, default=None)
        yield Deadline("recall-answer", recall.id, by, start, max(due, start + 1), met_at)
