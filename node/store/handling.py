"""For whom and for what documents were, and what statistics of others say.

Responsible for what has to be looked up in the documents themselves, where the register says too little.
Must not decide what may be used (`corridor.sharing`).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import Connection, select

from node.audit.event import reread_entry
from node.conversation.facts import full_id
from node.message.document import reread_document
from node.message.statistics import Statistics
from node.store import tables
from node.store.database import Database

T = TypeVar("T")

_AT_ONCE: Final = 200  # documents in memory, values in one query

_SENT = select(tables.sent.c.id, tables.sent.c.document)
_RECEIVED = select(
    tables.received.c.originator,
    tables.received.c.id,
    tables.received.c.type,
    tables.received.c.manifest,
    tables.received.c.document,
)


@dataclass(frozen=True, slots=True)
class Handling:
    """For whom a document was, and for what.

    Attributes:
        purpose: None where the document has been erased.
    """

    recipients: tuple[str, ...]
    purpose: str | None


class Handlings:
    """Read side of documents, for the corridor; `own` is our authority id."""

    def __init__(self, own: str, database: Database) -> None:
        self._own = own
        self._database = database

    def handling(self, messages: Collection[str]) -> dict[str, Handling]:
        """Give for whom and for what documents were, by originator and id of their messages."""
        ours, theirs = _split(messages, self._own)
        found = {}
        with self._database.reading() as connection:
            for some in _in_parts(ours):
                for row in connection.execute(_SENT.where(tables.sent.c.id.in_(some))):
                    found[full_id(self._own, row.id)] = _handling(row.document)
            for row in _received(connection, theirs):
                name = full_id(row.originator, row.id)
                found[name] = _handling(row.document) if row.document else _by_manifest(row.manifest)
        return found

    def reports(self, messages: Collection[str]) -> dict[str, Statistics]:
        """Give statistics that messages of others brought, unless they have been erased."""
        _, theirs = _split(messages, self._own)
        with self._database.reading() as connection:
            rows = [row for row in _received(connection, theirs) if row.document]
        read = ((row, reread_document(row.document, row.type)) for row in rows)
        return {
            full_id(row.originator, row.id): document
            for row, document in read
            if isinstance(document, Statistics)
        }


def _received(connection: Connection, theirs: Sequence[tuple[str, str]]) -> Iterator[Any]:
    wanted = set(theirs)
    columns = tables.received.c
    for some in _in_parts(theirs):
        # Two lists rather than pairs: for pairs SQLite walks the table. What fits no pair is left out.
        query = _RECEIVED.where(
            columns.originator.in_({originator for originator, _ in some}),
            columns.id.in_({message_id for _, message_id in some}),
        )
        rows = connection.execute(query)
        yield from (row for row in rows if (row.originator, row.id) in wanted)


def _split(messages: Collection[str], own: str) -> tuple[list[str], list[tuple[str, str]]]:
    """Tell ids of ours from (originator, id) of others."""
    parts = [(each.partition("/")[0], each.partition("/")[2]) for each in sorted(messages)]
    ours = [message_id for originator, message_id in parts if originator == own]
    return ours, [each for each in parts if each[0] != own]


def _handling(document: bytes) -> Handling:
    value = orjson.loads(document)
    return Handling(tuple(value["recipients"]), value["handling"]["purpose"])


def _by_manifest(manifest: bytes) -> Handling:
    return Handling(tuple(row["id"] for row in reread_entry(manifest).members["to"]), None)


def _in_parts(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE))
