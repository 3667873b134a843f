"""Rules between the members of an alert.

Responsible for: something to look for, times in order, and no action that the handling forbids.
"""

from collections.abc import Iterator

from node.message.alert import Alert
from node.message.faults import Fault, pointer_to
from node.message.header_rules import party_faults, structure_faults
from node.message.notice_rules import goods_faults, place_faults
from node.message.subject import Subject
from node.reference.identifiers import (
    BY_EQUIPMENT_SCHEME,
    BY_IDENTIFICATION_TYPE,
    MRN,
    TIR_CARNET,
    Scheme,
)
from node.reference.risk_codes import DESK_CHECKS, OBSERVING

_ALLOWED = {"RED": OBSERVING, "AMBER": DESK_CHECKS}
"""PAP to the only actions it leaves; the wider values leave all."""

_KEYS = (
    "notices",
    "transport_documents",
    "equipment",
    "passive_means",
    "active_means",
    "declaration_mrns",
    "declarations",
    "ucrs",
    "tir_carnets",
)


def alert_faults(alert: Alert) -> Iterator[Fault]:
    """Give the faults of an alert, in the order of its members."""
    yield from _time_faults(alert)
    areas = [risk.area for risk in alert.risks]
    if len(set(areas)) != len(areas):
        yield Fault("/risks", "rule.risk_areas_unique", "each risk area is named once")
    yield from _subject_faults(alert.subject)
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


def _subject_faults(subject: Subject) -> Iterator[Fault]:
    if not any(getattr(subject, key) for key in _KEYS):
        yield Fault("/subject", "rule.subject_named", f"needs one of {', '.join(_KEYS)}")
    for at, text, scheme in _identified(subject):
        yield from structure_faults(text, scheme, "subject", *at)
    for index, item in enumerate(subject.declared_goods):
        yield from goods_faults(item, "subject", "declared_goods", index)
    for index, entry in enumerate(subject.parties):
        yield from party_faults(entry.party, "subject", "parties", index, "party")


def _identified(
    subject: Subject,
) -> Iterator[tuple[tuple[str | int, ...], str, Scheme | None]]:
    """Give every identifier of the subject: where it stands, its text, how it is built."""
    for index, box in enumerate(subject.equipment):
        scheme = BY_EQUIPMENT_SCHEME.get(box.identification_scheme)
        yield ("equipment", index, "identification"), box.identification, scheme
    for index, means in enumerate(subject.passive_means):
        scheme = BY_IDENTIFICATION_TYPE.get(means.identification_type)
        yield ("passive_means", index, "identification"), means.identification, scheme
    active = subject.active_means
    if active is not None:
        scheme = BY_IDENTIFICATION_TYPE.get(active.identification_type)
        yield ("active_means", "identification"), active.identification, scheme
    for index, number in enumerate(subject.declaration_mrns):
        yield ("declaration_mrns", index), number, MRN
    for index, number in enumerate(subject.tir_carnets):
        yield ("tir_carnets", index), number, TIR_CARNET


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
