"""Measures: what one conversation adds to the figures of a period.

Responsible for the step from coded facts to single observations, each by the definition of its
metric (`reference.statistics_codes`). Must not add up, and must not use anything but coded facts.

Only what the recipient accepted counts, so that both sides count the same. Feedback that came late
counts in the period of its control; test traffic is measured apart, never with the rest.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final, NamedTuple

from node.conversation.counted import Counted, counted_of, is_met
from node.conversation.event import Event
from node.conversation.facts import Spoken
from node.conversation.page import Page
from node.conversation.tables import CLOSED, FROZEN, leads
from node.trust.agreement import Deadlines

LEAST_NOTICE_MS: Final = 2 * 3_600_000
"""A notice should come this long before the cargo: what the corridor's protocols ask for."""

_HOUR_MS: Final = 3_600_000
_HITS: Final = frozenset({"A4", "A5", "B1"})
_RESULTS: Final = ("A1", "A2", "A3", "A4", "A5", "B1")
_OUTCOMES: Final = (Event.CONTROLLED, Event.NOT_CONTROLLED, Event.SEIZED, Event.DECLINED)
"""Each says in a code what came of an alert; a refusal to control gives the same reasons."""

_KILOGRAMS: Final[Mapping[str, Decimal]] = MappingProxyType(
    {"GRM": Decimal("0.001"), "KGM": Decimal(1), "TNE": Decimal(1000)}
)
"""Units of mass (UN/CEFACT Rec 20) in kilograms."""


class Period(NamedTuple):
    """A span of time, its end excluded; Unix ms."""

    start: int
    end: int

    def holds(self, at: int) -> bool:
        """Say whether a moment lies in it."""
        return self.start <= at < self.end


@dataclass(frozen=True, slots=True)
class Measure:
    """One observation.

    Attributes:
        value: of a count or a percentage how many, of a time milliseconds, of a mass kilograms.
        of: how many a percentage is taken of.
        mode: set where the observation is for this mode of transport only; so are the others.
    """

    metric: str
    value: int | Decimal
    of: int = 1
    mode: str | None = None
    trigger: str | None = None
    commodity: str | None = None


def measures_of(
    page: Page, period: Period, *, now: int, terms: Deadlines, is_test: bool = False
) -> Iterator[Measure]:
    """Give what a conversation adds to the figures of a period.

    Args:
        page: the conversation, as one side keeps it.
        period: the span that is counted.
        now: Unix ms; decides which terms have ended.
        terms: the deadlines of the agreement it rests on.
        is_test: measure test traffic, and nothing else.
    """
    case = counted_of(page, now=now, terms=terms, is_test=is_test)
    if case is None:
        return
    yield from _documents(case, period)
    yield from _recalls(case, period)
    yield from _arrivals(case, period)
    for control in case.spoken(Event.CONTROLLED):
        if period.holds(control.at):
            yield from _control(case, control)
    for seizure in case.spoken(Event.SEIZED):
        if period.holds(seizure.at):
            yield from _seizure(seizure)
    if period.holds(case.delivered) and case.course.lead.name in _LED:
        yield from _LED[case.course.lead.name](case)


def _documents(case: Counted, period: Period) -> Iterator[Measure]:
    """Count documents: answers when they were sealed, all others when they were delivered."""
    for said in case.said:
        is_own_page = not leads(said.name) or said.what.ref == case.course.lead
        is_answer = said.target is not None and said.name not in {"amendment", "recall"}
        if is_own_page and period.holds(said.at if is_answer else said.delivered_at or 0):
            yield Measure(f"documents-{said.name}", 1)
    for said in case.spoken(Event.NOT_CONTROLLED):
        if period.holds(said.at):
            yield Measure("not-controlled", 1)


def _recalls(case: Counted, period: Period) -> Iterator[Measure]:
    for deadline in case.deadlines:
        if deadline.name == "recall-answer" and period.holds(deadline.start):
            is_overdue = not deadline.is_void and not is_met(deadline) and deadline.due <= case.now
            yield Measure("overdue-recall", int(is_overdue))


def _arrivals(case: Counted, period: Period) -> Iterator[Measure]:
    """Take each arrival that was reported: had a notice come before it?

    An arrival that answers an alert had none, unless the alert names one: then it is left to the
    answers to that notice, or it would count twice.
    """
    is_announced = case.course.lead.name == "pre-arrival-notice"
    if case.standing.notices:
        return
    for said in case.spoken(Event.ARRIVED):
        if period.holds(said.at):
            had_come = is_announced and case.delivered <= said.coded["arrived"]
            yield from _by_mode(case, "coverage", int(had_come))


def _by_mode(case: Counted, metric: str, value: int) -> Iterator[Measure]:
    yield Measure(metric, value)
    mode = case.standing.coded.get("mode")
    if mode is not None:
        yield Measure(metric, value, mode=mode)


