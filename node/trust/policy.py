"""The policy: may this message go from here to there? It answers, with the reason.

Responsible for one decision, asked when sending and again when receiving. Must not raise on a "no",
and must not find agreements by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from node.errors import Refusal
from node.trust.agreement import Agreement, Rule

_HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Question:
    """One message on its way from one authority to one other.

    Attributes:
        at: Unix ms, the time of sealing.
        lifetime_ms: from sealing to expiry.
        document_bytes: size of the document; 0 while it is still sealed.
        purpose: the document's purpose; None while it is still sealed.
    """

    originator: str
    recipient: str
    type: str
    at: int
    lifetime_ms: int
    document_bytes: int = 0
    purpose: str | None = None


@dataclass(frozen=True, slots=True)
class Permit:
    """Yes, by this rule of this agreement."""

    agreement: Agreement
    rule: Rule


@dataclass(frozen=True, slots=True)
class Deny:
    """No, and why."""

    code: Refusal
    reason: str


Decision = Permit | Deny


def decide(agreements: Iterable[Agreement], question: Question) -> Decision:
    """Find the agreement that permits a message; else say why the nearest one does not."""
    nearest = Deny(
        Refusal.AGREEMENT_UNKNOWN,
        f"no agreement lets {question.originator} send to {question.recipient}",
    )
    for agreement in agreements:
        decision = decide_under(agreement, question)
        if isinstance(decision, Permit):
            return decision
        if decision.code is Refusal.AGREEMENT_DENIED:
            nearest = decision
    return nearest


def decide_under(agreement: Agreement, question: Question) -> Decision:
    """Ask one agreement."""
    pair = (question.originator, question.recipient)
    rules = [rule for rule in agreement.rules if (rule.sender, rule.recipient) == pair]
    if not rules:
        return Deny(Refusal.AGREEMENT_UNKNOWN, f"{agreement.name} has no rule {' -> '.join(pair)}")
    if not agreement.is_in_force(question.at):
        return Deny(Refusal.AGREEMENT_DENIED, f"{agreement.name} is not in force at this time")
    fitting = [rule for rule in rules if question.type in rule.types]
    if not fitting:
        return Deny(
            Refusal.AGREEMENT_DENIED,
            f"{agreement.name} does not cover {question.type} in this direction",
        )
    reasons = [_objection(agreement, rule, question) for rule in fitting]
    for rule, reason in zip(fitting, reasons, strict=True):
        if reason is None:
            return Permit(agreement, rule)
    return Deny(Refusal.AGREEMENT_DENIED, f"{agreement.name}: {reasons[0]}")


def _objection(agreement: Agreement, rule: Rule, question: Question) -> str | None:
    if question.document_bytes > rule.max_document_bytes:
        return f"{question.document_bytes} bytes, at most {rule.max_document_bytes} agreed"
    if question.lifetime_ms > rule.max_lifetime_hours * _HOUR_MS:
        return f"lifetime beyond the {rule.max_lifetime_hours} hours agreed"
    purposes = rule.purposes or agreement.purposes
    if question.purpose is not None and question.purpose not in purposes:
        return f"this purpose is not among {', '.join(purposes)}"
    return None
