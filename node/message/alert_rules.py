"""Rules between the members of an alert.

Responsible for: times in order, and no action that the handling forbids. What its subject must hold
stands in `subject_rules`.
"""

from collections.abc import Iterator

from node.message.alert import Alert
from node.message.faults import Fault, pointer_to
from node.message.notice_rules import place_faults
from node.message.subject_rules import subject_faults
from node.reference.risk_codes import DESK_CHECKS, OBSERVING

_ALLOWED = {"RED": OBSERVING, "AMBER": DESK_CHECKS}
"""PAP to the only actions it leaves; the wider values leave all."""


def alert_faults(alert: Alert) -> Iterator[Fault]:
    """Give the faults of an alert, in the order of its members."""
    yield from _time_faults(alert)
    areas = [risk.area for risk in alert.risks]
    if len(set(areas)) != len(areas):
        yield Fault("/risks", "rule.risk_areas_unique", "each risk area is named once")
    yield from subject_faults(alert.subject)
    yield from _route_faults(alert)
    yield from _action_faults(alert)
    refused = alert.do_not_load
    if refused is not None and not (refused.transport_documents or refused.equipment):
        yield Fault("/do_not_load", "rule.do_not_load_named", "needs a document or equipment")


def _time_faults(alert: Alert) -> Iterator[Fault]:
    if alert.valid_from is not None and alert.valid_from >= alert.valid_until:
        yield Fault("/valid_from", "rule.valid_from_before_until", "must be before valid_until")
    if alert.feedback_due_at <= alert.issued_at:
        yield Fault("/feedback_due_at", "rule.feedback_after_issue", "must be later than issued_at")
    acceptance = alert.acceptance_due_at
    if acceptance is not None and not alert.issued_at < acceptance <= alert.feedback_due_at:
        yield Fault(
            "/acceptance_due_at",
            "rule.acceptance_in_time",
            "after issued_at and not after feedback_due_at",
        )


def _route_faults(alert: Alert) -> Iterator[Fault]:
    if alert.route is None:
        return
    for member in ("place_of_loading", "place_of_unloading"):
        place = getattr(alert.route, member)
        if place is not None:
            yield from place_faults(place, "route", member)


def _action_faults(alert: Alert) -> Iterator[Fault]:
    allowed = _ALLOWED.get(alert.handling.pap)
    if allowed is None:
        return
    for index, recommended in enumerate(alert.recommended_actions):
        if recommended.action not in allowed:
            yield Fault(
                pointer_to("recommended_actions", index, "action"),
                "rule.action_within_pap",
                f"PAP:{alert.handling.pap} leaves only {', '.join(sorted(allowed))}",
            )
