"""The course of a conversation: from all that was said, in whatever order it came, to one state.

Responsible for the order in which documents count and for what each of them came to. The course is
a function of the set of documents alone: two authorities that hold the same documents cannot
disagree, however often, late or out of order these arrived. Must not remember anything.

How documents are ordered: each after what it answers, and otherwise by the time of sealing, which no
author can set before what stands earlier in the author's own log; then by author and place in that
log. The end of validity takes its place among them by its time.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

from node.conversation.event import Event, event_of, may_say
from node.conversation.facts import Ref, Spoken, Version
from node.conversation.order import Bearers, in_order
from node.conversation.tables import FROZEN, TABLES, State, Table

Side = Literal["agreed", "sender", "recipient"]
_SIDES: Final[tuple[Side, ...]] = ("agreed", "sender", "recipient")

_OUTCOME_KNOWN: Final = frozenset({Event.CONTROLLED, Event.NOT_CONTROLLED, Event.SEIZED})


class Outcome(StrEnum):
    """What a document came to in a conversation."""

    LED = "led"  # began it
    MOVED = "moved"  # led to another state
    NOTED = "noted"  # belongs here, and changes no state
    LATE = "late"  # after the end: counted, but the case is not opened again
    REPEATED = "repeated"  # the same document again
    SUPERSEDED = "superseded"  # a later version stands
    WITHDRAWN = "withdrawn"  # its author took it back
    CONTRADICTING = "contradicting"  # the same version with another content: the first stands
    OUT_OF_PLACE = "out-of-place"  # no such step from this state
    NOT_THEIRS = "not-theirs"  # only the other side may say this
    FROZEN = "frozen"  # said after a recall: no further use
    WAITING = "waiting"  # what it answers has not arrived
    TEST = "test"  # test traffic in a real case, or the other way round
    RETURNED = "returned"  # ours, and the peer's node refused it or never got it


COUNTED: Final = frozenset({Outcome.LED, Outcome.MOVED, Outcome.NOTED, Outcome.LATE})
"""Outcomes of documents that count: for deadlines, for statistics."""


@dataclass(frozen=True, slots=True)
class Act:
    """Something that one side saw or did by itself."""

    event: Event
    at: int


@dataclass(frozen=True, slots=True)
class Step:
    """What one document, act or the passing of time came to.

    Attributes:
        said: the document; None for an act or the end of validity.
        event: None for a document that led, or that was not judged.
    """

    at: int
    said: Spoken | None
    event: Event | None
    outcome: Outcome
    before: State | None
    after: State | None


@dataclass(slots=True)
class Course:
    """Where a conversation stands, and how it came there.

    Attributes:
        current: the version of the leading document that stands; None while it has not arrived.
        until: end of validity of the version that stands, Unix ms.
        versions: the messages that brought the versions that stood, the last one standing now.
    """

    lead: Ref
    table: Table
    state: State | None = None
    current: Version | None = None
    until: int | None = None
    versions: list[Spoken] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def agreed(self) -> State | None:
        """The state that both sides agree on."""
        return None if self.state is None else self.table.agreed(self.state)

    def lapses_at(self, now: int) -> int | None:
        """Give when the end of validity will change the state, Unix ms; None if it will not."""
        if self.state is None or self.until is None or self.until <= now:
            return None
        return self.until if self.table.step(self.state, Event.LAPSED) else None

    @property
    def asked(self) -> Spoken | None:
        """The message whose dates bind the recipient: the newest version that has arrived there."""
        arrived = [each for each in self.versions if each.delivered_at is not None]
        return next(reversed(arrived or self.versions), None)

    def stand(self, version: Version, said: Spoken) -> None:
        """Let a version stand."""
        self.current = version
        self.versions.append(said)

    def said(self, *events: Event) -> Iterator[Step]:
        """Give the steps that count and are one of these events, in order."""
        return (step for step in self.steps if step.event in events and step.outcome in COUNTED)


def follow(
    said: Iterable[Spoken],
    lead: Ref,
    *,
    now: int,
    side: Side = "agreed",
    acts: Sequence[Act] = (),
) -> Course:
    """Follow a conversation from its beginning to now.

    Args:
        said: every document of it that we hold, in any order, with repetitions.
        lead: the document that leads it.
        now: Unix ms; decides only whether the validity has ended.
        side: whose states to show.
        acts: what that side saw by itself.
    """
    course = Course(lead, TABLES[lead.name][_SIDES.index(side)])
    bearers = Bearers(said)
    until = course.until = _end_of_validity(bearers, lead)
    timed: list[Spoken | Act] = list(in_order(bearers))
    for act in (*acts, *([Act(Event.LAPSED, until)] if until is not None and until <= now else [])):
        _insert(timed, act)
    for each in timed:
        if isinstance(each, Act):
            _take_act(course, each)
        else:
            course.steps.append(_take(course, each, bearers))
    for left in bearers.waiting:
        course.steps.append(Step(left.at, left, None, Outcome.WAITING, course.state, course.state))
    return course


def _end_of_validity(bearers: Bearers, lead: Ref) -> int | None:
    standing = bearers.newest(lead)
    if standing is None:
        return None
    until: int = standing.coded.get("until", standing.until) if standing.carries else standing.until
    return until


def _insert(timed: list[Spoken | Act], act: Act) -> None:
    """Put an act before the first document sealed after it, but never before the beginning."""
    place = next((i for i, each in enumerate(timed) if i and each.at > act.at), len(timed))
    timed.insert(place, act)


def _take_act(course: Course, act: Act) -> None:
    if course.state is None:
        return
    after = course.table.step(course.state, act.event)
    if after is not None:
        outcome = Outcome.NOTED if after is course.state else Outcome.MOVED
        course.steps.append(Step(act.at, None, act.event, outcome, course.state, after))
        course.state = after


def _take(course: Course, said: Spoken, bearers: Bearers) -> Step:
    spoilt = _spoilt(said, course.lead, bearers) or _of_other_kind(said, course)
    if spoilt is not None:
        return Step(said.at, said, None, spoilt, course.state, course.state)
    brought = next((v for v in (said.what, said.carries) if v and v.ref == course.lead), None)
    if brought is not None:
        return _take_version(course, said, brought)
    event = event_of(said)
    if event is None or not _concerns(said, course.lead, bearers):
        return Step(said.at, said, event, Outcome.NOTED, course.state, course.state)
    return _move(course, said, event)


def _take_version(course: Course, said: Spoken, brought: Version) -> Step:
    """Take a version of the leading document itself; lower ones come before higher ones."""
    is_end = said.function == "1" and said.carries is None
    if course.state is None:
        course.state = State.CANCELLED if is_end else course.table.start
        course.stand(brought, said)
        return Step(said.at, said, None, Outcome.LED, None, course.state)
    step = _move(course, said, Event.CANCELLED if is_end else Event.AMENDED)
    if step.outcome in COUNTED:
        course.stand(brought, said)
    return step


def _move(course: Course, said: Spoken, event: Event) -> Step:
    before = course.state
    if before is None:  # only an alert about a notice that has not arrived
        return Step(said.at, said, event, Outcome.WAITING, None, None)
    if not may_say(event, is_originator=said.author == course.lead.authority):
        return Step(said.at, said, event, Outcome.NOT_THEIRS, before, before)
    after = course.table.step(before, event)
    if after is None:
        return Step(said.at, said, event, _without_row(before, event), before, before)
    course.state = after
    outcome = Outcome.NOTED if after is before else Outcome.MOVED
    return Step(said.at, said, event, outcome, before, after)


def _without_row(state: State, event: Event) -> Outcome:
    """Name what a document is for which the table has no row."""
    if state in FROZEN:
        return Outcome.LATE if event in _OUTCOME_KNOWN else Outcome.FROZEN
    return Outcome.LATE if state is State.LAPSED else Outcome.OUT_OF_PLACE


def _spoilt(said: Spoken, lead: Ref, bearers: Bearers) -> Outcome | None:
    """Say why a document does not count, whatever the state; None if it does."""
    first = bearers.first(said)
    if first is not said:
        return Outcome.REPEATED if first.digest == said.digest else Outcome.CONTRADICTING
    if said.what.ref == lead or said.name == "recall":  # a recall stands for good
        return None
    newest = bearers.newest(said.what.ref)
    if newest is not None and newest.what != said.what and newest.carries is None:
        return Outcome.SUPERSEDED
    if said.function == "1" or bearers.is_recalled(said.what):
        return Outcome.WITHDRAWN
    return None


def _of_other_kind(said: Spoken, course: Course) -> Outcome | None:
    """Keep test traffic out of real cases, and real words out of tests."""
    if not course.versions:
        return None
    is_same = bool(said.coded.get("test")) == bool(course.versions[0].coded.get("test"))
    return None if is_same else Outcome.TEST


def _concerns(said: Spoken, lead: Ref, bearers: Bearers) -> bool:
    """Say whether an event is about the leading document, and not about an answer to it."""
    if said.name == "recall":
        return said.target is not None and said.target.ref == lead
    if said.name == "recall-answer":
        recall = said.target and bearers.bearer(said.target)
        return bool(recall and recall.target and recall.target.ref == lead)
    return True
