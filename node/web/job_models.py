"""The forms of jobs and of what becomes of an upload, as the API shows them.

Responsible for turning what the store holds into models. Must not read the store.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from node.convert.options import MAX_DAYS, PREFIX_FORM, Options
from node.daemon.dry_run import DryRun as Tries
from node.daemon.dry_run import Tried
from node.daemon.upload_result import STATES, error_value, remark_value
from node.store import jobs as stored
from node.store.jobs import JobKind, JobState
from node.web.documents import Failure
from node.web.queries import PageQuery
from node.web.times import written

_SHOWN = 100  # documents of a dry run that are shown whole
_MOST_NOTES = 100  # remarks and further errors of one document in a dry run

DocumentState = Literal["accepted", "refused", "left"]


class UploadOptions(BaseModel):
    """What is said about a file that is no document yet; the file's own values come before these."""

    model_config = ConfigDict(extra="forbid")

    to: list[str] = Field(default=[], max_length=64, description="recipients, e.g. UZ-CC")
    unit: str = Field(default="", max_length=35, description="ours, that answers for what is sent")
    purpose: str = Field(default="risk-analysis", max_length=64, description="of its use")
    legal_basis: str = Field(
        default="preliminary-information", max_length=64, description="of the exchange"
    )
    prefix: str = Field(
        default="CNV", pattern=PREFIX_FORM, description="begins references that have to be invented"
    )
    valid_days: int = Field(default=30, ge=1, le=MAX_DAYS, description="from now")
    test: bool = Field(default=False, description="what is made is test traffic")
    zone: str = Field(
        default="UTC", max_length=64, description="of times that name none: +04:00, Asia/Baku"
    )
    type: str = Field(default="", max_length=64, description="of documents of a table that says none")
    office: str = Field(default="", max_length=8, description="of entry, where none is named")
    arrival: str = Field(
        default="", max_length=35, description="estimated, where none is named: 2026-11-24 06:00"
    )
    dry_run: bool = Field(
        default=False, description="say at once what would become of it, and send nothing"
    )

    @property
    def options(self) -> Options:
        """The options, without the dry run."""
        return Options.read(self.model_dump(exclude={"dry_run"}))


class JobQuery(PageQuery):
    """Which jobs."""

    state: JobState | None = Field(default=None, description="only those in this state")


class UploadRemark(BaseModel):
    """Something that was done to a document, or that is doubtful in it."""

    model_config = ConfigDict(extra="forbid")

    concern: Literal["defaulted", "dropped", "doubtful"]
    source: str = Field(description="where in the file")
    pointer: str = Field(description="JSON Pointer into the document; empty when dropped")
    text: str


class UploadRequest(BaseModel):
    """What was asked for with an upload."""

    model_config = ConfigDict(extra="forbid")

    options: dict[str, Any] = Field(description="as given, with what was not given")
    media_type: str = Field(description="as declared; the format is told by the content")
    size_bytes: int
    sha256: str = Field(description="of the file, hexadecimal")


class LogCheck(BaseModel):
    """What a complete check of the node found to be in order."""

    model_config = ConfigDict(extra="forbid")

    log: str = Field(description="origin of the log")
    size: int = Field(description="entries")
    root: str = Field(description="head over all of them, hexadecimal")
    checkpoints: int = Field(description="signed heads that fit")
    cosignatures: int = Field(description="of witnesses, that verify")
    sent: int
    received: int
    receipts: int = Field(description="of peers, for messages")
    files: int = Field(description="receipts of peers for files")
    kinds: dict[str, int] = Field(description="entries of each kind")


class Job(BaseModel):
    """Work that takes longer than an answer may."""

    model_config = ConfigDict(extra="forbid")

    id: str
    kind: JobKind
    state: JobState
    made_at: str = Field(description="RFC 3339, UTC")
    changed_at: str = Field(description="RFC 3339, UTC")
    done: int = Field(description="documents that were asked for, or entries that were checked")
    total: int | None = Field(description="null while that is not known")
    rested: bool = Field(
        description="true once nothing more will change; a job that is called off comes to rest too"
    )
    accepted: int | None = Field(description="documents that are on their way; null until it has rested")
    refused: int | None
    left: int | None = Field(description="documents that were not asked for any more")
    error: Failure | None = Field(description="why the job as a whole failed")

    @classmethod
    def of(cls, one: stored.Job) -> "Job":
        """Show a job."""
        return cls(**_shown(one))


