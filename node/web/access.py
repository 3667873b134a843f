"""Routes of systems and tokens: who is let in, and with what.

Responsible for showing them, and for taking what may be delegated (`national.delegation`) to the desk.
Must not let anybody in. The text of a token leaves with one answer and is kept by nobody.
"""

import asyncio
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from node.daemon.access_desk import unasked, unknown_system
from node.national.delegation import may_change, may_enable, may_issue, may_make
from node.national.scopes import Scope
from node.national.system import Principal, System, make_system
from node.store.accounts import Accounts
from node.web.access_models import (
    AccessToken,
    IssuedToken,
    NationalSystem,
    NewSystem,
    NewToken,
    SystemChange,
    TokenQuery,
    Whoami,
)
from node.web.identity import Needs
from node.web.listing import list_routes, listed, read_cursor
from node.web.queries import PageQuery
from node.web.replies import JSON, check_match, reply
from node.web.world import World, world_of

router = APIRouter(tags=["access"])

_SYSTEM: Final = "/systems/{system_id}"

Anyone = Annotated[Principal, Depends(Needs())]
Operator = Annotated[Principal, Depends(Needs(Scope.ACCESS_MANAGE))]


@router.get("/whoami", response_model=Whoami)
def whoami(request: Request, principal: Anyone) -> Response:
    """Say who asks, and what it may do."""
    world = world_of(request)
    found = world.accounts.token(principal.token_id) if principal.token_id else None
    expires_at = found[0].expires_at if found else None
    return reply(request, Whoami.of(world.node.authority, principal, expires_at))


@list_routes(router, "/systems", NationalSystem)
def list_systems(
    request: Request,
    principal: Operator,  # noqa: ARG001 - its scope is asked
    query: Annotated[PageQuery, Query()],
) -> Response:
    """List every system, by id."""
    after = read_cursor(request, query.cursor) or ""
    found = [one for one in world_of(request).accounts.systems() if one.id > after]
    last = found[query.limit - 1].id if len(found) > query.limit else None
    items = [NationalSystem.of(one) for one in found[: query.limit]]
    return listed(request, items, model=NationalSystem, last=last)


@router.post("/systems", status_code=201, response_model=NationalSystem)
async def add_system(request: Request, principal: Operator, body: NewSystem) -> Response:
    """Add a system that reads no content: a publisher. Others are added by the node's owner."""
    members = body.model_dump(mode="json")
    system = make_system(members.pop("id"), **members)
    may_make(system)
    await world_of(request).supervisor.access.add(system, by=principal.system.id)
    headers = {"Location": f"/api/v1/systems/{system.id}"}
    return reply(request, NationalSystem.of(system), status=201, headers=headers)


@router.get(_SYSTEM, response_model=NationalSystem)
def get_system(
    request: Request,
    principal: Operator,  # noqa: ARG001 - its scope is asked
    system_id: str,
) -> Response:
    """Give one system."""
    return reply(request, NationalSystem.of(_find(world_of(request).accounts, system_id)))


@router.patch(_SYSTEM, response_model=NationalSystem)
async def change_system(
    request: Request, principal: Operator, system_id: str, body: SystemChange
) -> Response:
    """Change a system, from its next request on. What would let it read more is the owner's to do."""
    world = world_of(request)
    changes = body.model_dump(mode="json", exclude_none=True)
    async with _turn(request):
        before = await _matching(request, world, system_id)
        may_change(before, _changed(before, changes))
        after = await world.supervisor.access.change(
            system_id, changes, by=principal.system.id, check=may_change
        )
    return reply(request, NationalSystem.of(after))


@router.post(_SYSTEM + "/disable", response_model=NationalSystem)
async def disable_system(request: Request, principal: Operator, system_id: str) -> Response:
    """Shut a system out at every door; its tokens are kept."""
    return await _set_active(request, principal, system_id, is_active=False)


