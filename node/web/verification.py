"""Routes that prove: a proof, the evidence file, every check of a message as a line, and of any file.

Responsible for giving out proof in the forms that anybody can check, and for the lines of verification.
Must not verify (`trust.examination` does).
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node.audit.evidence import Evidence, write_evidence
from node.daemon.checkup import export_evidence, own_proof, proof_of_received
from node.daemon.examining import examine_message
from node.errors import CallerError, PeerError
from node.message.concern import OURS
from node.national.scopes import Scope
from node.national.system import Principal
from node.store.record import Records
from node.store.search import Found
from node.trust.checks import Check
from node.trust.examination import Examination, Status, examine_file
from node.web.identity import Needs
from node.web.openapi import reference
from node.web.replies import JSON, reply, reply_bytes
from node.web.sight import From, Wanted, find_seen, record_access
from node.web.times import written
from node.web.world import World, world_of

router = APIRouter(tags=["evidence"])

VERIFY_PATH: Final = "/verify"
VERIFY_BYTES: Final = 4_194_304  # 4 MiB: a document, a directory of hundreds, receipts of 64 recipients

Auditor = Annotated[Principal, Depends(Needs(Scope.EVIDENCE_READ))]

_TEXT: Final = "text/plain; charset=utf-8"
_PROOF: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "C2SP tlog-proof@v1.",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
}
EVIDENCE_FILE: Final[dict[str, Any]] = {
    "type": "object",
    "title": "EvidenceFile",
    "description": "Canonical JSON and a newline: schemas/README.md, section 9.",
    "required": ["v", "directory", "message", "receipts"],
    "properties": {
        "v": {"type": "integer", "const": 1},
        "directory": {"type": "string"},
        "message": {"type": "string"},
        "receipts": {"type": "array", "items": {"type": "string"}},
        "disclosed": {"type": "object"},
    },
}
_EVIDENCE: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The file that 'sarbon verify' checks, offline.",
        "content": {JSON: {"schema": reference("EvidenceFile")}},
    }
}


class VerificationLine(BaseModel):
    """One check."""

    model_config = ConfigDict(extra="forbid")

    subject: str = Field(description="message, document, directory, evidence, or receipt AUTHORITY")
    name: str = Field(description="of the check")
    expected: str
    found: str
    verdict: str = Field(description="holds, fails, waits, revoked or noted")
    source: str = Field(description="where it is laid down what is expected")


class Verification(BaseModel):
    """Every check, and what they come to."""

    model_config = ConfigDict(extra="forbid")

    status: Status
    reason: str = Field(description="the check that decided it; empty when verified")
    id: str | None = Field(description="of the message; null if nothing is proved")
    type: str | None
    originator: str | None
    recipients: list[str]
    sealed_at: str | None = Field(description="RFC 3339, UTC")
    witnesses: list[str] = Field(description="who cosigned the heads of the logs")
    checks: list[VerificationLine]


@router.get("/messages/{message}/proof", response_class=Response, responses=_PROOF)
def read_proof_of_message(
    request: Request,
    principal: Auditor,
    message: Wanted,
    originator: From = None,
    manifest: Annotated[
        bool,
        Query(description="Of a message received: the originator's entry in its log, not ours in ours."),
    ] = False,
) -> Response:
    """Prove our own entry about a message: that it was sealed, or that it was received."""
    world = world_of(request)
    found = find_seen(world, principal.system, message, originator)
    database, records = world.node.database, Records(world.node.database)
    if found.originator == OURS:
        row = records.sent(found.id)
    else:
        row = records.received(found.originator, found.id)
    if manifest and found.originator != OURS:
        proof = proof_of_received(database, row)
    else:
        proof = own_proof(database, row["idx"], row["raw"], world.node.directory)
    return reply_bytes(request, proof.encode().encode(), _TEXT)


@router.get("/messages/{message}/evidence", response_class=Response, responses=_EVIDENCE)
async def read_evidence_of_message(
    request: Request,
    principal: Auditor,
    message: Wanted,
    originator: From = None,
    disclose: Annotated[
        bool, Query(description="Put the document in; needs the scope documents:read too.")
    ] = False,
) -> Response:
    """Give the file that proves a message to anybody: who said what to whom, and who answered.

    With the document in it, that it was given out is recorded first.
    """
    if disclose:
        principal.require(Scope.DOCUMENTS_READ)
    world = world_of(request)
    found = await world.node.in_reader(find_seen, world, principal.system, message, originator)
    evidence = await world.node.in_reader(_evidence, world, found, disclose=disclose)
    answer = reply_bytes(
        request,
        write_evidence(evidence),
        JSON,
        headers={"Content-Disposition": f'attachment; filename="{found.id}.evidence.json"'},
    )
    if evidence.disclosed is not None and answer.status_code == 200:  # noqa: PLR2004 - 304 gives out nothing
        await record_access(world, principal.system, found)
    return answer


@router.get("/messages/{message}/verification", response_model=Verification)
def verify_message(
    request: Request, principal: Auditor, message: Wanted, originator: From = None
) -> Response:
    """Check everything that is held of a message: every check is a line.

    Nothing of the document is shown; it is held against what was committed to.
    """
    world = world_of(request)
    found = find_seen(world, principal.system, message, originator)
    node = world.node
    examination = examine_message(node.database, node.directory, found, own=node.authority)
    return reply(request, verification_of(examination))


@router.post(
    VERIFY_PATH,
    response_model=Verification,
    openapi_extra={
        "requestBody": {"required": True, "content": {JSON: {"schema": reference("EvidenceFile")}}}
    },
)
async def verify_evidence_file(request: Request, principal: Auditor) -> Response:  # noqa: ARG001 - its scope is asked
    """Check an evidence file of anybody by the directory that this node relies on.

    Nothing of it is kept, and nothing of a document in it is shown.
    """
    raw = await request.body()
    node = world_of(request).node
    try:
        examination = await node.in_reader(examine_file, raw, node.directory)
    except PeerError as error:
        hint = "send an evidence file as GET …/evidence and 'sarbon proof' write it, byte for byte"
        raise CallerError(error.code, f"no evidence: {error.message}", hint=hint) from None
    return reply(request, verification_of(examination))


def verification_of(examination: Examination) -> Verification:
    """Give an examination as the API shows it."""
    finding = examination.finding
    manifest = finding.manifest if finding else None
    members = manifest.members if manifest else {}
    return Verification(
        status=examination.status,
        reason=examination.reason,
        id=members.get("id"),
        type=members.get("type"),
        originator=members.get("from"),
        recipients=[row["id"] for row in members.get("to", ())],
        sealed_at=written(manifest.at) if manifest else None,
        witnesses=list(finding.witnesses) if finding else [],
        checks=[_line(check) for check in examination.checks],
    )


def _line(check: Check) -> VerificationLine:
    return VerificationLine(
        subject=check.subject,
        name=check.name,
        expected=check.expected,
        found=check.found,
        verdict=check.verdict,
        source=check.source,
    )


def _evidence(world: World, found: Found, *, disclose: bool) -> Evidence:
    node = world.node
    return export_evidence(
        node.database,
        node.directory,
        node.settings.directory.read_bytes(),
        wanted=found.id,
        disclose=disclose,
        originator=found.originator,
    )
