"""Alert: a consignment believed to be of high risk, and what its originator asks for.

Responsible for the shape of the document. The relations between its members stand in
`alert_rules`. Must not hold what came of it: that is a document of its own, due by
`feedback_due_at`.
"""

from typing import Annotated, Literal

from pydantic import Field

from node.message.attachment import Attachments
from node.message.consignment import Place, TransportDocument
from node.message.fields import (
    AuthorityId,
    Code17,
    HsCode,
    MemberPointer,
    OfficeCode,
    Part,
    ReferenceNumber,
    Text35,
    Text512,
    Text2048,
    Utc,
    element,
)
from node.message.header import Handling, Header
from node.message.party import Communications, Person
from node.message.subject import Subject
from node.message.transport import Routing
from node.reference.codes import InformationEvaluation, SourceEvaluation
from node.reference.risk_codes import (
    Action,
    Commodity,
    ConcealmentCode,
    ControlPlace,
    RiskArea,
    RiskLevel,
)


class AlertHandling(Handling):
    """Handling of an alert: the originator must evaluate source and information."""

    source_evaluation: Annotated[SourceEvaluation, element(None, "a1", "Reliability of the source.")]
    information_evaluation: Annotated[
        InformationEvaluation, element(None, "n1", "Reliability of the information.")
    ]


class Contact(Part):
    """Whom to ask: the unit's duty line first, the analyst only where needed."""

    communications: Communications = ()
    analyst: Annotated[Person | None, element(None, "Person", "Analyst; personal data.")] = None


class Risk(Part):
    """One risk and how high it is judged."""

    area: Annotated[RiskArea, element(None, "an..17", "What is feared.")]
    level: Annotated[RiskLevel, element(None, "an..8", "How high the risk is.")]


class Indicator(Part):
    """One criterion that fired. The identifier alone is enough where the criterion is secret."""

    identifier: Annotated[Code17, element(None, "an..17", "The originator's own identifier.")]
    text: Annotated[Text512 | None, element(None, "an..512", "Why it fired.")] = None


class SuspiciousMember(Part):
    """The member of a notice that gave rise to suspicion."""

    authority: Annotated[AuthorityId, element(None, "an..15", "Authority that issued the notice.")]
    reference: Annotated[ReferenceNumber, element("D026", "an..35", "Reference of the notice.")]
    pointer: Annotated[
        MemberPointer, element(None, "an..512", "JSON Pointer into it.", examples=["/equipment/0"])
    ]


class Route(Part):
    """Where it comes from, where it will be, and when."""

    countries: Annotated[
        Routing | None, element("064", "a2", "Countries in order, origin to destination.")
    ] = None
    place_of_loading: Annotated[Place | None, element("L010", "Place", "Where loaded.")] = None
    place_of_unloading: Annotated[Place | None, element("L013", "Place", "Where unloaded.")] = None
    office_of_entry: Annotated[
        OfficeCode | None, element("G004", "an8", "Office where it is expected.")
    ] = None
    estimated_arrival_at: Annotated[
        Utc | None, element(None, "date-time", "Expected at that office, UTC.")
    ] = None


class SuspectedGoods(Part):
    """What may really be in it, apart from what was declared."""

    commodity: Annotated[Commodity, element(None, "an..17", "Suspected commodity.")]
    hs_code: Annotated[HsCode | None, element("145", "an6", "HS code it would have.")] = None
    text: Annotated[Text512 | None, element(None, "an..512", "Further words.")] = None


class Concealment(Part):
    """How and where it may be hidden."""

    code: Annotated[ConcealmentCode, element(None, "an..35", "Way of hiding.")]
    text: Annotated[Text512 | None, element(None, "an..512", "Where exactly, as far as known.")] = None


class RecommendedAction(Part):
    """One thing the originator asks for; what handling.pap does not allow is refused."""

    action: Annotated[Action, element(None, "an..35", "What to do.")]
    place: Annotated[ControlPlace | None, element(None, "an3", "Where to do it.")] = None
    office: Annotated[OfficeCode | None, element(None, "an8", "Office asked to do it.")] = None
    text: Annotated[Text512 | None, element(None, "an..512", "What to look for.")] = None


class DoNotLoad(Part):
    """Consignments and boxes that must stay where they are."""

    transport_documents: Annotated[
        tuple[TransportDocument, ...],
        Field(max_length=99),
        element("D023", "TransportDocument", "Consignments not to be loaded."),
    ] = ()
    equipment: Annotated[
        tuple[Code17, ...],
        Field(max_length=99),
        element("159", "an..17", "Boxes not to be loaded."),
    ] = ()


class Alert(Header):
    """An alert on a consignment of high risk, with what is asked of each recipient."""

    type: Annotated[Literal["alert/1"], element(None, "an..35", "Type and edition of the document.")]
    handling: Annotated[AlertHandling, element(None, "AlertHandling", "How it must be treated.")]
    valid_from: Annotated[
        Utc | None, element(None, "date-time", "From when it applies; absent: from issue. UTC.")
    ] = None
    feedback_due_at: Annotated[
        Utc, element(None, "date-time", "By when the outcome must be reported, UTC.")
    ]
    acceptance_due_at: Annotated[
        Utc | None, element(None, "date-time", "By when to say whether it will be controlled, UTC.")
    ] = None
    summary: Annotated[
        Text2048 | None, element(None, "an..2048", "The case in a few sentences, without names.")
    ] = None
    contact: Annotated[Contact | None, element(None, "Contact", "Whom to ask.")] = None
    category: Annotated[
        Text35 | None, element(None, "an..35", "Category of the analysis, by agreement.")
    ] = None
    analysis_type: Annotated[
        Text35 | None, element(None, "an..35", "Type of the analysis, by agreement.")
    ] = None
    risks: Annotated[
        tuple[Risk, ...],
        Field(min_length=1, max_length=9),
        element(None, "Risk", "What is feared, each area once."),
    ]
    indicators: Annotated[
        tuple[Indicator, ...],
        Field(max_length=99),
        element(None, "Indicator", "Why it was selected."),
    ] = ()
    suspicious_members: Annotated[
        tuple[SuspiciousMember, ...],
        Field(max_length=9),
        element(None, "SuspiciousMember", "What in a notice gave rise to it."),
    ] = ()
    result_code: Annotated[
        Code17 | None, element(None, "an..17", "Result of the analysis, by agreement.")
    ] = None
    subject: Annotated[Subject, element(None, "Subject", "The cargo, by its identifiers.")]
    route: Annotated[Route | None, element(None, "Route", "Way and expected arrival.")] = None
    suspected_goods: Annotated[
        tuple[SuspectedGoods, ...],
        Field(max_length=20),
        element(None, "SuspectedGoods", "What may really be in it."),
    ] = ()
    modus_operandi: Annotated[
        Text2048 | None, element(None, "an..2048", "How the offence is believed to be done.")
    ] = None
    concealments: Annotated[
        tuple[Concealment, ...],
        Field(max_length=9),
        element(None, "Concealment", "How it may be hidden."),
    ] = ()
    recommended_actions: Annotated[
        tuple[RecommendedAction, ...],
        Field(min_length=1, max_length=99),
        element(None, "RecommendedAction", "What is asked for."),
    ]
    do_not_load: Annotated[
        DoNotLoad | None, element(None, "DoNotLoad", "What must not be taken on board.")
    ] = None
    attachments: Attachments = ()
