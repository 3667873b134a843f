"""Reported: what other authorities tell, in statistics, of flows between them that we do not see.

Responsible for taking such figures out of `statistics/1`, each marked with who said it. Must not add
them to anything: two authorities may well both report the same flow.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Final

from node.conversation.facts import Ref, milliseconds, version_of
from node.conversation.measures import Period
from node.corridor.figures import Figure
from node.corridor.withholding import is_few
from node.message import statistics
from node.message.statistics import Statistics

_CANCELLED: Final = "1"
_WHOLE: Final = 100  # percent


@dataclass(frozen=True, slots=True)
class Reported:
    """What one authority counted of what one sent the other.

    Attributes:
        source: the statistics.
        version: of them.
        period: what they are about, whole within the period asked for.
        sender: whose documents it is about; either the source's authority or the other one.
        figures: by metric; `part` is the mode, trigger or commodity of one that is of a part.
    """

    source: Ref
    version: int
    period: Period
    sender: str
    recipient: str
    figures: tuple[Figure, ...]


def reported_of(
    documents: Iterable[Statistics],
    *,
    own: str,
    period: Period,
    least: int = 0,
    is_test: bool = False,
) -> tuple[Reported, ...]:
    """Take out what is said of flows of others.

    Args:
        documents: statistics that may be used and were not recalled; of several versions the newest
            counts, and none if that one cancels.
        own: our authority id; what is said of flows with us is left out, for we count those.
        period: statistics that reach beyond it are left out: their figures cannot be divided.
        least: withhold numbers of fewer than this.
        is_test: take test traffic, and nothing else.
    """
    newest: dict[Ref, Statistics] = {}
    for document in sorted(documents, key=lambda each: each.version):
        if document.test is is_test:
            newest[version_of(document).ref] = document
    found = (
        each
        for ref, document in newest.items()
        if document.function != _CANCELLED and _is_within(document, period)
        for each in _reported(ref, document, own, least)
    )
    return tuple(sorted(found, key=lambda each: (each.sender, each.recipient, each.source)))


def _span(document: Statistics) -> Period:
    return Period(milliseconds(document.period_start), milliseconds(document.period_end))


def _is_within(document: Statistics, period: Period) -> bool:
    span = _span(document)
    return period.start <= span.start and span.end <= period.end


def _reported(ref: Ref, document: Statistics, own: str, least: int) -> Iterable[Reported]:
    if ref.authority == own:
        return
    others = [each for each in document.figures if each.counterpart != own]
    for flow, figures in groupby(sorted(others, key=_flow), key=_flow):
        counterpart, direction = flow
        ends = (ref.authority, counterpart)
        sender, recipient = ends if direction == "sent" else reversed(ends)
        shown = tuple(_figure(each, least) for each in figures)
        yield Reported(ref, document.version, _span(document), sender, recipient, shown)


def _flow(figure: statistics.Figure) -> tuple[str, str]:
    return (figure.counterpart, figure.direction)


def _figure(figure: statistics.Figure, least: int) -> Figure:
    parts: Sequence[str] = [
        part for part in (figure.mode, figure.trigger, figure.commodity) if part is not None
    ]
    is_withheld = any(is_few(each, least) for each in _numbers(figure))
    return Figure(
        measure=figure.metric,
        unit=figure.unit,
        value=None if is_withheld else figure.value,
        part=" ".join(parts) or None,
        of=None if is_withheld else figure.of,
    )


def _numbers(figure: statistics.Figure) -> Iterable[Decimal]:
    """Give the numbers of cases behind a figure, as far as it tells them."""
    value, of = Decimal(figure.value), Decimal(figure.of or 0)
    if figure.unit == "count":
        yield value
    yield of
    if figure.unit == "percent":
        there = (value * of / _WHOLE).quantize(Decimal(1), ROUND_HALF_UP)
        yield from (there, of - there)
