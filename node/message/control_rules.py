"""Rules between the members of a control result and of a seizure.

Responsible for: a control is described and no control is not, times in order, counts that can be.
"""

from collections.abc import Iterator
from decimal import Decimal

from node.message.answer_rules import answer_faults
from node.message.control_result import ControlResult
from node.message.faults import Fault, pointer_to
from node.message.header_rules import once_faults
from node.message.notice_rules import place_faults
from node.message.outcome_rules import (
    differing_faults,
    evidence_faults,
    happened_faults,
    no_control_faults,
)
from node.message.seizure import Seizure
from node.message.subject_rules import subject_faults

_DESCRIBES = ("triggers", "control_types", "result", "subject")
"""Without these a control cannot be counted."""

_ONLY_OF_A_CONTROL = (
    "control_types",
    "result",
    "started_at",
    "discrepancies",
    "seals",
    "measured_gross_mass",
)


def control_result_faults(result: ControlResult) -> Iterator[Fault]:
    """Give the faults of a control result."""
    yield from answer_faults(result, "alert", "pre-arrival-notice")
    is_controlled = result.decision == "controlled"
    yield from no_control_faults(result, is_due=not is_controlled)
    for member in _DESCRIBES if is_controlled else ():
        if not getattr(result, member):
            yield Fault(pointer_to(member), "rule.control_described", "required when controlled")
    for member in () if is_controlled else _ONLY_OF_A_CONTROL:
        if getattr(result, member):
            yield Fault(pointer_to(member), "rule.control_described", "absent when not controlled")
    yield from once_faults(result.triggers, "triggers")
    yield from once_faults(result.control_types, "control_types")
    if result.subject is not None:
        yield from subject_faults(result.subject)
    if result.started_at is not None and result.started_at > result.ended_at:
        yield Fault("/started_at", "rule.times_in_order", "must not be later than ended_at")
    yield from happened_faults(result, result.ended_at, "ended_at")
    for index, each in enumerate(result.discrepancies):
        yield from differing_faults(each.declared, each.found, "discrepancies", index)
    yield from evidence_faults(result, result.evidence_use)


def seizure_faults(seizure: Seizure) -> Iterator[Fault]:
    """Give the faults of a seizure. It may follow a control result of the same authority."""
    is_followed_up = seizure.answers.type == "control-result"
    names = ("alert", "control-result", "pre-arrival-notice")
    yield from answer_faults(seizure, *names, own=is_followed_up)
    yield from happened_faults(seizure, seizure.seized_at, "seized_at")
    yield from place_faults(seizure.place, "place")
    for index, goods in enumerate(seizure.goods):
        if goods.commodity == "other" and goods.substance is None:
            yield Fault(
                pointer_to("goods", index, "substance"),
                "rule.substance_worded",
                "required with the commodity `other`",
            )
        if Decimal(goods.quantity) == 0:
            yield Fault(
                pointer_to("goods", index, "quantity"), "rule.quantity_seized", "must be above zero"
            )
    yield from _route_faults(seizure)
    if (seizure.arrests_count or 0) > (seizure.persons_count or 0):
        yield Fault("/arrests_count", "rule.arrests_counted", "must not exceed persons_count")
    yield from evidence_faults(seizure, seizure.evidence_use)


def _route_faults(seizure: Seizure) -> Iterator[Fault]:
    if seizure.route is None:
        return
    for member in ("departure", "destination"):
        place = getattr(seizure.route, member)
        if place is not None:
            yield from place_faults(place, "route", member)
