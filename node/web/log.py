"""Routes that give the node's own log: signed heads, entries, proofs.

Responsible for what an auditor takes away, checkable without this node. Must not append anything. A head
that was not signed yet is signed when it is asked for: so every entry can be proved at once.
"""

import base64
import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node.audit.event import Kind, reread_entry
from node.audit.merkle import inclusion_path
from node.audit.proof import Proof
from node.daemon.checkup import own_proof
from node.daemon.heads import SignedHead
from node.daemon.node import Node
from node.errors import CallerError
from node.national.scopes import Scope
from node.store.journal import Batch
from node.store.log_pages import LogPages
from node.web.identity import Needs
from node.web.listing import list_routes, listed, read_cursor
from node.web.queries import PageQuery
from node.web.replies import reply_bytes
from node.web.times import written
from node.web.world import world_of

router = APIRouter(tags=["log"])

TEXT: Final = "text/plain; charset=utf-8"
_READS: Final = [Depends(Needs(Scope.LOG_READ))]
_TEXT_ANSWER: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {"text/plain": {"schema": {"type": "string"}}}}
}
_MAX_INDEX: Final = 2**53 - 1


class EntryQuery(PageQuery):
    """Which entries."""

    first: int = Field(default=0, ge=0, le=_MAX_INDEX, description="index of the first entry")
    kind: list[Kind] = Field(default=[], description="only of these kinds")


class LogEntry(BaseModel):
    """One entry; its members are those of schemas/README.md, section 1."""

    model_config = ConfigDict(extra="forbid")

    index: int
    at: str = Field(description="RFC 3339, UTC")
    kind: str
    leaf: str = Field(description="Merkle leaf hash of the bytes, base64")
    raw: str = Field(description="the bytes themselves, base64: what is hashed and signed")
    entry: dict[str, Any] = Field(description="the same, read")


@router.get("/log/checkpoint", response_class=Response, responses=_TEXT_ANSWER, dependencies=_READS)
async def read_checkpoint(request: Request) -> Response:
    """Give the newest head of this node's log, signed: a C2SP checkpoint.

    It covers every entry that was there when this was asked.
    """
    head = await _newest(world_of(request).node)
    return reply_bytes(request, head.note.encode(), TEXT)


@list_routes(router, "/log/entries", LogEntry, dependencies=_READS)
def list_entries(request: Request, query: Annotated[EntryQuery, Query()]) -> Response:
    """List entries of the whole log in order, whomever they concern: ids and digests, no content."""
    position = read_cursor(request, query.cursor)
    pages = LogPages(world_of(request).node.database)
    start = query.first if position is None else position + 1
    rows = pages.page(first=start, limit=query.limit + 1, kinds=query.kind)
    items = [_item(index, raw) for index, raw in rows[: query.limit]]
    last = items[-1].index if len(rows) > query.limit else None
    return listed(request, items, model=LogEntry, last=last)


@router.get("/log/proof/{index}", response_class=Response, responses=_TEXT_ANSWER, dependencies=_READS)
async def prove_entry(
    request: Request,
    index: Annotated[int, Path(ge=0, le=_MAX_INDEX, description="Index of the entry.")],
) -> Response:
    """Prove one entry: a C2SP tlog-proof, with the entry and the signed head inside.

    A head that witnesses have cosigned is taken before a newer one that none has.
    """
    node = world_of(request).node
    raw = await node.in_reader(LogPages(node.database).entry, index)
    if raw is None:
        raise CallerError(
            "entry.unknown",
            f"the log has no entry {index}",
            hint="GET /api/v1/log/checkpoint says how many there are",
        )
    head = await _newest(node)
    proof = await node.in_reader(_proof, node, index, raw, head)
    return reply_bytes(request, proof.encode().encode(), TEXT)


async def _newest(node: Node) -> SignedHead:
    """Give the newest head; one that is signed just now is kept before it is given away."""
    head, is_fresh = await node.in_reader(node.heads.newest, seconds=node.clock() // 1000)
    if is_fresh:
        await node.committer.commit(Batch(checkpoints=[(head.size, head.note)]))
    return head


def _proof(node: Node, index: int, raw: bytes, head: SignedHead) -> Proof:
    """Prove by a head that was cosigned, else by the newest; that one may be kept in a moment only."""
    try:
        return own_proof(node.database, index, raw, node.directory)
    except CallerError:
        return Proof(index, inclusion_path(index, head.size, node.tree.read), head.note, extra=raw)


def _item(index: int, raw: bytes) -> LogEntry:
    entry = reread_entry(raw)
    return LogEntry(
        index=index,
        at=written(entry.at),
        kind=entry.kind,
        leaf=base64.b64encode(entry.leaf).decode(),
        raw=base64.b64encode(raw).decode(),
        entry=json.loads(raw),
    )