class JobDetails(Job):
    """A job, with what was asked for and what was found."""

    upload: UploadRequest | None = Field(description="of an upload")
    file_errors: list[Failure] = Field(description="what belongs to no single document of a file")
    file_remarks: list[UploadRemark]
    log: LogCheck | None = Field(description="of a check of the log that found all in order")

    @classmethod
    def of(cls, one: stored.Job) -> "JobDetails":
        """Show a job whole."""
        summary = one.summary or {}
        is_upload = one.kind is JobKind.UPLOAD
        return cls(
            **_shown(one),
            upload=UploadRequest(**(one.request or {})) if is_upload else None,
            file_errors=summary.get("file_errors", []),
            file_remarks=summary.get("file_remarks", []),
            log=summary.get("log"),
        )


class JobDocument(BaseModel):
    """What became of one document of an upload."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(description="where in the file")
    state: DocumentState = Field(description="left: not asked for, because the job was stopped")
    id: str | None = Field(description="of the message")
    new: bool | None = Field(description="false: the same document had been sent before")
    error: Failure | None
    further: list[Failure] = Field(description="further errors")
    remarks: list[UploadRemark] = Field(description="what was dropped, or is doubtful")
    left_out: int = Field(description="errors and remarks that are too many to be kept")


class Completeness(BaseModel):
    """How much of what a notice or an alert should have is filled."""

    model_config = ConfigDict(extra="forbid")

    minimum_percent: int
    full_percent: int
    missing_minimum: list[str]
    missing: list[str]


class TriedDocument(BaseModel):
    """What would become of one document."""

    model_config = ConfigDict(extra="forbid")

    place: str = Field(description="where in the file")
    state: Literal["accepted", "refused"]
    new: bool | None = Field(description="false: the same document has been sent before")
    type: str | None
    reference: str | None
    error: Failure | None
    further: list[Failure] = Field(description="further errors")
    remarks: list[UploadRemark] = Field(description="what was filled in, dropped, or is doubtful")
    left_out: int = Field(description="errors and remarks that are too many to be shown")
    completeness: Completeness | None = Field(description="of a notice or an alert")
    document: str | None = Field(
        description=f"as it would be sent: JSON; of the first {_SHOWN} documents"
    )


class DryRun(BaseModel):
    """What would become of a file; nothing was sent."""

    model_config = ConfigDict(extra="forbid")

    accepted: int
    refused: int
    file_errors: list[Failure]
    file_remarks: list[UploadRemark]
    documents: list[TriedDocument]

    @classmethod
    def of(cls, run: Tries) -> "DryRun":
        """Show a dry run."""
        shown = [_tried(one, is_whole=place < _SHOWN) for place, one in enumerate(run.tried)]
        refused = sum(one.state == "refused" for one in shown)
        return cls(
            accepted=len(shown) - refused,
            refused=refused,
            file_errors=[Failure(**error_value(one)) for one in run.contents.errors],
            file_remarks=[UploadRemark(**remark_value(one)) for one in run.contents.remarks],
            documents=shown,
        )


def _shown(one: stored.Job) -> Mapping[str, Any]:
    """Give the members that every form of a job has."""
    summary = one.summary or {}
    return {
        "id": one.id,
        "kind": one.kind,
        "state": one.state,
        "made_at": written(one.made_at),
        "changed_at": written(one.changed_at),
        "done": one.done,
        "total": one.total,
        "rested": one.summary is not None,
        **{state: summary.get(state) for state in STATES},
        "error": summary.get("error"),
    }


def _tried(one: Tried, *, is_whole: bool) -> TriedDocument:
    piece, errors = one.piece, one.errors
    further, remarks = errors[1 : _MOST_NOTES + 1], piece.remarks[:_MOST_NOTES]
    is_shown = is_whole and piece.document is not None and not errors
    return TriedDocument(
        place=piece.place,
        state="refused" if errors else "accepted",
        new=None if errors else one.is_new,
        type=one.document.type if one.document else None,
        reference=one.document.reference if one.document else None,
        error=Failure(**error_value(errors[0])) if errors else None,
        further=[Failure(**error_value(error)) for error in further],
        remarks=[UploadRemark(**remark_value(remark)) for remark in remarks],
        left_out=max(0, len(errors) - 1 - len(further)) + len(piece.remarks) - len(remarks),
        completeness=Completeness(**one.completeness) if one.completeness else None,
        document=piece.document.decode() if is_shown and piece.document else None,
    )
