"""Figures: the closed list of what is counted of cargo, and how one number is shown.

Responsible for the measures, their units and their order. Must not add up (`tally`), nor decide what
is withheld (`withholding`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from node.corridor.case import RESULTS

MEASURES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "notices": "count",
        "consignments": "count",
        "empty-means": "count",
        "containers": "count",
        "gross-mass": "kilograms",
        "alerts": "count",
        "matches": "count",
        "matches-confirmed": "count",
        "hits": "count",
        "controls": "count",
        **dict.fromkeys(RESULTS, "count"),
        "not-controlled": "count",
        "hit-rate": "percent",
        "outcome-known": "percent",
        "seizures": "count",
        "seized-mass": "kilograms",
    }
)
"""Every measure with its unit, in the order in which they are shown; docs/corridor.md defines them."""

_WHOLE: Final = 100  # percent
_TENTH: Final = Decimal("0.1")
_ORDER: Final = {measure: place for place, measure in enumerate(MEASURES)}


class Name(NamedTuple):
    """What was added up: a measure, and the trigger or commodity where it is of one only."""

    measure: str
    part: str | None = None

    @property
    def rank(self) -> tuple[int, str]:
        """Give its place: by the order of the measures, the whole before its parts."""
        return (_ORDER[self.measure], self.part or "")


class Sum(NamedTuple):
    """What came of adding up; of a percentage how many, and of how many."""

    value: Decimal
    of: int = 0

    def plus(self, value: int | Decimal, of: int) -> "Sum":
        """Give the sum with one more observation."""
        return Sum(self.value + value, self.of + of)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number.

    Attributes:
        value: a decimal; None where it is withheld, because it is of too few.
        part: only this trigger (of `hit-rate`), or only this commodity (of seizures and their mass).
        of: of a percentage, how many it is taken of.
    """

    measure: str
    unit: str
    value: str | None
    part: str | None = None
    of: int | None = None


def figures_of(sums: Mapping[Name, Sum], withheld: frozenset[Name]) -> tuple[Figure, ...]:
    """Show sums, in order; one that is withheld keeps its place and loses its number."""
    return tuple(
        _figure(name, sums[name], is_withheld=name in withheld)
        for name in sorted(sums, key=lambda name: name.rank)
    )


def percentage(value: int | Decimal, of: int) -> str:
    """Give a part of a hundred in tenths, rounded half up."""
    return written((Decimal(value) * _WHOLE / of).quantize(_TENTH, ROUND_HALF_UP))


def written(value: Decimal) -> str:
    """Write a number without needless zeros."""
    return format(value.normalize() + 0, "f")


def _figure(name: Name, total: Sum, *, is_withheld: bool) -> Figure:
    unit = MEASURES[name.measure]
    if is_withheld:
        return Figure(name.measure, unit, None, name.part)
    if unit == "percent":
        return Figure(name.measure, unit, percentage(*total), name.part, total.of)
    return Figure(name.measure, unit, written(total.value), name.part)
