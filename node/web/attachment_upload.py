"""The route that takes a file in, for the documents that are to name it.

Responsible for the description of a file: what the caller says of it and what the file itself says. Must
not attach it to anything: a document names it, by its hash.
"""

import re
from typing import Annotated, Any, BinaryIO, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from node.errors import CallerError
from node.limits import MAX_ATTACHMENT_BYTES
from node.message.attachment import Attachment
from node.message.fields import Text256
from node.message.file_kind import HEAD_BYTES, UNKNOWN, kind_of, media_type_of
from node.national.scopes import Scope
from node.national.system import Principal
from node.reference.risk_codes import AttachmentKind
from node.web.body_on_disk import body_on_disk
from node.web.identity import Needs
from node.web.replies import JSON
from node.web.world import world_of

router = APIRouter(tags=["attachments"])

UPLOAD_PATH: Final = "/attachments"
UPLOAD_BYTES: Final = MAX_ATTACHMENT_BYTES

Sender = Annotated[Principal, Depends(Needs(Scope.DOCUMENTS_SEND))]

_MEDIA_TYPE: Final = re.compile(r"[a-z]+/[A-Za-z0-9.+-]{1,64}")
_SAYS_NOTHING: Final = {"", UNKNOWN, "application/x-www-form-urlencoded"}  # the last is curl's own
_BINARY: Final[dict[str, Any]] = {"schema": {"type": "string", "format": "binary", "minLength": 1}}
_USUAL: Final = (UNKNOWN, "image/jpeg", "image/png", "image/tiff", "application/pdf")  # among others


@router.post(
    UPLOAD_PATH,
    status_code=201,
    response_model=Attachment,
    openapi_extra={"requestBody": {"required": True, "content": dict.fromkeys(_USUAL, _BINARY)}},
)
async def take_attachment_in(
    request: Request,
    principal: Sender,  # noqa: ARG001 - its scope is asked
    name: Annotated[Text256, Query(description="Name of the file, as the document is to have it.")],
    kind: Annotated[AttachmentKind | None, Query(description="What it is; absent: by its type.")] = None,
    description: Annotated[Text256 | None, Query(description="What it shows.")] = None,
) -> Response:
    """Take a file in and describe it: put the answer into `attachments` of a document, as it is.

    The file follows every message that names it so. The same file again is kept once. Its media type is
    told by how it begins; else by Content-Type; else by its name.
    """
    declared = _declared(request)
    node = world_of(request).node
    async with body_on_disk(request, node.settings.data) as file:
        head = await node.in_reader(_head, file)
        kept = await node.in_reader(node.attachments.keep, file)
    signed = media_type_of(head, "")
    media_type = signed if signed != UNKNOWN else declared or media_type_of(b"", name)
    described = Attachment(
        kind=kind or kind_of(media_type),
        file_name=name,
        media_type=media_type,
        size_bytes=kept.size_bytes,
        sha256=kept.sha256,
        **({} if description is None else {"description": description}),
    )
    return Response(described.model_dump_json(exclude_none=True), 201, media_type=JSON)


def _declared(request: Request) -> str | None:
    """Give the media type that the caller declared, if it says anything.

    Raises:
        CallerError: `request.media_type`.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip()
    if media in _SAYS_NOTHING:
        return None
    if _MEDIA_TYPE.fullmatch(media) is None or media.startswith("multipart/"):
        raise CallerError(
            "request.media_type",
            "the body must be the file itself",
            hint="send its bytes alone, with Content-Type: image/jpeg or what it is",
        )
    return media


def _head(file: BinaryIO) -> bytes:
    head = file.read(HEAD_BYTES)
    file.seek(0)
    return head
