"""Withholding: which numbers of a table are of too few to be shown to others.

Responsible for the numbers that are small themselves, and for those from which a small one could be
computed within the same table. Must not know what the table is about. It cannot keep a reader from
comparing two tables: see docs/corridor.md.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from node.corridor.case import RESULTS
from node.corridor.figures import MEASURES, Name, Sum

_CONTROLS: Final = frozenset({"controls", *RESULTS, "hit-rate"})
"""Any of these can be computed from the others: they are withheld together."""

_COUNTED_BY: Final = {"gross-mass": "consignments", "seized-mass": "seizures"}
"""What a mass is a mass of: it is withheld with that number."""


def withheld_in(sums: Mapping[Name, Sum], *, least: int) -> frozenset[Name]:
    """Say which numbers of one cell are withheld.

    Args:
        sums: of the cell.
        least: a number of fewer than this is withheld; nothing is none, and can be shown.
    """
    small = {name for name, total in sums.items() if _is_small(name, total, least)}
    if any(name.measure in _CONTROLS for name in small):
        small |= {name for name in sums if name.measure in _CONTROLS}
    small |= {Name("seizures") for name in small if name.measure == "seizures"}
    return frozenset(small | {name for name in sums if _base(name) in small})


def withheld_in_total(
    sums: Mapping[Name, Sum], cells: Sequence[frozenset[Name]], *, least: int
) -> frozenset[Name]:
    """Say which numbers of the total are withheld: also those of which a cell withholds its part.

    With all other cells at hand, the one withheld would be what is left of the total.
    """
    return withheld_in(sums, least=least).union(*cells)


def is_few(number: int | Decimal, least: int) -> bool:
    """Say whether a number is of too few, but not of none."""
    return 0 < number < least


def _is_small(name: Name, total: Sum, least: int) -> bool:
    unit = MEASURES[name.measure]
    if unit == "percent":
        return any(is_few(each, least) for each in (total.value, total.of, total.of - total.value))
    return unit == "count" and is_few(total.value, least)


def _base(name: Name) -> Name | None:
    base = _COUNTED_BY.get(name.measure)
    return None if base is None else Name(base, name.part)
