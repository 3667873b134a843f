"""Matches: what was found, and what officers made of it, on the disk.

Responsible for reading and writing them, and for which of them a system sees: those of which it sees
both sides. Must not compare, and does not decide.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.sqlite import insert

from node.matching.decision import MatchState
from node.matching.found import Found, Grade, from_json, to_json
from node.national.event import Key
from node.national.system import System
from node.store.database import Database
from node.store.match_index import Name, Side
from node.store.national_tables import matched, watch_item
from node.store.visibility import seen_by
from node.store.watch_list import watched_by

_ROW = matched.c
_OF_NAME: Final[Mapping[bool, Any]] = MappingProxyType(
    {
        False: select(matched).where(
            _ROW.authority == bindparam("of_authority"),
            _ROW.reference == bindparam("of_reference"),
            _ROW.side == bindparam("of_side"),
        ),
        True: select(matched).where(
            _ROW.notice_authority == bindparam("of_authority"),
            _ROW.notice_reference == bindparam("of_reference"),
        ),
    }
)
_NEXT: Final = select(func.coalesce(func.max(_ROW.number), 0) + 1).scalar_subquery()


@dataclass(frozen=True, slots=True)
class Match:
    """A notice in which something was found that an alert or a watch list item is about.

    Attributes:
        id: of the two versions in which it was found.
        found: what agrees, in the versions compared last.
        wanted: originator and id of the message with the alert; "" and the id of a watch list item.
        notice: of the message with the notice; the originator is "" where it is ours.
        is_test: whether both are test traffic.
        found_at: Unix ms.
        hit_reference: under which a hit goes out. It is random: whoever reads it learns nothing.
        is_current: whether both sides, as they are held now, still agree.
        decided_at: Unix ms; when an officer decided, or the node withdrew it.
        decided_by: the system; `owner`, or `node` for what was withdrawn.
        reason: of a dismissal or a withdrawal.
        hit: id of the message with the hit that was sent.
        asked: digests of the key and of the request by which it was confirmed.
        number: rising; 0 until it is written.
    """

    id: str
    found: Found
    wanted: Key
    notice: Key
    is_test: bool
    found_at: int
    hit_reference: str
    state: MatchState = MatchState.FOUND
    is_current: bool = True
    decided_at: int | None = None
    decided_by: str | None = None
    reason: str | None = None
    hit: str | None = None
    asked: bytes | None = None
    number: int = 0

    @property
    def wanted_name(self) -> Name:
        """The alert or watch list item, over all versions."""
        named = self.found.wanted
        side = Side.ALERT if named.type == "alert" else Side.WATCH
        return Name(side, named.authority or "", named.reference)

    @property
    def notice_name(self) -> Name:
        """The notice, over all versions."""
        named = self.found.notice
        return Name(Side.NOTICE, named.authority or "", named.reference)


@dataclass(frozen=True, slots=True)
class PutMatch:
    """Write a match, new or changed; its place in lists stays."""

    match: Match

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        row = _written(self.match)
        put = insert(matched).values({**row, "number": _NEXT})
        connection.execute(put.on_conflict_do_update(index_elements=[_ROW.id], set_=row))


@dataclass(frozen=True, slots=True)
class MatchFilter:
    """What a list leaves out; None leaves nothing out.

    Attributes:
        alert: reference of the alert, and `notice` of the notice; `watch` the id of a watch list item.
        since: Unix ms: found then or later; `until`: before then.
    """

    state: MatchState | None = None
    grade: Grade | None = None
    alert: str | None = None
    notice: str | None = None
    watch: str | None = None
    since: int | None = None
    until: int | None = None
    is_test: bool | None = None
    is_current: bool | None = None


class Matches:
    """Read side of matches."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, match_id: str, *, system: System | None = None) -> Match | None:
        """Give a match of which a system sees both sides; for no system, the node's owner, any."""
        query = select(matched).where(_ROW.id == match_id, both_seen_by(system))
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return _read(row) if row else None

    def of(self, name: Name) -> list[Match]:
        """Give all matches of an alert, a notice or a watch list item, of any of its versions."""
        values = dict(zip(("of_side", "of_authority", "of_reference"), name, strict=True))
        is_notice = name.side is Side.NOTICE
        if is_notice:
            values.pop("of_side")
        with self._database.reading() as connection:
            return [_read(row) for row in connection.execute(_OF_NAME[is_notice], values)]

    def of_hit(self, reference: str) -> Match | None:
        """Give the match of which a hit with this reference tells."""
        query = select(matched).where(_ROW.hit_reference == reference)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return _read(row) if row else None

    def listed(
        self, system: System | None, wanted: MatchFilter, *, before: int | None, limit: int
    ) -> list[Match]:
        """List matches of which a system sees both sides, what was found last first.

        Args:
            system: who asks; None for the node's owner.
            wanted: what it asks for.
            before: number of the last match of the page before; None for the first page.
            limit: how many at most.
        """
        query = select(matched).where(both_seen_by(system), *conditions_of(wanted))
        if before is not None:
            query = query.where(_ROW.number < before)
        with self._database.reading() as connection:
            rows = connection.execute(query.order_by(_ROW.number.desc()).limit(limit)).all()
        return [_read(row) for row in rows]


