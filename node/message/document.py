"""The one door: bytes from outside become a document, or an error that names the member at fault.

Responsible for picking the model by the member `type` and for the order of checks: strict JSON,
schema, rules. Must not check anything against the clock, nor know who sent the bytes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any, get_args

from pydantic import ValidationError

from node.canonical import parse_strict
from node.errors import PeerError, Refusal
from node.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH
from node.message.alert import Alert
from node.message.alert_rules import alert_faults
from node.message.doubts import Doubt, doubts_of
from node.message.faults import Fault, faults_of
from node.message.header import Header
from node.message.header_rules import header_faults
from node.message.notice import PreArrivalNotice
from node.message.notice_rules import notice_faults

Document = Header

_RULES: Mapping[type[Header], Callable[[Any], Iterator[Fault]]] = MappingProxyType(
    {
        PreArrivalNotice: notice_faults,
        Alert: alert_faults,
    }
)
"""Every model, and the rules between its members beyond those of the header."""

DOCUMENT_TYPES: Mapping[str, type[Header]] = MappingProxyType(
    {get_args(model.model_fields["type"].annotation)[0]: model for model in _RULES}
)
"""Every value the member `type` may have, and the model it names."""


@dataclass(frozen=True)
class Reading:
    """A document that kept every rule, and on demand what is doubtful about it."""

    document: Document

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What an officer should look at twice. Computed when first asked for."""
        return doubts_of(self.document)


def read_document(raw: bytes) -> Reading:
    """Read a document from bytes written by somebody else's program.

    Raises:
        PeerError: `document.malformed` for what is not strict JSON or names no known type;
            `document.invalid`, with the pointer, for the first rule broken.
    """
    model = _model_for(raw)
    try:
        document = model.model_validate_json(raw)
    except ValidationError as error:
        raise _invalid(next(faults_of(error))) from None  # the cause would quote the document
    for fault in rule_faults(document):
        raise _invalid(fault)
    return Reading(document)


def all_faults(raw: bytes) -> tuple[Fault, ...]:
    """Give the faults of a document together, for whoever is writing it.

    Every member at fault is named, in a list those of the first entry at fault. The rules
    between members are asked once each member by itself is right; of these, all are named.

    Raises:
        PeerError: `document.malformed`, as `read_document`.
    """
    model = _model_for(raw)
    try:
        document = model.model_validate_json(raw)
    except ValidationError as error:
        return tuple(faults_of(error))
    return tuple(rule_faults(document))


def rule_faults(document: Document) -> Iterator[Fault]:
    """Give the faults between the members of a document whose members are right by themselves."""
    yield from header_faults(document)
    yield from _RULES[type(document)](document)


def _model_for(raw: bytes) -> type[Header]:
    members = parse_strict(
        raw,
        max_bytes=MAX_DOCUMENT_BYTES,
        max_depth=MAX_DOCUMENT_DEPTH,
        code=Refusal.DOCUMENT_MALFORMED,
    )
    named = members.get("type")
    model = DOCUMENT_TYPES.get(named) if isinstance(named, str) else None
    if model is None:
        known = ", ".join(DOCUMENT_TYPES)
        raise PeerError(Refusal.DOCUMENT_MALFORMED, f"type is none of {known}", pointer="/type")
    return model


def _invalid(fault: Fault) -> PeerError:
    return PeerError(Refusal.DOCUMENT_INVALID, f"{fault.code}: {fault.text}", pointer=fault.pointer)
