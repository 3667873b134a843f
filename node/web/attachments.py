"""Routes of files that belong to messages: list them, fetch one.

Responsible for files passing through piece by piece, and under names that no reader runs.
Must not carry a file to a peer (`daemon.porter` does).
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import IO, Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response, StreamingResponse

from node.errors import CallerError, OperatorError
from node.limits import CHUNK_BYTES
from node.message.attachment import Attachment, descriptions
from node.message.concern import OURS
from node.message.document import read_document
from node.message.file_kind import UNKNOWN, safe_name
from node.national.scopes import Scope
from node.national.system import Principal
from node.store.file_rows import WAITING
from node.store.search import Found
from node.web.identity import Needs
from node.web.message_content import document_of
from node.web.replies import reply
from node.web.sight import From, Wanted, find_seen, record_access
from node.web.world import World, world_of

router = APIRouter(tags=["attachments"])

AWAITED: Final = "awaited"  # of a file that has not come whole

ContentReader = Annotated[Principal, Depends(Needs(Scope.DOCUMENTS_READ))]

_BINARY: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary"}}
_FILE: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The file, in its own media type.", "content": {UNKNOWN: _BINARY}}
}


class FileState(BaseModel):
    """How far a file has come, to one authority."""

    model_config = ConfigDict(extra="forbid")

    authority: str = Field(description="to whom it travels; ourselves for a message received")
    state: str = Field(description="waiting or awaited, received, refused, abandoned")
    code: str | None = Field(description="why it was refused")
    percent: int = Field(ge=0, le=100)


class AttachmentItem(BaseModel):
    """A file of a message."""

    model_config = ConfigDict(extra="forbid")

    number: int = Field(description="its place among the attachments of the document, from 1")
    kind: str
    file_name: str = Field(description="as the document has it")
    media_type: str
    size_bytes: int
    sha256: str = Field(description="hexadecimal")
    uri: str | None = Field(
        description="where it can be fetched, if it does not travel with the message"
    )
    description: str | None
    states: list[FileState]


class MessageAttachments(BaseModel):
    """The files of a message."""

    model_config = ConfigDict(extra="forbid")

    id: str
    originator: str
    items: list[AttachmentItem]


@router.get("/messages/{message}/attachments", response_model=MessageAttachments)
async def list_attachments(
    request: Request, principal: ContentReader, message: Wanted, originator: From = None
) -> Response:
    """List the files of a message, and how far each has come. That it was shown is recorded first."""
    world = world_of(request)
    found = await world.node.in_reader(find_seen, world, principal.system, message, originator)
    items = await world.node.in_reader(_items, world, found)
    whose = found.originator or world.node.authority
    answer = reply(request, MessageAttachments(id=found.id, originator=whose, items=items))
    if answer.status_code == 200:  # noqa: PLR2004 - 304 gives out nothing
        await record_access(world, principal.system, found)
    return answer


@router.get(
    "/messages/{message}/attachments/{number}", response_class=StreamingResponse, responses=_FILE
)
async def read_attachment(
    request: Request,
    principal: ContentReader,
    message: Wanted,
    number: Annotated[int, Path(ge=1, le=9, description="Which of its files.")],
    originator: From = None,
) -> Response:
    """Give a file, held against its hash first. That it was given out is recorded before it leaves."""
    world = world_of(request)
    found = await world.node.in_reader(find_seen, world, principal.system, message, originator)
    described = await world.node.in_reader(_described, world, found)
    if number > len(described):
        raise CallerError(
            "attachment.unknown",
            f"the message has {len(described)} attachments",
            hint="GET …/attachments lists them",
        )
    one = described[number - 1]
    headers = {
        "ETag": f'"{one.sha256}"',
        "Content-Disposition": f'attachment; filename="{safe_name(one.file_name, number)}"',
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    file = await world.node.in_reader(_open, world, found, number, one)
    try:
        await record_access(world, principal.system, found)
    except BaseException:
        file.close()
        raise
    headers["Content-Length"] = str(one.size_bytes)
    return StreamingResponse(_pieces(file), headers=headers, media_type=one.media_type)


def _described(world: World, found: Found) -> tuple[Attachment, ...]:
    return descriptions(read_document(document_of(world.node.database, found)).document)


def _items(world: World, found: Found) -> list[AttachmentItem]:
    described = _described(world, found)
    states = (
        _of_sent(world, found) if found.originator == OURS else _of_received(world, found, described)
    )
    return [
        AttachmentItem(
            number=number,
            kind=one.kind,
            file_name=one.file_name,
            media_type=one.media_type,
            size_bytes=one.size_bytes,
            sha256=one.sha256,
            uri=one.uri,
            description=one.description,
            states=states.get(number, []),
        )
        for number, one in enumerate(described, start=1)
    ]


def _of_sent(world: World, found: Found) -> Mapping[int, list[FileState]]:
    states: dict[int, list[FileState]] = {}
    for row in world.node.transfers.of_sent(found.id):
        total = -(-row["size_bytes"] // CHUNK_BYTES)
        done = row["next_chunk"] if row["state"] == WAITING else total
        state = _state(row["peer"], row["state"], row["code"], done, total)
        states.setdefault(row["number"], []).append(state)
    return states


def _of_received(
    world: World, found: Found, described: tuple[Attachment, ...]
) -> Mapping[int, list[FileState]]:
    node = world.node
    ended = node.transfers.of_received(found.originator, found.id)
    states = {}
    for number, one in enumerate(described, start=1):
        if one.uri is not None:
            continue
        row = ended.get(number, {"state": AWAITED, "code": None})
        held = node.attachments.received_bytes((found.originator, found.id, number))
        states[number] = [_state(node.authority, row["state"], row["code"], held, one.size_bytes)]
    return states


def _state(authority: str, state: str, code: str | None, done: int, total: int) -> FileState:
    return FileState(authority=authority, state=state, code=code, percent=min(100, 100 * done // total))


def _open(world: World, found: Found, number: int, one: Attachment) -> IO[bytes]:
    """Open a file that is whole and is the one that the document describes.

    Raises:
        CallerError: `attachment.elsewhere` or `attachment.awaited`.
        OperatorError: `attachment.damaged`.
    """
    if one.uri is not None:
        raise CallerError(
            "attachment.elsewhere",
            "this file does not travel with the message",
            hint="its uri says where it can be fetched",
        )
    store = world.node.attachments
    if found.originator == OURS:
        path = store.path_of_sent(one.sha256)
    else:
        path = store.path_of_received((found.originator, found.id, number))
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise CallerError(
            "attachment.awaited",
            "the file is not here",
            hint="GET …/attachments says how far it has come",
        ) from None
    if hashlib.file_digest(file, "sha256").hexdigest() != one.sha256:
        file.close()
        raise OperatorError(
            "attachment.damaged",
            f"attachment {number} of message {found.id} is not the file that the document describes",
            hint="restore it from a backup, or ask for it again",
        )
    file.seek(0)
    return file


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(CHUNK_BYTES):
            yield piece
