"""The timeline of a case: linked conversations as one list of what happened, when, and what it came to.

Responsible for putting documents, what each side saw, and deadlines of several conversations into
one order. Must not add anything that the pages do not hold, and must not show content.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from node.conversation.course import Course, Outcome, Step
from node.conversation.deadlines import ESCALATED, REMINDED, Deadline
from node.conversation.event import Event
from node.conversation.facts import Ref, Spoken
from node.conversation.page import Page
from node.conversation.tables import State
from node.conversation.wording import OWED, UNCOUNTED, duration, tell, to_minute

_SEEN: Final[Mapping[Event | None, str]] = MappingProxyType(
    {
        Event.DELIVERED: "received {}",
        Event.READ: "opened {}",
        Event.ASSIGNED: "gave {} to a unit",
        Event.RETURNED: "did not take {}, or never got it",
        Event.LAPSED: "{} has ceased to apply",
    }
)
"""What one side sees or time brings about, of the document that leads."""


@dataclass(frozen=True, slots=True)
class After:
    """The state of one conversation after a line.

    Attributes:
        lead: the document that leads it.
    """

    peer: str
    lead: Ref
    state: State


@dataclass(slots=True)
class Line:
    """One thing that happened.

    Attributes:
        at: Unix ms: sealed, seen, or due.
        who: the authority that did it, or did not do it in time; empty for the passing of time.
        peers: with whom the conversations are that it belongs to.
        id: of the message; empty where there is none.
        text: what happened, in plain words.
        after: the conversations that it began or moved, as our side sees them.
        notes: what else is to be said: deadlines met or missed, why it did not count.
    """

    at: int
    who: str
    peers: list[str]
    id: str
    text: str
    after: list[After] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Due:
    """Something still owed in a conversation.

    Attributes:
        reference: of the document that asks for it.
    """

    peer: str
    lead: Ref
    reference: str
    deadline: Deadline

    def is_overdue(self, now: int) -> bool:
        """Say whether the time has passed, Unix ms."""
        return self.deadline.due <= now

    def tell(self, now: int) -> str:
        """Say what is owed, by whom, and how long there is or has been."""
        left = self.deadline.due - now
        word = f"in {duration(left)}" if left > 0 else f"overdue for {duration(left)}"
        return f"{self.deadline.by} owes the {OWED[self.deadline.name]}, {word}"


def timeline(pages: Iterable[Page], *, now: int) -> list[Line]:
    """Tell everything that happened in some conversations, in order of time.

    Args:
        pages: of one authority, read from its register.
        now: Unix ms; decides only whether a validity has ended.
    """
    lines: dict[str, Line] = {}
    others: list[Line] = []
    not_begun: list[Page] = []
    for page in pages:
        course = page.follow(now)
        if course is None or course.state is None:
            not_begun.append(page)
            continue
        others += _of_course(page, course, lines)
        others += _of_marks(page, now)
    for page in not_begun:
        _of_waiting(page, lines)
    return sorted((*lines.values(), *others), key=lambda line: (line.at, line.id, line.text))


def came_to(line: Line) -> str:
    """Say in a few words which conversations a line began or moved, and to which state."""
    states: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for after in line.after:
        states[after.lead.reference][after.peer] = after.state.value
    return ", ".join(_of_one(reference, by_peer) for reference, by_peer in states.items())


def _of_one(reference: str, by_peer: dict[str, str]) -> str:
    if len(set(by_peer.values())) == 1:
        return f"{reference} {next(iter(by_peer.values()))}"
    return ", ".join(f"{reference} {state} with {peer}" for peer, state in by_peer.items())


def owed(page: Page, *, now: int) -> tuple[Due, ...]:
    """Give what is still owed in a conversation, what is due first first.

    Args:
        page: as the register has it: its validity may have ended since.
        now: Unix ms.
    """
    course = page.follow(now)
    has_lapsed = course is not None and course.agreed is State.LAPSED
    left = (
        Due(page.peer, page.lead, _reference(page, each), each)
        for each in page.deadlines
        if each.is_open and (each.name == "recall-answer" or not has_lapsed)
    )
    return tuple(sorted(left, key=lambda due: due.deadline.due))


def _of_course(page: Page, course: Course, lines: dict[str, Line]) -> list[Line]:
    """Write the documents of a conversation into the lines; gives those of what was only seen."""
    seen: list[Line] = []
    here: dict[str, Line] = {}
    at: dict[int, Line] = {}
    for step in course.steps:
        if step.said is None:
            at[step.at] = _of_act(page, step)
            seen.append(at[step.at])
        else:
            at[step.at] = here[step.said.id] = _of_document(page, step, step.said, lines)
    for message_id in page.void - here.keys():
        _note(_line(page, page.said[message_id], lines), UNCOUNTED[Outcome.RETURNED])
    for deadline in page.deadlines:
        if deadline.met_at is not None:
            line = at.get(deadline.met_at) or here[deadline.re]
            _note_met(line, deadline, deadline.met_at)
    return seen


def _of_document(page: Page, step: Step, said: Spoken, lines: dict[str, Line]) -> Line:
    line = _line(page, said, lines)
    line.after += _moved(page, step)
    if step.outcome in UNCOUNTED:
        _note(line, UNCOUNTED[step.outcome])
    return line


def _moved(page: Page, step: Step) -> list[After]:
    if step.after is None or step.outcome not in {Outcome.LED, Outcome.MOVED}:
        return []
    return [After(page.peer, page.lead, step.after)]


def _of_waiting(page: Page, lines: dict[str, Line]) -> None:
    """Write the documents of a page that has not begun, unless they have a place on another."""
    for said in page.said.values():
        if said.id not in lines:
            why = UNCOUNTED.get(page.outcomes.get(said.id, Outcome.WAITING))
            _note(_line(page, said, lines), why or UNCOUNTED[Outcome.WAITING])


def _line(page: Page, said: Spoken, lines: dict[str, Line]) -> Line:
    """Give the one line of a document, on however many pages it stands."""
    line = lines.setdefault(said.id, Line(said.at, said.author, [], said.id, tell(said)))
    if page.peer not in line.peers:
        line.peers.append(page.peer)
    return line


def _of_act(page: Page, step: Step) -> Line:
    who = "" if step.event is Event.LAPSED else page.recipient
    text = _SEEN[step.event].format(page.lead.reference)
    return Line(step.at, who, [page.peer], "", text, _moved(page, step))


def _of_marks(page: Page, now: int) -> Iterator[Line]:
    """Tell the marks that passed while something was owed; an extension moves them."""
    for deadline in page.deadlines:
        told = page.told.get((deadline.name, deadline.re, deadline.due), 0)
        end = now if deadline.met_at is None else deadline.met_at
        for mark, at in deadline.marks():
            if mark <= told and at <= end:
                yield Line(at, deadline.by, [page.peer], "", _mark(page, deadline, mark))


def _mark(page: Page, deadline: Deadline, mark: int) -> str:
    what = f"{OWED[deadline.name]} on {_reference(page, deadline)}"
    if mark == REMINDED:
        return f"half the time for the {what} has passed, due {to_minute(deadline.due)}"
    if mark == ESCALATED:
        return f"half as much time again has passed for the {what}, due {to_minute(deadline.due)}"
    return f"overdue: the {what}"


def _note_met(line: Line, deadline: Deadline, met_at: int) -> None:
    what = OWED[deadline.name]
    if deadline.is_late:
        _note(line, f"{what} late by {duration(met_at - deadline.due)}")
    elif deadline.name != "receipt":  # that it came in time is nothing to be told of each message
        _note(line, f"{what} in time")


def _note(line: Line, text: str) -> None:
    if text not in line.notes:
        line.notes.append(text)


def _reference(page: Page, deadline: Deadline) -> str:
    """Name the document that asks for something."""
    said = page.said[deadline.re]
    return (said.carries or said.what).ref.reference
