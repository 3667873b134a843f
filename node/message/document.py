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
from node.message.acceptance import Acceptance
from node.message.alert import Alert
from node.message.alert_rules import alert_faults
from node.message.amendment import Amendment
from node.message.amendment_rules import amendment_faults
from node.message.arrival import Arrival
from node.message.attachment import attachment_faults
from node.message.consent import Consent, ConsentRequest
from node.message.consent_rules import consent_faults, consent_request_faults
from node.message.control_result import ControlResult
from node.message.control_rules import control_result_faults, seizure_faults
from node.message.doubts import Doubt, doubts_of
from node.message.faults import Fault, faults_of
from node.message.header import Header
from node.message.header_rules import header_faults
from node.message.hit import Hit
from node.message.import_result import Discrepancy, ImportResult
from node.message.import_rules import discrepancy_faults, import_result_faults
from node.message.incident import Incident
from node.message.notice import PreArrivalNotice
from node.message.notice_rules import notice_faults
from node.message.reaction_rules import acceptance_faults, arrival_faults, hit_faults, incident_faults
from node.message.recall import Recall, RecallAnswer
from node.message.recall_rules import recall_answer_faults, recall_faults
from node.message.request import Extension, InformationReply, InformationRequest
from node.message.request import Refusal as RefusedRequest
from node.message.request_rules import (
    extension_faults,
    refusal_faults,
    reply_faults,
    request_faults,
)
from node.message.seizure import Seizure
from node.message.statistics import Statistics
from node.message.statistics_rules import statistics_faults
from node.reference.editions import BUILT_IN, Lists

Document = Header

_RULES: Mapping[type[Header], Callable[[Any], Iterator[Fault]]] = MappingProxyType(
    {
        PreArrivalNotice: notice_faults,
        Alert: alert_faults,
        InformationRequest: request_faults,
        InformationReply: reply_faults,
        RefusedRequest: refusal_faults,
        Extension: extension_faults,
        Amendment: amendment_faults,
        Recall: recall_faults,
        RecallAnswer: recall_answer_faults,
        ConsentRequest: consent_request_faults,
        Consent: consent_faults,
        Statistics: statistics_faults,
        Hit: hit_faults,
        Acceptance: acceptance_faults,
        Arrival: arrival_faults,
        ControlResult: control_result_faults,
        Seizure: seizure_faults,
        ImportResult: import_result_faults,
        Discrepancy: discrepancy_faults,
        Incident: incident_faults,
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
    lists: Lists = BUILT_IN

    @cached_property
    def doubts(self) -> tuple[Doubt, ...]:
        """What an officer should look at twice. Computed when first asked for."""
        return doubts_of(self.document, self.lists)


def read_document(raw: bytes, lists: Lists = BUILT_IN) -> Reading:
    """Read a document from bytes written by somebody else's program.

    Args:
        raw: strict JSON in UTF-8.
        lists: the loaded code lists its codes are asked in, should anybody ask for doubts.

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
    return Reading(document, lists)


def reread_document(raw: bytes, document_type: str) -> Document:
    """Read a document that was read and accepted before, at less cost: its rules are not asked again.

    Args:
        raw: as it was accepted.
        document_type: its type and edition.
    """
    return DOCUMENT_TYPES[document_type].model_validate_json(raw)


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
    yield from attachment_faults(document)


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
