"""Rules between the members of statistics.

Responsible for figures that can be: in order, each once, in the unit of their metric. Must not
recount them.
"""

from collections.abc import Iterator
from decimal import Decimal

from node.message.faults import Fault, pointer_to
from node.message.statistics import Figure, Statistics
from node.reference.statistics_codes import BY_COMMODITY, BY_TRIGGER, SIGNED, UNIT_OF

_WHOLE_OF_IT = 100
"""Percent."""


def statistics_faults(statistics: Statistics) -> Iterator[Fault]:
    """Give the faults of statistics, in the order of the members."""
    if statistics.period_end <= statistics.period_start:
        yield Fault("/period_end", "rule.period_in_order", "must be later than period_start")
    seen = set()
    for index, figure in enumerate(statistics.figures):
        if figure.counterpart == statistics.originator.authority:
            yield Fault(
                pointer_to("figures", index, "counterpart"),
                "rule.counterpart_other",
                "another authority than the originator",
            )
        key = _key(figure)
        if key in seen:
            yield Fault(
                pointer_to("figures", index),
                "rule.figures_unique",
                "metric, counterpart, direction, mode, trigger and commodity together are named once",
            )
        seen.add(key)
        for member, code, text in _about(figure):
            yield Fault(pointer_to("figures", index, member), code, text)


def _key(figure: Figure) -> tuple[str | None, ...]:
    return (
        figure.metric,
        figure.counterpart,
        figure.direction,
        figure.mode,
        figure.trigger,
        figure.commodity,
    )


def _about(figure: Figure) -> Iterator[tuple[str, str, str]]:
    """Give what is wrong with a figure by itself: member, code, words."""
    if figure.metric in BY_TRIGGER and figure.trigger is None:
        yield "trigger", "rule.figure_split", "required by the metric"
    if figure.metric in BY_COMMODITY and figure.commodity is None:
        yield "commodity", "rule.figure_split", "required by the metric"
    value = Decimal(figure.value)
    if value.is_signed() and figure.metric not in SIGNED:
        yield "value", "rule.figure_value", "only a lead time may be negative"
    if figure.unit == "count" and value != value.to_integral_value():
        yield "value", "rule.figure_value", "a count is a whole number"
    if figure.unit == "percent" and value > _WHOLE_OF_IT:
        yield "value", "rule.figure_value", "at most 100 percent"
    if figure.unit != UNIT_OF[figure.metric]:
        yield "unit", "rule.figure_unit", f"the metric is given in {UNIT_OF[figure.metric]}"
    if figure.unit == "percent" and not figure.of:
        yield "of", "rule.figure_of", "a percentage needs the number it is taken of, above zero"
