"""What a conversation keeps of a document: whose it is, what it answers, and its coded facts.

Responsible for the step from a document to facts that can be stored, counted and compared long
after the document itself has been erased. Must not keep text, names or identifiers of cargo.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from node.message.acceptance import Acceptance
from node.message.alert import Alert
from node.message.amendment import Amendment
from node.message.answer import Answer, Answered
from node.message.arrival import Arrival
from node.message.consent import Consent, ConsentRequest
from node.message.control_result import ControlResult
from node.message.header import Header
from node.message.import_result import ImportResult
from node.message.notice import PreArrivalNotice
from node.message.profile import completeness
from node.message.recall import Recall, RecallAnswer
from node.message.request import Extension, InformationReply, InformationRequest, Refusal
from node.message.seizure import Seizure


class Ref(NamedTuple):
    """A document over all its versions: its name without the edition, its authority, its reference."""

    name: str
    authority: str
    reference: str


class Version(NamedTuple):
    """One version of a document."""

    ref: Ref
    number: int


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message of a conversation, as facts.

    Attributes:
        id: originator and message id, `UZ-CC/019…`: no originator can take another's place by its id.
        digest: SHA-256 of the document, hexadecimal; tells a repetition from a contradiction.
        at: sealed, Unix ms, by the originator's log.
        log: origin of that log.
        index: of the manifest in it.
        delivered_at: accepted, Unix ms, by the recipient's log; None while there is no receipt.
        what: the document and its version.
        function: 9 original, 5 replace, 1 cancellation.
        until: end of validity, Unix ms.
        target: what it answers, amends or recalls, if anything.
        carries: the version that an amendment brings.
        notices: the notices that an alert is about.
        coded: coded facts by name; JSON values.
    """

    id: str
    digest: str
    at: int
    what: Version
    function: str
    until: int
    target: Version | None = None
    carries: Version | None = None
    notices: tuple[Ref, ...] = ()
    coded: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    log: str = ""
    index: int = 0
    delivered_at: int | None = None

    @property
    def author(self) -> str:
        """The authority that said it."""
        return self.what.ref.authority

    @property
    def message_id(self) -> str:
        """The message id alone."""
        return self.id.rpartition("/")[2]

    @property
    def place(self) -> tuple[str, int, int, str]:
        """Where it stands among all that its author said."""
        return (self.log, self.index, self.at, self.id)

    @property
    def name(self) -> str:
        """The document's type without its edition."""
        return self.what.ref.name


def facts_of(document: Header, *, message_id: str, digest: str, at: int) -> Spoken:
    """Take the facts out of a document that has been read.

    Args:
        document: any document.
        message_id: of the message that carries it.
        digest: SHA-256 of its bytes, hexadecimal.
        at: Unix ms, from the manifest.
    """
    return Spoken(
        id=full_id(document.originator.authority, message_id),
        digest=digest,
        at=at,
        what=version_of(document),
        function=document.function,
        until=milliseconds(document.valid_until),
        target=_target(document),
        carries=version_of(document.document) if isinstance(document, Amendment) else None,
        notices=_notices(document),
        coded={name: value for name, value in _coded(document) if value is not None},
    )


def full_id(originator: str, message_id: str) -> str:
    """Name a message among those of everybody."""
    return f"{originator}/{message_id}"


def version_of(document: Header) -> Version:
    """Name a document and its version."""
    name = document.type.partition("/")[0]
    ref = Ref(name, document.originator.authority, document.reference)
    return Version(ref, document.version)


def milliseconds(moment: datetime) -> int:
    """Give an aware time in Unix milliseconds."""
    return int(moment.timestamp() * 1000)


def _target(document: Header) -> Version | None:
    if isinstance(document, ConsentRequest):
        return None  # it leads a conversation of its own about what it names
    if isinstance(document, Answer):
        return _version(document.answers)
    if isinstance(document, Amendment):
        return _version(document.amends)
    if isinstance(document, Recall):
        return _version(document.recalls)
    return None


def _version(answered: Answered) -> Version:
    return Version(Ref(answered.type, answered.authority, answered.reference), answered.version)


