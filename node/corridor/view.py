"""The corridor view: the cargo of a period divided by what the reader chooses, and counted.

Responsible for the dimensions and for one table. Must not decide which documents may be used
(`sharing`), nor read a store.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import product
from types import MappingProxyType
from typing import Final

from node.conversation.measures import Period
from node.corridor.cargo import Cargo, Match, gather
from node.corridor.case import Case
from node.corridor.figures import Figure, Name, Sum, figures_of
from node.corridor.flows import Flow
from node.corridor.reported import Reported
from node.corridor.tally import Tally
from node.corridor.withholding import withheld_in, withheld_in_total
from node.errors import CallerError


class Dimension(StrEnum):
    """By what cargo can be divided; docs/corridor.md defines each."""

    ROUTE = "route"
    LEG = "leg"
    ORIGIN = "origin"
    DESTINATION = "destination"
    OFFICE = "office"
    MODE = "mode"
    CHAPTER = "chapter"
    ORIGINATOR = "originator"
    COUNTERPART = "counterpart"
    MONTH = "month"
    WEEK = "week"


Key = tuple[str | None, ...]
"""One value for each dimension; None where the notice does not say."""

MAX_CELLS: Final = 5000
"""In one table: more nobody reads, and it bounds the work that one question can cause."""

_ALL: Final[Mapping[Dimension, Collection[str]]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Cell:
    """The cargo that has these values in common."""

    key: Key
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A corridor view.

    Attributes:
        least: numbers of fewer than this are withheld; 0: none is.
        cells: by their keys.
        total: each thing once; cells may overlap and need not add up to it.
        loose: alerts that concern no notice known here, with what came of them.
        missing: notices of the period of which no flows are kept.
        reported: what others say of flows that we do not see; never in any other number.
    """

    by: tuple[Dimension, ...]
    period: Period
    least: int
    cells: tuple[Cell, ...]
    total: Cell
    loose: Cell
    missing: int
    reported: tuple[Reported, ...]


def view(
    flows: Iterable[Flow],
    cases: Iterable[Case],
    matches: Iterable[Match] = (),
    *,
    by: Sequence[Dimension],
    period: Period,
    only: Mapping[Dimension, Collection[str]] = _ALL,
    least: int = 0,
    reported: Iterable[Reported] = (),
) -> Table:
    """Divide the cargo of a period and count it.

    Args:
        flows: see `cargo.gather`; so for cases and matches.
        cases: only of documents that may be used.
        matches: only those that may be told.
        by: dimensions, in the order of the keys; none gives the total alone.
        period: the cargo's expected arrival lies in it.
        only: take only cargo that has one of these values, in every dimension named.
        least: withhold numbers of fewer than this; for one's own eyes 0.
        reported: from `reported.reported_of`.

    Raises:
        CallerError: `corridor.too_fine`: it would have more than `MAX_CELLS`.
    """
    known = gather(flows, cases, matches, period)
    by = tuple(dict.fromkeys(by))
    cargo = [each for each in known.cargo if _fits(each, only)]
    sums = _divided(cargo, by) if by else {}
    withheld = {key: withheld_in(each, least=least) for key, each in sums.items()}
    total, loose = _together(cargo, ()), _together((), known.loose)
    gone = withheld_in_total(total, tuple(withheld.values()), least=least)
    return Table(
        by=by,
        period=period,
        least=least,
        cells=tuple(Cell(key, figures_of(each, withheld[key])) for key, each in sums.items()),
        total=Cell((), figures_of(total, gone)),
        loose=Cell((), figures_of(loose, withheld_in(loose, least=least))),
        missing=known.missing,
        reported=tuple(reported),
    )


def _fits(cargo: Cargo, only: Mapping[Dimension, Collection[str]]) -> bool:
    return all(
        any(value in wanted for value in _VALUES[dimension](cargo)) for dimension, wanted in only.items()
    )


def _divided(cargo: Iterable[Cargo], by: Sequence[Dimension]) -> dict[Key, dict[Name, Sum]]:
    """Add up each cell; a key that a cargo has several of puts it in several."""
    tallies: dict[Key, Tally] = defaultdict(Tally)
    for each in cargo:
        for key in product(*(_VALUES[dimension](each) for dimension in by)):
            tallies[key].add(each, chapter=_chapter(key, by))
        if len(tallies) > MAX_CELLS:
            raise CallerError(
                "corridor.too_fine",
                f"this table would have more than {MAX_CELLS} rows",
                hint="divide by fewer things, or ask for a shorter period",
            )
    return {key: tallies[key].sums() for key in sorted(tallies, key=_rank)}


def _together(cargo: Iterable[Cargo], cases: Iterable[Case]) -> dict[Name, Sum]:
    tally = Tally()
    for each in cargo:
        tally.add(each)
    for case in cases:
        tally.add_case(case)
    return tally.sums()


def _chapter(key: Key, by: Sequence[Dimension]) -> str | None:
    return key[by.index(Dimension.CHAPTER)] if Dimension.CHAPTER in by else None


def _rank(key: Key) -> tuple[str, ...]:
    """Order keys by their values; what is not known comes first."""
    return tuple(value or "" for value in key)


def _chapters(cargo: Cargo) -> Key:
    return tuple(chapter for chapter, _ in cargo.flow.chapters) or (None,)


def _leg(cargo: Cargo) -> Key:
    loading, unloading = cargo.flow.loading, cargo.flow.unloading
    return (f"{loading}>{unloading}" if loading and unloading else None,)


def _month(cargo: Cargo) -> Key:
    return (_moment(cargo).strftime("%Y-%m"),)


def _week(cargo: Cargo) -> Key:
    year, week, _ = _moment(cargo).isocalendar()
    return (f"{year}-W{week:02}",)


def _moment(cargo: Cargo) -> datetime:
    return datetime.fromtimestamp(cargo.flow.eta / 1000, UTC)


_VALUES: Final[Mapping[Dimension, Callable[[Cargo], Key]]] = MappingProxyType(
    {
        Dimension.ROUTE: lambda cargo: (">".join(cargo.flow.route),),
        Dimension.LEG: _leg,
        Dimension.ORIGIN: lambda cargo: (cargo.flow.exportation,),
        Dimension.DESTINATION: lambda cargo: (cargo.flow.destination,),
        Dimension.OFFICE: lambda cargo: (cargo.flow.office,),
        Dimension.MODE: lambda cargo: (cargo.flow.mode,),
        Dimension.CHAPTER: _chapters,
        Dimension.ORIGINATOR: lambda cargo: (cargo.flow.originator,),
        Dimension.COUNTERPART: lambda cargo: cargo.peers,
        Dimension.MONTH: _month,
        Dimension.WEEK: _week,
    }
)
