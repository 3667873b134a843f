"""Seizure: what was seized, how much, on which route, how it was hidden.

Responsible for the facts of the goods. Must not name any person: persons are counted, and their
names are asked for separately, under the law of both sides.
"""

from typing import Annotated, Literal

from pydantic import Field

from node.message.answer import Answer
from node.message.attachment import Attachments
from node.message.consignment import Place
from node.message.fields import HsCode, Mass, OfficeCode, Part, Text256, Text512, Text2048, Utc, element
from node.message.goods import Money
from node.reference.cargo_codes import MeasureUnit, TransportMode
from node.reference.outcome_codes import CommodityGroup, Direction, EvidenceUse
from node.reference.places import Country
from node.reference.risk_codes import Commodity, ConcealmentCode


class SeizedGoods(Part):
    """One kind of goods seized."""

    group: Annotated[CommodityGroup, element(None, "an..17", "Group for the statistics.")]
    commodity: Annotated[Commodity, element(None, "an..17", "What it is, by kind.")]
    substance: Annotated[
        Text256 | None,
        element("137", "an..256", "Substance or type in words; required with commodity `other`."),
    ] = None
    quantity: Annotated[Mass, element("130", "n..16,6", "Quantity in the unit, above zero.")]
    unit: Annotated[MeasureUnit, element(None, "an..3", "Unit (UN/CEFACT Rec 20).", examples=["KGM"])]
    hs_code: Annotated[HsCode | None, element("145", "an6", "HS code of the goods seized.")] = None
    estimated_value: Annotated[
        Money | None, element("108", "Money", "Value as estimated where it was seized.")
    ] = None


class SeizureRoute(Part):
    """The way the goods took, as far as known."""

    origin: Annotated[Country | None, element("063", "a2", "Country where they were made or grown.")] = (
        None
    )
    departure: Annotated[Place | None, element(None, "Place", "Where the journey began.")] = None
    transit: Annotated[
        tuple[Country, ...],
        Field(max_length=99),
        element("064", "a2", "Countries passed, in order."),
    ] = ()
    destination: Annotated[Place | None, element(None, "Place", "Where they were bound for.")] = None


class HidingPlace(Part):
    """How and where it was hidden."""

    code: Annotated[ConcealmentCode, element(None, "an..35", "Way of hiding.")]
    text: Annotated[Text512 | None, element(None, "an..512", "Where exactly it was found.")] = None


class Seizure(Answer):
    """A seizure, told without naming anybody."""

    type: Annotated[Literal["seizure/1"], element(None, "an..35", "Type and edition of the document.")]
    seized_at: Annotated[Utc, element(None, "date-time", "When it was seized, UTC.")]
    office: Annotated[OfficeCode, element(None, "an8", "Office that seized.")]
    place: Annotated[Place, element(None, "Place", "Where it was seized.")]
    direction: Annotated[Direction, element(None, "an..17", "Which way the goods were going.")]
    mode: Annotated[TransportMode, element("T022", "n1", "Mode of transport; 1 for a ferry.")]
    goods: Annotated[
        tuple[SeizedGoods, ...],
        Field(min_length=1, max_length=50),
        element(None, "SeizedGoods", "What was seized."),
    ]
    route: Annotated[SeizureRoute | None, element(None, "SeizureRoute", "The way it took.")] = None
    concealments: Annotated[
        tuple[HidingPlace, ...],
        Field(max_length=9),
        element(None, "HidingPlace", "How it was hidden."),
    ] = ()
    persons_count: Annotated[
        int | None,
        Field(ge=0, le=9_999),
        element(None, "n..4", "Number of persons involved; never who."),
    ] = None
    arrests_count: Annotated[
        int | None,
        Field(ge=0, le=9_999),
        element(None, "n..4", "Number of them arrested; never who."),
    ] = None
    evidence_use: Annotated[
        EvidenceUse, element(None, "an..12", "Whether this report may be used in court.")
    ]
    comment: Annotated[Text2048 | None, element(None, "an..2048", "Further facts, without names.")] = (
        None
    )
    attachments: Attachments = ()