@router.post(_SYSTEM + "/enable", response_model=NationalSystem)
async def enable_system(request: Request, principal: Operator, system_id: str) -> Response:
    """Let a system in again that reads no content. Others are enabled by the node's owner."""
    return await _set_active(request, principal, system_id, is_active=True)


@list_routes(router, "/tokens", AccessToken)
def list_tokens(
    request: Request,
    principal: Operator,  # noqa: ARG001 - its scope is asked
    query: Annotated[TokenQuery, Query()],
) -> Response:
    """List tokens, newest first, ended ones too."""
    found = world_of(request).accounts.tokens(query.system)
    position = read_cursor(request, query.cursor)
    if position is not None:
        at, last_id = position
        found = [one for one in found if (-one.made_at, one.id) > (-at, last_id)]
    limit = query.limit
    last = (found[limit - 1].made_at, found[limit - 1].id) if len(found) > limit else None
    items = [AccessToken.of(one) for one in found[:limit]]
    return listed(request, items, model=AccessToken, last=last)


@router.post(_SYSTEM + "/tokens", status_code=201, response_model=IssuedToken)
async def issue_token(request: Request, principal: Operator, system_id: str, body: NewToken) -> Response:
    """Issue a token that reads no content. Its text is in this answer and nowhere else.

    If the answer is lost, revoke that token and issue another.
    """
    world = world_of(request)
    async with _turn(request):
        await world.node.in_reader(_find, world.accounts, system_id)
        issued = await world.supervisor.access.issue(
            system_id,
            scopes=body.scopes,
            days=body.days,
            by=principal.system.id,
            check=lambda system: may_issue(system, body.scopes),
        )
    shown = AccessToken.of(issued.token)
    answer = IssuedToken(**shown.model_dump(), text=issued.text)
    headers = {"Cache-Control": "no-store"}
    return Response(answer.model_dump_json(), 201, headers, JSON)


@router.delete("/tokens/{token_id}", response_model=AccessToken)
async def revoke_token(request: Request, principal: Operator, token_id: str) -> Response:
    """End a token now. One that has ended already stays as it is."""
    world = world_of(request)
    await world.supervisor.access.revoke(token_id, by=principal.system.id)
    found = await world.node.in_reader(world.accounts.token, token_id)
    assert found is not None  # noqa: S101 - tokens are never removed; the desk has just read it
    return reply(request, AccessToken.of(found[0]))


async def _set_active(
    request: Request, principal: Principal, system_id: str, *, is_active: bool
) -> Response:
    world = world_of(request)
    async with _turn(request):
        await _matching(request, world, system_id)
        await world.supervisor.access.set_active(
            system_id,
            is_active=is_active,
            by=principal.system.id,
            check=may_enable if is_active else unasked,
        )
        after = await world.node.in_reader(_find, world.accounts, system_id)
    return reply(request, NationalSystem.of(after))


async def _matching(request: Request, world: World, system_id: str) -> System:
    """Give the system that an action is on, if it is still as the caller saw it."""
    found = await world.node.in_reader(_find, world.accounts, system_id)
    check_match(request, NationalSystem.of(found))
    return found


def _changed(before: System, changes: dict[str, Any]) -> System:
    """Give what a system would be, as the desk makes it.

    Raises:
        CallerError: `system.malformed`.
    """
    shown = NationalSystem.of(before).model_dump(mode="json", exclude={"id", "digest"})
    return make_system(before.id, **{**shown, **changes})


def _find(accounts: Accounts, system_id: str) -> System:
    """Find a system.

    Raises:
        CallerError: `system.unknown`.
    """
    found = accounts.system(system_id)
    if found is None:
        raise unknown_system()
    return found


def _turn(request: Request) -> asyncio.Lock:
    """Give the lock of this app: what was checked is still so when it is acted on."""
    state = request.app.state
    if not hasattr(state, "access_turn"):
        state.access_turn = asyncio.Lock()
    turn: asyncio.Lock = state.access_turn
    return turn
