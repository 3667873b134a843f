"""The route that takes a whole file of documents: a table, EDIFACT, XML, or many in JSON.

Responsible for the file being durable before its job is made, and for a dry run. Must not read a file
(`daemon.upload_reading`), nor send what is in it (`daemon.upload_work`).
"""

import hashlib
import threading
from datetime import UTC, datetime
from typing import Annotated, Any, BinaryIO, Final

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from node.convert.options import Options
from node.daemon.dry_run import DryRun as Tries
from node.daemon.dry_run import try_upload
from node.daemon.job_desk import Asked, JobDesk
from node.daemon.own_thread import in_own_thread
from node.daemon.upload_reading import MAX_UPLOAD_BYTES
from node.errors import CallerError, OperatorError
from node.national.scopes import Scope
from node.national.system import Principal, System
from node.store.uploads import Uploads
from node.web.body_on_disk import body_on_disk
from node.web.identity import Needs
from node.web.job_models import DryRun, JobDetails, UploadOptions
from node.web.replies import reply
from node.web.requirements import Key, media_type_of, required_key
from node.web.world import World, world_of

router = APIRouter(tags=["documents"])

UPLOAD_PATH: Final = "/documents/upload"
UPLOAD_BYTES: Final = MAX_UPLOAD_BYTES
MEDIA_TYPES: Final = (
    "text/csv",
    "text/tab-separated-values",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.ms-excel",
    "application/edifact",  # RFC 1767
    "application/xml",
    "text/xml",
    "text/plain",  # what a program says that knows no better
    "application/octet-stream",
    "application/json",
    "application/x-ndjson",
)

Sender = Annotated[Principal, Depends(Needs(Scope.DOCUMENTS_SEND))]

_FILE: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
_TURN: Final = threading.BoundedSemaphore(
    1
)  # dry runs in this process: each holds a file and its drafts


@router.post(
    UPLOAD_PATH,
    status_code=202,
    response_model=JobDetails,
    responses={200: {"model": DryRun, "description": "What would become of it: a dry run."}},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {**dict.fromkeys(MEDIA_TYPES, _FILE), "application/json": {"schema": {}}},
        }
    },
)
async def upload_documents(
    request: Request,
    principal: Sender,
    upload: Annotated[UploadOptions, Query()],
    key: Key = None,
) -> Response:
    """Send every document of a file. When this answers, the file is durable and its job is made.

    The format is told by the content. With `dry_run` no key is needed, and nothing is sent or recorded.
    """
    media = media_type_of(request, *MEDIA_TYPES)
    options = upload.options
    world = world_of(request)
    _check_options(world, options)
    if upload.dry_run:
        async with body_on_disk(request, world.node.settings.data) as file:
            return await _try(request, world, principal.system, file, options)
    asked = required_key(key)
    desk = JobDesk(world.node)
    await desk.check_room(principal.system.id)
    job_id = desk.new_id()
    async with body_on_disk(request, world.node.settings.data) as file:
        kept = await world.node.in_reader(Uploads(world.node.settings.data).keep, job_id, file)
    wanted = {
        "options": options.value,
        "media_type": media,
        "size_bytes": kept.size_bytes,
        "sha256": kept.sha256.hex(),
    }
    answer = await _ask(world, desk, job_id, principal.system, asked, wanted)
    headers = {"Location": f"/api/v1/jobs/{answer.job.id}"}
    if answer.is_replayed:
        headers["Idempotent-Replayed"] = "true"
    return reply(request, JobDetails.of(answer.job), status=202, headers=headers)


async def _ask(
    world: World, desk: JobDesk, job_id: str, system: System, key: str, wanted: dict[str, Any]
) -> Asked:
    """Make the job of a file that is durable; if there is none, the file goes again."""
    uploads = Uploads(world.node.settings.data)
    try:
        asked = await desk.ask_upload(job_id, system.id, key=key, digest=_digest(wanted), request=wanted)
    except CallerError:
        await world.node.in_reader(uploads.drop, job_id)
        raise
    if asked.is_replayed:
        await world.node.in_reader(uploads.drop, job_id)
    return asked


async def _try(
    request: Request, world: World, system: System, file: BinaryIO, options: Options
) -> Response:
    """Say what would become of a file; one dry run at a time, for it takes a processor."""
    if not _TURN.acquire(blocking=False):
        raise OperatorError(
            "node.busy", "another dry run is under way", hint="come again a little later"
        )

    def work() -> Tries:
        try:
            return try_upload(world.node, system, raw, options)
        finally:  # here, not where it is awaited: whoever waits may go away before it ends
            _TURN.release()

    try:
        raw = await world.node.in_reader(file.read)
    except BaseException:
        _TURN.release()
        raise
    return reply(request, DryRun.of(await in_own_thread(work, name="dry-run")))


def _check_options(world: World, options: Options) -> None:
    """Refuse options that mean nothing before a file is taken in.

    Raises:
        CallerError: `convert.option`.
    """
    options.context(world.node.authority, now=datetime.now(UTC), lists=world.lists)


def _digest(wanted: dict[str, Any]) -> bytes:
    """Give the digest of all that is asked for under a key: the file, and how it is to be read."""
    asked = [wanted["sha256"], wanted["options"]]
    return hashlib.sha256(orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)).digest()
