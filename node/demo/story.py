"""The story: found a network, live through a case, send a day's documents, be attacked, prove it all.

Responsible for the order of events and for what the newcomer sees; succeeds only if all of it held.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from node.daemon.node import wall_clock
from node.demo.books import Books, balance
from node.demo.case import Case, CaseFound
from node.demo.corridor import hand_over
from node.demo.proofs import prove
from node.demo.registers import Registers
from node.demo.scenes import Scene, play_attacks
from node.demo.stage import Stage
from node.demo.summary import print_summary
from node.errors import NodeError, OperatorError
from node.store.database import Database
from node.store.record import Records

_PATIENCE_SECONDS = 90.0
_PLAIN_COLUMNS = 110  # of output that goes to a file


@dataclass(slots=True)
class Outcome:
    """All that the story found, for the summary and for machines."""

    documents: int = 0
    messages: int = 0
    seconds: float = 0.0
    broker_down: float | None = None
    scenes: list[Scene] = field(default_factory=list)
    logs: dict[str, dict[str, Any]] = field(default_factory=dict)
    books: Books = field(default_factory=Books)
    proof: dict[str, Any] = field(default_factory=dict)
    case: CaseFound = field(default_factory=CaseFound)
    registers: Registers = field(default_factory=Registers)

    @property
    def held(self) -> bool:
        """Whether everything held."""
        return (
            all(scene.held for scene in self.scenes)
            and all("size" in log for log in self.logs.values())
            and not self.books.missing
            and self.proof.get("verified") is True
            and self.proof.get("tampered_accepted") == 0
            and not self.case.faults
            and self.registers.compared > 0
            and not self.registers.differing
        )


def run_demo(folder: Path, *, keep: bool, as_json: bool) -> int:
    """Play the story in a fresh folder; gives the exit code."""
    console = Console(stderr=as_json, highlight=False)
    if not console.is_terminal:
        console.width = _PLAIN_COLUMNS
    stage = Stage(folder)
    try:
        outcome = _play(stage, console)
        if keep:
            _leave_running(stage, console)
    except NodeError as error:
        console.print(f"[red]✗ {error.code}: {error.message}[/]\n  {error.hint}")
        return 3 if isinstance(error, OperatorError) else 1
    finally:
        if not keep:
            stage.close()
    if as_json:
        sys.stdout.write(orjson.dumps(_plain(outcome)).decode() + "\n")
    else:
        print_summary(outcome, console)
    return 0 if outcome.held else 1


def _play(stage: Stage, console: Console) -> Outcome:
    outcome = Outcome()
    with _Step(console, "broker") as step:
        step.says = stage.start_broker()
    with _Step(console, "network") as step:
        fingerprint = stage.found()
        members = len(stage.cast.everybody)
        step.says = f"{members} members, 2 of 3 holders cosigned, fingerprint {fingerprint[:16]}…"
    with _Step(console, "nodes") as step:
        for authority in stage.cast.nodes:
            stage.run_node(authority)
        for authority in stage.cast.nodes:
            stage.wait_until_connected(authority)
        step.says = f"{', '.join(stage.cast.nodes)}: own process, keys, database, log, virtual host"
    with _Step(console, "case") as step:
        case = Case(stage)
        step.says = f"{case.play()} documents: a suspicion, from the ferry's notice to the seizure"
    _send_everything(stage, console, outcome)
    outcome.scenes += play_attacks(stage, lambda name: _Step(console, name))
    _wait_until_answered(stage, None)
    case.wait_until_told()
    with _Step(console, "proofs") as step:
        stage.stop_nodes()
        outcome.case, outcome.registers = case.read(now=wall_clock()), case.registers()
        databases = {name: _database(stage, name) for name in stage.cast.nodes}
        outcome.books = balance(databases)
        counts = [Records(database).counts() for database in databases.values()]
        accepted = sum(count.get("in.accepted", 0) for count in counts)
        outcome.scenes.insert(0, _kill_scene(outcome, accepted))
        outcome.logs, outcome.proof = prove(stage)
        step.says = "three logs verified, books balanced, one proof exported and checked offline"
    return outcome


def _send_everything(stage: Stage, console: Console, outcome: Outcome) -> None:
    """Hand every file to its node while a broker kill waits in the middle."""
    files = {
        authority: hand_over(authority, stage.home(authority) / "handover", now=wall_clock())
        for authority in stage.cast.nodes
    }
    documents = {path: len(path.read_bytes().splitlines()) for paths in files.values() for path in paths}
    outcome.documents = sum(documents.values())
    earlier, lanes = _answered(stage)
    started = time.monotonic()
    with _progress(console) as progress:
        task = progress.add_task("documents sent, receipts recorded", total=outcome.documents)
        for number, (authority, paths) in enumerate(files.items()):
            if number == len(files) - 1:
                outcome.broker_down = _kill_broker(stage, progress)
            result = stage.command(authority, "send", *map(str, paths))
            if result.returncode != 0:
                raise OperatorError("demo.send", result.stderr[:400], hint="this must not happen")
            progress.update(task, completed=_answered(stage)[0] - earlier)
        _wait_until_answered(stage, lambda done: progress.update(task, completed=done - earlier))
    outcome.seconds = time.monotonic() - started
    outcome.messages = sum(_answered(stage)[1].values()) - sum(lanes.values())


def _kill_broker(stage: Stage, progress: Progress) -> float | None:
    """Kill the broker while messages are under way, and start it again; gives seconds down."""
    if stage.broker is None:
        return None  # it is not ours to kill
    progress.console.print("  [yellow]kill -9[/] RabbitMQ, with messages under way …")
    stage.broker.kill()
    down = time.monotonic()
    stage.broker.start()
    return time.monotonic() - down


def _kill_scene(outcome: Outcome, accepted: int) -> Scene:
    """Judge what became of the broker kill by the books: every message once in both logs."""
    name = "broker killed (kill -9)"
    if outcome.broker_down is None:
        return Scene("broker killed", "not done: the broker is not ours to kill", "", held=True)
    matched = sum(outcome.books.matched.values())
    lost, twice = len(outcome.books.missing), accepted - matched
    words = f"down {outcome.broker_down:.1f} s; {matched} messages, {lost} lost, {twice} twice"
    return Scene(name, words, "", held=lost == 0 and twice == 0 and matched > 0)


def _answered(stage: Stage) -> tuple[int, dict[str, int]]:
    """Count documents whose every recipient has answered, and lanes by state."""
    counts: dict[str, int] = {}
    done = 0
    for authority in stage.cast.nodes:
        records = Records(_database(stage, authority))
        done += records.answered()
        for state, count in records.counts().items():
            if state.startswith("out."):
                counts[state] = counts.get(state, 0) + count
    return done, counts


def _wait_until_answered(stage: Stage, tell: Callable[[int], None] | None) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        done, lanes = _answered(stage)
        if tell is not None:
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


def _database(stage: Stage, authority: str) -> Database:
    return Database.open(stage.home(authority) / "data" / "node.db")


def _leave_running(stage: Stage, console: Console) -> None:
    for authority in stage.cast.nodes:
        stage.run_node(authority)
    console.print(f"nodes and broker stay up; e.g. sarbon inbox --config {stage.config('UZ-CC')}")
    running = [process.pid for process in stage.processes.values()]
    groups = stage.broker.processes if stage.broker else []
    console.print(f"end them with: kill -- {' '.join(map(str, [*running, *(-pid for pid in groups)]))}")


class _Step:
    """One line of the demo: what is being done, then how it went."""

    def __init__(self, console: Console, name: str) -> None:
        self._console, self._name, self.says = console, name, ""
        self._started = time.monotonic()

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._console.print(f"… {self._name}", end="\r")
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        mark = "[green]✓[/]" if kind is None else "[red]✗[/]"
        seconds = time.monotonic() - self._started
        self._console.print(f"{mark} {self._name:<10} {self.says}  [dim]{seconds:.1f} s[/]")


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("  {task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal and not sys.stderr.isatty(),
    )


def _plain(outcome: Outcome) -> dict[str, Any]:
    books = outcome.books
    return {
        "held": outcome.held,
        "documents": outcome.documents,
        "messages": outcome.messages,
        "seconds": round(outcome.seconds, 2),
        "scenes": [
            {"name": scene.name, "code": scene.code, "held": scene.held} for scene in outcome.scenes
        ],
        "logs": outcome.logs,
        "books": {
            "matched": {f"{a}->{b}": count for (a, b), count in books.matched.items()},
            "refused": {f"{a}->{b}": count for (a, b), count in books.refused.items()},
            "missing": books.missing,
        },
        "proof": outcome.proof,
        "case": {
            "timeline": [
                {"at": line.at, "who": line.who, "text": line.text, "notes": line.notes}
                for line in outcome.case.lines
            ],
            "overdue": outcome.case.overdue,
            "files": outcome.case.files,
            "faults": outcome.case.faults,
        },
        "registers": {
            "compared": outcome.registers.compared,
            "differing": outcome.registers.differing,
        },
    }
