"""The error tree: whose fault it is, a stable code, the fact, and what to do.

    NodeError
      CallerError     our own user: a document, an option, a question that cannot be answered
      PeerError       the other authority, or whoever speaks in its name
      OperatorError   our own machine or configuration

A message never holds key material, document content or personal data: it may be logged and shown.
`Refusal` is the closed list of codes that travel between authorities (schemas/README.md §8).
"""

from enum import StrEnum


class Refusal(StrEnum):
    """Why a bundle or a message was refused. Published, closed, only ever added to."""

    BUNDLE_OVERSIZE = "bundle.oversize"
    BUNDLE_UNREADABLE = "bundle.unreadable"
    BUNDLE_MALFORMED = "bundle.malformed"
    SENDER_UNKNOWN = "sender.unknown"
    SENDER_SUSPENDED = "sender.suspended"
    SENDER_MISMATCH = "sender.mismatch"
    KEY_UNKNOWN = "key.unknown"
    KEY_EXPIRED = "key.expired"
    CHECKPOINT_MALFORMED = "checkpoint.malformed"
    CHECKPOINT_BAD_SIGNATURE = "checkpoint.bad_signature"
    LOG_FORKED = "log.forked"
    LOG_GAP = "log.gap"
    PROOF_INVALID = "proof.invalid"
    ENTRY_MALFORMED = "entry.malformed"
    ENTRY_OVERSIZE = "entry.oversize"
    SUITE_UNSUPPORTED = "suite.unsupported"
    RECIPIENT_MISMATCH = "recipient.mismatch"
    MESSAGE_EXPIRED = "message.expired"
    MESSAGE_FUTURE_DATED = "message.future_dated"
    MESSAGE_LIFETIME = "message.lifetime"
    DOCUMENT_RETARGETED = "document.retargeted"
    HANDLING_LOOSENED = "handling.loosened"
    HANDLING_MISSTATED = "handling.misstated"
    HANDLING_PASSED_ON = "handling.passed_on"
    MESSAGE_CONFLICTING = "message.conflicting"
    AGREEMENT_UNKNOWN = "agreement.unknown"
    AGREEMENT_DENIED = "agreement.denied"
    ENVELOPE_MALFORMED = "envelope.malformed"
    ENVELOPE_MISMATCH = "envelope.mismatch"
    ENVELOPE_UNOPENED = "envelope.unopened"
    COMMITMENT_MISMATCH = "commitment.mismatch"
    DOCUMENT_MALFORMED = "document.malformed"
    DOCUMENT_INVALID = "document.invalid"
    DOCUMENT_MISMATCH = "document.mismatch"
    DIRECTORY_MALFORMED = "directory.malformed"
    DIRECTORY_UNPROVEN = "directory.unproven"
    DIRECTORY_STALE = "directory.stale"
    RECEIPT_UNMATCHED = "receipt.unmatched"
    ATTACHMENT_MISMATCH = "attachment.mismatch"
    ATTACHMENT_NO_ROOM = "attachment.no_room"


class NodeError(Exception):
    """Anything this program refuses or cannot do.

    Attributes:
        code: stable, dotted, for machines and for the handbook.
        hint: one sentence that says what to do next.
        pointer: JSON Pointer (RFC 6901) to the member at fault, or "".
    """

    def __init__(self, code: str, message: str, *, hint: str = "", pointer: str = "") -> None:
        super().__init__(message)
        self.code = str(code)
        self.hint = hint
        self.pointer = pointer

    @property
    def message(self) -> str:
        """The fact, lower case, without a full stop."""
        return str(self.args[0])


class CallerError(NodeError):
    """Our own user asked for something that cannot be done as asked."""


class PeerError(NodeError):
    """The other side sent something that must be refused; `code` is a `Refusal`."""

    def __init__(self, code: Refusal, message: str, *, hint: str = "", pointer: str = "") -> None:
        super().__init__(code, message, hint=hint, pointer=pointer)
        self.refusal = code


class OperatorError(NodeError):
    """Our own machine, files or configuration are not as they must be."""
