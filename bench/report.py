"""The report: one plain table for people, the same as JSON for machines.

Responsible for words and columns. Must not measure or compute a figure (`figures` does).
"""

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from bench.attachment import GROWTH_BYTES as FILE_GROWTH_BYTES
from bench.attachment import MOST_TIMES, Beside
from bench.delay import Delay
from bench.figures import Spread, percentile, ratios
from bench.processes import Passage
from bench.soak import GROWTH_BYTES, Soak
from bench.wire import Wire

_MIB: Final = 1024 * 1024
_GROUPS: Final = ("processes", "broker")
_WIDTH, _INDENT, _COLUMN = 100, 14, 13


@dataclass(slots=True)
class Findings:
    """All that was measured.

    Attributes:
        machine: what ran, and on what.
        reference: the contender whose rate the others' are compared with.
        passages: every measured passage, by contender.
        peak_bytes: after rounds and singles, by authority.
    """

    machine: Mapping[str, str]
    reference: str
    passages: Mapping[str, Sequence[Passage]] = field(default_factory=dict)
    delays: Sequence[Delay] = ()
    peak_bytes: Mapping[str, int] = field(default_factory=dict)
    wire: Wire | None = None
    soak: Soak | None = None
    beside: Beside | None = None


def as_json(found: Findings) -> dict[str, Any]:
    """Give all figures, and the passages they come from, as a JSON value."""
    return {
        "machine": dict(found.machine),
        "rates": {name: asdict(spread) for name, spread in _rates(found).items()},
        "ratios": {name: asdict(spread) for name, spread in _ratios(found).items()},
        "cpu_ms": {name: _costs(passages) for name, passages in found.passages.items()},
        "delay_ms": {name: dict(row) for name, row in _delay_rows(found.delays)},
        "peak_bytes": dict(found.peak_bytes),
        "wire": asdict(found.wire) if found.wire else None,
        "soak": {**asdict(found.soak), "is_flat": found.soak.is_flat} if found.soak else None,
        "attachment": beside_json(found.beside) if found.beside else None,
        "passages": {
            name: [asdict(passage) for passage in passages] for name, passages in found.passages.items()
        },
    }


def as_table(found: Findings) -> str:
    """Write the table."""
    parts = (
        _machine_lines(found.machine),
        _rate_lines(found),
        _ratio_lines(found),
        _delay_lines(found.delays),
        _wire_lines(found.wire),
        _memory_lines(found.peak_bytes),
        _soak_lines(found.soak),
        beside_lines(found.beside) if found.beside else (),
    )
    return "\n\n".join("\n".join(lines) for lines in map(list, parts) if lines)


def _machine_lines(machine: Mapping[str, str]) -> Iterator[str]:
    for name, value in machine.items():
        yield from textwrap.wrap(f"{name:<{_INDENT}}{value}", _WIDTH, subsequent_indent=" " * _INDENT)


def _rates(found: Findings) -> dict[str, Spread]:
    return {
        name: Spread.of(passage.rate for passage in passages)
        for name, passages in found.passages.items()
    }


def _ratios(found: Findings) -> dict[str, Spread]:
    rates = {name: [p.rate for p in passages] for name, passages in found.passages.items()}
    own = rates.get(found.reference, [])
    return {
        f"{found.reference} / {name}": ratios(own, others)
        for name, others in rates.items()
        if name != found.reference and own
    }


def _costs(passages: Sequence[Passage]) -> dict[str, float | None]:
    """Give the median CPU time of a message in each group of processes; None where unseen."""
    costs: dict[str, float | None] = {}
    for group in _GROUPS:
        seen = [cost for passage in passages if (cost := passage.cpu_ms(group)) is not None]
        costs[group] = Spread.of(seen).median if seen else None
    return costs


def _rate_lines(found: Findings) -> Iterator[str]:
    yield _row("", "messages/s", "min", "max", "CPU ms each", "of broker")
    for name, spread in _rates(found).items():
        costs = _costs(found.passages[name])
        figures = [f"{value:.0f}" for value in (spread.median, spread.least, spread.most)]
        yield _row(name, *figures, *(_cost(costs[group]) for group in _GROUPS))


def _cost(value: float | None) -> str:
    return "unseen" if value is None else f"{value:.2f}"


def _ratio_lines(found: Findings) -> Iterator[str]:
    yield _row("round by round", "median", "min", "max")
    for name, spread in _ratios(found).items():
        yield _row(name, *(f"{value:.2f}" for value in (spread.median, spread.least, spread.most)))


