"""Run the benchmark: `python -m bench`. Prints a table and writes bench/latest.json.

Responsible for options and for the order of measurements, all on one stage under var/bench. The exit
code is 1 if memory grew in the soak, or if files cost alerts or memory more than is allowed.
`python -m bench attachment` measures that alone and leaves the other figures of bench/latest.json.
"""

import argparse
import shutil
import sys
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import orjson

from bench.attachment import Beside, beside_files
from bench.bare import BareRelay
from bench.celery_auth import CelerySigned
from bench.delay import single_delays
from bench.documents import RECIPIENT, Documents
from bench.machine import describe
from bench.processes import group_of, peak_bytes
from bench.report import Findings, as_json, as_table, beside_json, beside_lines
from bench.rounds import Contender, play
from bench.sarbon import Pair, found_stage, running_pair
from bench.soak import Soak, soak
from bench.wire import weigh
from node.demo.hosts import STAGEHAND
from node.demo.stage import Stage

_ROOT: Final = Path(__file__).resolve().parents[1]
_FOLDER: Final = _ROOT / "var" / "bench"
_LATEST: Final = _ROOT / "bench" / "latest.json"


@dataclass(frozen=True, slots=True)
class Plan:
    """How much to measure.

    Attributes:
        singles: messages sent one by one on an idle node.
        soak: messages of the soak; 0 for none.
        only: the one part to measure; None for all.
    """

    rounds: int = 5
    messages: int = 3_000
    singles: int = 300
    soak: int = 50_000
    only: str | None = None

    @classmethod
    def of(cls, arguments: Sequence[str]) -> Self:
        """Read the command line."""
        parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
        parser.add_argument("only", nargs="?", choices=["attachment"], help="measure this part alone")
        parser.add_argument("--rounds", type=int, help=f"interleaved rounds ({cls().rounds})")
        parser.add_argument("--messages", type=int, help=f"in each round ({cls().messages})")
        parser.add_argument("--soak", type=int, help=f"messages of the soak ({cls().soak}); 0: none")
        parser.add_argument("--quick", action="store_true", help="small numbers, to try it out")
        chosen = vars(parser.parse_args(arguments))
        quick = cls(rounds=2, messages=400, singles=30, soak=2_000, only=None)
        plan = quick if chosen.pop("quick") else cls()
        given = {name: value for name, value in chosen.items() if value is not None}
        return cls(**{name: given.get(name, getattr(plan, name)) for name in cls.__slots__})


def measure(stage: Stage, plan: Plan) -> Findings:
    """Take every measurement on a founded stage."""
    documents = Documents.of_today()
    broker = _broker_processes(stage)
    with running_pair(stage) as pair, ExitStack() as ending:
        contenders = _contenders(stage, pair, ending)
        passages = play(
            contenders,
            documents,
            rounds=plan.rounds,
            messages=plan.messages,
            broker=broker,
            tell=_tell,
        )
        _tell(f"{plan.singles} messages one by one")
        delays = single_delays(pair, documents.take(plan.singles))
        peaks = {authority: peak_bytes(pid) for authority, pid in pair.by_authority.items()}
    _tell("bytes on the wire")
    wire = weigh(stage, documents, many=plan.messages)
    beside = _beside(stage, plan)
    return Findings(
        describe(stage.hosts.account(RECIPIENT, STAGEHAND), plan.rounds, plan.messages),
        reference=Pair.name,
        passages=passages,
        delays=delays,
        peak_bytes=peaks,
        wire=wire,
        soak=_soak(stage, documents, plan.soak),
        beside=beside,
    )


def _contenders(stage: Stage, pair: Pair, ending: ExitStack) -> list[Contender]:
    """Start the others; they use the virtual host of the recipient, as the sender's node does."""
    account = stage.hosts.account(RECIPIENT, STAGEHAND)
    bare = BareRelay(account.dial(), f"{account.prefix}bench.bare", stage.folder)
    ending.enter_context(closing(bare))
    celery = CelerySigned(account.dial(), f"{account.prefix}bench.celery", stage.folder)
    ending.enter_context(closing(celery))
    return [bare, pair, celery]


def _broker_processes(stage: Stage) -> list[int]:
    """Find the private broker's processes; one that was given cannot be seen."""
    if stage.broker is None:
        return []
    return group_of(int((stage.broker.folder / "pid").read_text()))


def _soak(stage: Stage, documents: Documents, messages: int) -> Soak | None:
    if not messages:
        return None
    _tell(f"soak of {messages} messages")
    with running_pair(stage) as pair:
        return soak(pair, documents, messages)


def _beside(stage: Stage, plan: Plan) -> Beside:
    _tell(f"{plan.rounds} files beside alerts")
    with running_pair(stage) as pair:
        return beside_files(pair, rounds=plan.rounds, singles=plan.singles // 5)


def _measure_part(stage: Stage, plan: Plan) -> int:
    """Measure files beside alerts alone, and put that among the figures of the last whole run."""
    beside = _beside(stage, plan)
    latest = orjson.loads(_LATEST.read_bytes()) if _LATEST.exists() else {}
    latest["attachment"] = beside_json(beside)
    _LATEST.write_bytes(orjson.dumps(latest, option=orjson.OPT_INDENT_2) + b"\n")
    print("\n".join(beside_lines(beside)))
    return 0 if beside.is_allowed else 1


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def main(arguments: Sequence[str]) -> int:
    """Measure, print and write; gives the exit code."""
    plan = Plan.of(arguments)
    shutil.rmtree(_FOLDER, ignore_errors=True)
    stage = found_stage(_FOLDER)
    try:
        if plan.only:
            return _measure_part(stage, plan)
        found = measure(stage, plan)
    finally:
        stage.close()
    _LATEST.write_bytes(orjson.dumps(as_json(found), option=orjson.OPT_INDENT_2) + b"\n")
    print(as_table(found))
    shutil.rmtree(_FOLDER)
    is_flat = found.soak is None or found.soak.is_flat
    return 0 if is_flat and (found.beside is None or found.beside.is_allowed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
