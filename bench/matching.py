"""How well matching finds: `python -m bench.matching`.

Responsible for the command: the tables of docs/matching.md, written there or shown, and with `--speed`
how long a notice takes.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.matching_measure import BACKGROUND, EACH, SEED, measure
from bench.matching_report import BEGIN, END, report
from bench.matching_speed import measure_speed

PAGE = Path(__file__).parents[1] / "docs" / "matching.md"


def main(arguments: Sequence[str] | None = None) -> None:
    """Show the tables, or put them into the handbook."""
    parser = argparse.ArgumentParser(prog="python -m bench.matching", description=__doc__)
    parser.add_argument("--seed", default=SEED, help="which traffic; the published one: %(default)s")
    parser.add_argument("--each", type=int, default=EACH, help="cases of every kind: %(default)s")
    parser.add_argument("--background", type=int, default=BACKGROUND, help="notices beside: %(default)s")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/matching.md")
    parser.add_argument("--speed", action="store_true", help="a notice among 100 000 alerts instead")
    chosen = parser.parse_args(arguments)
    if chosen.speed:
        print(*measure_speed().lines(), sep="\n")
        return
    tables = report(measure(chosen.seed, chosen.each, chosen.background))
    if chosen.write:
        PAGE.write_text(put_in(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")
        return
    print(tables)


def put_in(page: str, tables: str) -> str:
    """Replace what stands between the marks of a page.

    Raises:
        ValueError: the page has no such marks.
    """
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the page has no {BEGIN} … {END}")
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


if __name__ == "__main__":
    main(sys.argv[1:])
