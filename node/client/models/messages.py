"""Messages as lists and records have them, their files and their verification.

Responsible for their members as the OpenAPI document has them: a test compares. What each means is said
there. Must not ask for any.
"""

from node.client.models.base import Model
from node.client.models.conversations import CaseLine


class ReceivedItem(Model):
    """A message that a peer sent, without its content."""

    id: str
    originator: str
    type: str
    reference: str
    version: int
    priority: str
    state: str
    code: str | None
    sealed_at: str
    received_at: str
    expires_at: str
    read: bool
    index: int


class RecipientState(Model):
    """Where a message of ours is, on its way to one recipient."""

    authority: str
    state: str
    code: str | None


class SentItem(Model):
    """A message that we sent, without its content."""

    id: str
    originator: str
    type: str
    reference: str
    version: int
    priority: str
    sealed_at: str
    expires_at: str
    submitted_by: str | None
    recipients: tuple[RecipientState, ...]
    index: int


class RecordRecipient(Model):
    """One to whom a message is addressed."""

    authority: str
    agreement: str
    state: str | None
    code: str | None


class RecordLinks(Model):
    """Where the rest of a message is."""

    document: str
    timeline: str
    attachments: str
    proof: str
    evidence: str
    verification: str


class JourneyStep(Model):
    """One entry of a log about a message: what it says, and where it is proved."""

    at: str
    event: str
    by: str
    log: str
    index: int
    recorded: int
    status: str | None
    code: str | None
    unit: str | None


class MessageRecord(Model):
    """What is known of a message, without its content."""

    id: str
    originator: str
    direction: str
    type: str
    reference: str
    version: int
    priority: str
    state: str | None
    code: str | None
    pointer: str | None
    sealed_at: str
    received_at: str | None
    expires_at: str
    suite: str
    answers: str | None
    commitment: str
    manifest: str
    directory: int
    recipients: tuple[RecordRecipient, ...]
    units: tuple[str, ...]
    offices: tuple[str, ...]
    submitted_by: str | None
    read: bool
    journey: tuple[JourneyStep, ...]
    has_document: bool
    links: RecordLinks


class MessageTimeline(Model):
    """What happened to a message, and in the conversations it belongs to."""

    id: str
    originator: str
    journey: tuple[JourneyStep, ...]
    lines: tuple[CaseLine, ...]


class FileState(Model):
    """How far a file has come, to one authority."""

    authority: str
    state: str
    code: str | None
    percent: int


class AttachmentItem(Model):
    """A file of a message."""

    number: int
    kind: str
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    uri: str | None
    description: str | None
    states: tuple[FileState, ...]


class MessageAttachments(Model):
    """The files of a message."""

    id: str
    originator: str
    items: tuple[AttachmentItem, ...]


class Attachment(Model):
    """A file that belongs to the document, named by its hash and sent by its own way."""

    kind: str
    file_name: str
    media_type: str
    size_bytes: int
    sha256: str
    uri: str | None = None
    description: str | None = None


class VerificationLine(Model):
    """One check."""

    subject: str
    name: str
    expected: str
    found: str
    verdict: str
    source: str


class Verification(Model):
    """Every check, and what they come to."""

    status: str
    reason: str
    id: str | None
    type: str | None
    originator: str | None
    recipients: tuple[str, ...]
    sealed_at: str | None
    witnesses: tuple[str, ...]
    checks: tuple[VerificationLine, ...]
