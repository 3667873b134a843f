"""What an alert is about: the keys by which the recipient finds the cargo.

Responsible for the identifiers of one consignment as far as they are known. At least one of them
must be given (see `alert_rules`); every further one makes the find more certain.
"""

from typing import Annotated

from pydantic import Field

from node.message.consignment import TransportDocument
from node.message.fields import (
    AuthorityId,
    Code17,
    Count,
    Mrn,
    Part,
    ReferenceNumber,
    Text35,
    Text512,
    Ucr,
    element,
)
from node.message.goods import GoodsItem
from node.message.party import Party
from node.message.transport import ActiveMeans
from node.reference.cargo_codes import EquipmentScheme, IdentificationType, PackageType, PartyRole
from node.reference.places import Country


class SubjectEquipment(Part):
    """A container or swap body to look for."""

    identification: Annotated[
        Code17, element("159", "an..17", "Number as written on the box.", examples=["CSQU3054383"])
    ]
    identification_scheme: Annotated[
        EquipmentScheme, element(None, "an..7", "Which rule the number follows.")
    ] = "iso6346"
    seals: Annotated[
        tuple[Text35, ...], Field(max_length=99), element("165", "an..35", "Seal numbers known.")
    ] = ()


class SubjectMeans(Part):
    """A wagon, truck or trailer to look for."""

    identification: Annotated[
        Text35, element("T026", "an..35", "Number or plate, as written on the means.")
    ]
    identification_type: Annotated[
        IdentificationType, element("T027", "n2", "What kind of identification it is.")
    ]
    nationality: Annotated[Country | None, element("T014", "a2", "Country of registration.")] = None


class SubjectGoods(Part):
    """A part of the load, where not the whole is meant."""

    item: Annotated[
        int | None, Field(ge=1, le=99_999), element("006", "n..5", "Item in the referenced notice.")
    ] = None
    packages: Annotated[Count | None, element("144", "n..8", "Number of packages.")] = None
    package_type: Annotated[PackageType | None, element("141", "an2", "Kind of package.")] = None
    shipping_marks: Annotated[Text512 | None, element("142", "an..512", "Marks and numbers.")] = None


class SubjectNotice(Part):
    """The pre-arrival notice the alert concerns, in whole or in one consignment of it."""

    authority: Annotated[AuthorityId, element(None, "an..15", "Authority that issued it.")]
    reference: Annotated[ReferenceNumber, element("D026", "an..35", "Its reference.")]
    consignment: Annotated[
        int | None, Field(ge=1, le=99_999), element("006", "n..5", "One consignment of it.")
    ] = None


class SubjectParty(Part):
    """A party that makes the cargo suspicious, and its role."""

    role: Annotated[PartyRole, element(None, "a..3", "Role in the trade or transport.")]
    party: Annotated[Party, element(None, "Party", "The party.")]


class Subject(Part):
    """The cargo an alert concerns."""

    notices: Annotated[
        tuple[SubjectNotice, ...],
        Field(max_length=20),
        element("D026", "SubjectNotice", "Notices already exchanged about it."),
    ] = ()
    transport_documents: Annotated[
        tuple[TransportDocument, ...],
        Field(max_length=99),
        element("D023", "TransportDocument", "Master or house documents."),
    ] = ()
    equipment: Annotated[
        tuple[SubjectEquipment, ...],
        Field(max_length=999),
        element("159", "SubjectEquipment", "Containers and swap bodies."),
    ] = ()
    passive_means: Annotated[
        tuple[SubjectMeans, ...],
        Field(max_length=99),
        element("T026", "SubjectMeans", "Wagons, trucks and trailers."),
    ] = ()
    active_means: Annotated[
        ActiveMeans | None, element("T006", "ActiveMeans", "Ship, train or truck, with its voyage.")
    ] = None
    declaration_mrns: Annotated[
        tuple[Mrn, ...], Field(max_length=99), element("D018", "an18", "Declarations by MRN.")
    ] = ()
    declarations: Annotated[
        tuple[Text35, ...],
        Field(max_length=99),
        element("D018", "an..35", "Declarations by national number."),
    ] = ()
    ucrs: Annotated[
        tuple[Ucr, ...], Field(max_length=99), element("016", "an..35", "Consignment references.")
    ] = ()
    tir_carnets: Annotated[
        tuple[Code17, ...], Field(max_length=99), element(None, "an..12", "TIR carnets.")
    ] = ()
    goods: Annotated[
        tuple[SubjectGoods, ...],
        Field(max_length=99),
        element("006", "SubjectGoods", "The part of the load that is meant."),
    ] = ()
    declared_goods: Annotated[
        tuple[GoodsItem, ...],
        Field(max_length=99),
        element("68A", "GoodsItem", "The goods as declared."),
    ] = ()
    parties: Annotated[
        tuple[SubjectParty, ...],
        Field(max_length=20),
        element(None, "SubjectParty", "Parties; personal data where natural."),
    ] = ()
