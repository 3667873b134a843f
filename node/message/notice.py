"""PreArrivalNotice: what will arrive, how, where and when, told before it does.

Responsible for the shape of the document. The relations between its members stand in
`notice_rules`. Must not know how risky the cargo is: that is an alert.
"""

from typing import Annotated, Literal

from pydantic import Field

from node.message.consignment import Consignment
from node.message.equipment import Equipment
from node.message.fields import (
    Code3,
    Count,
    Mass,
    Mrn,
    OfficeCode,
    Part,
    PlaceCode,
    Text70,
    element,
)
from node.message.header import Header
from node.message.party import Party
from node.message.transport import Transport
from node.reference.cargo_codes import DocumentType


class PreviousDocument(Part):
    """The national declaration behind the notice, under its own numbering."""

    number: Annotated[Text70, element("D018", "an..70", "Number of the previous document.")]
    type: Annotated[DocumentType, element("D019", "an4", "Kind of previous document.")]


class PreArrivalNotice(Header):
    """A notice of cargo, or of an empty means of transport, on its way to another authority."""

    type: Annotated[
        Literal["pre-arrival-notice/1"],
        element(None, "an..35", "Type and edition of the document."),
    ]
    document_name: Annotated[
        Code3 | None, element("D013", "an..3", "Document name, coded (EDIFACT 1001).")
    ] = None
    specific_circumstances: Annotated[
        Code3 | None, element("504", "an..3", "Specific circumstances, coded by agreement.")
    ] = None
    declaration_mrn: Annotated[
        Mrn | None, element("D018", "an18", "Master reference number of the declaration.")
    ] = None
    previous_documents: Annotated[
        tuple[PreviousDocument, ...],
        Field(max_length=99),
        element("D018", "PreviousDocument", "National declarations behind the notice."),
    ] = ()
    office_of_declaration: Annotated[
        PlaceCode | None, element("065", "an..17", "Office of declaration or export.")
    ] = None
    office_of_entry: Annotated[
        OfficeCode,
        element("G004", "an8", "Office where the cargo will arrive.", examples=["TM001004"]),
    ]
    office_of_exit: Annotated[
        PlaceCode | None, element("G005", "an..17", "Office where it leaves the sender's country.")
    ] = None
    office_of_presentation: Annotated[
        PlaceCode | None, element("G015", "an..17", "Office where it will be presented.")
    ] = None
    total_items: Annotated[
        Count | None, element("228", "n..5", "Number of goods items in all consignments.")
    ] = None
    total_gross_mass: Annotated[
        Mass, element("131", "n..16,6", "Gross mass of all goods in kilograms; 0 when empty.")
    ]
    total_packages: Annotated[
        Count | None, element("146", "n..8", "Number of packages in all consignments.")
    ] = None
    transport: Annotated[Transport, element(None, "Transport", "The journey across the border.")]
    equipment: Annotated[
        tuple[Equipment, ...],
        Field(max_length=999),
        element("31B", "Equipment", "Containers and swap bodies, empty ones too."),
    ] = ()
    carrier: Annotated[
        Party,
        element(
            "18A",
            "Party",
            "Who brings the means across the border.",
            wco_name_id="R011",
            wco_code_id="R012",
        ),
    ]
    declarant: Annotated[
        Party | None,
        element("57B", "Party", "Who declared.", wco_name_id="R124", wco_code_id="R123"),
    ] = None
    representative: Annotated[
        Party | None,
        element("05A", "Party", "Agent of the declarant.", wco_name_id="R003", wco_code_id="R004"),
    ] = None
    submitter: Annotated[
        Party | None,
        element("17B", "Party", "Who notifies the arrival.", wco_name_id="R058", wco_code_id="R059"),
    ] = None
    consignments: Annotated[
        tuple[Consignment, ...],
        Field(max_length=999),
        element("28A", "Consignment", "What travels; none for an empty means of transport."),
    ] = ()
