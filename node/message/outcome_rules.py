"""The rules that several documents on the outcome share.

Responsible for: what has happened lies before the report of it, reasons are given where they are
due, free use in court fits the handling. Must not know any one of these documents.
"""

from collections.abc import Iterator
from datetime import datetime

from node.message.faults import Fault, pointer_to
from node.message.header import Header
from node.message.header_rules import Reasoned, reason_faults


def happened_faults(document: Header, at: datetime, *steps: str) -> Iterator[Fault]:
    """Give a fault when something is reported that happened after the report."""
    if at > document.issued_at:
        yield Fault(pointer_to(*steps), "rule.happened_before_issue", "must not be later than issued_at")


def no_control_faults(document: Reasoned, *, is_due: bool) -> Iterator[Fault]:
    """Give the faults of the reason for which there is no control.

    Args:
        document: an acceptance or a control result.
        is_due: whether there is no control, so that a reason must be given.
    """
    if (document.reason is not None) != is_due:
        yield Fault("/reason", "rule.reason_stated", "required without a control, absent with one")
    elif document.reason_text is not None and not is_due:
        yield Fault("/reason_text", "rule.reason_stated", "absent where no reason is due")
    yield from reason_faults(document)


def evidence_faults(document: Header, evidence_use: str | None) -> Iterator[Fault]:
    """Give a fault when free use in court is stated under a handling that reserves it."""
    if evidence_use == "yes" and document.handling.h_code in {"H1", "H2"}:
        yield Fault(
            "/evidence_use",
            "rule.evidence_within_handling",
            f"{document.handling.h_code} leaves only no and with-consent",
        )


def differing_faults(one: str | None, other: str | None, *at: str | int) -> Iterator[Fault]:
    """Give a fault when a difference names neither side, or the same on both."""
    if one == other:
        yield Fault(pointer_to(*at), "rule.difference_told", "needs one side, or two that differ")
