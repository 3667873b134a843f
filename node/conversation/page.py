"""One page of the register: a conversation with one peer, and what changed when it was turned.

Responsible for putting together what a conversation is computed from, and for telling what is new
since the last time. Must not store, and must not know other conversations.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from node.conversation.course import Act, Course, Outcome, Side, follow
from node.conversation.deadlines import MARKS, Deadline, due_in
from node.conversation.event import Event
from node.conversation.facts import Ref, Spoken
from node.conversation.tables import State, leads
from node.trust.agreement import Deadlines

MAX_TURNS: Final = 500
"""Documents of one author in one conversation, and as many versions and recalls of the leading one.

What comes beyond them is kept, but moves nothing: it bounds the work that one peer can cause by
answering the same alert without end. The first in the author's log are those that count, so that
both sides count the same ones.
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a document came to, newly or otherwise than before."""

    said: Spoken
    outcome: Outcome
    state: State | None


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that a deadline has newly passed."""

    deadline: Deadline
    percent: int


@dataclass(slots=True)
class Page:
    """A conversation between two authorities, as this side keeps it.

    Attributes:
        own: our authority id.
        peer: the other one.
        lead: the document that leads; for documents that wait, what they wait for.
        said: message id to facts.
        void: ids of messages of ours that the peer refused or never got.
        outcomes: message id to what it came to, as last told.
        told: (deadline name, message id, due time) to the highest mark told.
        gone: ids of messages put out since then, for want of room.
        changed: ids of messages of which something is new since the page was read.
        lapses_at: when the end of validity will change the state, Unix ms.
        has_lapsed: it did so when the page was turned last.
    """

    own: str
    peer: str
    lead: Ref
    said: dict[str, Spoken] = field(default_factory=dict)
    void: set[str] = field(default_factory=set)
    acts: list[Act] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    told: dict[tuple[str, str, int], int] = field(default_factory=dict)
    state: State | None = None
    agreed: State | None = None
    deadlines: tuple[Deadline, ...] = ()
    lapses_at: int | None = field(default=None, compare=False)
    has_lapsed: bool = field(default=False, compare=False)
    changed: set[str] = field(default_factory=set, compare=False)
    gone: set[str] = field(default_factory=set, compare=False)

    @property
    def side(self) -> Side:
        """Which side of the conversation we are."""
        return "sender" if self.lead.authority == self.own else "recipient"

    @property
    def recipient(self) -> str:
        """The authority to which the leading document went."""
        return self.peer if self.lead.authority == self.own else self.own

    @property
    def next_mark_at(self) -> int | None:
        """When time alone will next bring something about, Unix ms."""
        marks = (self._after(deadline) for deadline in self.deadlines)
        return min(filter(None, (self.lapses_at, *marks)), default=None)

    def add(self, said: Spoken) -> bool:
        """Add a message, or what is newly known of one; says whether there was room."""
        if said.id not in self.said and not self._make_room(said):
            return False
        self.said[said.id] = said
        self.changed.add(said.id)
        return True

    def _make_room(self, said: Spoken) -> bool:
        """Say whether there is room, having put out what stands later in the same author's log."""
        kind = self._kind(said)
        same = [each for each in self.said.values() if self._kind(each) == kind]
        if len(same) < MAX_TURNS:
            return True
        last = max(same, key=lambda each: each.place)
        if last.place < said.place:
            return False
        for kept in (self.said, self.outcomes):
            kept.pop(last.id, None)
        self.gone.add(last.id)
        return True

    def _kind(self, said: Spoken) -> tuple[str, bool]:
        """Tell versions and recalls of the leading document from all else its author says."""
        brings = (said.what.ref, said.carries and said.carries.ref)
        recalls = said.name == "recall" and said.target is not None and said.target.ref == self.lead
        return (said.author, self.lead in brings or recalls)

    def deliver(self, message_id: str, at: int) -> None:
        """Note when the peer's log accepted a message of ours."""
        said = self.said[message_id]
        self.void.discard(message_id)
        self.changed.add(message_id)
        self.said[message_id] = replace(said, delivered_at=at)
        if said.what.ref == self.lead:
            self.acts.append(Act(Event.DELIVERED, at))

    def give_up(self, message_id: str, act: Act) -> None:
        """Note that a message of ours did not get there."""
        self.void.add(message_id)
        self.changed.add(message_id)
        if self.said[message_id].what.ref == self.lead:
            self.acts.append(act)

    def turn(self, terms: Deadlines, *, now: int) -> tuple[list[Verdict], list[Mark]]:
        """Compute where the conversation stands, and give what is new.

        Args:
            terms: the agreed deadlines.
            now: Unix ms.
        """
        course, before = self.follow(now), self.agreed
        self.state, self.agreed = (course.state, course.agreed) if course else (None, None)
        self.lapses_at = course.lapses_at(now) if course else None
        self.has_lapsed = self.agreed is State.LAPSED and before not in (None, State.LAPSED)
        self.deadlines = due_in(course, terms, recipient=self.recipient) if course else ()
        return list(self._verdicts(course)), list(self._marks(now))

    def follow(self, now: int) -> Course | None:
        """Follow the conversation; None while the document that leads it is not known."""
        if not leads(self.lead.name):
            return None
        counted = (said for said in self.said.values() if self._counts(said))
        return follow(counted, self.lead, now=now, side=self.side, acts=self.acts)

    def _counts(self, said: Spoken) -> bool:
        """Say whether a message counts; a leading document does even if it never got there."""
        return said.id not in self.void or said.what.ref == self.lead

    def _verdicts(self, course: Course | None) -> Iterator[Verdict]:
        judged = {step.said.id: step for step in course.steps if step.said} if course else {}
        for said in self.said.values():
            step = judged.get(said.id)
            outcome = step.outcome if step else Outcome.WAITING
            if said.id in self.void and said.what.ref != self.lead:
                outcome = Outcome.RETURNED
            if self.outcomes.get(said.id) is not outcome:
                self.outcomes[said.id] = outcome
                self.changed.add(said.id)
                yield Verdict(said, outcome, step.after if step else None)

    def _marks(self, now: int) -> Iterator[Mark]:
        """Give each mark passed since the last time; a node that was away tells them all."""
        for deadline in self.deadlines:
            key, passed = (deadline.name, deadline.re, deadline.due), deadline.mark(now)
            for mark in MARKS:
                if self.told.get(key, 0) < mark <= passed:
                    self.told[key] = mark
                    yield Mark(deadline, mark)

    def _after(self, deadline: Deadline) -> int | None:
        """Give when the next mark not told yet passes."""
        told = self.told.get((deadline.name, deadline.re, deadline.due), 0)
        ahead = (at for mark, at in deadline.marks() if mark > told)
        return next(ahead, None) if deadline.is_open else None


def homes_of(said: Spoken, lead_of: Callable[[Ref], Ref | None]) -> Iterable[Ref]:
    """Give the conversations a document belongs to, by the document that leads each.

    Args:
        said: the document.
        lead_of: gives what leads the conversation that a document is in; None for one not known.
    """
    if leads(said.name):
        return dict.fromkeys((said.what.ref, *said.notices))
    if said.carries is not None:
        return (said.carries.ref,)
    target = said.target
    if target is None:
        return ()
    return (lead_of(target.ref) or target.ref,)
