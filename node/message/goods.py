"""One goods item: what it is, how much, how packed.

Responsible for the commodity as declared. Must not know the consignment around it.
"""

from typing import Annotated

from pydantic.types import StringConstraints

from node.message.fields import (
    Amount,
    Count,
    CusNumber,
    HsCode,
    HsEdition,
    Mass,
    NationalCode,
    Ordinal,
    Part,
    Text512,
    UnNumber,
    element,
)
from node.reference.cargo_codes import MeasureUnit, PackageType
from node.reference.places import Country, Currency


class Money(Part):
    """An amount and its currency."""

    amount: Annotated[Amount, element("109", "n..16,3", "Amount.")]
    currency: Annotated[Currency, element("135", "a3", "Currency of the amount.")]


class Quantity(Part):
    """A quantity and its unit."""

    quantity: Annotated[Mass, element("130", "n..16,6", "Quantity in the unit.")]
    unit: Annotated[MeasureUnit, element(None, "an..3", "Unit (UN/CEFACT Rec 20).")]


class GoodsItem(Part):
    """A goods item (class 68A) as the declarant describes it."""

    sequence: Annotated[Ordinal, element("006", "n..5", "1, 2, 3 … without gaps.")]
    description: Annotated[
        Text512,
        StringConstraints(min_length=3),
        element(
            "137",
            "an..512",
            "Plain words; at least three letters.",
            examples=["Fresh table grapes in cartons"],
        ),
    ]
    hs_code: Annotated[
        HsCode,
        element("145", "an6", "HS sub-heading; 4 digits raise a doubt.", examples=["080610"]),
    ]
    hs_edition: Annotated[
        HsEdition | None, element(None, "n4", "HS edition the code is from; absent: 2022.")
    ] = None
    national_code: Annotated[
        NationalCode | None, element("145", "an..10", "National code; begins with the HS code.")
    ] = None
    cus_number: Annotated[CusNumber | None, element(None, "an9", "CUS number of a chemical.")] = None
    un_number: Annotated[UnNumber | None, element("506", "an4", "UN number of dangerous goods.")] = None
    gross_mass: Annotated[
        Mass, element("126", "n..16,6", "Gross mass in kilograms, above zero.", examples=["1200.5"])
    ]
    net_mass: Annotated[
        Mass | None, element("128", "n..16,6", "Net mass in kilograms, at most the gross mass.")
    ] = None
    supplementary: Annotated[
        Quantity | None, element("130", "Quantity", "Quantity in the tariff's unit.")
    ] = None
    packages: Annotated[
        Count, element("144", "n..8", "Number of packages; 0 for bulk or packed with another item.")
    ]
    package_type: Annotated[PackageType, element("141", "an2", "Kind of package.")]
    shipping_marks: Annotated[
        Text512 | None, element("142", "an..512", "Marks and numbers on the packages.")
    ] = None
    country_of_origin: Annotated[Country | None, element("063", "a2", "Country of origin.")] = None
    value: Annotated[Money | None, element("108", "Money", "Value as invoiced.")] = None
