"""Routes that give out a document: as it travelled, or with personal data blotted out.

Responsible for recording every look before anything leaves. Must not change what is kept.
"""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from node.errors import CallerError
from node.message.concern import OURS
from node.message.document import read_document
from node.message.masking import masked as blotted
from node.national.scopes import Scope
from node.national.system import Principal
from node.store.database import Database
from node.store.record import Records
from node.store.search import Found
from node.web.identity import Needs
from node.web.replies import JSON, reply_bytes
from node.web.sight import From, Wanted, find_seen, record_access
from node.web.world import world_of

router = APIRouter(tags=["messages"])

ContentReader = Annotated[Principal, Depends(Needs(Scope.DOCUMENTS_READ))]

_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The document, byte for byte; its schema is at /api/v1/schemas.",
        "content": {JSON: {"schema": {"type": "object", "additionalProperties": True}}},
    }
}


@router.get("/messages/{message}/document", response_class=Response, responses=_ANSWER)
async def read_document_of_message(
    request: Request,
    principal: ContentReader,
    message: Wanted,
    originator: From = None,
    masked: Annotated[
        bool, Query(description="Blot out natural persons and ways to reach somebody.")
    ] = False,
) -> Response:
    """Give the document, byte for byte as it travelled. That it was given out is recorded first."""
    world = world_of(request)
    found = await world.node.in_reader(find_seen, world, principal.system, message, originator)
    raw = await world.node.in_reader(document_of, world.node.database, found)
    answer = reply_bytes(request, _masked(raw) if masked else raw, JSON)
    if answer.status_code == 200:  # noqa: PLR2004 - 304 gives out nothing
        await record_access(world, principal.system, found)
    return answer


def document_of(database: Database, found: Found) -> bytes:
    """Give the document of a message.

    Raises:
        CallerError: `message.refused_here`: it was refused, and is not held.
    """
    records = Records(database)
    is_ours = found.originator == OURS
    row = records.sent(found.id) if is_ours else records.received(found.originator, found.id)
    raw: bytes | None = row["document"]
    if raw is None:
        raise CallerError(
            "message.refused_here",
            f"message {found.id} was refused: there is nothing to open",
            hint="its record says why",
        )
    return raw


def _masked(raw: bytes) -> bytes:
    return orjson.dumps(blotted(orjson.loads(raw), read_document(raw).document))