def _notices(document: Header) -> tuple[Ref, ...]:
    if isinstance(document, Amendment):
        return _notices(document.document)
    if not isinstance(document, Alert):
        return ()
    named = (Ref("pre-arrival-notice", n.authority, n.reference) for n in document.subject.notices)
    return tuple(dict.fromkeys(named))


Coded = Iterator[tuple[str, Any]]


def _coded(document: Header) -> Coded:
    if document.test:
        yield "test", True
    found = completeness(document)
    if found is not None:  # filled, of how many
        yield "minimum", [found.minimum.filled, found.minimum.wanted]
        yield "full", [found.full.filled, found.full.wanted]
    take = _TAKERS.get(type(document))
    if take is not None:
        yield from take(document)


def _of_notice(notice: PreArrivalNotice) -> Coded:
    yield "eta", milliseconds(notice.transport.estimated_arrival_at)
    yield "office", notice.office_of_entry
    yield "mode", notice.transport.mode


def _of_alert(alert: Alert) -> Coded:
    yield "priority", alert.priority
    yield "levels", [risk.level for risk in alert.risks]
    yield "areas", [risk.area for risk in alert.risks]
    yield "feedback_due", milliseconds(alert.feedback_due_at)
    yield "acceptance_due", alert.acceptance_due_at and milliseconds(alert.acceptance_due_at)
    arrival = alert.route and alert.route.estimated_arrival_at
    yield "eta", arrival and milliseconds(arrival)
    yield "office", alert.route and alert.route.office_of_entry


def _of_amendment(amendment: Amendment) -> Coded:
    yield "until", milliseconds(amendment.document.valid_until)
    yield from _coded(amendment.document)


def _of_acceptance(acceptance: Acceptance) -> Coded:
    yield "decision", acceptance.decision
    yield "reason", acceptance.reason
    yield "scheduled", acceptance.scheduled_at and milliseconds(acceptance.scheduled_at)


def _of_arrival(arrival: Arrival) -> Coded:
    yield "arrived", milliseconds(arrival.arrived_at)
    yield "office", arrival.office


def _of_control(control: ControlResult) -> Coded:
    yield "decision", control.decision
    yield "reason", control.reason
    yield "triggers", list(control.triggers)
    yield "result", control.result
    yield "ended", milliseconds(control.ended_at)
    yield "hours", control.hours_spent
    yield "usefulness", control.usefulness


def _of_seizure(seizure: Seizure) -> Coded:
    yield "goods", [[one.commodity, one.quantity, one.unit] for one in seizure.goods]


def _of_import(result: ImportResult) -> Coded:
    yield "comparison", result.comparison


def _of_request(request: InformationRequest) -> Coded:
    yield "urgency", request.urgency
    yield "due", request.due_at and milliseconds(request.due_at)


def _of_consent_request(request: ConsentRequest) -> Coded:
    yield "due", request.needed_by and milliseconds(request.needed_by)
    yield "kinds", sorted({use.kind for use in request.uses})


def _of_reply(reply: InformationReply) -> Coded:
    yield "complete", reply.is_complete


def _of_refusal(refusal: Refusal) -> Coded:
    yield "extent", refusal.extent
    yield "reason", refusal.reason


def _of_extension(extension: Extension) -> Coded:
    yield "until", milliseconds(extension.until)


def _of_recall(recall: Recall) -> Coded:
    yield "due", recall.answer_due_at and milliseconds(recall.answer_due_at)
    yield "reason", recall.reason


def _of_recall_answer(answer: RecallAnswer) -> Coded:
    yield "uses", list(answer.uses)


def _of_consent(consent: Consent) -> Coded:
    yield "kinds", sorted({grant.kind for grant in consent.grants})


_TAKERS: Final[Mapping[type[Header], Callable[[Any], Coded]]] = MappingProxyType(
    {
        PreArrivalNotice: _of_notice,
        Alert: _of_alert,
        Amendment: _of_amendment,
        Acceptance: _of_acceptance,
        Arrival: _of_arrival,
        ControlResult: _of_control,
        Seizure: _of_seizure,
        ImportResult: _of_import,
        InformationRequest: _of_request,
        ConsentRequest: _of_consent_request,
        InformationReply: _of_reply,
        Refusal: _of_refusal,
        Extension: _of_extension,
        Recall: _of_recall,
        RecallAnswer: _of_recall_answer,
        Consent: _of_consent,
    }
)
