"""One consignment: its documents, parties, places and goods.

Responsible for what travels under one transport document. Must not know the means or the boxes,
except by sequence number.
"""

from typing import Annotated

from pydantic import Field

from node.message.fields import (
    Code3,
    Code17,
    Ordinal,
    Part,
    PlaceCode,
    Text35,
    Text70,
    Text256,
    Text512,
    Ucr,
    element,
)
from node.message.goods import GoodsItem
from node.message.party import Party
from node.message.transport import Routing
from node.reference.cargo_codes import ChargesMethod, ContainerIndicator, DocumentType, PartyRole
from node.reference.places import Country, Locode


class TransportDocument(Part):
    """A bill of lading, CMR, SMGS or CIM note (class 30B)."""

    number: Annotated[
        Text70, element("D023", "an..70", "Number of the document.", examples=["SMGS-24117730"])
    ]
    type: Annotated[
        DocumentType, element("D024", "an4", "Kind of transport document.", examples=["N722"])
    ]


class AdditionalDocument(Part):
    """A licence, certificate or invoice (class 02A)."""

    reference: Annotated[Text70, element("D005", "an..70", "Number of the document.")]
    type: Annotated[DocumentType, element("D006", "an4", "Kind of document.")]


class Statement(Part):
    """A remark (class 03A)."""

    code: Annotated[Code17 | None, element("226", "an..17", "Code of the remark.")] = None
    text: Annotated[Text512 | None, element("225", "an..512", "The remark in words.")] = None
    type: Annotated[Code3 | None, element("369", "an..3", "Kind of remark (EDIFACT 4451).")] = None


class Place(Part):
    """A place: UN/LOCODE or name, with its country. The name is a label, never a key."""

    locode: Annotated[
        Locode | None,
        element(None, "an5", "UN/LOCODE; begins with the country.", examples=["AZALA"]),
    ] = None
    name: Annotated[Text35 | None, element(None, "an..35", "Name, as a label.")] = None
    country: Annotated[Country, element(None, "a2", "Country of the place.")]


class GoodsLocation(Part):
    """Where the goods stand."""

    code: Annotated[
        PlaceCode | None, element("L017", "an..17", "UN/LOCODE with the office's own code.")
    ] = None
    text: Annotated[Text256 | None, element("L016", "an..256", "The place in words.")] = None


class MutualRecognition(Part):
    """An authorised economic operator recognised by both sides."""

    identification: Annotated[Code17, element("R143", "an..17", "Its number.")]
    role: Annotated[PartyRole, element("R005", "a..3", "Its role.")]


class Consignment(Part):
    """What travels under one transport document."""

    sequence: Annotated[Ordinal, element("006", "n..5", "1, 2, 3 … without gaps.")]
    transport_document: Annotated[
        TransportDocument, element("30B", "TransportDocument", "House document; unique here.")
    ]
    master_document: Annotated[
        TransportDocument | None, element("30B", "TransportDocument", "Master document above it.")
    ] = None
    ucr: Annotated[
        Ucr | None,
        element("016", "an..35", "Unique consignment reference.", examples=["6AZ1700456781-0042"]),
    ] = None
    trader_reference: Annotated[
        Text35 | None, element("009", "an..35", "The trader's own reference.")
    ] = None
    container_indicator: Annotated[
        ContainerIndicator, element("096", "n1", "1: in at least one piece of equipment.")
    ]
    passive_means: Annotated[
        tuple[Ordinal, ...],
        Field(max_length=99),
        element("006", "n..5", "Sequences of the wagons or vehicles that carry it."),
    ] = ()
    place_of_acceptance: Annotated[
        Place | None,
        element("L099", "Place", "Where the carrier took the goods over.", wco_name_id="L011"),
    ] = None
    place_of_loading: Annotated[
        Place, element("L010", "Place", "Where loaded.", wco_name_id="L009", wco_class="83A")
    ]
    place_of_unloading: Annotated[
        Place, element("L013", "Place", "Where unloaded.", wco_name_id="L012", wco_class="38B")
    ]
    place_of_delivery: Annotated[
        Place | None,
        element("L004", "Place", "Where handed over.", wco_name_id="L003", wco_class="66A"),
    ] = None
    goods_location: Annotated[
        GoodsLocation | None, element("L017", "GoodsLocation", "Where the goods stand now.")
    ] = None
    country_of_exportation: Annotated[Country, element("062", "a2", "Country of exportation.")]
    country_of_destination: Annotated[Country, element("465", "a2", "Country of destination.")]
    routing_countries: Annotated[
        Routing | None, element("064", "a2", "Countries the consignment passes, in order.")
    ] = None
    transport_charges_method: Annotated[
        ChargesMethod | None, element("098", "a1", "How freight is paid.")
    ] = None
    tir_carnet: Annotated[Code17 | None, element(None, "an..12", "Number of the TIR carnet.")] = None
    guarantee_reference: Annotated[
        Text35 | None, element("100", "an..35", "Reference of the transit guarantee.")
    ] = None
    additional_documents: Annotated[
        tuple[AdditionalDocument, ...],
        Field(max_length=99),
        element("02A", "AdditionalDocument", "Licences, certificates, invoices."),
    ] = ()
    statements: Annotated[
        tuple[Statement, ...], Field(max_length=99), element("03A", "Statement", "Remarks.")
    ] = ()
    mutual_recognition: Annotated[
        tuple[MutualRecognition, ...],
        Field(max_length=99),
        element("R143", "MutualRecognition", "Authorised economic operators."),
    ] = ()
    consignor: Annotated[
        Party,
        element("30A", "Party", "Who sends.", wco_name_id="R020", wco_code_id="R021"),
    ]
    consignee: Annotated[
        Party | None,
        element(
            "27A",
            "Party",
            "Who receives; absent only when to order.",
            wco_name_id="R014",
            wco_code_id="R015",
        ),
    ] = None
    to_order: Annotated[
        bool, element(None, "boolean", "The document is to order: nobody is named to receive.")
    ] = False
    carrier: Annotated[
        Party | None,
        element(
            "18A",
            "Party",
            "Carrier under this document, where not the notice's.",
            wco_name_id="R011",
            wco_code_id="R012",
        ),
    ] = None
    buyer: Annotated[
        Party | None,
        element("16A", "Party", "Who buys.", wco_name_id="R009", wco_code_id="R010"),
    ] = None
    seller: Annotated[
        Party | None,
        element("09B", "Party", "Who sells.", wco_name_id="R050", wco_code_id="R051"),
    ] = None
    exporter: Annotated[
        Party | None,
        element("57A", "Party", "Who exports.", wco_name_id="R031", wco_code_id="R032"),
    ] = None
    importer: Annotated[
        Party | None,
        element("74A", "Party", "Who imports.", wco_name_id="R037", wco_code_id="R038"),
    ] = None
    goods: Annotated[
        tuple[GoodsItem, ...],
        Field(max_length=999),
        element("68A", "GoodsItem", "The goods; none for empty packaging or an empty box."),
    ] = ()
