"""Flows of cargo, kept when a notice is sealed or accepted: what the corridor view is made from.

Responsible for writing them, finding them and forgetting them. Must not decide what a flow is
(`corridor.flows`), nor how long one may be kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import orjson
from sqlalchemy import Connection, bindparam, delete, exists, select

from node.conversation.measures import Period
from node.corridor.flows import Flow, read_flow, write_flow
from node.store import tables
from node.store.database import Database
from node.store.national_tables import flow

_ROW, _TURN = flow.c, tables.turn.c
_AT_ONCE = 500  # values in one statement, rows in memory

_OF_PERIOD = (
    select(_ROW.facts)
    .where(_ROW.eta >= bindparam("start"), _ROW.eta < bindparam("end"))
    .order_by(_ROW.eta, _ROW.id, _ROW.consignment)
)
_ACCEPTED_BEFORE = select(_TURN.id, _TURN.delivered_at, _TURN.facts).where(
    _TURN.delivered_at <= bindparam("moment"),
    _TURN.authority != bindparam("own"),
    exists(select(_ROW.id).where(_ROW.id == _TURN.id)),
)


@dataclass(frozen=True, slots=True)
class PutFlows:
    """Keep flows; what was kept of the same message before is replaced."""

    flows: tuple[Flow, ...]

    def write(self, connection: Connection) -> None:
        """Write them in the transaction of a commit."""
        rows = [
            {
                "id": each.message,
                "consignment": each.consignment,
                "eta": each.eta,
                "facts": orjson.dumps(write_flow(each)).decode(),
            }
            for each in self.flows
        ]
        if rows:
            connection.execute(flow.insert().prefix_with("OR REPLACE"), rows)


@dataclass(frozen=True, slots=True)
class ForgetFlows:
    """Forget the flows of messages: originator and id, `AZ-SCC/019…`."""

    messages: tuple[str, ...]

    def write(self, connection: Connection) -> None:
        """Delete them in the transaction of a commit."""
        for start in range(0, len(self.messages), _AT_ONCE):
            some = self.messages[start : start + _AT_ONCE]
            connection.execute(delete(flow).where(_ROW.id.in_(some)))


@dataclass(frozen=True, slots=True)
class Held:
    """A message of a peer of which flows are kept.

    Attributes:
        message: originator and id.
        accepted_at: by our log, Unix ms.
        agreement: digest of the one under which it came.
    """

    message: str
    accepted_at: int
    agreement: str


class Flows:
    """Read side of flows."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of_period(self, period: Period) -> list[Flow]:
        """Give the flows, of every version, whose expected arrival lies in a period."""
        with self._database.reading() as connection:
            found = connection.scalars(_OF_PERIOD, period._asdict())
            return [read_flow(orjson.loads(facts)) for facts in found]

    def accepted_before(self, moment: int, *, own: str) -> Iterator[Held]:
        """Give the messages of peers that have flows and were accepted by a moment, Unix ms."""
        with self._database.reading() as connection:
            found = connection.execution_options(yield_per=_AT_ONCE).execute(
                _ACCEPTED_BEFORE, {"moment": moment, "own": own}
            )
            for row in found:
                coded = orjson.loads(row.facts)["coded"]
                yield Held(row.id, row.delivered_at, coded.get("agreement", ""))
