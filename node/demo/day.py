"""The day's documents: brought by national systems through every door, the broker killed in between.

Responsible for who brings what by which door, and for waiting until every message has its answer. Must
not judge what came of it: the books do.
"""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from node.daemon.node import wall_clock
from node.demo.corridor import hand_over
from node.demo.doors import Brought, by_amqp, by_command, by_folder, by_rest
from node.demo.stage import Stage
from node.errors import OperatorError
from node.store.database import Database
from node.store.feed import Feed
from node.store.happenings import Happenings
from node.store.record import Records
from node.store.register import Register

_PATIENCE_SECONDS: Final = 90.0


@dataclass(slots=True)
class DayFound:
    """What the day came to.

    Attributes:
        brought: what each door took.
        messages: on their way between authorities: a document has one for each recipient.
        seconds: from the first document to the last receipt.
        broker_down: seconds without a broker; None where it is not ours to kill.
    """

    brought: list[Brought] = field(default_factory=list)
    messages: int = 0
    seconds: float = 0.0
    broker_down: float | None = None

    @property
    def documents(self) -> int:
        """How many documents were brought."""
        return sum(brought.documents for brought in self.brought)

    @property
    def all_accepted(self) -> bool:
        """Whether every door took everything that was brought to it."""
        return all(0 < brought.documents == brought.accepted for brought in self.brought)


class Day:
    """A day on the corridor."""

    def __init__(self, stage: Stage, console: Console) -> None:
        self._stage, self._console = stage, console

    def play(self) -> DayFound:
        """Bring everything, and wait until it is answered."""
        found = DayFound()
        earlier, lanes = answered(self._stage)
        started = time.monotonic()
        files = {
            authority: hand_over(authority, self._stage.home(authority) / "handover", now=wall_clock())
            for authority in self._stage.cast.nodes
        }
        total = sum(len(path.read_bytes().splitlines()) for paths in files.values() for path in paths)
        with _progress(self._console) as progress:
            task = progress.add_task("documents sent, receipts recorded", total=total)
            for bring in self._brings(files, found, progress):
                found.brought.append(bring())
                progress.update(task, completed=answered(self._stage)[0] - earlier)
            wait_until_answered(
                self._stage, lambda done: progress.update(task, completed=done - earlier)
            )
        found.seconds = time.monotonic() - started
        found.messages = sum(answered(self._stage)[1].values()) - sum(lanes.values())
        return found

    def _brings(
        self, files: dict[str, list[Path]], found: DayFound, progress: Progress
    ) -> Iterator[Callable[[], Brought]]:
        """Give what is done one after the other: two doors of one authority, one of each other."""
        stage, (first, second, third) = self._stage, files
        alerts, notices = files[first]
        yield lambda: by_rest(stage, first, alerts.read_bytes().splitlines())
        yield lambda: by_folder(stage, first, notices)
        all_lines = [line for path in files[second] for line in path.read_bytes().splitlines()]
        yield lambda: by_amqp(stage, second, all_lines)
        found.broker_down = self._kill_broker(progress)
        yield lambda: by_command(stage, third, files[third])

    def _kill_broker(self, progress: Progress) -> float | None:
        """Kill the broker while messages are under way, and start it again; gives seconds down."""
        broker = self._stage.broker
        if broker is None:
            return None  # it is not ours to kill
        progress.console.print("  [yellow]kill -9[/] RabbitMQ, with messages under way …")
        broker.kill()
        down = time.monotonic()
        broker.start()
        return time.monotonic() - down


def answered(stage: Stage) -> tuple[int, dict[str, int]]:
    """Count documents whose every recipient has answered, and lanes by state."""
    counts: dict[str, int] = {}
    done = 0
    for authority in stage.cast.nodes:
        records = Records(database_of(stage, authority))
        done += records.answered()
        for state, count in records.counts().items():
            if state.startswith("out."):
                counts[state] = counts.get(state, 0) + count
    return done, counts


def wait_until_answered(stage: Stage, tell: Callable[[int], None] = lambda _: None) -> None:
    """Wait until no message of anybody is without an answer.

    Raises:
        OperatorError: `demo.unanswered`.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        done, lanes = answered(stage)
        tell(done)
        if not lanes.get("out.sealed"):
            return
        if time.monotonic() > deadline:
            raise OperatorError(
                "demo.unanswered",
                f"{lanes['out.sealed']} messages have no receipt after {_PATIENCE_SECONDS:.0f} s",
                hint=f"the nodes' logs are in {stage.folder}/*/node.log",
            )
        time.sleep(0.1)  # watching from outside, as an operator would


def wait_until_registered(stage: Stage) -> None:
    """Wait until every node has entered in its register all that its log holds.

    Raises:
        OperatorError: `demo.unregistered`.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    for authority in stage.cast.nodes:
        database = database_of(stage, authority)
        register, happenings = Register(authority, database), Happenings(database)
        feed = Feed(authority, database)
        while happenings.between(register.size(), feed.head() + 1):
            if time.monotonic() > deadline:
                raise OperatorError(
                    "demo.unregistered",
                    f"{authority} has not entered all of its log",
                    hint=f"its log is {stage.home(authority)}/node.log",
                )
            time.sleep(0.1)  # watching from outside, as an operator would


def database_of(stage: Stage, authority: str) -> Database:
    """Open an authority's database for reading."""
    return Database.open(stage.home(authority) / "data" / "node.db")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("  {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal and not sys.stderr.isatty(),
    )
