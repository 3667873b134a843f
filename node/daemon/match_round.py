"""One round of matching: what some documents change, worked out and written together.

Responsible for the index, for what is found, and for what no longer holds, in one batch. Must be used
while holding the turn (`turn_of`): two rounds at once would not see each other's documents. Must not
decide what a match is (`matching.compare`), nor confirm or dismiss one.
"""

import asyncio
import base64
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final
from weakref import WeakKeyDictionary

from node.audit.event import Kind
from node.daemon.node import Node
from node.matching.compare import compare
from node.matching.decision import MatchState, Withdrawal, says_the_same
from node.matching.found import Found
from node.matching.index import MOST_FOR_NOTICE, MOST_FOR_WANTED
from node.matching.keys import keys_of
from node.matching.sides import Seen, Wanted, look_at, look_for
from node.message.alert import Alert
from node.message.amendment import Amendment
from node.message.document import Document, reread_document
from node.message.notice import PreArrivalNotice
from node.store.journal import Batch
from node.store.match_index import (
    Candidate,
    Indexed,
    MatchIndex,
    Name,
    PutIndexed,
    Side,
    Standing,
    values_of,
)
from node.store.matches import Match, Matches, PutMatch
from node.store.watch_list import reread_item
from node.transfer.lifecycle import Transition

NODE: Final = "node"  # in the log and in lists: whoever withdraws what no longer holds
_REFERENCE_BYTES: Final = 10

_Pair = tuple[Name, Name]
_TURNS: WeakKeyDictionary[Node, asyncio.Lock] = WeakKeyDictionary()


def turn_of(node: Node) -> asyncio.Lock:
    """Give the lock of a node that everybody holds who writes what matching rests on."""
    return _TURNS.setdefault(node, asyncio.Lock())


@dataclass(frozen=True, slots=True)
class Came:
    """An alert, a notice or a watch list item that came, in a version of it.

    Attributes:
        indexed: as it is to be kept.
        content: read; None when it was recalled, or ended: nothing is looked for any more.
        lost_by: why matches that no longer hold are withdrawn.
    """

    indexed: Indexed
    content: Wanted | Seen | None
    lost_by: Withdrawal


@dataclass(frozen=True, slots=True)
class _Held:
    """What came in this round: it is not in the index yet."""

    indexed: Indexed
    content: Wanted | Seen | None
    keys: frozenset[str]


