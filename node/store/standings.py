"""Documents that somebody names by their references: held here or not, and seen by a system or not.

Responsible for finding every version of one. Must not decide what a system sees (`visibility`), nor what
follows from it.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy import select

from node.message.concern import OURS, Followed
from node.national.system import System
from node.store import tables
from node.store.database import Database
from node.store.visibility import received_seen_by, sent_seen_by
from node.transfer.lifecycle import State


class Standing(StrEnum):
    """How a document stands to a system."""

    SEEN = "seen"  # a version of it exists for the system
    UNSEEN = "unseen"  # it is held, and does not exist for the system
    ABSENT = "absent"  # it is not held


class Standings:
    """Asks about one document after the other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, system: System, named: Followed) -> Standing:
        """Say how a document stands to a system; of a peer's, what was refused is not held."""
        of_ours = named.originator == OURS
        table: Any = (tables.sent if of_ours else tables.received).c
        versions = select(table.id).where(
            table.reference == named.reference, table.type.startswith(f"{named.name}/")
        )
        if not of_ours:
            versions = versions.where(
                table.originator == named.originator, table.state == State.ACCEPTED.value
            )
        is_seen = sent_seen_by(system) if of_ours else received_seen_by(system)
        with self._database.reading() as connection:
            if connection.scalar(versions.where(is_seen).limit(1)) is not None:
                return Standing.SEEN
            is_held = connection.scalar(versions.limit(1)) is not None
        return Standing.UNSEEN if is_held else Standing.ABSENT
