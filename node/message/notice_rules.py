"""Rules between the members of a pre-arrival notice.

Responsible for what makes a notice contradict itself in structure: numbering, references, the kind
of means, identifiers that cannot be what they claim. What may be a sign of fraud (totals that do
not add up, a late notice) is a doubt, not a fault: it must reach the recipient.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from node.message.consignment import Consignment, Place
from node.message.equipment import Equipment
from node.message.faults import Fault, pointer_to
from node.message.goods import GoodsItem
from node.message.header_rules import party_faults, present, sequence_faults, structure_faults
from node.message.notice import PreArrivalNotice
from node.message.transport import Transport
from node.reference.cargo_codes import BULK_PACKAGES
from node.reference.identifiers import (
    BY_EQUIPMENT_SCHEME,
    BY_IDENTIFICATION_TYPE,
    MRN,
    TIR_CARNET,
)

_THREE_LETTERS = re.compile(r"(?:[\W\d_]*[^\W\d_]){3}")

_COMBINED_ON = {"12": "1", "16": "1", "17": "1", "18": "1", "23": "2"}
"""Combined mode to the mode of the means that carries it."""

_CARRIED = {"12": "20", "16": "30", "17": "31", "23": "30 31"}
"""Combined mode to the identification types of what is carried."""

_IDENTIFIED_BY = {"1": "10 11", "2": "20 21", "3": "30 31", "4": "40 41", "8": "80 81"}
"""Mode to the identification types its active means may have."""


def notice_faults(notice: PreArrivalNotice) -> Iterator[Fault]:
    """Give the faults of a notice, in the order of its members."""
    yield from _total_faults(notice)
    yield from _transport_faults(notice.transport)
    yield from sequence_faults(notice.equipment, "equipment")
    for index, box in enumerate(notice.equipment):
        yield from _equipment_faults(notice, box, index)
    roles = ("carrier", "declarant", "representative", "submitter")
    for role, party in present((role, getattr(notice, role)) for role in roles):
        yield from party_faults(party, role)
    yield from sequence_faults(notice.consignments, "consignments")
    yield from _document_faults(notice)
    for index, consignment in enumerate(notice.consignments):
        yield from _consignment_faults(notice, consignment, index)


def _total_faults(notice: PreArrivalNotice) -> Iterator[Fault]:
    if notice.declaration_mrn is not None:
        yield from structure_faults(notice.declaration_mrn, MRN, "declaration_mrn")
    items = sum(len(consignment.goods) for consignment in notice.consignments)
    if notice.total_items is not None and notice.total_items != items:
        yield Fault("/total_items", "rule.total_items", "must be the number of goods items")


def _transport_faults(transport: Transport) -> Iterator[Fault]:
    yield from _active_faults(transport)
    yield from _combined_faults(transport)
    yield from sequence_faults(transport.passive_means, "transport", "passive_means")
    for index, means in enumerate(transport.passive_means):
        yield from structure_faults(
            means.identification,
            BY_IDENTIFICATION_TYPE.get(means.identification_type),
            *("transport", "passive_means", index, "identification"),
        )
    yield from _time_faults(transport)


def _active_faults(transport: Transport) -> Iterator[Fault]:
    active, at = transport.active_means, ("transport", "active_means")
    allowed = _IDENTIFIED_BY.get(transport.mode)
    if allowed is not None and active.identification_type not in allowed.split():
        yield Fault(
            pointer_to(*at, "identification_type"),
            "rule.identification_fits_mode",
            f"mode {transport.mode} is identified by type {allowed.replace(' ', ' or ')}",
        )
    if transport.mode == "1" and active.conveyance_reference is None:
        yield Fault(
            pointer_to(*at, "conveyance_reference"), "rule.voyage_stated", "required with mode 1"
        )
    yield from structure_faults(
        active.identification,
        BY_IDENTIFICATION_TYPE.get(active.identification_type),
        *(*at, "identification"),
    )


def _combined_faults(transport: Transport) -> Iterator[Fault]:
    combined = transport.combined_mode
    if combined is None:
        return
    if transport.mode != _COMBINED_ON[combined]:
        yield Fault(
            "/transport/combined_mode",
            "rule.combined_mode",
            f"combined mode {combined} needs mode {_COMBINED_ON[combined]}",
        )
    carried = _CARRIED.get(combined, "").split()
    types = {means.identification_type for means in transport.passive_means}
    if carried and types.isdisjoint(carried):
        yield Fault(
            "/transport/passive_means",
            "rule.carried_means_listed",
            f"combined mode {combined} needs one identified by type {' or '.join(carried)}",
        )


def _time_faults(transport: Transport) -> Iterator[Fault]:
    estimated, actual = transport.estimated_departure_at, transport.actual_departure_at
    if estimated is not None and actual is not None:
        yield Fault(
            "/transport/estimated_departure_at",
            "rule.one_departure",
            "either the estimated or the actual departure",
        )
    departure = actual or estimated
    if departure is not None and transport.estimated_arrival_at < departure:
        yield Fault(
            "/transport/estimated_arrival_at",
            "rule.arrival_after_departure",
            "must not be before the departure",
        )


def _equipment_faults(notice: PreArrivalNotice, box: Equipment, index: int) -> Iterator[Fault]:
    at = ("equipment", index)
    yield from structure_faults(
        box.identification,
        BY_EQUIPMENT_SCHEME.get(box.identification_scheme),
        *(*at, "identification"),
    )
    if box.passive_means is not None and box.passive_means > len(notice.transport.passive_means):
        yield _no_such(*at, "passive_means")
    if box.packed_status == "4" and box.goods:
        yield Fault(
            pointer_to(*at, "goods"), "rule.empty_has_no_goods", "none in a box said to be empty"
        )
    for place, goods in enumerate(box.goods):
        inside = notice.consignments[goods.consignment - 1 : goods.consignment]
        if not inside or goods.item > len(inside[0].goods):
            yield _no_such(*at, "goods", place)


def _document_faults(notice: PreArrivalNotice) -> Iterator[Fault]:
    seen = set()
    for index, consignment in enumerate(notice.consignments):
        document = consignment.transport_document
        if (document.number, document.type) in seen:
            yield Fault(
                pointer_to("consignments", index, "transport_document"),
                "rule.transport_document_unique",
                "one consignment for each transport document",
            )
        seen.add((document.number, document.type))


def _consignment_faults(
    notice: PreArrivalNotice, consignment: Consignment, index: int
) -> Iterator[Fault]:
    at = ("consignments", index)
    if consignment.container_indicator == "1" and not notice.equipment:
        yield Fault(
            pointer_to(*at, "container_indicator"),
            "rule.container_listed",
            "1 needs at least one piece of equipment",
        )
    for place, sequence in enumerate(consignment.passive_means):
        if sequence > len(notice.transport.passive_means):
            yield _no_such(*at, "passive_means", place)
    if consignment.tir_carnet is not None:
        yield from structure_faults(consignment.tir_carnet, TIR_CARNET, *at, "tir_carnet")
    yield from _consignment_place_faults(consignment, index)
    yield from _consignment_party_faults(consignment, index)
    yield from sequence_faults(consignment.goods, *at, "goods")
    for place, item in enumerate(consignment.goods):
        yield from goods_faults(item, *at, "goods", place)
        if item.packages == 0 and not _may_have_no_packages(item, consignment):
            yield Fault(
                pointer_to(*at, "goods", place, "packages"),
                "rule.packages_counted",
                "0 only for bulk, or when packed with another item of the same package type",
            )


def _consignment_place_faults(consignment: Consignment, index: int) -> Iterator[Fault]:
    members = ("place_of_acceptance", "place_of_loading", "place_of_unloading", "place_of_delivery")
    for member in members:
        place = getattr(consignment, member)
        if place is not None:
            yield from place_faults(place, "consignments", index, member)


def _consignment_party_faults(consignment: Consignment, index: int) -> Iterator[Fault]:
    at = ("consignments", index)
    if (consignment.consignee is None) != consignment.to_order:
        yield Fault(
            pointer_to(*at, "consignee"),
            "rule.consignee_or_order",
            "either a consignee, or to_order true",
        )
    roles = ("consignor", "consignee", "carrier", "buyer", "seller", "exporter", "importer")
    for role, party in present((role, getattr(consignment, role)) for role in roles):
        yield from party_faults(party, *at, role)


def place_faults(place: Place, *at: str | int) -> Iterator[Fault]:
    """Give the faults of a place: it is named, and its code lies in its country."""
    if place.locode is None and place.name is None:
        yield Fault(pointer_to(*at), "rule.place_named", "needs a UN/LOCODE or a name")
    if place.locode is not None and not place.locode.startswith(place.country):
        yield Fault(pointer_to(*at, "country"), "rule.place_country", "must begin the place's UN/LOCODE")


def goods_faults(item: GoodsItem, *at: str | int) -> Iterator[Fault]:
    """Give the faults of a goods item by itself."""
    if _THREE_LETTERS.match(item.description) is None:
        yield Fault(pointer_to(*at, "description"), "rule.description_worded", "at least three letters")
    if item.national_code is not None and not item.national_code.startswith(item.hs_code):
        yield Fault(pointer_to(*at, "national_code"), "rule.national_code", "must begin with hs_code")
    gross = Decimal(item.gross_mass)
    if gross == 0:
        yield Fault(pointer_to(*at, "gross_mass"), "rule.gross_mass", "must be above zero")
    if item.net_mass is not None and Decimal(item.net_mass) > gross:
        yield Fault(pointer_to(*at, "net_mass"), "rule.net_within_gross", "must not exceed gross_mass")


def _may_have_no_packages(item: GoodsItem, consignment: Consignment) -> bool:
    return item.package_type in BULK_PACKAGES or any(
        other.packages > 0 and other.package_type == item.package_type for other in consignment.goods
    )


def _no_such(*at: str | int) -> Fault:
    return Fault(pointer_to(*at), "rule.reference_exists", "refers to a part that is not there")