class Round:
    """Takes documents one after the other; `batch` writes all that came of them."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._now = node.clock()
        self._index = MatchIndex(node.database)
        self._matches = Matches(node.database)
        self._came: dict[Name, _Held] = {}
        self._changed: dict[str, Match] = {}
        self._steps: list[Transition] = []

    def take(self, came: Came) -> None:
        """Take a document up, unless a newer version of it is known already."""
        known = self._known(came.indexed.name)
        if known is not None and not _follows(came, known):
            return
        held = self._kept(came)
        self._came[held.indexed.name] = held
        before = {_pair(one): one for one in self._standing(held.indexed.name)}
        found = {} if held.content is None else dict(self._found(held, before))
        for pair, (other, finding) in found.items():
            self._put(before.get(pair), finding, *_sides(held.indexed, other))
        for pair in before.keys() - found.keys():
            self._lose(before[pair], came.lost_by)

    def confirm(self, match: Match, *, hit: str, by: str) -> None:
        """Record that a match was confirmed whose hit is on its way; a crash had come between."""
        here = self._changed.get(match.id, match)
        if here.state is not MatchState.CONFIRMED:
            decided = replace(
                here,
                state=MatchState.CONFIRMED,
                decided_at=self._now,
                decided_by=by,
                hit=hit,
                reason=None,
            )
            self._changed[match.id] = decided
            self._steps.append(decision(self._node, decided))

    def batch(self) -> Batch:
        """Give all that is to be written, in one transaction."""
        put = (PutIndexed(held.indexed, tuple(sorted(held.keys))) for held in self._came.values())
        return Batch(list(self._steps), records=[*put, *map(PutMatch, self._changed.values())])

    def _known(self, name: Name) -> Indexed | None:
        here = self._came.get(name)
        return here.indexed if here else self._index.get(name)

    def _kept(self, came: Came) -> _Held:
        """Keep what is still in force with its keys, everything else only by name."""
        indexed, content = came.indexed, came.content
        if content is None or content.is_off or indexed.until < self._now:
            standing = Standing.ENDED if indexed.standing is Standing.IN_FORCE else indexed.standing
            return _Held(replace(indexed, standing=standing), None, frozenset())
        return _Held(indexed, content, frozenset(values_of(keys_of(content))))

    def _standing(self, name: Name) -> Iterator[Match]:
        """Give the matches of a document that hold so far."""
        kept = {one.id: one for one in self._matches.of(name)}
        here = {
            one.id: one for one in self._changed.values() if name in {one.wanted_name, one.notice_name}
        }
        return (one for one in (kept | here).values() if one.is_current)

    def _found(
        self, held: _Held, before: Iterable[_Pair]
    ) -> Iterator[tuple[_Pair, tuple[Indexed, Found]]]:
        """Compare a document with whatever it may match, and with what it matched before."""
        for other, content in self._others(held, before):
            wanted, seen = (
                (content, held.content) if isinstance(content, Wanted) else (held.content, content)
            )
            if isinstance(wanted, Wanted) and isinstance(seen, Seen):
                finding = compare(wanted, seen, at=self._now)
                if finding is not None:
                    ours, theirs = _sides(held.indexed, other)
                    yield (ours.name, theirs.name), (other, finding)

    def _others(self, held: _Held, before: Iterable[_Pair]) -> Iterator[tuple[Indexed, Wanted | Seen]]:
        most = MOST_FOR_NOTICE if isinstance(held.content, Seen) else MOST_FOR_WANTED
        found = self._index.candidates(held.indexed, sorted(held.keys), most=most)
        partners = {name for pair in before for name in pair} - {held.indexed.name}
        missing = partners - {one.indexed.name for one in found} - self._came.keys()
        for candidate in [*found, *self._index.named(missing)]:
            if candidate.indexed.name not in self._came:
                yield candidate.indexed, read_candidate(candidate)
        for name, here in self._came.items():
            is_near = name in partners or not here.keys.isdisjoint(held.keys)
            if is_near and here.content is not None and name != held.indexed.name:
                yield here.indexed, here.content

    def _put(self, before: Match | None, finding: Found, wanted: Indexed, notice: Indexed) -> None:
        """Keep what was found; what says the same as before is no news."""
        of_wanted, of_notice = (wanted.originator, wanted.id), (notice.originator, notice.id)
        if before is not None and says_the_same(before.found, finding):
            self._changed[before.id] = replace(before, found=finding, wanted=of_wanted, notice=of_notice)
            return
        if before is not None:
            self._lose(before, Withdrawal.AMENDED)
        match = Match(
            id=finding.id,
            found=finding,
            wanted=of_wanted,
            notice=of_notice,
            is_test=notice.is_test,
            found_at=self._now,
            hit_reference=_hit_reference(self._node.authority),
        )
        self._changed[match.id] = match
        self._steps.append(_finding(self._node, match))

    def _lose(self, match: Match, reason: Withdrawal) -> None:
        """Let a match hold no longer; what an officer decided stays decided."""
        lost = replace(match, is_current=False)
        if match.state is MatchState.FOUND:
            lost = replace(
                lost,
                state=MatchState.WITHDRAWN,
                decided_at=self._now,
                decided_by=NODE,
                reason=reason.value,
            )
            self._steps.append(decision(self._node, lost))
        self._changed[match.id] = lost


def decision(node: Node, match: Match) -> Transition:
    """Write the entry of a match that was decided or withdrawn."""
    originator, message_id = match.notice
    author, alert = match.wanted
    is_alert = match.wanted_name.side is Side.ALERT
    return node.event(
        Kind.MATCH_DECIDED,
        match=match.id,
        re=message_id,
        from_=originator or node.authority,
        decision=match.state.value,
        by=match.decided_by,
        hit=match.hit,
        reason=match.reason,
        alert=alert if is_alert else None,
        author=(author or node.authority) if is_alert else None,
    )


def read_candidate(candidate: Candidate) -> Wanted | Seen:
    """Read a document of the index for comparing."""
    indexed = candidate.indexed
    if indexed.name.side is Side.WATCH:
        return watched(look_for(reread_item(candidate.raw)), indexed.version)
    return read_side(reread_document(candidate.raw, indexed.type), indexed.name.side)


def read_side(document: Document, side: Side) -> Wanted | Seen:
    """Read an alert, a notice, or the amendment that carries one, for comparing.

    Raises:
        TypeError: it is another document.
    """
    if side is Side.NOTICE and isinstance(document, PreArrivalNotice | Amendment):
        return look_at(document)
    if isinstance(document, Alert | Amendment):
        return look_for(document)
    raise TypeError("neither an alert nor a notice")


def watched(wanted: Wanted, version: int) -> Wanted:
    """Say which version of a watch list item it is, so that each change can find anew."""
    return replace(wanted, named=wanted.named.model_copy(update={"version": version}))


def _finding(node: Node, match: Match) -> Transition:
    originator, message_id = match.notice
    by_alert = match.wanted_name.side is Side.ALERT
    return node.event(
        Kind.MATCH_FOUND,
        match=match.id,
        re=message_id,
        from_=originator or node.authority,
        score=match.found.score,
        alert=match.wanted[1] if by_alert else None,
        by=(match.wanted[0] or node.authority) if by_alert else None,
        watch=None if by_alert else match.wanted[1],
    )


def _follows(came: Came, known: Indexed) -> bool:
    """Say whether a version takes the place of what is known.

    A recall does, whatever version it names; what ends a version, of that version and earlier ones.
    """
    if known.standing is Standing.RECALLED:
        return False
    if came.indexed.standing is Standing.RECALLED or came.indexed.version > known.version:
        return True
    return came.content is None and came.indexed.version == known.version


def _pair(match: Match) -> _Pair:
    return match.wanted_name, match.notice_name


def _sides(one: Indexed, other: Indexed) -> tuple[Indexed, Indexed]:
    """Give what is looked for, then the notice."""
    return (other, one) if one.name.side is Side.NOTICE else (one, other)


def _hit_reference(own: str) -> str:
    """Make a reference that says nothing: one made of the match would let others try out notices."""
    return f"{own[:2]}-HIT-{base64.b32encode(os.urandom(_REFERENCE_BYTES)).decode()}"
