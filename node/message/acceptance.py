"""Acceptance: whether the recipient of an alert will control the cargo, where and when, or why not.

Responsible for the decision and the plan. Must not hold what the control found: that is a control
result.
"""

from typing import Annotated, Literal

from pydantic import Field

from node.message.answer import Answer
from node.message.fields import OfficeCode, Text512, UnitId, Utc, element
from node.reference.outcome_codes import AcceptanceDecision, NoControlReason
from node.reference.risk_codes import Action, ControlPlace


class Acceptance(Answer):
    """The decision on an alert: a control is planned, or it is not, for a reason."""

    type: Annotated[
        Literal["acceptance/1"], element(None, "an..35", "Type and edition of the document.")
    ]
    decision: Annotated[AcceptanceDecision, element(None, "an..8", "Whether a control is planned.")]
    reason: Annotated[
        NoControlReason | None,
        element(None, "an..17", "Why not; required when declined, absent when accepted."),
    ] = None
    reason_text: Annotated[
        Text512 | None, element(None, "an..512", "The reason in words; required with `other`.")
    ] = None
    office_of_control: Annotated[
        OfficeCode | None,
        element(None, "an8", "Office that will control; required when accepted, absent when declined."),
    ] = None
    unit: Annotated[UnitId | None, element(None, "an..35", "Post or control unit that will do it.")] = (
        None
    )
    scheduled_at: Annotated[
        Utc | None, element(None, "date-time", "When the control is planned, UTC.")
    ] = None
    place: Annotated[ControlPlace | None, element(None, "an3", "Where on the way.")] = None
    planned_actions: Annotated[
        tuple[Action, ...],
        Field(max_length=20),
        element(None, "an..35", "What will be done, each action once."),
    ] = ()
