"""Statistics: what one authority counted over a period, for each of its counterparts.

Responsible for the shape of the document. The relations between its members stand in
`statistics_rules`, the definition of each metric in `statistics_codes`. Must not name a case, a
trader or a person.
"""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.types import StringConstraints

from node.message.fields import AuthorityId, Count, Part, Text512, Utc, element
from node.message.header import Header
from node.reference.cargo_codes import TransportMode
from node.reference.forms import form
from node.reference.outcome_codes import Trigger
from node.reference.risk_codes import Commodity
from node.reference.statistics_codes import FigureDirection, FigureUnit, Metric

_FIGURE = form(
    "^-?(0|[1-9][0-9]{0,12})([.][0-9]{1,3})?$",
    "a decimal in a string: a sign, up to 13 digits, a point, up to 3 decimals",
)

FigureValue = Annotated[str, StringConstraints(pattern=_FIGURE)]


class Figure(Part):
    """One number, and what it is the number of."""

    metric: Annotated[Metric, element(None, "an..35", "What is counted or measured.")]
    counterpart: Annotated[AuthorityId, element(None, "an..15", "The other authority.")]
    direction: Annotated[FigureDirection, element(None, "an..8", "Whose documents it is about.")]
    mode: Annotated[
        TransportMode | None, element("T022", "n1", "Only this mode of transport; absent: all.")
    ] = None
    trigger: Annotated[
        Trigger | None, element(None, "an..17", "Only controls with this trigger; absent: all.")
    ] = None
    commodity: Annotated[
        Commodity | None, element(None, "an..17", "Only this commodity; absent: all.")
    ] = None
    value: Annotated[FigureValue, element(None, "n..16,3", "The number.", examples=["62.5"])]
    unit: Annotated[FigureUnit, element(None, "an..9", "Its unit, the one of the metric.")]
    of: Annotated[
        Count | None,
        element(None, "n..8", "How many it is taken of or measured over; required with percent."),
    ] = None


class Statistics(Header):
    """Figures of a period, by metric and counterpart, counted from coded facts."""

    type: Annotated[
        Literal["statistics/1"], element(None, "an..35", "Type and edition of the document.")
    ]
    period_start: Annotated[Utc, element(None, "date-time", "First instant of the period, UTC.")]
    period_end: Annotated[Utc, element(None, "date-time", "First instant after the period, UTC.")]
    figures: Annotated[
        tuple[Figure, ...],
        Field(min_length=1, max_length=500),
        element(None, "Figure", "The numbers, each once."),
    ]
    note: Annotated[
        Text512 | None, element(None, "an..512", "What the reader should know about the counting.")
    ] = None
