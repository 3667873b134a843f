"""The timeline of a case: linked conversations as one list of what happened, when, and what it came to.

Responsible for putting documents, what each side saw, and deadlines of several conversations into
one order. Must not add anything that the pages do not hold, and must not show content.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from node.conversation.course import COUNTED, Course, Outcome, Step
from node.conversation.deadlines import ESCALATED, MARKS, REMINDED, Deadline
from node.conversation.event import Event
from node.conversation.facts import Ref
from node.conversation.page import Page
from node.conversation.tables import State
from node.conversation.wording import OWED, UNCOUNTED, duration, moment, tell

_SEEN = {
    Event.DELIVERED: "received {what}",
    Event.READ: "opened {what}",
    Event.ASSIGNED: "gave {what} to a unit",
    Event.RETURNED: "did not take {what}, or never got it",
    Event.LAPSED: "{what} has ceased to apply",
}


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
    for page in pages:
        course = page.follow(now)
        if course is not None and course.state is not None:
            others += _of_course(page, course, lines)
            others += _of_marks(page)
        else:
            _of_waiting(page, lines)
    return sorted((*lines.values(), *others), key=lambda line: (line.at, line.id, line.text))


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
    by_time: defaultdict[int, list[Line]] = defaultdict(list)
    for step in course.steps:
        line = _of_act(page, step) if step.said is None else _of_document(page, step, lines)
        if step.said is None:
            seen.append(line)
        else:
            here[step.said.id] = line
        by_time[step.at].append(line)
    for message_id in page.void - here.keys():
        _note_return(page, message_id, lines)
    for deadline in page.deadlines:
        if deadline.met_at is not None:
            met = by_time.get(deadline.met_at)
            _note_met(deadline, met[-1] if met else here.get(deadline.re))
    return seen


def _of_document(page: Page, step: Step, lines: dict[str, Line]) -> Line:
    said = step.said
    assert said is not None  # noqa: S101 - for the type checker: an act has none
    line = lines.setdefault(said.id, Line(said.at, said.author, [], said.id, tell(said)))
    if page.peer not in line.peers:
        line.peers.append(page.peer)
    if step.after is not None and step.outcome in {Outcome.LED, Outcome.MOVED}:
        line.after.append(After(page.peer, page.lead, step.after))
    elif step.outcome not in COUNTED and step.outcome is not Outcome.WAITING:
        _note(line, UNCOUNTED[step.outcome])
    elif step.outcome in {Outcome.LATE, Outcome.WAITING}:
        _note(line, UNCOUNTED[step.outcome])
    return line


def _of_waiting(page: Page, lines: dict[str, Line]) -> None:
    """Write the documents of a page that has not begun, unless they have a place on another."""
    for said in page.said.values():
        line = lines.setdefault(said.id, Line(said.at, said.author, [], said.id, tell(said)))
        if page.peer not in line.peers:
            line.peers.append(page.peer)


def _of_act(page: Page, step: Step) -> Line:
    assert step.event is not None  # noqa: S101 - for the type checker: every act has one
    ours = step.event is Event.ASSIGNED or (step.event is Event.READ and page.recipient == page.own)
    who = "" if step.event is Event.LAPSED else page.own if ours else page.recipient
    text = _SEEN[step.event].format(what=page.lead.reference)
    moved = [After(page.peer, page.lead, step.after)] if step.after and step.outcome is Outcome.MOVED else []
    return Line(step.at, who, [page.peer], "", text, moved)


def _of_marks(page: Page) -> Iterator[Line]:
    """Tell the marks of deadlines of which somebody was told."""
    for deadline in page.deadlines:
        told = page.told.get((deadline.name, deadline.re), 0)
        for mark in (mark for mark in MARKS if mark <= told):
            yield Line(
                deadline.mark_at(mark), deadline.by, [page.peer], "", _mark(page, deadline, mark)
            )


def _mark(page: Page, deadline: Deadline, mark: int) -> str:
    what = f"{OWED[deadline.name]} on {_reference(page, deadline)}"
    if mark == REMINDED:
        return f"reminded: half the time for the {what} has passed, due {moment(deadline.due)}"
    if mark == ESCALATED:
        return f"escalated: the {what} was due {moment(deadline.due)}"
    return f"overdue: the {what}"


def _note_met(deadline: Deadline, line: Line | None) -> None:
    assert deadline.met_at is not None  # noqa: S101 - for the type checker: asked before
    if line is None:
        return
    what = OWED[deadline.name]
    if deadline.is_late:
        _note(line, f"{what} late by {duration(deadline.met_at - deadline.due)}")
    elif deadline.name != "receipt":  # that it came in time is nothing to be told of each message
        _note(line, f"{what} in time")


def _note_return(page: Page, message_id: str, lines: dict[str, Line]) -> None:
    said = page.said[message_id]
    line = lines.setdefault(said.id, Line(said.at, said.author, [], said.id, tell(said)))
    if page.peer not in line.peers:
        line.peers.append(page.peer)
    _note(line, f"{UNCOUNTED[Outcome.RETURNED]} ({page.peer})")


def _note(line: Line, text: str) -> None:
    if text not in line.notes:
        line.notes.append(text)


def _reference(page: Page, deadline: Deadline) -> str:
    """Name the document that asks for something."""
    said = page.said[deadline.re]
    return (said.carries or said.what).ref.reference
