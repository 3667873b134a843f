"""The members every document shares: who says it, to whom, when, until when, and how to treat it.

Responsible for identity, originator, recipients, validity, priority and handling. Must not know
what any particular document is about.
"""

from typing import Annotated

from pydantic import Field

from node.limits import MAX_RECIPIENTS
from node.message.fields import (
    AuthorityId,
    Ordinal,
    Part,
    ReferenceNumber,
    Text35,
    Text512,
    UnitId,
    Utc,
    element,
)
from node.reference.codes import (
    DocumentName,
    Function,
    HCode,
    InformationEvaluation,
    LegalBasis,
    Pap,
    Priority,
    Purpose,
    RetentionClass,
    SourceEvaluation,
    Tlp,
)
from node.reference.places import Country


class Originator(Part):
    """The authority that issues the document, and the unit of it that answers for the content."""

    authority: Annotated[
        AuthorityId,
        element(None, "an..15", "Authority that issues and signs.", examples=["AZ-SCC"]),
    ]
    unit: Annotated[
        UnitId, element(None, "an..35", "Post or control unit of it.", examples=["PCU-ALYAT"])
    ]
    country: Annotated[Country, element("SC2", "a2", "Responsible country; begins the authority's id.")]


class Handling(Part):
    """How the document must be treated: it travels with it. Left out, the narrowest applies."""

    tlp: Annotated[Tlp, element(None, "an..12", "Who may see it.")] = "AMBER+STRICT"
    h_code: Annotated[HCode, element(None, "an2", "Use in court and onward transfer.")] = "H2"
    pap: Annotated[Pap, element(None, "a..5", "What may be done with it.")] = "GREEN"
    restrictions: Annotated[
        Text512 | None, element(None, "an..512", "Further restrictions; required with H3.")
    ] = None
    purpose: Annotated[Purpose, element(None, "an..35", "The only purpose it may be used for.")]
    legal_basis: Annotated[
        LegalBasis, element(None, "an..35", "Kind of instrument the exchange rests on.")
    ]
    legal_basis_reference: Annotated[
        Text512 | None, element(None, "an..512", "Title, date and article of the instrument.")
    ] = None
    source_evaluation: Annotated[SourceEvaluation, element(None, "a1", "Reliability of the source.")] = (
        "X"
    )
    information_evaluation: Annotated[
        InformationEvaluation, element(None, "n1", "Reliability of the information.")
    ] = "4"
    retention_class: Annotated[
        RetentionClass, element(None, "an..4", "How long the recipient keeps it.")
    ] = "P12M"


class Related(Part):
    """A document of the exchange that this one belongs to."""

    type: Annotated[DocumentName, element(None, "an..35", "Type of the related document.")]
    authority: Annotated[AuthorityId, element(None, "an..15", "Authority that issued it.")]
    reference: Annotated[ReferenceNumber, element("D026", "an..35", "Its reference.")]
    version: Annotated[
        Ordinal | None, element(None, "n..5", "Its version; absent: whichever is current.")
    ] = None


class Source(Part):
    """A document of somebody else that this one draws on, and how that one must be handled.

    What is derived is handled at least as strictly, unless the source's originator consents.
    """

    type: Annotated[DocumentName, element(None, "an..35", "Type of the source.")]
    authority: Annotated[AuthorityId, element(None, "an..15", "Authority that issued the source.")]
    reference: Annotated[ReferenceNumber, element("D026", "an..35", "Its reference.")]
    version: Annotated[Ordinal, element(None, "n..5", "The version drawn on.")]
    tlp: Annotated[Tlp, element(None, "an..12", "Who may see the source.")]
    h_code: Annotated[HCode, element(None, "an2", "The source's use in court and onward transfer.")]
    pap: Annotated[Pap, element(None, "a..5", "What may be done with the source.")]
    consent: Annotated[
        ReferenceNumber | None,
        element("D026", "an..35", "Reference of the originator's consent that covers this use."),
    ] = None


class ExternalReference(Part):
    """The same case in another system (transit, national risk engine, seizure database)."""

    system: Annotated[Text35, element(None, "an..35", "Name of the other system.")]
    reference: Annotated[Text35, element("D018", "an..35", "Reference there.")]


class Header(Part):
    """The members common to every document, at its top level."""

    type: Annotated[str, element(None, "an..35", "Type and edition of the document.")]
    reference: Annotated[
        ReferenceNumber,
        element("D026", "an..35", "Stable, unique per originator.", examples=["AZ-ALY-2026-000123"]),
    ]
    version: Annotated[
        Ordinal, element(None, "n..5", "1 for the original, then rising with each replacement.")
    ]
    function: Annotated[Function, element("017", "n..2", "Original, replacement or cancellation.")]
    issued_at: Annotated[
        Utc,
        element(
            "D011",
            "date-time",
            "When this version was issued, UTC.",
            examples=["2026-11-24T06:00:00Z"],
        ),
    ]
    originator: Annotated[Originator, element(None, "Originator", "Who issues it.")]
    recipients: Annotated[
        tuple[AuthorityId, ...],
        Field(min_length=1, max_length=MAX_RECIPIENTS),
        element(None, "an..15", "Every authority it is for, each once.", examples=[["TM-SCS", "UZ-CC"]]),
    ]
    priority: Annotated[Priority, element(None, "a..7", "How fast the recipient should act.")]
    valid_until: Annotated[
        Utc, element(None, "date-time", "After this instant it no longer asks for anything, UTC.")
    ]
    handling: Annotated[Handling, element(None, "Handling", "How it must be treated.")]
    test: Annotated[
        bool, element(None, "boolean", "True for test traffic, which must never lead to a control.")
    ]
    related: Annotated[
        tuple[Related, ...],
        Field(max_length=99),
        element(None, "Related", "Documents this one belongs to."),
    ] = ()
    sources: Annotated[
        tuple[Source, ...],
        Field(max_length=20),
        element(None, "Source", "Documents of others that this one draws on."),
    ] = ()
    external_references: Annotated[
        tuple[ExternalReference, ...],
        Field(max_length=20),
        element(None, "ExternalReference", "The case in other systems."),
    ] = ()
