"""Rules between the members of an import result and of a discrepancy.

Responsible for: declarations that are named once and can be, a release that fits its status, and
differences that differ. Must not compare with the notice, which it does not have.
"""

from collections.abc import Iterator
from decimal import Decimal

from node.message.answer_rules import answer_faults
from node.message.faults import Fault, pointer_to
from node.message.header_rules import once_faults, structure_faults
from node.message.import_result import DeclaredConsignment, DeclaredGoods, Discrepancy, ImportResult
from node.message.outcome_rules import differing_faults, happened_faults
from node.reference.identifiers import MRN

_RELEASED = frozenset({"released", "released-amended"})


def import_result_faults(result: ImportResult) -> Iterator[Fault]:
    """Give the faults of an import result."""
    yield from answer_faults(result, "pre-arrival-notice")
    yield from happened_faults(result, result.decided_at, "decided_at")
    if result.comparison != "not-compared" and not result.declared:
        yield Fault("/declared", "rule.declared_listed", "required where it was compared")
    keys = [(each.sequence, each.declaration_mrn, each.declaration) for each in result.declared]
    yield from once_faults(keys, "declared")
    for index, each in enumerate(result.declared):
        yield from _declared_faults(result, each, index)


def discrepancy_faults(discrepancy: Discrepancy) -> Iterator[Fault]:
    """Give the faults of a discrepancy."""
    yield from answer_faults(discrepancy, "pre-arrival-notice", "import-result")
    yield from happened_faults(discrepancy, discrepancy.found_at, "found_at")
    for index, each in enumerate(discrepancy.differences):
        yield from differing_faults(each.at_exit, each.at_entry, "differences", index)


def _declared_faults(result: ImportResult, each: DeclaredConsignment, index: int) -> Iterator[Fault]:
    at = ("declared", index)
    if each.declaration_mrn is not None:
        yield from structure_faults(each.declaration_mrn, MRN, *at, "declaration_mrn")
    yield from _declaration_faults(each, *at)
    if each.released_at is not None:
        if each.release_status not in _RELEASED:
            yield Fault(
                pointer_to(*at, "released_at"), "rule.release_dated", "only with a status of release"
            )
        if each.released_at > result.decided_at:
            yield Fault(
                pointer_to(*at, "released_at"), "rule.times_in_order", "must not be after decided_at"
            )
    for place, goods in enumerate(each.goods):
        yield from _goods_faults(goods, *at, "goods", place)


def _declaration_faults(each: DeclaredConsignment, *at: str | int) -> Iterator[Fault]:
    """Give the faults of the declaration: named and under a procedure, exactly once lodged."""
    is_lodged = each.release_status != "not-declared"
    if is_lodged != bool(each.declaration_mrn or each.declaration):
        yield Fault(
            pointer_to(*at, "declaration"),
            "rule.declaration_named",
            "by MRN or national number, unless not-declared",
        )
    if is_lodged != bool(each.procedure):
        yield Fault(
            pointer_to(*at, "procedure"), "rule.procedure_stated", "required unless not-declared"
        )
    if each.goods and not is_lodged:
        yield Fault(pointer_to(*at, "goods"), "rule.declaration_named", "none if not-declared")


def _goods_faults(goods: DeclaredGoods, *at: str | int) -> Iterator[Fault]:
    if goods.national_code is not None and not goods.national_code.startswith(goods.hs_code):
        yield Fault(pointer_to(*at, "national_code"), "rule.national_code", "must begin with hs_code")
    if goods.gross_mass is None:
        return
    gross = Decimal(goods.gross_mass)
    if gross == 0:
        yield Fault(pointer_to(*at, "gross_mass"), "rule.gross_mass", "must be above zero")
    if goods.net_mass is not None and Decimal(goods.net_mass) > gross:
        yield Fault(pointer_to(*at, "net_mass"), "rule.net_within_gross", "must not exceed gross_mass")