def _control(case: Counted, control: Spoken) -> Iterator[Measure]:
    triggers, result = control.coded["triggers"], control.coded["result"]
    is_hit = result in _HITS or _led_to_seizure(case, control)
    yield Measure("controls", 1)
    yield from (Measure(f"controls-{code.lower()}", int(result == code)) for code in _RESULTS)
    for trigger in triggers:
        yield Measure("controls", 1, trigger=trigger)
        yield Measure("hit-rate", int(is_hit), trigger=trigger)
    if "alert" in triggers:
        is_false = result == "A1"
        yield Measure("false-warnings", int(is_false))
        hours = control.coded.get("hours")
        if is_false and hours is not None:
            yield Measure("false-warning-cost", int(Decimal(hours) * _HOUR_MS))


def _led_to_seizure(case: Counted, control: Spoken) -> bool:
    """Say whether a seizure names the control, or its authority seized without naming one."""
    named = {control.what.ref, case.course.lead}
    return any(
        seizure.author == control.author and seizure.target is not None and seizure.target.ref in named
        for seizure in case.spoken(Event.SEIZED)
    )


def _seizure(seizure: Spoken) -> Iterator[Measure]:
    yield Measure("seizures", 1)
    goods = seizure.coded["goods"]
    for commodity in dict.fromkeys(each[0] for each in goods):
        yield Measure("seizures", 1, commodity=commodity)
    for commodity, quantity, unit in goods:
        if unit in _KILOGRAMS:
            yield Measure("seized-mass", Decimal(quantity) * _KILOGRAMS[unit], commodity=commodity)


def _of_notice(case: Counted) -> Iterator[Measure]:
    coded = case.standing.coded
    if case.course.agreed in FROZEN:  # withdrawn: nothing was to come
        return
    early = (case.arrived() or coded["eta"]) - case.delivered
    yield from _by_mode(case, "lead-time-notice", early)
    yield from _by_mode(case, "late-notices", int(early < LEAST_NOTICE_MS))
    for profile in ("minimum", "full"):
        if profile in coded:
            yield Measure(f"completeness-{profile}", *coded[profile])


def _of_alert(case: Counted) -> Iterator[Measure]:
    owed = {deadline.name: deadline for deadline in case.deadlines}
    controls = tuple(case.spoken(Event.CONTROLLED))
    is_hit = any(each.coded["result"] in _HITS for each in controls)
    is_seized = case.first(Event.SEIZED) is not None
    yield Measure("alerts-read", int(owed["read"].met_at is not None))
    yield Measure("alerts-accepted", int(case.first(Event.ACCEPTED) is not None))
    yield Measure("alerts-declined", int(case.first(Event.DECLINED) is not None))
    yield Measure("alerts-controlled", int(bool(controls)))
    yield Measure("alerts-hit", int(is_hit or is_seized))
    for name in ("read", "acceptance", "feedback"):
        yield Measure(f"overdue-{name}", int(case.is_overdue(owed[name])))
        if case.is_answered_or_due(owed[name]):
            yield Measure(f"{name}-in-time", int(is_met(owed[name])))
    if case.course.agreed in CLOSED - FROZEN:
        yield Measure("outcome-known", int(case.first(*_OUTCOMES) is not None))
    yield from _times_of_alert(case)


def _times_of_alert(case: Counted) -> Iterator[Measure]:
    arrived = case.arrived()
    arrival = arrived or case.standing.coded.get("eta")
    if arrival is not None:
        yield Measure("lead-time-alert", arrival - case.delivered)
    yield from _time("read-time", case.delivered, case.read_at)
    answered = case.first(Event.ACCEPTED, Event.DECLINED)
    yield from _time("acceptance-time", case.delivered, answered)
    result = case.first(Event.CONTROLLED, Event.NOT_CONTROLLED)
    # A control before the arrival, as of papers, is measured from the alert.
    start = arrived if arrived and result and arrived <= result else case.delivered
    yield from _time("feedback-time", start, result)


def _time(metric: str, start: int, end: int | None) -> Iterator[Measure]:
    if end is not None:
        yield Measure(metric, max(end - start, 0))


def _of_request(case: Counted) -> Iterator[Measure]:
    answer = next(each for each in case.deadlines if each.name == "answer")
    yield Measure("overdue-request", int(case.is_overdue(answer)))
    if case.is_due(answer):
        yield Measure("reply-in-time", int(is_met(answer)))
    yield from _time("reply-time", case.delivered, case.first(Event.REPLIED))


def _of_consent(case: Counted) -> Iterator[Measure]:
    answer = next(each for each in case.deadlines if each.name == "answer")
    yield Measure("overdue-consent", int(case.is_overdue(answer)))


_LED: Final[Mapping[str, Callable[[Counted], Iterator[Measure]]]] = MappingProxyType(
    {
        "pre-arrival-notice": _of_notice,
        "alert": _of_alert,
        "information-request": _of_request,
        "consent-request": _of_consent,
    }
)
