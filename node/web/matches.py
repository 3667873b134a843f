"""Routes of matches: what was found, why, and what an officer makes of it.

Responsible for showing a match only to a system that sees both sides, and for recording every look at
what agrees. Must not decide what a match is (`matching`), nor what a decision does (the desk).
"""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import Response

from node.audit.event import Kind
from node.daemon.match_desk import Check, Decided, MatchDesk, Wish, unknown_match
from node.national.scopes import Scope
from node.national.system import Principal, System
from node.store.journal import Batch
from node.store.match_figures import MatchFigures as StoredFigures
from node.store.match_figures import whole
from node.store.match_index import Side
from node.store.matches import Match, Matches
from node.web.identity import Needs
from node.web.listing import list_routes, listed, read_cursor
from node.web.match_models import (
    ConfirmRequest,
    DismissRequest,
    FiguresQuery,
    MatchCount,
    MatchDetails,
    MatchFigures,
    MatchItem,
    MatchQuery,
)
from node.web.replies import check_match, reply
from node.web.requirements import Key, required_key
from node.web.world import World, world_of

router = APIRouter(tags=["matches"])

_PATH: Final = "/matches/{match}"

Reader = Annotated[Principal, Depends(Needs(Scope.MATCHES_READ))]
Decider = Annotated[Principal, Depends(Needs(Scope.MATCHES_DECIDE))]
MatchId = Annotated[str, Path(alias="match", max_length=64, description="id of the match")]
IfMatch = Annotated[
    str | None, Header(description="Required: the ETag of the match on which you decided.")
]


@list_routes(router, "/matches", MatchItem)
def list_matches(request: Request, principal: Reader, query: Annotated[MatchQuery, Query()]) -> Response:
    """List matches, what was found last first; without what agrees."""
    before = read_cursor(request, query.cursor)
    found = _matches(world_of(request)).listed(
        principal.system, query.filter(), before=before, limit=query.limit + 1
    )
    page = found[: query.limit]
    last = page[-1].number if len(found) > query.limit else None
    return listed(request, [MatchItem.of(one) for one in page], model=MatchItem, last=last)


@router.get("/matches/figures", response_model=MatchFigures)
def count_matches(
    request: Request, principal: Reader, query: Annotated[FiguresQuery, Query()]
) -> Response:
    """Count what was found and what officers made of it, by grade and kind."""
    stored = StoredFigures(world_of(request).node.database)
    counted = stored.counted(principal.system, query.filter())
    total = MatchCount.of(whole(counted), is_whole=True)
    return reply(request, MatchFigures(total=total, items=[MatchCount.of(one) for one in counted]))


@router.get(_PATH, response_model=MatchDetails)
async def read_match(request: Request, principal: Reader, match_id: MatchId) -> Response:
    """Show a match and why, field by field. That both documents were looked at is recorded first."""
    world = world_of(request)
    found = await world.node.in_reader(_find, world, principal.system, match_id)
    answer = reply(request, MatchDetails.showing(found))
    if answer.status_code == 200:  # noqa: PLR2004 - 304 gives out nothing
        await _record_access(world, principal.system, found)
    return answer


@router.post(_PATH + "/confirm", response_model=MatchDetails)
async def confirm_match(
    request: Request,
    principal: Decider,
    match_id: MatchId,
    body: ConfirmRequest,
    key: Key = None,
    if_match: IfMatch = None,  # noqa: ARG001 - `check_match` reads it; here it is described
) -> Response:
    """Confirm a match. The author of a peer's alert is told by a hit: references, no data."""
    world = world_of(request)
    wish = Wish(body.unit, body.office, is_told=body.tell, key=required_key(key))
    desk = _desk(world)
    decided = await desk.confirm(match_id, wish, principal, _matching(request))
    return await _answer(request, world, principal.system, decided)


@router.post(_PATH + "/dismiss", response_model=MatchDetails)
async def dismiss_match(
    request: Request,
    principal: Decider,
    match_id: MatchId,
    body: DismissRequest,
    if_match: IfMatch = None,  # noqa: ARG001 - `check_match` reads it; here it is described
) -> Response:
    """Dismiss a match, for a reason. Nobody outside is told."""
    world = world_of(request)
    decided = await _desk(world).dismiss(match_id, body.reason, principal, _matching(request))
    return await _answer(request, world, principal.system, decided)


def _matches(world: World) -> Matches:
    return Matches(world.node.database)


def _desk(world: World) -> MatchDesk:
    return MatchDesk(world.node, world.supervisor.submitter)


def _find(world: World, system: System, match_id: str) -> Match:
    found = _matches(world).get(match_id, system=system)
    if found is None:
        raise unknown_match()
    return found


def _matching(request: Request) -> Check:
    """Refuse a decision on a match that is no longer as the caller saw it."""
    return lambda found: check_match(request, MatchDetails.showing(found))


async def _answer(request: Request, world: World, system: System, decided: Decided) -> Response:
    """Answer with the match as it is then; that is a look at both documents too."""
    await _record_access(world, system, decided.match)
    headers = {"Idempotent-Replayed": "true"} if decided.is_replayed else {}
    return reply(request, MatchDetails.showing(decided.match), headers=headers)


async def _record_access(world: World, system: System, found: Match) -> None:
    """Record that a system is given what both documents say; durable before anything leaves."""
    messages = [found.notice, *((found.wanted,) if found.wanted_name.side is Side.ALERT else ())]
    steps = [
        world.node.event(
            Kind.DOCUMENT_ACCESSED,
            re=message_id,
            from_=originator or world.node.authority,
            by=system.id,
            door="rest",
        )
        for originator, message_id in messages
    ]
    await world.node.committer.commit(Batch(steps))
