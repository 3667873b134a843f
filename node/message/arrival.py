"""Arrival: what was announced, or looked for, has come.

Responsible for the fact: where, when, and which part. Must not know whether it was controlled.
"""

from typing import Annotated, Literal

from pydantic import Field

from node.message.answer import Answer
from node.message.consignment import GoodsLocation, TransportDocument
from node.message.fields import OfficeCode, Utc, element
from node.message.subject import SubjectEquipment, SubjectMeans
from node.message.transport import ActiveMeans
from node.reference.outcome_codes import Completeness


class ArrivedEquipment(SubjectEquipment):
    """A container or swap body that has come."""


class ArrivedMeans(SubjectMeans):
    """A wagon, truck or trailer that has come."""


class Arrival(Answer):
    """The cargo, or a part of it, has arrived at an office."""

    type: Annotated[Literal["arrival/1"], element(None, "an..35", "Type and edition of the document.")]
    office: Annotated[
        OfficeCode, element("G004", "an8", "Office where it arrived.", examples=["TM001004"])
    ]
    arrived_at: Annotated[Utc, element(None, "date-time", "When it arrived, UTC.")]
    completeness: Annotated[Completeness, element(None, "an..5", "Whether all of it has come.")]
    location: Annotated[
        GoodsLocation | None, element("L017", "GoodsLocation", "Where it stands now.")
    ] = None
    active_means: Annotated[
        ActiveMeans | None, element("T006", "ActiveMeans", "Ship, train or truck it came on.")
    ] = None
    passive_means: Annotated[
        tuple[ArrivedMeans, ...],
        Field(max_length=99),
        element("T026", "ArrivedMeans", "Wagons, trucks and trailers that came."),
    ] = ()
    equipment: Annotated[
        tuple[ArrivedEquipment, ...],
        Field(max_length=999),
        element("159", "ArrivedEquipment", "Containers and swap bodies that came."),
    ] = ()
    transport_documents: Annotated[
        tuple[TransportDocument, ...],
        Field(max_length=999),
        element("D023", "TransportDocument", "Consignments that came."),
    ] = ()
