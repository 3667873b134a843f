"""The delay of a single message on an idle node: to the peer's database, and of the receipt back.

Responsible for sending one message at a time and watching both databases. What it finds is up to one
poll too much.
"""

import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Final

from bench.child import clock
from bench.documents import ORIGINATOR, RECIPIENT
from bench.sarbon import Pair, accepted_id, read_only, request_line

_POLL_SECONDS: Final = 0.0005
_QUIET_SECONDS: Final = 0.05  # between two messages; the node is idle again long before
_PATIENCE_SECONDS: Final = 60.0
_ACCEPTED: Final = "SELECT 1 FROM received WHERE originator = ? AND id = ? AND state = 'accepted'"
_RECEIPTED: Final = "SELECT 1 FROM lane WHERE peer = ? AND id = ? AND state = 'receipted'"


@dataclass(frozen=True, slots=True)
class Delay:
    """How long one message took, from its submission, in milliseconds.

    Attributes:
        sealed: until the sender answered: sealed and durable.
        accepted: until the peer had committed it.
        receipted: until the sender had committed the peer's receipt.
    """

    sealed: float
    accepted: float
    receipted: float


def single_delays(pair: Pair, documents: Iterable[bytes]) -> list[Delay]:
    """Send documents one by one, each when the one before has its receipt."""
    delays = []
    with (
        pair.door() as door,
        door.makefile("rb") as answers,
        closing(read_only(pair.database(ORIGINATOR))) as sender,
        closing(read_only(pair.database(RECIPIENT))) as peer,
    ):
        for document in documents:
            time.sleep(_QUIET_SECONDS)
            line, first = request_line(document), clock()
            door.sendall(line)
            message_id = accepted_id(answers.readline())
            sealed = clock()
            accepted = _moment(peer, _ACCEPTED, ORIGINATOR, message_id)
            receipted = _moment(sender, _RECEIPTED, RECIPIENT, message_id)
            moments = (sealed, accepted, receipted)
            delays.append(Delay(*(1000 * (moment - first) for moment in moments)))
    return delays


def _moment(database: sqlite3.Connection, query: str, *arguments: str) -> float:
    """Wait until a query finds its row; gives when."""
    deadline = clock() + _PATIENCE_SECONDS
    while database.execute(query, arguments).fetchone() is None:
        if clock() > deadline:
            raise TimeoutError(f"{arguments[-1]} did not arrive in {_PATIENCE_SECONDS:.0f} s")
        time.sleep(_POLL_SECONDS)
    return clock()
