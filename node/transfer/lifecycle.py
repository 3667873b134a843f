"""The states of a message and the steps between them.

Rules:
 1. A step is a `Transition`, and a `Transition` cannot be made without its audit entry: *no state
    change without an audit entry* holds by construction.
 2. Every step is a row of `TRANSITIONS`; `Transition` refuses any other.
 3. A message has one state at its originator for each recipient, and one at each recipient.
 4. What arrives twice changes nothing: the step is recorded, the state stays.

Must not write anything: `store.journal` does, whole batches at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from node.audit.event import Entry, Kind
from node.message.attachment import Enclosure
from node.message.concern import Concern


class State(StrEnum):
    """Where a message is."""

    SEALED = "sealed"  # out: in our log and on its way; the recipient has not answered
    RECEIPTED = "receipted"  # out: the recipient's log says it accepted the message
    RETURNED = "returned"  # out: the recipient's log says it refused the message
    EXPIRED = "expired"  # out: no answer within the message's lifetime
    REFUSED = "refused"  # out: we did not send it; in: we did not accept it
    ACCEPTED = "accepted"  # in: opened, committed, and the originator will be told


TRANSITIONS: Final[Mapping[tuple[State | None, Kind], frozenset[State]]] = MappingProxyType(
    {  # (state before, what happened): states after
        (None, Kind.MESSAGE_SEALED): frozenset({State.SEALED}),
        (None, Kind.MESSAGE_REFUSED): frozenset({State.REFUSED}),
        (State.SEALED, Kind.MESSAGE_RECEIPTED): frozenset({State.RECEIPTED, State.RETURNED}),
        (State.EXPIRED, Kind.MESSAGE_RECEIPTED): frozenset({State.RECEIPTED, State.RETURNED}),
        (State.SEALED, Kind.MESSAGE_EXPIRED): frozenset({State.EXPIRED}),
        (None, Kind.MESSAGE_RECEIVED): frozenset({State.ACCEPTED, State.REFUSED}),
        (State.ACCEPTED, Kind.MESSAGE_DUPLICATE): frozenset({State.ACCEPTED}),
        (State.REFUSED, Kind.MESSAGE_DUPLICATE): frozenset({State.REFUSED}),
    }
)

EVENTS_WITHOUT_STATE: Final = frozenset(
    {
        Kind.LOG_OPENED,
        Kind.NODE_STARTED,
        Kind.NODE_STOPPED,
        Kind.CARD_ISSUED,
        Kind.DIRECTORY_ADOPTED,
        Kind.AGREEMENT_ADOPTED,
        Kind.RECEIPT_REFUSED,
        Kind.BUNDLE_REFUSED,
        Kind.BUNDLE_RETURNED,
        Kind.ATTACHMENT_RECEIVED,
        Kind.ATTACHMENT_RECEIPTED,
        Kind.ATTACHMENT_ABANDONED,
        Kind.PEER_FORKED,
        Kind.MESSAGE_READ,
        Kind.MESSAGE_ASSIGNED,
        Kind.READ_RECEIPTED,
        Kind.CONVERSATION_ADVANCED,
        Kind.DEADLINE_REMINDED,
        Kind.DEADLINE_OVERDUE,
        Kind.DEADLINE_ESCALATED,
        Kind.DOCUMENT_SUBMITTED,
        Kind.DOCUMENT_ACCESSED,
        Kind.SYSTEM_CHANGED,
        Kind.TOKEN_ISSUED,
        Kind.TOKEN_REVOKED,
        Kind.WEBHOOK_CHANGED,
        Kind.MATCH_FOUND,
        Kind.MATCH_DECIDED,
        Kind.WATCH_CHANGED,
    }
)


@dataclass(frozen=True, slots=True)
class SentMessage:
    """A message of ours, to be kept until it is erased.

    Attributes:
        document: the bytes as submitted.
        salt: opens the commitment in the manifest.
        jwe: canonical JSON, as it travels.
        recipients: authority ids, sorted.
        files: those that follow the message to each recipient.
        concern: whom on our side it concerns.
    """

    id: str
    type: str
    reference: str
    version: int
    priority: str
    at: int
    expires: int
    document: bytes
    salt: bytes
    jwe: bytes
    recipients: tuple[str, ...]
    files: tuple[Enclosure, ...] = ()
    concern: Concern | None = None


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message from a peer that we accepted, or refused after we knew whose it was.

    Attributes:
        manifest: the originator's entry, as bytes.
        index: of that entry in the originator's log.
        path: inclusion path to the originator's head of `size`.
        document: the opened bytes; None if refused.
        concern: whom on our side it concerns; None if refused.
    """

    id: str
    originator: str
    manifest: bytes
    index: int
    path: tuple[bytes, ...]
    size: int
    type: str
    reference: str
    version: int
    priority: str
    received_at: int
    code: str | None = None
    document: bytes | None = None
    salt: bytes | None = None
    concern: Concern | None = None


@dataclass(frozen=True, slots=True)
class HeldReceipt:
    """A peer's receipt for a message of ours: the other half of the double entry."""

    id: str
    peer: str
    entry: bytes
    index: int
    path: tuple[bytes, ...]
    size: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class OpenedMessage:
    """A peer's message that an officer of ours has opened."""

    originator: str
    id: str


@dataclass(frozen=True, slots=True)
class AssignedMessage:
    """A peer's message that a unit of ours was given."""

    originator: str
    id: str
    unit: str


@dataclass(frozen=True, slots=True)
class HeldReading:
    """A peer's word that an officer of theirs has opened a message of ours, with its proof."""

    id: str
    peer: str
    entry: bytes
    index: int
    path: tuple[bytes, ...]
    size: int


@dataclass(frozen=True, slots=True)
class ExpiredMessage:
    """A message of ours that one recipient did not answer in time."""

    id: str
    peer: str


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file of a peer's message that is here whole, or was refused."""

    originator: str
    id: str
    number: int
    size_bytes: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class HeldFileReceipt:
    """A peer's receipt for a file of ours, with its proof."""

    id: str
    peer: str
    number: int
    entry: bytes
    index: int
    path: tuple[bytes, ...]
    size: int
    code: str | None = None


@dataclass(frozen=True, slots=True)
class AbandonedFile:
    """A file of ours that we no longer try to bring to a peer."""

    id: str
    peer: str
    number: int


FileChange = ReceivedFile | HeldFileReceipt | AbandonedFile

Change = (
    SentMessage
    | ReceivedMessage
    | HeldReceipt
    | OpenedMessage
    | AssignedMessage
    | HeldReading
    | ExpiredMessage
    | FileChange
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One step: what is recorded, what changes, what goes back.

    Attributes:
        entry: the audit entry. It has no default.
        before: state before, None for a new message or an event without a message.
        after: state after, None for an event without a message.
        change: the row that changes with it.
        due_to: the peer to whom this entry goes back as a receipt.
        repeat_receipt: (originator, message id) whose first receipt is sent again.
    """

    entry: Entry
    before: State | None = None
    after: State | None = None
    change: Change | None = None
    due_to: str | None = None
    repeat_receipt: tuple[str, str] | None = None

    def __post_init__(self) -> None:
        kind = self.entry.kind
        if self.after is None:
            allowed = kind in EVENTS_WITHOUT_STATE and self.before is None
        else:
            allowed = self.after in TRANSITIONS.get((self.before, kind), ())
        if not allowed:
            raise ValueError(f"no such step: {self.before} --{kind}--> {self.after}")
