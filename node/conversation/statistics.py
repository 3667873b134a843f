"""Statistics: the figures of a period, from the conversations that reach into it.

Responsible for adding up measures by counterpart and direction, each in the way of its unit: counts
and masses are summed, percentages taken of their sums, times given as the median. Must not read a
register, nor decide what a metric means (`measures`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from statistics import median_high, median_low
from typing import Any, Final, NamedTuple

from node.conversation.measures import Measure, Period, measures_of
from node.conversation.page import Page
from node.message.statistics import Figure
from node.reference.statistics_codes import METRICS, UNIT_OF
from node.trust.agreement import Agreement, Deadlines

_MINUTE_MS: Final = 60_000
_WHOLE: Final = 100  # percent
_TENTH, _GRAM = Decimal("0.1"), Decimal("0.001")
_MOST: Final = Decimal(9_999_999_999_999)  # a figure has 13 digits before the point
_MOST_OF: Final = 99_999_999  # and 8 in what it is taken of
_SUMMED_TIME: Final = "false-warning-cost"
_ORDER: Final = {metric: place for place, metric in enumerate(METRICS.codes)}


class _Key(NamedTuple):
    counterpart: str
    direction: str
    metric: str
    mode: str | None
    trigger: str | None
    commodity: str | None

    @property
    def rank(self) -> tuple[Any, ...]:
        """By counterpart, direction, and the order of the metric list; the whole before its parts."""
        parts = (self.mode or "", self.trigger or "", self.commodity or "")
        return (self.counterpart, self.direction, _ORDER[self.metric], *parts)


@dataclass(slots=True)
class _Sum:
    """What was observed under one key; of a time, every value, or there would be no median."""

    value: Decimal = Decimal(0)
    of: int = 0
    times: list[int] = field(default_factory=list)

    def add(self, measure: Measure, *, is_time: bool) -> None:
        """Take one observation."""
        self.value += measure.value
        self.of += measure.of
        if is_time:
            self.times.append(int(measure.value))


def figures_of(
    pages: Iterable[Page],
    period: Period,
    *,
    now: int,
    terms: Callable[[Page], Deadlines],
    is_test: bool = False,
) -> tuple[Figure, ...]:
    """Make the figures of a period.

    Args:
        pages: at least every conversation in which something took place in the period; one by one.
        period: the span that is counted.
        now: Unix ms; decides which terms have ended.
        terms: gives the deadlines of the agreement that a conversation rests on.
        is_test: count test traffic, and nothing else; otherwise none of it.

    Returns:
        Figures in the order of the metric list. A count without anything it could count, a
        percentage of nothing and the median of nothing are left out.
    """
    sums: dict[_Key, _Sum] = {}
    for page in pages:
        direction = "sent" if page.side == "sender" else "received"
        for each in measures_of(page, period, now=now, terms=terms(page), is_test=is_test):
            key = _Key(page.peer, direction, each.metric, each.mode, each.trigger, each.commodity)
            is_time = UNIT_OF[each.metric] == "minutes"
            sums.setdefault(key, _Sum()).add(each, is_time=is_time)
    return tuple(_figure(key, sums[key]) for key in sorted(sums, key=lambda key: key.rank))


def agreed_terms(agreements: Mapping[str, Agreement]) -> Callable[[Page], Deadlines]:
    """Give what finds the deadlines of the agreement on which a conversation rests.

    Args:
        agreements: those we know, by digest; of another one the usual deadlines are taken.
    """

    def terms(page: Page) -> Deadlines:
        leading = (said for said in page.said.values() if said.what.ref == page.lead)
        named = next((said.coded.get("agreement", "") for said in leading), "")
        return agreements[named].deadlines if named in agreements else Deadlines()

    return terms


def _figure(key: _Key, total: _Sum) -> Figure:
    unit = UNIT_OF[key.metric]
    members = {name: value for name, value in key._asdict().items() if value is not None}
    members |= {"unit": unit, "value": _written(_value(key.metric, unit, total))}
    if unit != "count":
        members["of"] = min(total.of, _MOST_OF)
    return Figure.model_validate(members)


def _value(metric: str, unit: str, total: _Sum) -> Decimal:
    if unit == "percent":
        return _rounded(total.value * _WHOLE / total.of, _TENTH)
    if metric == _SUMMED_TIME:
        return _rounded(total.value / _MINUTE_MS, _TENTH)
    if unit == "minutes":
        middle = Decimal(median_low(total.times) + median_high(total.times)) / 2
        return _rounded(middle / _MINUTE_MS, _TENTH)
    return _rounded(total.value, _GRAM)


def _rounded(value: Decimal, unit: Decimal) -> Decimal:
    return min(value, _MOST).quantize(unit, ROUND_HALF_UP)


def _written(value: Decimal) -> str:
    """Write a number without needless zeros, and zero without a sign."""
    return format(value.normalize() + 0, "f")