def _delay_rows(delays: Sequence[Delay]) -> Iterator[tuple[str, dict[str, float]]]:
    for name in ("sealed", "accepted", "receipted"):
        values = [getattr(delay, name) for delay in delays]
        if values:
            yield name, {f"p{percent}": percentile(values, percent) for percent in (50, 99)}


def _delay_lines(delays: Sequence[Delay]) -> Iterator[str]:
    words = {
        "sealed": "sealed and durable",
        "accepted": "accepted at the peer",
        "receipted": "receipt recorded",
    }
    if delays:
        yield _row(f"one message, idle ({len(delays)} times)", "p50 ms", "p99 ms")
    for name, row in _delay_rows(delays):
        yield _row(f"  {words[name]}", *(f"{value:.1f}" for value in row.values()))


def _wire_lines(wire: Wire | None) -> Iterator[str]:
    if wire is not None:
        yield _row("bytes a message", "in bulk", "alone")
        yield _row("  document", *2 * [f"{wire.document_bytes:.0f}"])
        yield _row("  bundles, both ways", f"{wire.bulk_bytes:.0f}", f"{wire.single_bytes:.0f}")


def _memory_lines(peaks: Mapping[str, int]) -> Iterator[str]:
    for authority, peak in peaks.items():
        yield _row(f"most memory, {authority}", _mebibytes(peak))


def _soak_lines(soak: Soak | None) -> Iterator[str]:
    if soak is None:
        return
    yield f"soak: {soak.messages} messages in {soak.seconds:.0f} s, every receipt recorded"
    yield _row("  sealed/s, first and last tenth", *_rounded(soak.first_rate, soak.last_rate))
    for authority, growth in soak.growth_bytes.items():
        peak = _mebibytes(soak.peak_bytes[authority])
        yield _row(f"  growth from the first tenth, {authority}", _mebibytes(growth), f"to {peak}")
    verdict = "memory stays flat" if soak.is_flat else "memory grows"
    yield f"  {verdict}: at most {_mebibytes(GROWTH_BYTES)} of growth are allowed"


def beside_json(beside: Beside) -> dict[str, Any]:
    """Give what files cost the alerts beside them, as a JSON value."""
    return {
        "size_bytes": beside.size_bytes,
        "seconds": asdict(Spread.of(beside.seconds)),
        "accepted_ms": {name: dict(row) for name, row in _beside_rows(beside)},
        "ratio": asdict(beside.ratio),
        "alerts": [len(delays) for delays in beside.busy],
        "growth_bytes": dict(beside.growth_bytes),
        "is_allowed": beside.is_allowed,
    }


def _beside_rows(beside: Beside) -> Iterator[tuple[str, dict[str, float]]]:
    for name, rounds in (("idle", beside.idle), ("beside a file", beside.busy)):
        values = [delay.accepted for delays in rounds for delay in delays]
        yield name, {f"p{percent}": percentile(values, percent) for percent in (50, 90, 99)}


def beside_lines(beside: Beside) -> Iterator[str]:
    """Write the table of files beside alerts."""
    number = sum(map(len, beside.busy))
    yield _row(
        f"a file of {_mebibytes(beside.size_bytes)}, {number} alerts beside",
        "p50 ms",
        "p90 ms",
        "p99 ms",
    )
    for name, row in _beside_rows(beside):
        yield _row(f"  alert accepted, {name}", *(f"{value:.1f}" for value in row.values()))
    yield _row("round by round", "median", "min", "max")
    spread = beside.ratio
    yield _row(
        "  beside a file / idle, medians",
        *(f"{value:.2f}" for value in (spread.median, spread.least, spread.most)),
    )
    spread = Spread.of(beside.seconds)
    yield _row(
        "  seconds until the file's receipt",
        *(f"{value:.1f}" for value in (spread.median, spread.least, spread.most)),
    )
    for authority, growth in beside.growth_bytes.items():
        yield _row(f"  growth of memory, {authority}", _mebibytes(growth))
    verdict = "within" if beside.is_allowed else "beyond"
    bound = f"{MOST_TIMES:.0f} times the idle delay, {_mebibytes(FILE_GROWTH_BYTES)} of growth"
    yield f"  {verdict} what is allowed: {bound}"


def _rounded(*values: float) -> Iterable[str]:
    return (f"{value:.0f}" for value in values)


def _mebibytes(size: float) -> str:
    return f"{size / _MIB:.1f} MiB"


def _row(name: str, *columns: str) -> str:
    return f"{name:<38}" + "".join(f"{column:>{_COLUMN}}" for column in columns).rstrip()
