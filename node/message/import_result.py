"""ImportResult and Discrepancy: what was declared at entry, and where it differs from the exit.

Responsible for the two documents that close the circle of a notice: the import data returned, and
the differences drawn from it. Must not judge: a difference may be an error of either side.
"""

from typing import Annotated, Literal

from pydantic import Field

from node.message.answer import Answer
from node.message.fields import (
    Count,
    HsCode,
    Mass,
    MemberPointer,
    Mrn,
    NationalCode,
    OfficeCode,
    Ordinal,
    Part,
    Text35,
    Text512,
    Utc,
    element,
)
from node.message.goods import Money, Quantity
from node.reference.cargo_codes import PackageType
from node.reference.outcome_codes import Comparison, DiscrepancyKind, Procedure, ReleaseStatus
from node.reference.places import Country


class DeclaredGoods(Part):
    """One goods item as declared at entry."""

    item: Annotated[Ordinal | None, element("006", "n..5", "Item of the notice it corresponds to.")] = (
        None
    )
    description: Annotated[
        Text512 | None, element("137", "an..512", "Description as declared at entry.")
    ] = None
    hs_code: Annotated[HsCode, element("145", "an6", "HS sub-heading declared at entry.")]
    national_code: Annotated[
        NationalCode | None, element("145", "an..10", "National code; begins with the HS code.")
    ] = None
    gross_mass: Annotated[
        Mass | None, element("126", "n..16,6", "Gross mass in kilograms, above zero.")
    ] = None
    net_mass: Annotated[
        Mass | None, element("128", "n..16,6", "Net mass in kilograms, at most the gross mass.")
    ] = None
    supplementary: Annotated[
        Quantity | None, element("130", "Quantity", "Quantity in the tariff's unit.")
    ] = None
    packages: Annotated[Count | None, element("144", "n..8", "Number of packages.")] = None
    package_type: Annotated[PackageType | None, element("141", "an2", "Kind of package.")] = None
    country_of_origin: Annotated[Country | None, element("063", "a2", "Country of origin.")] = None
    value: Annotated[Money | None, element("108", "Money", "Value declared at entry.")] = None


class DeclaredConsignment(Part):
    """What became of one consignment of the notice under one declaration."""

    sequence: Annotated[Ordinal, element("006", "n..5", "Sequence of the consignment in the notice.")]
    declaration_mrn: Annotated[Mrn | None, element("D018", "an18", "Declaration at entry, by MRN.")] = (
        None
    )
    declaration: Annotated[
        Text35 | None, element("D018", "an..35", "Declaration at entry, by national number.")
    ] = None
    procedure: Annotated[
        Procedure | None, element(None, "an..35", "Customs procedure; required once declared.")
    ] = None
    national_procedure: Annotated[
        Text35 | None, element(None, "an..35", "The procedure in the national code.")
    ] = None
    release_status: Annotated[ReleaseStatus, element(None, "an..17", "How far the release has come.")]
    released_at: Annotated[
        Utc | None, element(None, "date-time", "When it was released, UTC; only when released.")
    ] = None
    goods: Annotated[
        tuple[DeclaredGoods, ...],
        Field(max_length=999),
        element("68A", "DeclaredGoods", "The goods as declared at entry."),
    ] = ()


class ImportResult(Answer):
    """What was declared and released at entry, for comparison with the notice."""

    type: Annotated[
        Literal["import-result/1"], element(None, "an..35", "Type and edition of the document.")
    ]
    comparison: Annotated[Comparison, element(None, "an..12", "Outcome of comparing the two.")]
    decided_at: Annotated[Utc, element(None, "date-time", "As of when this is true, UTC.")]
    office: Annotated[OfficeCode, element(None, "an8", "Office of the declaration at entry.")]
    declared: Annotated[
        tuple[DeclaredConsignment, ...],
        Field(max_length=999),
        element("28A", "DeclaredConsignment", "The declarations, by consignment of the notice."),
    ] = ()


class Difference(Part):
    """One member of the notice that the declaration at entry contradicts."""

    pointer: Annotated[
        MemberPointer,
        element(
            None,
            "an..512",
            "JSON Pointer to the member of the notice.",
            examples=["/consignments/0/goods/0/gross_mass"],
        ),
    ]
    kind: Annotated[DiscrepancyKind, element(None, "an..17", "What differs.")]
    at_exit: Annotated[Text512 | None, element(None, "an..512", "What was declared at exit.")] = None
    at_entry: Annotated[Text512 | None, element(None, "an..512", "What was declared at entry.")] = None


class Discrepancy(Answer):
    """What was declared at exit is not what was declared at entry."""

    type: Annotated[
        Literal["discrepancy/1"], element(None, "an..35", "Type and edition of the document.")
    ]
    found_at: Annotated[Utc, element(None, "date-time", "When the difference was found, UTC.")]
    differences: Annotated[
        tuple[Difference, ...],
        Field(min_length=1, max_length=99),
        element(None, "Difference", "What differs, member by member."),
    ]
