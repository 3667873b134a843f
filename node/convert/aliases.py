"""Short names for the columns that people use most, beside the exact paths of the members.

Responsible for the words alone. Must not know how a table is read.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_HEADER: Final = {
    "number": "reference",
    "from": "originator.authority",
    "unit": "originator.unit",
    "to": "recipients",
    "issued": "issued_at",
    "valid": "valid_until",
    "purpose": "handling.purpose",
    "legal_basis": "handling.legal_basis",
    "tlp": "handling.tlp",
}

_CONSIGNMENT: Final = "consignments[]."
_GOODS: Final = "consignments[].goods[]."

_NOTICE: Final = {
    "office": "office_of_entry",
    "eta": "transport.estimated_arrival_at",
    "etd": "transport.estimated_departure_at",
    "mode": "transport.mode",
    "combined_mode": "transport.combined_mode",
    "means": "transport.active_means.identification",
    "means_type": "transport.active_means.identification_type",
    "ship_name": "transport.active_means.name",
    "voyage": "transport.active_means.conveyance_reference",
    "flag": "transport.active_means.nationality",
    "routing": "transport.routing_countries",
    "wagon": "transport.passive_means[].identification",
    "wagon_type": "transport.passive_means[].identification_type",
    "container": "equipment[].identification",
    "size_type": "equipment[].size_type",
    "seal": "equipment[].seals[].number",
    "carrier": "carrier.organisation.name",
    "carrier_id": "carrier.organisation.identification",
    "gross_total": "total_gross_mass",
    "packages_total": "total_packages",
    "bill": _CONSIGNMENT + "transport_document.number",
    "bill_type": _CONSIGNMENT + "transport_document.type",
    "ucr": _CONSIGNMENT + "ucr",
    "in_container": _CONSIGNMENT + "container_indicator",
    "loading": _CONSIGNMENT + "place_of_loading.locode",
    "unloading": _CONSIGNMENT + "place_of_unloading.locode",
    "exportation": _CONSIGNMENT + "country_of_exportation",
    "destination": _CONSIGNMENT + "country_of_destination",
    "consignor": _CONSIGNMENT + "consignor.organisation.name",
    "consignor_id": _CONSIGNMENT + "consignor.organisation.identification",
    "consignee": _CONSIGNMENT + "consignee.organisation.name",
    "consignee_id": _CONSIGNMENT + "consignee.organisation.identification",
    "description": _GOODS + "description",
    "hs_code": _GOODS + "hs_code",
    "gross_mass": _GOODS + "gross_mass",
    "net_mass": _GOODS + "net_mass",
    "packages": _GOODS + "packages",
    "package_type": _GOODS + "package_type",
    "marks": _GOODS + "shipping_marks",
    "origin": _GOODS + "country_of_origin",
    "un_number": _GOODS + "un_number",
    "value": _GOODS + "value.amount",
    "currency": _GOODS + "value.currency",
}

_ALERT: Final = {
    "due": "feedback_due_at",
    "source": "handling.source_evaluation",
    "information": "handling.information_evaluation",
    "risk": "risks[].area",
    "level": "risks[].level",
    "indicator": "indicators[].identifier",
    "container": "subject.equipment[].identification",
    "wagon": "subject.passive_means[].identification",
    "wagon_type": "subject.passive_means[].identification_type",
    "bill": "subject.transport_documents[].number",
    "bill_type": "subject.transport_documents[].type",
    "means": "subject.active_means.identification",
    "means_type": "subject.active_means.identification_type",
    "voyage": "subject.active_means.conveyance_reference",
    "eta": "route.estimated_arrival_at",
    "office": "route.office_of_entry",
    "commodity": "suspected_goods[].commodity",
    "hs_code": "suspected_goods[].hs_code",
    "concealment": "concealments[].code",
    "action": "recommended_actions[].action",
    "action_place": "recommended_actions[].place",
}

_ANSWER: Final = {
    "answers": "answers.reference",
    "answers_type": "answers.type",
    "answers_version": "answers.version",
    "answers_authority": "answers.authority",
}

HEADER_ALIASES: Final[Mapping[str, str]] = MappingProxyType({**_HEADER, **_ANSWER})
"""Short names that hold for every document that has the member."""

ALIASES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "pre-arrival-notice/1": MappingProxyType(_NOTICE),
        "alert/1": MappingProxyType(_ALERT),
    }
)
"""Short names by type of document; a name stands for one member only."""
