"""What national systems asked for under keys of their own, and the first answer to each.

Responsible for asking again giving the same answer: the row is written in the transaction that seals
the message, or records the refusal, so there is never one without the other. Must not answer anybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import orjson
from sqlalchemy import Connection, bindparam, delete, select

from node.errors import CallerError
from node.store.database import Database
from node.store.national_tables import submission

KEPT_MS: Final = 7 * 24 * 3_600_000  # 7 days: as long as a message may live

_ROW = submission.c
_FOUND = select(submission).where(  # not pairs: SQLite finds no index for a list of them
    _ROW.system.in_(bindparam("systems", expanding=True)),
    _ROW.key.in_(bindparam("keys", expanding=True)),
)


@dataclass(frozen=True, slots=True)
class PutSubmission:
    """The answer to one submission, to be kept with what it brought about.

    Attributes:
        system: who asked.
        key: under which key.
        digest: SHA-256 of what was asked for.
        id: message id; of a refused one too, for the log names it.
        is_new: False if the document had been submitted before, under another key.
        error: why it was refused; None if it was not.
        at: Unix ms.
    """

    system: str
    key: str
    digest: bytes
    id: str
    is_new: bool
    error: CallerError | None
    at: int

    def write(self, connection: Connection) -> None:
        """Write the row; the first answer stays, whatever comes later."""
        values = {
            "system": self.system,
            "key": self.key,
            "digest": self.digest,
            "id": self.id,
            "is_new": self.is_new,
            "error": _write_error(self.error) if self.error else None,
            "at": self.at,
        }
        connection.execute(submission.insert().prefix_with("OR IGNORE"), values)


@dataclass(frozen=True, slots=True)
class ForgetSubmissions:
    """Answers older than they are kept."""

    before: int

    def write(self, connection: Connection) -> None:
        """Delete the rows."""
        connection.execute(delete(submission).where(_ROW.at < self.before))


class Submissions:
    """Read side of the answers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def found(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], PutSubmission]:
        """Give the answers kept under (system, key)."""
        if not keys:
            return {}
        values = {
            "systems": sorted({system for system, _ in keys}),
            "keys": [key for _, key in keys],
        }
        with self._database.reading() as connection:
            rows = connection.execute(_FOUND, values).all()
        found = {
            (row.system, row.key): PutSubmission(
                system=row.system,
                key=row.key,
                digest=row.digest,
                id=row.id,
                is_new=bool(row.is_new),
                error=_read_error(row.error) if row.error else None,
                at=row.at,
            )
            for row in rows
        }
        return {name: found[name] for name in keys if name in found}


def _write_error(error: CallerError) -> str:
    members = {name: getattr(error, name) for name in ("code", "message", "hint", "pointer")}
    return orjson.dumps(members).decode()


def _read_error(text: str) -> CallerError:
    return CallerError(**orjson.loads(text))
