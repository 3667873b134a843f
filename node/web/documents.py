"""Routes that send documents.

Responsible for one document and for many in one request, each under the caller's key. Must not read a
document: it travels byte for byte as it came.
"""

import asyncio
import hashlib
import io
from itertools import islice
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node.daemon.doors import submit_for
from node.daemon.submitter import Submitted
from node.errors import CallerError, NodeError
from node.limits import MAX_DOCUMENT_BYTES
from node.message.document import DOCUMENT_TYPES
from node.message.pieces import elements
from node.national.scopes import Scope
from node.national.system import Principal
from node.web.identity import Needs
from node.web.openapi import reference
from node.web.requirements import Key, media_type_of, required_key
from node.web.world import World, world_of

router = APIRouter(tags=["documents"])

BATCH_PATH: Final = "/documents/batch"
BATCH_BYTES: Final = 33_554_432  # 32 MiB
MAX_BATCH: Final = 1000  # documents in one request

Sender = Annotated[Principal, Depends(Needs(Scope.DOCUMENTS_SEND))]
DOCUMENT: Final[dict[str, Any]] = {
    "type": "object",
    "title": "Document",
    "description": "One of the documents that /api/v1/schemas lists, at most 256 KiB.",
    "required": ["type", "reference", "version", "function", "issued_at", "originator", "recipients"],
    "properties": {
        "type": {"type": "string", "enum": sorted(DOCUMENT_TYPES)},
        "reference": {"type": "string"},
        "version": {"type": "integer", "minimum": 1},
        "originator": {"type": "object"},
        "recipients": {"type": "array", "items": {"type": "string"}, "minItems": 1},
    },
    "additionalProperties": True,
}


class Accepted(BaseModel):
    """A document that is sealed, durable and on its way."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="id of the message")
    new: bool = Field(description="false: the same document had been submitted before")


class Failure(BaseModel):
    """Why one document was refused."""

    model_config = ConfigDict(extra="forbid")

    code: str
    detail: str
    hint: str
    pointer: str


class BatchItem(BaseModel):
    """What became of one document of a batch."""

    model_config = ConfigDict(extra="forbid")

    index: int
    id: str | None = None
    new: bool | None = None
    error: Failure | None = None


class BatchAnswer(BaseModel):
    """What became of each document, in the order of the request."""

    model_config = ConfigDict(extra="forbid")

    accepted: int
    refused: int
    items: list[BatchItem]


@router.post(
    "/documents",
    status_code=202,
    response_model=Accepted,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": reference("Document")}},
        }
    },
)
async def submit_document(request: Request, principal: Sender, key: Key = None) -> Response:
    """Submit one document. When this answers, it is sealed, durable and on its way."""
    asked = required_key(key)
    media_type_of(request, "application/json")
    body = await request.body()
    if len(body) > MAX_DOCUMENT_BYTES:
        raise _oversize(f"a document has at most {MAX_DOCUMENT_BYTES} bytes")
    world = world_of(request)
    done = await submit_for(world.supervisor.submitter, principal.system, "rest", asked, body)
    answer = Accepted(id=done.id, new=done.is_new)
    headers = {"Location": f"/api/v1/messages/{done.id}"}
    if done.is_replayed:
        headers["Idempotent-Replayed"] = "true"
    return Response(answer.model_dump_json(), 202, headers, "application/json")


@router.post(
    BATCH_PATH,
    response_model=BatchAnswer,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {
                        "type": "array",
                        "items": {"description": "A document; what is wrong with one stops no other."},
                        "minItems": 1,
                        "maxItems": MAX_BATCH,
                    }
                },
                "application/x-ndjson": {"schema": {"description": "One document a line."}},
            },
        }
    },
)
async def submit_batch(request: Request, principal: Sender, key: Key = None) -> Response:
    """Submit many documents: an array, or one a line. What is wrong with one stops no other.

    Each document travels byte for byte as it stands in the body.
    """
    asked = required_key(key)
    media = media_type_of(request, "application/json", "application/x-ndjson")
    body = await request.body()
    apart = _lines if media == "application/x-ndjson" else _elements
    # In a worker: what is nothing but blank lines takes seconds, in which nobody else would be served.
    documents = await world_of(request).node.in_reader(apart, body)
    if not 1 <= len(documents) <= MAX_BATCH:
        raise CallerError(
            "request.malformed",
            f"a batch has 1 to {MAX_BATCH} documents",
            hint="send the others in a further request, under another key",
        )
    digest = hashlib.sha256(body).digest()
    world = world_of(request)
    done = await asyncio.gather(
        *(
            _submit_one(world, principal, asked, index, document, digest)
            for index, document in enumerate(documents)
        )
    )
    items = [_item(index, each) for index, each in enumerate(done)]
    refused = sum(item.error is not None for item in items)
    answer = BatchAnswer(accepted=len(items) - refused, refused=refused, items=items)
    return Response(answer.model_dump_json(), 200, media_type="application/json")


async def _submit_one(
    world: World, principal: Principal, key: str, index: int, document: bytes, digest: bytes
) -> Submitted | CallerError:
    """Submit one of many; a fault of our own machine ends them all, and the caller comes again."""
    try:
        return await submit_for(
            world.supervisor.submitter,
            principal.system,
            "rest",
            key,
            document,
            digest=digest,
            part=index,
        )
    except CallerError as error:
        if error.code == "idempotency.mismatch":  # the whole request is another one
            raise
        return error


def _item(index: int, done: Submitted | CallerError) -> BatchItem:
    if isinstance(done, Submitted):
        return BatchItem(index=index, id=done.id, new=done.is_new)
    return BatchItem(index=index, error=failure_of(done))


def failure_of(error: NodeError) -> Failure:
    """Give an error as a member of an answer."""
    return Failure(code=error.code, detail=error.message, hint=error.hint, pointer=error.pointer)


def _oversize(fact: str) -> CallerError:
    return CallerError("request.oversize", fact, hint="docs/rest.md, Limits")


def _lines(body: bytes) -> list[bytes]:
    lines = (line.removesuffix(b"\n") for line in io.BytesIO(body))
    return list(islice((line for line in lines if line.strip()), MAX_BATCH + 1))


def _elements(body: bytes) -> list[bytes]:
    """Take an array apart; each element stays as it was written, also where it is at fault."""
    try:
        return list(islice(elements(body), MAX_BATCH + 1))
    except ValueError:
        raise CallerError(
            "request.malformed", "the body is no array in JSON", hint="or send one document a line"
        ) from None
