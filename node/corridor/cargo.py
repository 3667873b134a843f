"""Cargo: each consignment announced for a period, with the alerts on it and all that came of it.

Responsible for which version of a notice counts, and for tying alerts to consignments: by the notices
that they name, and by matches that an officer confirmed. Must not count.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from node.conversation.facts import Ref
from node.conversation.measures import Period
from node.corridor.case import Case
from node.corridor.flows import Flow


@dataclass(frozen=True, slots=True)
class Match:
    """An alert, or an item of our watch list, that was found to concern a notice.

    Attributes:
        consignment: sequence of the one consignment meant; None for the whole notice.
        alert: None for an item of the watch list.
        decision: None while no officer has decided.
    """

    id: str
    notice: Ref
    consignment: int | None = None
    alert: Ref | None = None
    decision: Literal["confirmed", "dismissed"] | None = None


@dataclass(frozen=True, slots=True)
class Cargo:
    """A flow, and what is known about it.

    Attributes:
        peers: the authorities with which its notice was exchanged.
        cases: of its notice, and of the alerts that concern it.
        matches: of its notice, or of this consignment.
    """

    flow: Flow
    peers: tuple[str, ...]
    cases: tuple[Case, ...]
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """All that is known of a period.

    Attributes:
        loose: cases of alerts that concern no notice known here.
        missing: how many notices have no flows here, such as those from before flows were kept.
    """

    cargo: tuple[Cargo, ...]
    loose: tuple[Case, ...]
    missing: int


_Subject = tuple[Ref, int | None]
"""A notice, and the one consignment meant, if it is one."""


def gather(
    flows: Iterable[Flow], cases: Iterable[Case], matches: Iterable[Match], period: Period
) -> Gathered:
    """Put together what is known of the cargo expected in a period.

    Args:
        flows: at least those of the period; of every version, in any order.
        cases: of their notices, and of all alerts that name one, match one, or were due in the period.
        matches: at least those of their notices.
        period: the cargo's expected arrival lies in it.
    """
    ordered = sorted({each.place: each for each in cases}.values(), key=lambda each: each.place)
    found = sorted({each.id: each for each in matches}.values(), key=lambda each: each.id)
    alerts = _alerts(ordered, found)
    index = _Index(ordered, found, alerts)
    held = _by_message(flows)
    cargo: list[Cargo] = []
    missing = 0
    standing = _standing(ordered)
    for those in standing.values():
        ours = _newest(held, those)
        missing += not ours and period.holds(those[0].at)
        peers = tuple(sorted({case.peer for case in those}))
        cargo += (
            Cargo(flow, peers, index.cases(flow), index.matches(flow))
            for flow in ours
            if period.holds(flow.eta)
        )
    tied = {alert for (notice, _), those in alerts.items() if notice in standing for alert in those}
    loose = (each for each in ordered if each.is_alert and each.lead not in tied)
    return Gathered(tuple(cargo), tuple(each for each in loose if period.holds(each.at)), missing)


class _Index:
    """Finds what concerns a flow."""

    def __init__(
        self,
        cases: Sequence[Case],
        matches: Sequence[Match],
        alerts: dict[_Subject, dict[Ref, None]],
    ) -> None:
        self._alerts = alerts
        self._cases: dict[Ref, list[Case]] = defaultdict(list)
        self._matches: dict[_Subject, list[Match]] = defaultdict(list)
        for case in cases:
            self._cases[case.lead].append(case)
        for match in matches:
            self._matches[match.notice, match.consignment].append(match)

    def cases(self, flow: Flow) -> tuple[Case, ...]:
        """Give the cases of its notice, then those of the alerts on it."""
        alerts = {alert for subject in _subjects(flow) for alert in self._alerts.get(subject, ())}
        leads = (flow.notice, *sorted(alerts))
        return tuple(case for lead in leads for case in self._cases.get(lead, ()))

    def matches(self, flow: Flow) -> tuple[Match, ...]:
        """Give the matches of its notice and of itself."""
        return tuple(match for subject in _subjects(flow) for match in self._matches.get(subject, ()))


def _subjects(flow: Flow) -> tuple[_Subject, _Subject]:
    return ((flow.notice, None), (flow.notice, flow.consignment))


def _standing(cases: Sequence[Case]) -> dict[Ref, list[Case]]:
    """Give the cases of each notice in which it was not withdrawn, the newest version first."""
    found: dict[Ref, list[Case]] = defaultdict(list)
    for case in cases:
        if not case.is_alert and not case.is_withdrawn:
            found[case.lead].append(case)
    for those in found.values():
        those.sort(key=lambda case: (-case.version, case.message))
    return found


def _by_message(flows: Iterable[Flow]) -> dict[str, dict[int, Flow]]:
    held: dict[str, dict[int, Flow]] = defaultdict(dict)
    for flow in flows:
        held[flow.message][flow.consignment] = flow
    return held


def _newest(held: dict[str, dict[int, Flow]], cases: Sequence[Case]) -> list[Flow]:
    """Give the flows of the newest version, even where a peer has not taken that one yet."""
    newest = (case.message for case in cases if case.version == cases[0].version)
    flows: dict[int, Flow] = next((held[message] for message in newest if message in held), {})
    return [flow for _, flow in sorted(flows.items())]


def _alerts(cases: Sequence[Case], matches: Sequence[Match]) -> dict[_Subject, dict[Ref, None]]:
    """Give the alerts on each notice, and on each consignment by itself."""
    found: dict[_Subject, dict[Ref, None]] = defaultdict(dict)
    for subject, alert in (*_named(cases), *_confirmed(matches)):
        found[subject][alert] = None
    return found


def _named(cases: Sequence[Case]) -> Iterator[tuple[_Subject, Ref]]:
    return (((notice, None), case.lead) for case in cases for notice in case.notices)


def _confirmed(matches: Sequence[Match]) -> Iterator[tuple[_Subject, Ref]]:
    for match in matches:
        if match.decision == "confirmed" and match.alert is not None:
            yield (match.notice, match.consignment), match.alert
