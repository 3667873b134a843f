"""Documents that were submitted, one, many or by the file, and the jobs that do the work.

Responsible for their members as the OpenAPI document has them: a test compares. What each means is said
there. Must not ask for any.
"""

from collections.abc import Mapping
from typing import Any

from node.client.models.base import Model


class Accepted(Model):
    """A document that is sealed, durable and on its way."""

    id: str
    new: bool


class Failure(Model):
    """Why one document was refused."""

    code: str
    detail: str
    hint: str
    pointer: str


class BatchItem(Model):
    """What became of one document of a batch."""

    index: int
    id: str | None = None
    new: bool | None = None
    error: Failure | None = None


class BatchAnswer(Model):
    """What became of each document, in the order of the request."""

    accepted: int
    refused: int
    items: tuple[BatchItem, ...]


class UploadRequest(Model):
    """What was asked for with an upload."""

    options: Mapping[str, Any]
    media_type: str
    size_bytes: int
    sha256: str


class UploadRemark(Model):
    """Something that was done to a document, or that is doubtful in it."""

    concern: str
    source: str
    pointer: str
    text: str


class LogCheck(Model):
    """What a complete check of the node found to be in order."""

    log: str
    size: int
    root: str
    checkpoints: int
    cosignatures: int
    sent: int
    received: int
    receipts: int
    files: int
    kinds: Mapping[str, int]


class Job(Model):
    """Work that takes longer than an answer may."""

    id: str
    kind: str
    state: str
    made_at: str
    changed_at: str
    done: int
    total: int | None
    rested: bool
    accepted: int | None
    refused: int | None
    left: int | None
    error: Failure | None


class JobDetails(Job):
    """A job, with what was asked for and what was found."""

    upload: UploadRequest | None
    file_errors: tuple[Failure, ...]
    file_remarks: tuple[UploadRemark, ...]
    log: LogCheck | None


class JobDocument(Model):
    """What became of one document of an upload."""

    place: str
    state: str
    id: str | None
    new: bool | None
    error: Failure | None
    further: tuple[Failure, ...]
    remarks: tuple[UploadRemark, ...]
    left_out: int


class Completeness(Model):
    """How much of what a notice or an alert should have is filled."""

    minimum_percent: int
    full_percent: int
    missing_minimum: tuple[str, ...]
    missing: tuple[str, ...]


class TriedDocument(Model):
    """What would become of one document."""

    place: str
    state: str
    new: bool | None
    type: str | None
    reference: str | None
    error: Failure | None
    further: tuple[Failure, ...]
    remarks: tuple[UploadRemark, ...]
    left_out: int
    completeness: Completeness | None
    document: str | None


class DryRun(Model):
    """What would become of a file; nothing was sent."""

    accepted: int
    refused: int
    file_errors: tuple[Failure, ...]
    file_remarks: tuple[UploadRemark, ...]
    documents: tuple[TriedDocument, ...]
