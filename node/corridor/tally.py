"""Tally: adding up the cargo of one cell, each thing once, however often it comes by.

Responsible for what each measure counts. Must not know by what the cargo is divided, nor withhold
anything (`withholding`).
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from node.conversation.facts import Ref
from node.corridor.cargo import Cargo, Match
from node.corridor.case import RESULTS, Case
from node.corridor.figures import Name, Sum
from node.corridor.flows import EMPTY

_OUTCOMES: Final = ("controls", *RESULTS, "not-controlled", "seizures")
"""Counts of what came of cargo, shown even where nothing did."""


@dataclass(slots=True)
class Tally:
    """What one cell holds."""

    _notices: set[Ref] = field(default_factory=set)
    _consignments: set[tuple[Ref, int]] = field(default_factory=set)
    _empty_means: set[Ref] = field(default_factory=set)
    _boxes: set[tuple[Ref, int]] = field(default_factory=set)
    _masses: dict[tuple[Ref, int, str | None], Decimal] = field(default_factory=dict)
    _alerts: set[Ref] = field(default_factory=set)
    _matches: dict[str, Match] = field(default_factory=dict)
    _cases: dict[tuple[Ref, str], Case] = field(default_factory=dict)

    def add(self, cargo: Cargo, *, chapter: str | None = None) -> None:
        """Take a consignment; with a chapter, only the mass that is of it."""
        flow = cargo.flow
        self._notices.add(flow.notice)
        if flow.consignment != EMPTY:
            self._consignments.add((flow.notice, flow.consignment))
        if flow.is_empty_means:
            self._empty_means.add(flow.notice)
        self._boxes.update((flow.notice, box) for box in flow.boxes)
        mass = flow.gross_mass if chapter is None else dict(flow.chapters)[chapter]
        self._masses[flow.notice, flow.consignment, chapter] = Decimal(mass)
        self._matches.update((match.id, match) for match in cargo.matches)
        for case in cargo.cases:
            self.add_case(case)

    def add_case(self, case: Case) -> None:
        """Take what came of a notice or an alert; a withdrawn alert counts no more, its controls do."""
        self._cases[case.place] = case
        if case.is_alert and not case.is_withdrawn:
            self._alerts.add(case.lead)

    def sums(self) -> dict[Name, Sum]:
        """Give every sum; a percentage of nothing is left out, and so is a part that there was not."""
        confirmed = [match for match in self._matches.values() if match.decision == "confirmed"]
        counts = {
            "notices": len(self._notices),
            "consignments": len(self._consignments),
            "empty-means": len(self._empty_means),
            "containers": len(self._boxes),
            "alerts": len(self._alerts),
            "matches": len(self._matches),
            "matches-confirmed": len(confirmed),
            "hits": sum(case.hits for case in self._cases.values()),
            **dict.fromkeys(_OUTCOMES, 0),
        }
        sums = {Name(measure): Sum(Decimal(value)) for measure, value in counts.items()}
        sums[Name("gross-mass")] = Sum(sum(self._masses.values(), Decimal(0)))
        for measure in (each for case in self._cases.values() for each in case.measures):
            name = Name(measure.metric, measure.trigger or measure.commodity)
            sums[name] = sums.get(name, Sum(Decimal(0))).plus(measure.value, measure.of)
        return sums
