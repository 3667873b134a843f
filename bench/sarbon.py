"""Contender (b): two nodes of two authorities, from submission to receipt recorded.

Responsible for handing documents in over the sender's local socket, many under way at once, and for
noticing in the sender's database that every one has its receipt. Must not reach into a node.
"""

import json
import os
import socket
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Final

from bench.child import clock
from bench.documents import ORIGINATOR, RECIPIENT
from node.demo.stage import Cast, Stage
from node.envelope.keyfile import Cost
from node.settings import SOCKET_NAME

NODES: Final = (ORIGINATOR, RECIPIENT)
_CAST: Final = Cast(nodes=NODES, others=())
_COST: Final = Cost(memory_kib=64, passes=1, lanes=1)  # unlocking keys is not measured
_POLL_SECONDS: Final = 0.005
_STALL_SECONDS: Final = 120.0
_OPEN_LANES: Final = """
    SELECT count(*) FROM lane
    WHERE peer = ? AND priority IN ('urgent', 'routine') AND state = 'sealed'
"""
_CLOSED_OTHERWISE: Final = "SELECT count(*) FROM lane WHERE state NOT IN ('sealed', 'receipted')"


def found_stage(folder: Path) -> Stage:
    """Found the network in an empty folder, its broker running, no node yet."""
    stage = Stage(folder, _CAST, cost=_COST)
    stage.start_broker()
    stage.found()
    return stage


@dataclass(frozen=True, slots=True)
class Pair:
    """The two nodes at work."""

    stage: Stage
    name = "Sarbon"

    @property
    def by_authority(self) -> dict[str, int]:
        """Process ids by authority."""
        return {authority: self.stage.processes[authority].pid for authority in NODES}

    @property
    def pids(self) -> list[int]:
        """Both processes."""
        return list(self.by_authority.values())

    def run(self, documents: Iterable[bytes]) -> float:
        """Send documents; gives the seconds from the first submission to the last receipt."""
        lines = [request_line(document) for document in documents]
        first = clock()
        for _ in self.hand_in(lines, len(lines)):
            pass
        self.await_receipts()
        return clock() - first

    def hand_in(self, lines: Iterable[bytes], number: int) -> Iterator[int]:
        """Hand so many submissions in, many under way at once; yields how many are sealed by now.

        Raises:
            RuntimeError: one was refused, or taken for a repetition.
        """
        with self.door() as door, door.makefile("rb") as answers:
            feeder = Thread(target=_feed, args=(door, lines), daemon=True)
            feeder.start()
            for sealed in range(1, number + 1):
                accepted_id(answers.readline())
                yield sealed
            feeder.join()

    def await_receipts(self) -> None:
        """Wait until no message is without its receipt.

        Raises:
            TimeoutError: for two minutes none came.
            RuntimeError: one was returned or expired instead.
        """
        with closing(read_only(self.database(ORIGINATOR))) as database:
            left = before = _count(database, _OPEN_LANES, RECIPIENT)
            deadline = clock() + _STALL_SECONDS
            while left:
                time.sleep(_POLL_SECONDS)  # a database has no other way to tell another process
                left = _count(database, _OPEN_LANES, RECIPIENT)
                if left != before:
                    before, deadline = left, clock() + _STALL_SECONDS
                if clock() > deadline:
                    raise TimeoutError(f"{left} messages still have no receipt")
            if others := _count(database, _CLOSED_OTHERWISE):
                raise RuntimeError(f"{others} messages were returned by the peer, or expired")

    def database(self, authority: str) -> Path:
        """Say where an authority's database is."""
        return self.stage.home(authority) / "data" / "node.db"

    @contextmanager
    def door(self) -> Iterator[socket.socket]:
        """Open the sender's local socket."""
        with closing(socket.socket(socket.AF_UNIX)) as door:
            door.connect(str(self.stage.home(ORIGINATOR) / "data" / SOCKET_NAME))
            yield door


@contextmanager
def running_pair(stage: Stage, **environment: str) -> Iterator[Pair]:
    """Run both nodes, with more variables in their environment; stop them in order at the end."""
    with _variables(environment):
        for authority in NODES:
            stage.run_node(authority)
    for authority in NODES:
        stage.wait_until_connected(authority)
    yield Pair(stage)
    if failed := stage.stop_nodes():
        raise RuntimeError(f"did not stop in order: {', '.join(failed)}")


def request_line(document: bytes) -> bytes:
    """Write a submission as the local socket takes it."""
    return json.dumps({"do": "send", "document": document.decode()}).encode() + b"\n"


def accepted_id(answer: bytes) -> str:
    """Give the message id of an accepted submission.

    Raises:
        RuntimeError: it was refused, or taken for a repetition.
    """
    members = json.loads(answer or b"{}")
    if members.get("new") is not True:
        raise RuntimeError(f"not accepted as new: {members or 'the node hung up'}")
    return str(members["id"])


def read_only(path: Path) -> sqlite3.Connection:
    """Open a node's database beside the running node, without the right to write."""
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)


def _feed(door: socket.socket, lines: Iterable[bytes]) -> None:
    for line in lines:
        door.sendall(line)


def _count(database: sqlite3.Connection, query: str, *arguments: str) -> int:
    return int(database.execute(query, arguments).fetchone()[0])


@contextmanager
def _variables(environment: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in environment}
    os.environ.update(environment)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
