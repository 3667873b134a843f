"""Incident: something happened on the way, between the notice and the arrival.

Responsible for the event, its place, and what carries and seals the load since. Must not judge
whether it was an accident or a pretext: the recipient compares it with the alerts it holds.
"""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.types import StringConstraints

from node.message.answer import Answer
from node.message.attachment import Attachments
from node.message.fields import OfficeCode, Part, Text35, Text256, Text2048, Utc, element
from node.message.seal_check import SealCheck
from node.message.subject import SubjectEquipment, SubjectMeans
from node.reference.cargo_codes import TransportMode
from node.reference.forms import form
from node.reference.outcome_codes import IncidentKind
from node.reference.places import Country, Locode

_LATITUDE = form(
    "^[+-]?([0-8]?[0-9][.][0-9]{5,7}|90[.]0{5,7})$",
    "degrees north, -90 to 90, with 5 to 7 decimals",
)
_LONGITUDE = form(
    "^[+-]?((1[0-7][0-9]|0?[0-9]?[0-9])[.][0-9]{5,7}|180[.]0{5,7})$",
    "degrees east, -180 to 180, with 5 to 7 decimals",
)
Latitude = Annotated[str, StringConstraints(pattern=_LATITUDE)]
Longitude = Annotated[str, StringConstraints(pattern=_LONGITUDE)]


class IncidentPlace(Part):
    """Where it happened: by UN/LOCODE, by coordinates, or in words."""

    country: Annotated[Country, element(None, "a2", "Country where it happened.")]
    locode: Annotated[Locode | None, element(None, "an5", "UN/LOCODE; begins with the country.")] = None
    latitude: Annotated[
        Latitude | None, element(None, "an..11", "Degrees north (WGS 84).", examples=["39.21604"])
    ] = None
    longitude: Annotated[
        Longitude | None, element(None, "an..12", "Degrees east (WGS 84).", examples=["63.57851"])
    ] = None
    text: Annotated[Text256 | None, element(None, "an..256", "The place in words.")] = None


class NewMeans(SubjectMeans):
    """The wagon, truck or trailer that carries the load since."""

    mode: Annotated[TransportMode | None, element("T022", "n1", "Mode of transport since then.")] = None


class TransferredEquipment(SubjectEquipment):
    """A container or swap body that was moved to the new means."""


class Endorsement(Part):
    """The authority that recorded the incident on the spot."""

    at: Annotated[Utc, element(None, "date-time", "When it was recorded, UTC.")]
    authority: Annotated[Text35, element(None, "an..35", "Authority that recorded it.")]
    office: Annotated[OfficeCode | None, element(None, "an8", "Customs office, if one did.")] = None
    country: Annotated[Country, element(None, "a2", "Country of that authority.")]


class Incident(Answer):
    """An event on the way that changes what the recipient must expect."""

    type: Annotated[Literal["incident/1"], element(None, "an..35", "Type and edition of the document.")]
    code: Annotated[IncidentKind, element(None, "an..17", "What happened.")]
    occurred_at: Annotated[Utc, element(None, "date-time", "When it happened, UTC.")]
    place: Annotated[IncidentPlace, element(None, "IncidentPlace", "Where it happened.")]
    text: Annotated[
        Text2048 | None,
        element(None, "an..2048", "The event in words, without names; required with `other`."),
    ] = None
    new_means: Annotated[
        tuple[NewMeans, ...],
        Field(max_length=99),
        element("T026", "NewMeans", "What carries the load since; required with `transshipment`."),
    ] = ()
    transferred_equipment: Annotated[
        tuple[TransferredEquipment, ...],
        Field(max_length=999),
        element("159", "TransferredEquipment", "Boxes moved to the new means."),
    ] = ()
    seals: Annotated[
        tuple[SealCheck, ...],
        Field(max_length=99),
        element("165", "SealCheck", "Seals as found and as left; required with `seal-broken`."),
    ] = ()
    new_office: Annotated[
        OfficeCode | None, element("G004", "an8", "Office where it will arrive instead.")
    ] = None
    new_arrival_at: Annotated[
        Utc | None, element(None, "date-time", "When it is expected now, UTC.")
    ] = None
    endorsement: Annotated[
        Endorsement | None, element(None, "Endorsement", "Who recorded it on the spot.")
    ] = None
    attachments: Attachments = ()
