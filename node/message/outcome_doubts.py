"""Doubts about outcomes: a result that its findings do not bear out, an office of another country.

Responsible for what looks wrong in one document on the outcome by itself. Whether it fits the
document it answers is not seen here.
"""

from collections.abc import Iterator, Mapping

from node.message.acceptance import Acceptance
from node.message.answer import Answer
from node.message.cargo_doubts import Found
from node.message.control_result import ControlResult
from node.message.fields import Part
from node.message.import_result import DeclaredConsignment, DeclaredGoods
from node.message.seizure import SeizedGoods
from node.reference.identifiers import MRN, doubt

_OFFICES = ("office", "office_of_control")

_DIFFERING = frozenset({"A4", "A5"})
_IN_ORDER = frozenset({"A1", "A2", "A3"})

_SHORT_HS = 4

_GROUPS_OF: Mapping[str, str] = {
    "opiates": "drugs",
    "cannabis": "drugs",
    "cocaine": "drugs",
    "amphetamines": "drugs",
    "synthetic-opioids": "drugs",
    "new-psychoactive": "drugs",
    "acetic-anhydride": "precursors",
    "ephedrine": "precursors drugs",
    "cigarettes": "tobacco tax-evasion ipr",
    "spirits": "alcohol tax-evasion ipr",
    "firearms": "weapons",
    "explosives": "weapons hazardous",
    "radioactive": "nuclear hazardous",
    "wildlife": "wildlife",
    "cash": "currency",
    "gold": "currency tax-evasion",
}
"""Commodity to the groups one expects it under; those not named here may be under any."""


def about_outcome(part: Part) -> Found:
    """Give the doubts about one part of a document on the outcome, by its kind."""
    if isinstance(part, Answer):
        yield from _about_office(part)
    match part:
        case Acceptance():
            yield from _about_acceptance(part)
        case ControlResult():
            yield from _about_result(part)
        case SeizedGoods():
            yield from _about_seized(part)
        case DeclaredConsignment():
            yield from _about_declared(part)
        case DeclaredGoods() if len(part.hs_code) == _SHORT_HS:
            yield ("hs_code",), "doubt.short_hs_code", "a heading only; six digits are expected"
        case _:
            pass


def _about_office(answer: Answer) -> Found:
    for member in _OFFICES:
        office = getattr(answer, member, None)
        if office is not None and not office.startswith(answer.originator.country):
            yield (member,), "doubt.office_elsewhere", "not in the originator's country"


def _about_acceptance(acceptance: Acceptance) -> Found:
    if acceptance.scheduled_at is not None and acceptance.scheduled_at < acceptance.issued_at:
        yield ("scheduled_at",), "doubt.scheduled_in_past", "before the issue of the acceptance"


def _about_result(result: ControlResult) -> Found:
    if result.result in _DIFFERING and not result.discrepancies:
        yield ("discrepancies",), "doubt.result_borne_out", "none is listed, though the result says so"
    if result.result in _IN_ORDER and result.discrepancies:
        yield ("result",), "doubt.result_borne_out", "in order, though discrepancies are listed"


def _about_seized(goods: SeizedGoods) -> Found:
    expected = _GROUPS_OF.get(goods.commodity)
    if expected is not None and goods.group not in expected.split():
        yield ("group",), "doubt.commodity_group", "unusual for this commodity"


def _about_declared(declared: DeclaredConsignment) -> Iterator[tuple[tuple[str, ...], str, str]]:
    if declared.declaration_mrn is not None:
        reason = doubt(declared.declaration_mrn, MRN)
        if reason:
            yield ("declaration_mrn",), "doubt.identifier", reason
