"""The index of matching: alerts, notices and watch list items, found by what they have in common.

Responsible for the newest version of each, its keys, and for candidates in the order of
`matching.index.ranked`. Must not compare, and does not decide how long anything is looked for.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Connection, bindparam, delete, select, text, update
from sqlalchemy.dialects.sqlite import insert

from node.matching.index import COMMON
from node.matching.keys import Key
from node.store.database import Database
from node.store.national_tables import match_document, match_key

_ROW, _KEY = match_document.c, match_key.c


class Side(StrEnum):
    """What is compared."""

    ALERT = "alert"
    NOTICE = "notice"
    WATCH = "watch"


class Standing(StrEnum):
    """Whether it is still looked for, or looked through. What was recalled never is again."""

    IN_FORCE = "in-force"
    ENDED = "ended"
    RECALLED = "recalled"


class Name(NamedTuple):
    """An alert or a notice over all its versions; a watch list item has no authority."""

    side: Side
    authority: str
    reference: str


@dataclass(frozen=True, slots=True)
class Indexed:
    """A document, in the version that is compared.

    Attributes:
        originator: of the message that brought it; "" when it is ours, and for a watch list item.
        id: of that message, or of the watch list item.
        type: type and edition of that message: an amendment stands for what it carries.
        until: Unix ms; how long it is looked for, or looked through.
    """

    name: Name
    version: int
    originator: str
    id: str
    type: str
    is_test: bool
    until: int
    standing: Standing


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document that may be a match, with its bytes; a watch list item as JSON."""

    indexed: Indexed
    raw: bytes


@dataclass(frozen=True, slots=True)
class PutIndexed:
    """Write the version that is compared from now on; its keys take the place of all earlier ones."""

    indexed: Indexed
    keys: tuple[str, ...]

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        row = _written(self.indexed)
        put = insert(match_document).values(row)
        put = put.on_conflict_do_update(
            index_elements=[_ROW.side, _ROW.authority, _ROW.reference], set_=row
        )
        number = connection.execute(put.returning(_ROW.number)).scalar_one()
        connection.execute(delete(match_key).where(_KEY.document == number))
        if self.keys:
            pool = _pool(self.indexed)
            rows = [{"pool": pool, "value": value, "document": number} for value in self.keys]
            connection.execute(match_key.insert(), rows)


@dataclass(frozen=True, slots=True)
class EndIndexed:
    """Take out of the index whatever is looked for no longer than this moment, Unix ms."""

    moment: int

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        over = (_ROW.state == Standing.IN_FORCE.value) & (_ROW.until < self.moment)
        numbers = select(_ROW.number).where(over)
        connection.execute(delete(match_key).where(_KEY.document.in_(numbers)))
        connection.execute(update(match_document).where(over).values(state=Standing.ENDED.value))


# How many have each key is counted to one above what is followed. The plus keeps SQLite from beginning
# with the key that comes first in its own order, instead of those that were counted.
_RANKED: Final = """
WITH counted AS MATERIALIZED (
  SELECT asked.value AS value, (
    SELECT count(*) FROM (
      SELECT 1 FROM match_key WHERE match_key.pool = :pool AND match_key.value = asked.value LIMIT :few
    )
  ) AS held
  FROM json_each(:keys) AS asked
),
ranked AS MATERIALIZED (
  SELECT match_key.document AS number, min(counted.held) / count(*) AS rank
  FROM counted CROSS JOIN match_key
  WHERE counted.held BETWEEN 1 AND :common
    AND match_key.pool = :pool AND match_key.value = counted.value
  GROUP BY match_key.document ORDER BY rank, number LIMIT :most
)
"""
_WITH_CONTENT: Final = """
SELECT match_document.*, coalesce(sent.document, received.document, watch_item.body) AS raw
FROM {numbers} CROSS JOIN match_document ON match_document.number = {numbers}.number
LEFT JOIN sent ON match_document.side <> 'watch' AND match_document.originator = ''
  AND sent.id = match_document.id
LEFT JOIN received ON match_document.originator <> ''
  AND received.originator = match_document.originator AND received.id = match_document.id
LEFT JOIN watch_item ON match_document.side = 'watch' AND watch_item.id = match_document.id
"""
_NUMBERS: Final = """
WITH named AS MATERIALIZED (
  SELECT match_document.number FROM json_each(:names) AS asked CROSS JOIN match_document
  WHERE match_document.side = json_extract(asked.value, '$[0]')
    AND match_document.authority = json_extract(asked.value, '$[1]')
    AND match_document.reference = json_extract(asked.value, '$[2]')
)
"""
_CANDIDATES: Final = text(
    _RANKED + _WITH_CONTENT.format(numbers="ranked") + "ORDER BY ranked.rank, ranked.number"
)
_NAMED: Final = text(_NUMBERS + _WITH_CONTENT.format(numbers="named"))
_ONE: Final = select(match_document).where(
    _ROW.side == bindparam("of_side"),
    _ROW.authority == bindparam("of_authority"),
    _ROW.reference == bindparam("of_reference"),
)


