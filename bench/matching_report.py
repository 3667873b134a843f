"""The tables of what was measured, as they stand in docs/matching.md.

Responsible for how figures are written. Pure: values in, text out. A percentage is rounded down, so that
100 means that nothing is missing.
"""

from collections.abc import Iterable, Sequence

from bench.matching_measure import Measured, Tally
from node.matching.found import Grade

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
_TENTHS = 1_000


def report(measured: Measured) -> str:
    """Give all tables."""
    notices, wanted = measured.keys
    parts = (
        (
            f"{measured.wanted} alerts and watch items, compared with {measured.notices} notices;"
            f" {notices:.1f} keys a notice, {wanted:.1f} an alert or watch item."
        ),
        _groups(measured),
        _grades(measured),
        _kinds(measured),
        _misses(measured),
        _wrong(measured),
    )
    return "\n\n".join(parts)


def _groups(measured: Measured) -> str:
    groups = dict.fromkeys(tally.maker.group for tally in measured.tallies)
    rows = [(name, *_sums(_of_group(measured.tallies, name))) for name in groups]
    rows.append(("all", *_sums(measured.tallies)))
    head = ("group", "pairs", "found", "recall", "found wrongly", "precision")
    return _table(head, rows)


def _of_group(tallies: Iterable[Tally], group: str) -> list[Tally]:
    return [tally for tally in tallies if tally.maker.group == group]


def _sums(tallies: Iterable[Tally]) -> tuple[str, ...]:
    chosen = list(tallies)
    due, hit = sum(tally.due for tally in chosen), sum(tally.hit for tally in chosen)
    wrong = sum(tally.wrong for tally in chosen)
    return (str(due), str(hit), _percent(hit, due), str(wrong), _percent(hit, hit + wrong))


def _grades(measured: Measured) -> str:
    rows = [
        (grade.value, str(right), str(wrong), _percent(right, right + wrong))
        for grade, (right, wrong) in measured.by_grade.items()
    ]
    return _table(("grade", "found rightly", "found wrongly", "precision"), rows)


def _kinds(measured: Measured) -> str:
    rows = [
        (
            tally.maker.kind,
            tally.maker.group,
            str(tally.due),
            _percent(tally.hit, tally.due),
            *(str(tally.grades.get(grade, 0)) for grade in Grade),
            str(tally.wrong),
        )
        for tally in measured.tallies
    ]
    head = ("kind", "group", "pairs", "recall", *(grade.value for grade in Grade), "wrong")
    return _table(head, rows)


def _misses(measured: Measured) -> str:
    rows = [
        (tally.maker.kind, str(tally.missed), str(tally.due))
        for tally in measured.tallies
        if tally.missed
    ]
    return _table(("missed", "pairs", "of"), rows)


def _wrong(measured: Measured) -> str:
    rows = [
        (tally.maker.kind, str(tally.wrong), str(tally.hit + tally.wrong))
        for tally in measured.tallies
        if tally.wrong
    ]
    return _table(("found wrongly beside", "pairs", "of those found"), rows)


def _percent(part: int, whole: int) -> str:
    if not whole:
        return "-"
    tenths = part * _TENTHS // whole
    return f"{tenths // 10}.{tenths % 10} %"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
