"""Who takes part: an organisation, or a natural person in a sub-object of its own.

Responsible for names, identifications, addresses and communication. Everything that is personal
stands inside `person` (or `driver`, `analyst`), so that masking and erasing it is one path.
"""

from typing import Annotated

from pydantic import Field

from node.message.fields import Code17, Lei, Part, Text35, Text70, Text256, element
from node.reference.cargo_codes import (
    CommunicationType,
    PartyNumberType,
    PersonDocumentType,
    PersonType,
)
from node.reference.places import Country


class Address(Part):
    """A postal address (class 04A)."""

    street: Annotated[
        Text256 | None, element("239", "an..256", "Street and number, or post office box.")
    ] = None
    city: Annotated[Text35, element("241", "an..35", "Town.")]
    subdivision: Annotated[Text35 | None, element("243", "an..35", "Region or province.")] = None
    postcode: Annotated[Code17 | None, element("245", "an..17", "Postcode.")] = None
    country: Annotated[Country, element("242", "a2", "Country of the address.")]


class Communication(Part):
    """A way to reach somebody (class 25A)."""

    number: Annotated[
        Text256, element("240", "an..256", "Telephone in international form, or e-mail address.")
    ]
    type: Annotated[CommunicationType, element("253", "an..3", "Kind of number.")]


Communications = Annotated[
    tuple[Communication, ...],
    Field(max_length=9),
    element("240", "Communication", "How to reach the party."),
]


class Organisation(Part):
    """A company, an authority or another association."""

    name: Annotated[Text70, element(None, "an..70", "Name as registered.")]
    identification: Annotated[
        Code17 | None, element(None, "an..17", "Tax or trader number where it is registered.")
    ] = None
    identification_type: Annotated[
        PartyNumberType | None, element(None, "a..4", "What kind of number the identification is.")
    ] = None
    lei: Annotated[
        Lei | None, element(None, "an20", "Legal entity identifier (ISO 17442), where it has one.")
    ] = None
    address: Annotated[Address | None, element("04A", "Address", "Registered address.")] = None
    communications: Communications = ()


class Person(Part):
    """A natural person. Personal data: masked by default, never in a minimum notice."""

    name: Annotated[Text70, element(None, "an..70", "Name as in the identity document.")]
    identification: Annotated[
        Code17 | None, element(None, "an..17", "Number of the identity document or tax number.")
    ] = None
    document_type: Annotated[
        PersonDocumentType | None, element(None, "an..3", "Kind of identity document.")
    ] = None
    nationality: Annotated[Country | None, element(None, "a2", "Nationality.")] = None
    address: Annotated[Address | None, element("04A", "Address", "Address.")] = None
    communications: Communications = ()


class Party(Part):
    """A party to the trade or the transport: exactly one of organisation and person.

    The WCO id of name and identification depends on the role; the member that holds the party
    carries them as `x-wco-name-id` and `x-wco-code-id`.
    """

    type_of_person: Annotated[
        PersonType, element(None, "n1", "Natural person, legal person or association.")
    ]
    organisation: Annotated[
        Organisation | None, element(None, "Organisation", "Present for types 2 and 3.")
    ] = None
    person: Annotated[Person | None, element(None, "Person", "Present for type 1; personal data.")] = (
        None
    )
