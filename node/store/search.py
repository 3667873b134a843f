"""Finding the one message that somebody names: the same rule for everybody who asks.

Responsible for what an id or a reference stands for, and for refusing where it could be the message of
another. Must not read the message itself.

Each originator numbers its own documents, and nothing keeps a peer from using the reference, or the
message id, of somebody else. So no order of arrival and no version ever decides whose message is meant.
"""

from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import ColumnElement, Connection, select, true

from node.errors import CallerError
from node.message import concern
from node.store import tables
from node.transfer.lifecycle import State

OURS: Final = concern.OURS

_Name = Literal["id", "reference"]


@dataclass(frozen=True, slots=True)
class Found:
    """Which message it is; `originator` is `OURS` for one of ours."""

    originator: str
    id: str


@dataclass(frozen=True, slots=True)
class Within:
    """Conditions on the rows of `sent` and of `received`: what does not meet them does not exist."""

    sent: ColumnElement[bool]
    received: ColumnElement[bool]


EVERYWHERE: Final = Within(true(), true())


def find_message(
    connection: Connection, wanted: str, originator: str | None = None, within: Within = EVERYWHERE
) -> Found | None:
    """Find a message by its id, else by its document's reference: then in its highest version.

    Args:
        connection: to the database, for reading.
        wanted: message id or reference.
        originator: whose message it must be; None: anybody's.
        within: among which messages it is looked for.

    Raises:
        CallerError: `message.ambiguous`.
    """
    names: tuple[_Name, _Name] = ("id", "reference")
    for name in names:  # the id first: a peer may write the id of another's message as its reference
        whose = _originators(connection, name, wanted, within)
        if originator is not None:
            whose = [one for one in whose if one == originator]
        if len(whose) > 1:
            raise _ambiguous(wanted, name, whose)
        if whose:
            return Found(whose[0], _highest(connection, name, wanted, whose[0], within))
    return None


def _originators(connection: Connection, name: _Name, wanted: str, within: Within) -> list[str]:
    sent, received = tables.sent.c, tables.received.c
    ours = select(sent.id).where(sent[name] == wanted, within.sent).limit(1)
    theirs = select(received.originator).where(received[name] == wanted, within.received).distinct()
    found = sorted(connection.scalars(theirs))
    return [OURS, *found] if connection.scalar(ours) is not None else found


def _highest(connection: Connection, name: _Name, wanted: str, originator: str, within: Within) -> str:
    """Give the id of the highest version; of equal ones what was accepted, then what is newest."""
    if originator == OURS:
        sent = tables.sent.c
        ours = (
            select(sent.id)
            .where(sent[name] == wanted, within.sent)
            .order_by(sent.version.desc(), sent.idx.desc())
        )
        return str(connection.scalars(ours.limit(1)).one())
    received = tables.received.c
    theirs = (
        select(received.id)
        .where(received[name] == wanted, received.originator == originator, within.received)
        .order_by(
            received.version.desc(),
            (received.state == State.ACCEPTED.value).desc(),
            received.idx.desc(),
        )
    )
    return str(connection.scalars(theirs.limit(1)).one())


def _ambiguous(wanted: str, name: _Name, whose: list[str]) -> CallerError:
    named = ", ".join(one or "ourselves" for one in whose)
    instead = "the message id, or --from AUTHORITY" if name == "reference" else "--from AUTHORITY"
    return CallerError(
        "message.ambiguous",
        f"{wanted} is the {name} of messages of {named}",
        hint=f"give {instead}; 'sarbon inbox' lists what has arrived",
    )
