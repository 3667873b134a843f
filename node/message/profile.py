"""Completeness: which members a notice or an alert should have, and which of them are filled.

Responsible for the two profiles: the minimum, which partners elsewhere have agreed on, and the full
one, of all members that are required or should be there. Must not refuse anything: a partial
document is welcome, and its gaps are shown.

A member counts only where it means something: an empty truck lacks no goods, an empty box no seals.
Members that only some goods need (a licence, a UN number) are never called missing, for a notice
cannot show whether they were needed. Of a natural person only the name counts: no figure may reward
more personal data.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from node.message.alert import Alert
from node.message.amendment import Amendment
from node.message.consignment import Consignment
from node.message.equipment import Equipment
from node.message.faults import pointer_to
from node.message.fields import Part
from node.message.header import Header
from node.message.notice import PreArrivalNotice
from node.message.party import Party
from node.message.transport import Transport

_WHOLE: Final = 100  # percent
_SEA, _RAIL, _ROAD = "1", "2", "3"  # UN/CEFACT Rec 19
_ON_RAILS: Final = ("20", "21")  # wagon, train: they have no nationality
_VEHICLES: Final = ("30", "31")
_EMPTY: Final = "4"
_TIR: Final = "N952"


@dataclass(frozen=True, slots=True)
class Filling:
    """How far one profile is filled.

    Attributes:
        wanted: how many members the profile wants of this document.
        missing: JSON Pointers to those that are not filled.
    """

    wanted: int
    missing: tuple[str, ...]

    @property
    def filled(self) -> int:
        """How many members are filled."""
        return self.wanted - len(self.missing)

    @property
    def percent(self) -> int:
        """The share that is filled, rounded down: 100 means that nothing is missing."""
        return self.filled * _WHOLE // self.wanted


@dataclass(frozen=True, slots=True)
class Completeness:
    """How complete a document is, by both profiles; the full one holds the minimum."""

    minimum: Filling
    full: Filling


class _Member(NamedTuple):
    steps: "Steps"
    is_filled: bool
    is_minimum: bool


Steps = tuple[str | int, ...]
_Members = Iterator[_Member]


def completeness(document: Header) -> Completeness | None:
    """Say how complete a notice or an alert is, or the one that an amendment carries.

    Returns:
        None for a document of another type: nothing in them is left to choice that counts.
    """
    if isinstance(document, Amendment):
        return _measured(document.document, "document")
    return _measured(document)


def _measured(document: Header, *at: str | int) -> Completeness | None:
    members_of = _PROFILES.get(type(document))
    if members_of is None:
        return None
    members = tuple(members_of(document, at))
    return Completeness(_filling(each for each in members if each.is_minimum), _filling(members))


def _filling(members: Iterable[_Member]) -> Filling:
    wanted = tuple(members)
    return Filling(len(wanted), tuple(pointer_to(*each.steps) for each in wanted if not each.is_filled))


def _of(part: Part | None, at: Steps, *, minimum: str = "", full: str = "") -> _Members:
    """Want members of a part by name; of a part that is absent, all of them are missing."""
    for name, is_minimum in _wanted(minimum, full):
        value = getattr(part, name, None)
        yield _Member((*at, name), value is not None and value != (), is_minimum)


@cache
def _wanted(minimum: str, full: str) -> tuple[tuple[str, bool], ...]:
    """Take the two lists of names apart, once: they are written in this module and nowhere else."""
    return (*((name, True) for name in minimum.split()), *((name, False) for name in full.split()))


def _of_either(steps: Steps, *values: Any, is_minimum: bool = False) -> _Members:
    """Want one of several members that say the same."""
    yield _Member(steps, any(map(_is_filled, values)), is_minimum)


def _is_filled(value: Any) -> bool:
    return value is not None and value != ()


def _of_notice(notice: PreArrivalNotice, at: Steps) -> _Members:
    yield from _of(
        notice,
        at,
        minimum="office_of_entry",
        full="reference function issued_at originator office_of_exit total_gross_mass",
    )
    if any(consignment.goods for consignment in notice.consignments):
        declared = (notice.declaration_mrn, notice.previous_documents)
        yield from _of_either((*at, "declaration_mrn"), *declared, is_minimum=True)
        yield from _of(notice, at, full="office_of_declaration total_packages")
        yield from _of_party(
            notice.declarant, (*at, "declarant"), minimum="name identification", full="address"
        )
    yield from _of_transport(notice, (*at, "transport"))
    for index, box in enumerate(notice.equipment):
        yield from _of_equipment(box, (*at, "equipment", index))
    yield from _of_party(notice.carrier, (*at, "carrier"), full="name identification address")
    for index, consignment in enumerate(notice.consignments):
        yield from _of_consignment(notice, consignment, (*at, "consignments", index))


def _of_transport(notice: PreArrivalNotice, at: Steps) -> _Members:
    transport, active = notice.transport, notice.transport.active_means
    departures = (transport.estimated_departure_at, transport.actual_departure_at)
    yield from _of(transport, at, minimum="mode estimated_arrival_at", full="routing_countries")
    yield from _of_either((*at, "estimated_departure_at"), *departures, is_minimum=True)
    means = (*at, "active_means")
    yield from _of(active, means, minimum="identification identification_type")
    if active.identification_type not in _ON_RAILS:
        yield from _of(active, means, full="nationality")
    if transport.mode != _ROAD:
        yield from _of(active, means, full="conveyance_reference")
    if _carries_means(notice):
        yield from _of(transport, at, minimum="passive_means")
    for index, carried in enumerate(transport.passive_means):
        place = (*at, "passive_means", index)
        yield from _of(carried, place, minimum="identification identification_type")
    if _is_combined(transport):
        yield from _of(transport, at, full="combined_mode")


def _carries_means(notice: PreArrivalNotice) -> bool:
    """Say whether wagons or vehicles must be on board: on a train, or on a ferry without boxes."""
    if notice.transport.combined_mode is not None or notice.transport.mode == _RAIL:
        return True
    return notice.transport.mode == _SEA and not notice.equipment


def _is_combined(transport: Transport) -> bool:
    """Say whether what is on board makes it a combined transport."""
    types = {means.identification_type for means in transport.passive_means}
    if transport.mode == _SEA:
        return bool(types)
    return transport.mode == _RAIL and not types.isdisjoint(_VEHICLES)


def _of_equipment(box: Equipment, at: Steps) -> _Members:
    yield from _of(box, at, minimum="identification", full="packed_status")
    if box.packed_status != _EMPTY:
        yield from _of(box, at, full="seal_count seals")


def _of_consignment(notice: PreArrivalNotice, consignment: Consignment, at: Steps) -> _Members:
    yield from _of(
        consignment,
        at,
        minimum="transport_document place_of_unloading",
        full="sequence container_indicator place_of_loading place_of_acceptance place_of_delivery"
        " country_of_exportation country_of_destination routing_countries ucr",
    )
    if _is_under_tir(notice, consignment):
        yield from _of(consignment, at, full="tir_carnet")
    yield from _of_traders(consignment, at)
    for index, item in enumerate(consignment.goods):
        yield from _of(
            item,
            (*at, "goods", index),
            minimum="sequence hs_code gross_mass packages package_type country_of_origin",
            full="description",
        )


def _is_under_tir(notice: PreArrivalNotice, consignment: Consignment) -> bool:
    documents = (
        consignment.transport_document,
        consignment.master_document,
        *consignment.additional_documents,
        *notice.previous_documents,
    )
    return any(document is not None and document.type == _TIR for document in documents)


def _of_traders(consignment: Consignment, at: Steps) -> _Members:
    """Want who exports (the consignor, where nobody else is named) and who receives."""
    wanted, exporter = "name identification", consignment.exporter
    if exporter is None:
        yield from _of_party(consignment.consignor, (*at, "consignor"), minimum=wanted, full="address")
    else:
        yield from _of_party(exporter, (*at, "exporter"), minimum=wanted)
        yield from _of_party(consignment.consignor, (*at, "consignor"), full=f"{wanted} address")
    if not consignment.to_order:
        consignee = (*at, "consignee")
        yield from _of_party(
            consignment.consignee, consignee, minimum="name address", full="identification"
        )


def _of_party(party: Party | None, at: Steps, *, minimum: str = "", full: str = "") -> _Members:
    yield from _of(party, at, full="type_of_person")
    if party is not None and party.person is not None:
        names = {"minimum": "name"} if minimum else {"full": "name"}
        yield from _of(party.person, (*at, "person"), **names)
        return
    organisation = party and party.organisation
    yield from _of(organisation, (*at, "organisation"), minimum=minimum, full=full)


def _of_alert(alert: Alert, at: Steps) -> _Members:
    yield from _of(
        alert,
        at,
        minimum="reference version function issued_at originator recipients valid_until"
        " feedback_due_at risks subject recommended_actions",
        full="indicators suspected_goods",
    )
    yield from _of(
        alert.handling,
        (*at, "handling"),
        minimum="source_evaluation information_evaluation h_code purpose legal_basis retention_class",
    )
    yield from _of(alert.contact, (*at, "contact"), full="communications")
    yield from _of(alert.route, (*at, "route"), full="countries estimated_arrival_at")
    yield from _of(alert.subject, (*at, "subject"), full="declared_goods parties")
    ways = (alert.concealments, alert.modus_operandi)
    yield from _of_either((*at, "concealments"), *ways)
    if alert.subject.notices:
        yield from _of(alert, at, full="suspicious_members")


_PROFILES: Final[Mapping[type[Header], Callable[[Any, Steps], _Members]]] = MappingProxyType(
    {PreArrivalNotice: _of_notice, Alert: _of_alert}
)