class MatchIndex:
    """Read side of the index."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: Name) -> Indexed | None:
        """Give the newest version known of a document, in force or not."""
        values = dict(zip(("of_side", "of_authority", "of_reference"), name, strict=True))
        with self._database.reading() as connection:
            row = connection.execute(_ONE, values).first()
        return _read(row) if row else None

    def candidates(self, asking: Indexed, keys: Sequence[str], *, most: int) -> list[Candidate]:
        """Give what may be a match of a document, the most telling first.

        Args:
            asking: the document; an alert or a watch list item is looked for among notices, a notice
                among both of them.
            keys: of it.
            most: how many are wanted.
        """
        values = {
            "pool": _other_pool(asking),
            "keys": orjson.dumps(keys).decode(),
            "few": COMMON + 1,
            "common": COMMON,
            "most": most,
        }
        with self._database.reading() as connection:
            return _candidates(connection.execute(_CANDIDATES, values))

    def named(self, names: Collection[Name]) -> list[Candidate]:
        """Give documents by name, in the version that is compared, in force or not."""
        if not names:
            return []
        values = {"names": orjson.dumps([list(name) for name in sorted(names)]).decode()}
        with self._database.reading() as connection:
            return _candidates(connection.execute(_NAMED, values))


def values_of(keys: Collection[Key]) -> tuple[str, ...]:
    """Give keys as they are stored and looked up."""
    return tuple(f"{key.kind}:{key.value}" for key in keys)


def _pool(indexed: Indexed) -> str:
    return _pool_of(indexed.name.side is Side.NOTICE, indexed.is_test)


def _other_pool(indexed: Indexed) -> str:
    return _pool_of(indexed.name.side is not Side.NOTICE, indexed.is_test)


def _pool_of(is_notice: bool, is_test: bool) -> str:  # noqa: FBT001 - two of a kind, used just above
    return ("notice" if is_notice else "wanted") + ("-test" if is_test else "")


def _written(indexed: Indexed) -> dict[str, Any]:
    return {
        "side": indexed.name.side.value,
        "authority": indexed.name.authority,
        "reference": indexed.name.reference,
        "version": indexed.version,
        "originator": indexed.originator,
        "id": indexed.id,
        "type": indexed.type,
        "is_test": int(indexed.is_test),
        "until": indexed.until,
        "state": indexed.standing.value,
    }


def _read(row: Any) -> Indexed:
    return Indexed(
        name=Name(Side(row.side), row.authority, row.reference),
        version=row.version,
        originator=row.originator,
        id=row.id,
        type=row.type,
        is_test=bool(row.is_test),
        until=row.until,
        standing=Standing(row.state),
    )


def _candidates(rows: Iterable[Any]) -> list[Candidate]:
    """Read candidates; of a document that has been erased nothing can be compared."""
    return [
        Candidate(_read(row), row.raw.encode() if isinstance(row.raw, str) else row.raw)
        for row in rows
        if row.raw is not None
    ]