def both_seen_by(system: System | None) -> ColumnElement[bool]:
    """Give the condition that a system sees both sides of a match."""
    if system is None:
        return true()
    own = select(literal(1)).where(watch_item.c.id == _ROW.wanted_id, watched_by(system))
    return and_(
        seen_by(system, _ROW.notice_originator, _ROW.notice_id),
        or_(
            and_(_ROW.side == Side.WATCH.value, exists(own)),
            and_(_ROW.side == Side.ALERT.value, seen_by(system, _ROW.wanted_originator, _ROW.wanted_id)),
        ),
    )


def conditions_of(wanted: MatchFilter) -> list[ColumnElement[bool]]:
    """Give the conditions that a filter sets."""
    equal = {
        _ROW.state: wanted.state,
        _ROW.grade: wanted.grade,
        _ROW.notice_reference: wanted.notice,
        _ROW.is_test: wanted.is_test,
        _ROW.is_current: wanted.is_current,
    }
    found = [column == value for column, value in equal.items() if value is not None]
    for side, reference in ((Side.ALERT, wanted.alert), (Side.WATCH, wanted.watch)):
        if reference is not None:
            found += [_ROW.side == side.value, _ROW.reference == reference]
    if wanted.since is not None:
        found.append(_ROW.found_at >= wanted.since)
    if wanted.until is not None:
        found.append(_ROW.found_at < wanted.until)
    return found


def _written(match: Match) -> dict[str, Any]:
    found, wanted, notice = match.found, match.wanted_name, match.notice_name
    return {
        "id": match.id,
        "side": wanted.side.value,
        "authority": wanted.authority,
        "reference": wanted.reference,
        "version": found.wanted.version,
        "notice_authority": notice.authority,
        "notice_reference": notice.reference,
        "notice_version": found.notice.version,
        "score": found.score,
        "grade": found.grade.value,
        "found_at": match.found_at,
        "state": match.state.value,
        "decided_at": match.decided_at,
        "decided_by": match.decided_by,
        "reason": match.reason,
        "hit": match.hit,
        "findings": to_json(found).decode(),
        "wanted_originator": match.wanted[0],
        "wanted_id": match.wanted[1],
        "notice_originator": match.notice[0],
        "notice_id": match.notice[1],
        "kind": found.likenesses[0].kind.value,
        "is_test": int(match.is_test),
        "is_current": int(match.is_current),
        "hit_reference": match.hit_reference,
        "asked": match.asked,
    }


def _read(row: Any) -> Match:
    return Match(
        id=row.id,
        found=from_json(row.findings),
        wanted=(row.wanted_originator, row.wanted_id),
        notice=(row.notice_originator, row.notice_id),
        is_test=bool(row.is_test),
        found_at=row.found_at,
        hit_reference=row.hit_reference,
        state=MatchState(row.state),
        is_current=bool(row.is_current),
        decided_at=row.decided_at,
        decided_by=row.decided_by,
        reason=row.reason,
        hit=row.hit,
        asked=row.asked,
        number=row.number,
    )
