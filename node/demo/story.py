"""The story: found a network, live through a case, send a day's documents, be attacked, prove it all.

Responsible for the order of events and for what the newcomer sees; succeeds only if all of it held.
"""

import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self

import orjson
from rich.console import Console

from node.daemon.node import wall_clock
from node.demo.books import Books, balance
from node.demo.case import Case, CaseFound
from node.demo.day import Day, DayFound, database_of, wait_until_answered, wait_until_registered
from node.demo.hits import HitsFound, find_hits
from node.demo.proofs import prove
from node.demo.registers import Registers
from node.demo.scenes import Scene, play_attacks
from node.demo.stage import Stage
from node.demo.summary import print_summary
from node.errors import NodeError, OperatorError
from node.store.record import Records

_PLAIN_COLUMNS = 110  # of output that goes to a file


@dataclass(slots=True)
class Outcome:
    """All that the story found, for the summary and for machines."""

    day: DayFound = field(default_factory=DayFound)
    scenes: list[Scene] = field(default_factory=list)
    logs: dict[str, dict[str, Any]] = field(default_factory=dict)
    books: Books = field(default_factory=Books)
    proof: dict[str, Any] = field(default_factory=dict)
    hits: HitsFound = field(default_factory=HitsFound)
    case: CaseFound = field(default_factory=CaseFound)
    registers: Registers = field(default_factory=Registers)

    @property
    def held(self) -> bool:
        """Whether everything held."""
        return (
            all(scene.held for scene in self.scenes)
            and self.day.all_accepted
            and self.hits.held
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
    stage = Stage(folder, has_systems=True)
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
    outcome.day = Day(stage, console).play()
    with _Step(console, "hits") as step:
        outcome.hits = find_hits(stage)
        found = sum(sum(grades.values()) for grades in outcome.hits.grades.values())
        step.says = f"{found} times an alert concerned cargo announced; one confirmed and told"
    outcome.scenes += play_attacks(stage, lambda name: _Step(console, name))
    wait_until_answered(stage)
    case.wait_until_told()
    wait_until_registered(stage)
    with _Step(console, "proofs") as step:
        stage.stop_nodes()
        outcome.case, outcome.registers = case.read(now=wall_clock()), case.registers()
        databases = {name: database_of(stage, name) for name in stage.cast.nodes}
        outcome.books = balance(databases)
        counts = [Records(database).counts() for database in databases.values()]
        accepted = sum(count.get("in.accepted", 0) for count in counts)
        outcome.scenes.insert(0, _kill_scene(outcome, accepted))
        outcome.logs, outcome.proof = prove(stage)
        step.says = "three logs verified, books balanced, one proof exported and checked offline"
    return outcome


def _kill_scene(outcome: Outcome, accepted: int) -> Scene:
    """Judge what became of the broker kill by the books: every message once in both logs."""
    name = "broker killed (kill -9)"
    if outcome.day.broker_down is None:
        return Scene("broker killed", "not done: the broker is not ours to kill", "", held=True)
    matched = sum(outcome.books.matched.values())
    lost, twice = len(outcome.books.missing), accepted - matched
    words = f"down {outcome.day.broker_down:.1f} s; {matched} messages, {lost} lost, {twice} twice"
    return Scene(name, words, "", held=lost == 0 and twice == 0 and matched > 0)


def _leave_running(stage: Stage, console: Console) -> None:
    for authority in stage.cast.nodes:
        stage.run_node(authority)
    for authority in stage.cast.nodes:
        stage.wait_until_connected(authority)  # else the next command would find the database locked
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


def _plain(outcome: Outcome) -> dict[str, Any]:
    books = outcome.books
    return {
        "held": outcome.held,
        "documents": outcome.day.documents,
        "messages": outcome.day.messages,
        "seconds": round(outcome.day.seconds, 2),
        "doors": [asdict(brought) for brought in outcome.day.brought],
        "scenes": [
            {"name": scene.name, "code": scene.code, "held": scene.held} for scene in outcome.scenes
        ],
        "logs": outcome.logs,
        "books": {
            "matched": {f"{a}->{b}": count for (a, b), count in books.matched.items()},
            "refused": {f"{a}->{b}": count for (a, b), count in books.refused.items()},
            "missing": books.missing,
        },
        "hits": {
            "grades": outcome.hits.grades,
            "shown": outcome.hits.shown,
            "told": list(outcome.hits.told),
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
