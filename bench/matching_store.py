"""How long a notice takes among alerts on the disk: `python -m bench.matching_store`.

Responsible for one measurement: all that the running node does with a notice that came, from its
document to what is to be written, on a database as a node has it. The writing, whose commit is shared
with whatever else is written, is measured apart.
"""

import argparse
import gc
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, thread_time
from typing import Final, cast

import orjson
from sqlalchemy import Connection

from bench.figures import percentile
from bench.matching_speed import _NAMED_EACH as NAMED_EACH
from bench.matching_speed import _subject as subject_of
from bench.matching_traffic import Traffic
from bench.matching_wanted import alert as alert_on
from node.audit.event import Kind, write_entry
from node.conversation.facts import milliseconds
from node.daemon.match_round import Round
from node.daemon.matcher import came_of
from node.daemon.node import Node
from node.matching.keys import keys_of
from node.message.alert import Alert
from node.message.notice import PreArrivalNotice
from node.store import tables
from node.store.database import Database
from node.store.match_index import PutIndexed, values_of
from node.transfer.lifecycle import Transition

ALERTS: Final = 100_000
NOTICES: Final = 400
OWN, LOG = "AZ-SCC", "iren.example/az-scc/1"


@dataclass(slots=True)
class Desk:
    """As much of a node as a round of matching needs."""

    database: Database
    now: int = 0
    authority: str = OWN

    def clock(self) -> int:
        """Give the time at which a notice came."""
        return self.now

    def event(self, kind: Kind, **members: object) -> Transition:
        """Make the step of an event, as a node does."""
        return Transition(entry=write_entry(kind, at=self.now, log=LOG, **members))


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill a database, let notices come, and print how long each took."""
    parser = argparse.ArgumentParser(prog="python -m bench.matching_store", description=__doc__)
    parser.add_argument("--alerts", type=int, default=ALERTS, help="held: %(default)s")
    parser.add_argument("--notices", type=int, default=NOTICES, help="that come: %(default)s")
    chosen = parser.parse_args(arguments)
    with TemporaryDirectory() as folder:
        for line in measured(Path(folder), chosen.alerts, chosen.notices):
            print(line)


def measured(folder: Path, alerts: int, notices: int) -> list[str]:
    """Measure, and give the figures in words."""
    database = Database.create(folder / "node.db")
    coming = fill(database, alerts, notices)
    database.close()  # what was filled in leaves the write-ahead log, as it would have in a season
    database = Database.open(folder / "node.db")
    gc.collect()
    gc.freeze()  # what filling in left in memory is none of a node's: it would be walked again and again
    desk = Desk(database)
    took, worked, writing, found = [], [], [], 0
    for number, notice in enumerate(coming):
        desk.now = milliseconds(notice.issued_at)
        began, at_work = perf_counter(), thread_time()
        round_ = Round(cast("Node", desk))
        came = came_of(notice, ("", _id("b", number)))
        if came is None:
            raise TypeError("not a notice")
        round_.take(came)
        batch = round_.batch()
        took.append((perf_counter() - began) * 1_000)
        worked.append((thread_time() - at_work) * 1_000)
        found += len(batch.transitions)
        began = perf_counter()
        with database.writing() as connection:
            for record in batch.records:
                record.write(connection)
        writing.append((perf_counter() - began) * 1_000)
    database.close()
    return [
        f"{len(coming)} notices among {alerts} alerts: {found} matches",
        *_spread("matching, by the clock", took),
        *_spread("matching, of the processor", worked),
        *_spread("writing", writing),
    ]


def fill(database: Database, alerts: int, notices: int) -> list[PreArrivalNotice]:
    """Put alerts of a busy season into the store; gives notices that come among them."""
    traffic = Traffic("speed")
    coming: list[PreArrivalNotice] = []
    with database.writing() as connection:
        for number, notice in enumerate(traffic.notices(alerts)):
            if number % (alerts // notices) == 0:
                named = notice if len(coming) % NAMED_EACH == 0 else traffic.wagon()
                coming.append(PreArrivalNotice.model_validate_json(orjson.dumps(named)))
            raw = orjson.dumps(alert_on(traffic, notice, subject_of(traffic, notice)))
            _put(connection, raw, number)
    return coming


def _put(connection: Connection, raw: bytes, number: int) -> None:
    """Write one alert of a peer, as it was received, and its keys."""
    alert = Alert.model_validate_json(raw)
    message_id = _id("a", number)
    came = came_of(alert, ("UZ-CC", message_id))
    if came is None or came.content is None:
        raise TypeError("not an alert")
    row = {
        "originator": "UZ-CC",
        "id": message_id,
        "manifest": b"",
        "leaf": b"",
        "source_idx": number,
        "path": b"",
        "size": 0,
        "idx": number,
        "type": alert.type,
        "reference": alert.reference,
        "version": alert.version,
        "priority": "urgent",
        "received_at": 0,
        "state": "accepted",
        "document": raw,
    }
    connection.execute(tables.received.insert(), row)
    PutIndexed(came.indexed, values_of(keys_of(came.content))).write(connection)


def _id(kind: str, number: int) -> str:
    """Give an id in the form of a message's: `a` of an alert, `b` of a notice."""
    return f"{number:08x}-0000-7000-{kind}000-000000000000"


def _spread(what: str, took: Sequence[float]) -> list[str]:
    return [
        f"  {what}: {percent} % within {percentile(took, percent):.1f} ms"
        for percent in (50, 95, 99, 100)
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
