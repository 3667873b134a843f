"""The nexus: cargo that one authority announced, a second one warned of, and a third one dealt with.

Responsible for finding where the flows of several authorities meet in this way, and how often. Must
not decide which documents may be used (`sharing`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from node.conversation.facts import Ref
from node.conversation.measures import Period
from node.corridor.cargo import Cargo, Match, gather
from node.corridor.case import Case
from node.corridor.figures import percentage
from node.corridor.flows import Flow
from node.corridor.withholding import is_few

THREE: Final = 3
"""Authorities that must have had a part for it to be a nexus."""


class Parties(NamedTuple):
    """Who did what: announced the cargo, warned of it, dealt with the warning."""

    announced_by: str
    alerted_by: str
    ended_at: str


@dataclass(frozen=True, slots=True)
class Link:
    """One place where flows meet.

    Attributes:
        via: the countries of the cargo's route, in order.
        chapter: of the goods announced; a consignment of several is in the link of each.
        consignments: how many the alerts concern.
        alerts: of which the outcome is known there; alerts on no cargo of this link are not in it.
        share: these alerts of all alerts on cargo of the period with a known outcome, in percent.

    A number is None where it is withheld.
    """

    parties: Parties
    via: tuple[str, ...]
    office: str
    chapter: str | None
    consignments: int | None
    alerts: int
    hits: int | None
    controls: int | None
    seizures: int | None
    share: str | None


@dataclass(frozen=True, slots=True)
class Nexus:
    """All links of a period.

    Attributes:
        links: those of most alerts first.
        of: alerts on cargo of the period with a known outcome; None where a link is withheld.
        withheld: whether links of too few alerts are left out.
    """

    links: tuple[Link, ...]
    of: int | None
    withheld: bool


class _Key(NamedTuple):
    parties: Parties
    via: tuple[str, ...]
    office: str
    chapter: str | None

    @property
    def rank(self) -> tuple[Any, ...]:
        return (*self.parties, self.via, self.office, self.chapter or "")


@dataclass(slots=True)
class _Found:
    """What was found of one link."""

    cargo: set[tuple[Ref, int]] = field(default_factory=set)
    cases: dict[tuple[Ref, str], Case] = field(default_factory=dict)

    @property
    def alerts(self) -> int:
        return len({case.lead for case in self.cases.values()})

    def add(self, flow: Flow, case: Case) -> None:
        self.cargo.add((flow.notice, flow.consignment))
        self.cases[case.place] = case

    def link(self, key: _Key, of: int | None, least: int) -> Link:
        cases = self.cases.values()
        return Link(
            *key,
            consignments=_shown(len(self.cargo), least),
            alerts=self.alerts,
            hits=_shown(sum(case.hits for case in cases), least),
            controls=_shown(sum(case.count("controls") for case in cases), least),
            seizures=_shown(sum(case.count("seizures") for case in cases), least),
            share=None if of is None else percentage(self.alerts, of),
        )


def nexus(
    flows: Iterable[Flow],
    cases: Iterable[Case],
    matches: Iterable[Match] = (),
    *,
    period: Period,
    authorities: int = THREE,
    least: int = 0,
) -> Nexus:
    """Find the links of a period.

    Args:
        flows: see `cargo.gather`; so for cases and matches.
        cases: only of documents that may be used.
        matches: only confirmed ones with an alert tie anything.
        period: the cargo's expected arrival lies in it.
        authorities: how many must have had a part; 2 shows what goes on between two as well.
        least: leave out links of fewer alerts, and withhold other numbers of fewer.
    """
    ended = list(_ended(gather(flows, cases, matches, period).cargo))
    found: dict[_Key, _Found] = defaultdict(_Found)
    for each, case in ended:
        for key in _keys(each.flow, case):
            if len(set(key.parties)) >= authorities:
                found[key].add(each.flow, case)
    shown = [key for key in found if not is_few(found[key].alerts, least)]
    shown.sort(key=lambda key: (-found[key].alerts, key.rank))
    is_withheld = len(shown) < len(found)
    of = None if is_withheld else len({case.lead for _, case in ended})
    return Nexus(tuple(found[key].link(key, of, least) for key in shown), of, is_withheld)


def _ended(cargo: Iterable[Cargo]) -> Iterator[tuple[Cargo, Case]]:
    """Give each consignment with each alert on it of which the outcome is known."""
    for each in cargo:
        for case in each.cases:
            if case.is_alert and case.has_outcome and not case.is_withdrawn:
                yield each, case


def _keys(flow: Flow, case: Case) -> Iterator[_Key]:
    parties = Parties(flow.originator, case.lead.authority, case.recipient)
    chapters: tuple[str | None, ...] = tuple(chapter for chapter, _ in flow.chapters)
    for chapter in chapters or (None,):
        yield _Key(parties, flow.route, flow.office, chapter)


def _shown(number: int, least: int) -> int | None:
    return None if is_few(number, least) else number
