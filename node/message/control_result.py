"""ControlResult: whether the cargo was controlled, what set it off, what was found.

Responsible for the coded outcome, from which the hit rate of alerts is counted. Must not hold what
was seized: that is a report of its own, without persons.
"""

from typing import Annotated, Literal

from pydantic import Field
from pydantic.types import StringConstraints

from node.message.answer import Answer
from node.message.attachment import Attachments
from node.message.fields import Mass, MemberPointer, OfficeCode, Part, Text512, Text2048, Utc, element
from node.message.seal_check import SealCheck
from node.message.subject import Subject
from node.reference.forms import form
from node.reference.outcome_codes import (
    ControlDecision,
    ControlResultCode,
    ControlType,
    DiscrepancyKind,
    EvidenceUse,
    NoControlReason,
    Trigger,
)

_HOURS = form(
    "^(0|[1-9][0-9]{0,3})([.][0-9]{1,2})?$",
    "hours as a decimal in a string: up to 4 digits, a point, up to 2 decimals",
)
Hours = Annotated[str, StringConstraints(pattern=_HOURS)]


class FoundDifference(Part):
    """One thing that was not as declared."""

    pointer: Annotated[
        MemberPointer | None,
        element(
            None,
            "an..512",
            "JSON Pointer to the member of the notice.",
            examples=["/consignments/0/goods/1/description"],
        ),
    ] = None
    kind: Annotated[DiscrepancyKind, element(None, "an..17", "What differs.")]
    declared: Annotated[Text512 | None, element(None, "an..512", "What was declared.")] = None
    found: Annotated[Text512 | None, element(None, "an..512", "What was found.")] = None


class ControlResult(Answer):
    """What came of a control, or why there was none."""

    type: Annotated[
        Literal["control-result/1"], element(None, "an..35", "Type and edition of the document.")
    ]
    decision: Annotated[ControlDecision, element(None, "an..14", "Whether it was controlled.")]
    reason: Annotated[
        NoControlReason | None,
        element(None, "an..17", "Why not; required when not controlled, absent otherwise."),
    ] = None
    reason_text: Annotated[
        Text512 | None, element(None, "an..512", "The reason in words; required with `other`.")
    ] = None
    triggers: Annotated[
        tuple[Trigger, ...],
        Field(max_length=9),
        element(None, "an..17", "What set the control off; required when controlled."),
    ] = ()
    office_of_control: Annotated[
        OfficeCode, element(None, "an8", "Office that controlled, or decided not to.")
    ]
    control_types: Annotated[
        tuple[ControlType, ...],
        Field(max_length=12),
        element(None, "an..17", "What was done; required when controlled, absent otherwise."),
    ] = ()
    result: Annotated[
        ControlResultCode | None,
        element(None, "an2", "Result; required when controlled, absent otherwise."),
    ] = None
    subject: Annotated[
        Subject | None,
        element(None, "Subject", "What was actually controlled; required when controlled."),
    ] = None
    started_at: Annotated[Utc | None, element(None, "date-time", "When the control began, UTC.")] = None
    ended_at: Annotated[
        Utc, element(None, "date-time", "When it ended, or when it was decided against, UTC.")
    ]
    discrepancies: Annotated[
        tuple[FoundDifference, ...],
        Field(max_length=99),
        element(None, "FoundDifference", "What was not as declared."),
    ] = ()
    seals: Annotated[
        tuple[SealCheck, ...],
        Field(max_length=99),
        element("165", "SealCheck", "Seals as found and as left."),
    ] = ()
    measured_gross_mass: Annotated[
        Mass | None, element("131", "n..16,6", "Gross mass as weighed, in kilograms.")
    ] = None
    hours_spent: Annotated[
        Hours | None, element(None, "n..6,2", "Officers' hours spent on it.", examples=["6.5"])
    ] = None
    evidence_use: Annotated[
        EvidenceUse | None,
        element(None, "an..12", "Whether this may be used in court; absent: `no`."),
    ] = None
    usefulness: Annotated[
        int | None,
        Field(ge=1, le=5),
        element(
            None, "n1", "Use of the alert or notice: 1 misled us, 3 as good as our own, 5 decisive."
        ),
    ] = None
    comment: Annotated[
        Text2048 | None, element(None, "an..2048", "What else the originator should know.")
    ] = None
    attachments: Attachments = ()
