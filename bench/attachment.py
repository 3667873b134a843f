"""A file at its largest beside urgent alerts: what it costs them, and what it costs in memory.

Responsible for sending both together and for holding the alerts' delay against that on an idle node of
the same minute.
"""

import io
import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

import orjson

from bench.child import clock
from bench.delay import Delay, single_delays
from bench.documents import ORIGINATOR, Documents
from bench.figures import Spread, percentile, ratios
from bench.processes import resident_bytes
from bench.sarbon import Pair, accepted_id, read_only, request_line
from bench.watch import Watch
from node.limits import MAX_ATTACHMENT_BYTES
from node.store.attachments import Attachments

GROWTH_BYTES: Final = 64 * 1024 * 1024  # at most, at either node
MOST_TIMES: Final = 2.0  # an alert's delay beside a file, to that on an idle node
_WARM_UP: Final = 20
_PATIENCE_SECONDS: Final = 120.0
_STATE: Final = "SELECT state FROM outgoing_file WHERE id = ?"


@dataclass(frozen=True, slots=True)
class Beside:
    """What some files and the alerts beside them came to.

    Attributes:
        seconds: from the submission to the recorded receipt, for each file.
        idle: delays of alerts before each file, round by round.
        busy: delays of alerts while the file was on its way, round by round.
        growth_bytes: most memory while files were on their way, above what it was before, by authority.
    """

    size_bytes: int
    seconds: Sequence[float]
    idle: Sequence[Sequence[Delay]]
    busy: Sequence[Sequence[Delay]]
    growth_bytes: Mapping[str, int]

    @property
    def ratio(self) -> Spread:
        """Median delay beside a file, to that on an idle node just before, round by round."""
        busy, idle = (
            [percentile([delay.accepted for delay in delays], 50) for delays in rounds]
            for rounds in (self.busy, self.idle)
        )
        return ratios(busy, idle)

    @property
    def is_allowed(self) -> bool:
        """Whether alerts were not delayed, and no node's memory grew, beyond what is allowed."""
        is_flat = all(growth <= GROWTH_BYTES for growth in self.growth_bytes.values())
        return is_flat and self.ratio.median <= MOST_TIMES


def beside_files(pair: Pair, *, rounds: int, singles: int) -> Beside:
    """Send a file and alerts together, several times, each time after as many alerts alone."""
    alerts = Documents.urgent_alerts()
    single_delays(pair, alerts.take(_WARM_UP))
    before = {authority: resident_bytes(pid) for authority, pid in pair.by_authority.items()}
    watch = Watch(pair.by_authority)
    seconds, idle, busy = [], [], []
    with watch.running():
        for _ in range(rounds):
            idle.append(single_delays(pair, alerts.take(singles)))
            took, delays = _together(pair, alerts)
            seconds.append(took)
            busy.append(delays)
    growth = {
        authority: max(sample.resident_bytes for sample in samples) - before[authority]
        for authority, samples in watch.samples.items()
    }
    return Beside(MAX_ATTACHMENT_BYTES, seconds, idle, busy, growth)


def _together(pair: Pair, alerts: Documents) -> tuple[float, list[Delay]]:
    """Send an alert with a file, and at once other alerts, until the file's receipt is recorded."""
    document = _with_file(pair, orjson.loads(alerts.take(1)[0]))
    with pair.door() as door, door.makefile("rb") as answers:
        first = clock()
        door.sendall(request_line(document))
        message_id = accepted_id(answers.readline())
    with closing(read_only(pair.database(ORIGINATOR))) as sender:
        delays = single_delays(pair, _until_received(sender, message_id, alerts))
    return clock() - first, delays


def _until_received(sender: sqlite3.Connection, message_id: str, alerts: Documents) -> Iterator[bytes]:
    """Give alerts as long as the file is on its way.

    Raises:
        RuntimeError: it was refused or given up.
        TimeoutError: it takes too long.
    """
    deadline = clock() + _PATIENCE_SECONDS
    while (state := sender.execute(_STATE, (message_id,)).fetchone()[0]) == "waiting":
        if clock() > deadline:
            raise TimeoutError(f"the file did not arrive in {_PATIENCE_SECONDS:.0f} s")
        yield alerts.take(1)[0]
    if state != "received":
        raise RuntimeError(f"the file was {state}")


def _with_file(pair: Pair, document: dict[str, Any]) -> bytes:
    """Give a document a file of the largest size, of random bytes: nothing could make it smaller."""
    store = Attachments(pair.stage.settings(ORIGINATOR).data)
    kept = store.keep(io.BytesIO(secrets.token_bytes(MAX_ATTACHMENT_BYTES)))
    described = {
        "kind": "scan",
        "file_name": "scan.tiff",
        "media_type": "image/tiff",
        "size_bytes": kept.size_bytes,
        "sha256": kept.sha256,
    }
    return orjson.dumps(document | {"attachments": [described]})
