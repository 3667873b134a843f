"""Rules between an amendment, the document it replaces and the new version it carries.

Responsible for what the two headers must have in common, and for pointers that lead somewhere.
Must not compare with the version replaced, which is not here.
"""

from collections.abc import Iterator

from node.message.alert import Alert
from node.message.alert_rules import alert_faults
from node.message.amendment import Amendment
from node.message.faults import Fault, pointer_to
from node.message.fields import Part
from node.message.handling_rules import loosened
from node.message.header_rules import header_faults, once_faults, reason_faults
from node.message.notice import PreArrivalNotice
from node.message.notice_rules import notice_faults

_REPLACES = "5"
"""Function of a version that takes the place of an earlier one (EDIFACT 1225)."""


def amendment_faults(amendment: Amendment) -> Iterator[Fault]:
    """Give the faults of an amendment, those of the new version last."""
    if amendment.amends.authority != amendment.originator.authority:
        yield Fault("/amends/authority", "rule.amends_own", "an authority amends only what is its own")
    yield from reason_faults(amendment)
    yield from once_faults(amendment.changed, "changed")
    for index, pointer in enumerate(amendment.changed):
        if not _leads_into(amendment.document, pointer):
            yield Fault(
                pointer_to("changed", index),
                "rule.changed_exists",
                "must lead to a member of the new version, or to where one was removed",
            )
    yield from _identity_faults(amendment)
    yield from _treatment_faults(amendment)
    for fault in _own_faults(amendment.document):
        yield Fault(f"/document{fault.pointer}", fault.code, fault.text)


def _identity_faults(amendment: Amendment) -> Iterator[Fault]:
    amends, document = amendment.amends, amendment.document
    for pointer, value, expected in (
        ("/document/type", document.type.partition("/")[0], amends.type),
        ("/document/originator/authority", document.originator.authority, amends.authority),
        ("/document/reference", document.reference, amends.reference),
    ):
        if value != expected:
            yield Fault(pointer, "rule.amended_same", "must be that of the document amended")
    if document.version <= amends.version:
        yield Fault("/document/version", "rule.amended_version", "must be above the version amended")
    if document.function != _REPLACES:
        yield Fault(
            "/document/function", "rule.amended_function", "must be 5: it replaces the earlier version"
        )


def _treatment_faults(amendment: Amendment) -> Iterator[Fault]:
    document = amendment.document
    if set(document.recipients) != set(amendment.recipients):
        yield Fault("/document/recipients", "rule.amended_recipients", "must be those of the amendment")
    if document.test != amendment.test:
        yield Fault("/document/test", "rule.amended_test", "must be that of the amendment")
    for name in loosened(document.handling, amendment.handling):
        yield Fault(
            pointer_to("document", "handling", name),
            "rule.amended_handling",
            "at least as strict as the handling of the amendment",
        )


def _own_faults(document: PreArrivalNotice | Alert) -> Iterator[Fault]:
    yield from header_faults(document)
    if isinstance(document, Alert):
        yield from alert_faults(document)
    else:
        yield from notice_faults(document)


def _leads_into(document: Part, pointer: str) -> bool:
    """Say whether a JSON Pointer (RFC 6901) leads to a member, or to a place that could hold one.

    Only the last step may name what is absent: it may have been removed.
    """
    *above, last = pointer.split("/")[1:] or [""]
    holder: object = document
    for step in above:
        holder = _below(holder, step)
    return _has_place(holder, last)


def _below(holder: object, step: str) -> object:
    if isinstance(holder, Part):
        return getattr(holder, step) if step in type(holder).model_fields else None
    if isinstance(holder, tuple) and _is_index(step) and int(step) < len(holder):
        return holder[int(step)]
    return None


def _has_place(holder: object, step: str) -> bool:
    if isinstance(holder, Part):
        return step in type(holder).model_fields
    return isinstance(holder, tuple) and _is_index(step)


def _is_index(step: str) -> bool:
    return step.isascii() and step.isdigit() and (step == "0" or not step.startswith("0"))
