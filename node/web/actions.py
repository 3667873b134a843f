"""Routes by which a national system handles a message that has arrived: read it, give it to a unit.

Responsible for whose unit may be named, and for acting on the record as the caller saw it. Must not
decide what an act is (`daemon.desk`).
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node.errors import CallerError
from node.message.concern import OURS
from node.message.fields import UnitId
from node.national.scopes import Scope
from node.national.system import EVERYTHING, Principal, System
from node.store.search import Found
from node.web.identity import Needs
from node.web.message_record import MessageRecord, record_of
from node.web.replies import check_match, reply
from node.web.sight import From, Wanted, find_seen
from node.web.world import World, world_of

router = APIRouter(tags=["messages"])

Handler = Annotated[Principal, Depends(Needs(Scope.MESSAGES_HANDLE))]
IfMatch = Annotated[
    str | None, Header(description="Required: the ETag of the record on which you decided.")
]


class ReadRequest(BaseModel):
    """Whose officer read a message."""

    model_config = ConfigDict(extra="forbid")

    unit: UnitId | None = Field(default=None, description="the originator is told it; absent: not told")


class AssignRequest(BaseModel):
    """To whom a message is given."""

    model_config = ConfigDict(extra="forbid")

    unit: UnitId = Field(description="of ours; nobody outside is told")


@router.post("/messages/{message}/read", response_model=MessageRecord)
async def mark_read(
    request: Request,
    principal: Handler,
    message: Wanted,
    body: ReadRequest | None = None,
    originator: From = None,
    if_match: IfMatch = None,  # noqa: ARG001 - `check_match` reads it; here it is described
) -> Response:
    """Record that an officer opened a message; its originator is told, with a proof.

    It is read once, whoever opens it later. Answers with the record as it is then.
    """
    unit = body.unit if body else None
    world = world_of(request)
    found = await _found(world, principal.system, message, originator, unit)
    async with world.acting:
        check_match(request, await world.node.in_reader(record_of, world, found))
        await world.supervisor.desk.read(found.id, unit, originator=found.originator)
    return reply(request, await world.node.in_reader(record_of, world, found))


@router.post("/messages/{message}/assign", response_model=MessageRecord)
async def assign_message(
    request: Request,
    principal: Handler,
    message: Wanted,
    body: AssignRequest,
    originator: From = None,
    if_match: IfMatch = None,  # noqa: ARG001 - `check_match` reads it; here it is described
) -> Response:
    """Give a message to a unit: from then on the systems of that unit see it.

    Answers with the record as it is then.
    """
    world = world_of(request)
    found = await _found(world, principal.system, message, originator, body.unit)
    async with world.acting:
        check_match(request, await world.node.in_reader(record_of, world, found))
        await world.supervisor.desk.assign(found.id, body.unit, originator=found.originator)
    return reply(request, await world.node.in_reader(record_of, world, found))


async def _found(
    world: World, system: System, message: str, originator: str | None, unit: str | None
) -> Found:
    """Find a message that has arrived.

    Raises:
        CallerError: `message.unknown`, `message.ambiguous`, `message.ours` or `access.unit`.
    """
    found = await world.node.in_reader(find_seen, world, system, message, originator)
    if found.originator == OURS:
        raise CallerError(
            "message.ours",
            f"message {found.id} is one that we sent",
            hint="only what has arrived is read and given to units",
        )
    if unit is not None and system.units is not EVERYTHING and unit not in system.units:
        raise CallerError(
            "access.unit",
            f"{system.id} does not work for the unit that is named",
            hint="name a unit of its own; the node's operator sets the units",
            pointer="/unit",
        )
    return found
