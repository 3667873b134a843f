"""Routes of the watch list: what an authority looks for by itself.

Responsible for items of units that a system works for, and for lists of identifiers taken in line by
line. Must not look for anything (`daemon.watch_desk`).
"""

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from starlette.responses import Response

from node.daemon.watch_desk import Check, Outcome, WatchDesk, Written, unknown_item
from node.errors import CallerError
from node.matching.watch import WatchItem
from node.matching.watch_reading import COLUMNS, Row, item_of_row, read_watch_item, read_watch_table
from node.national.scopes import Scope
from node.national.system import Principal
from node.store.watch_list import KeptItem, WatchList
from node.web.documents import failure_of
from node.web.identity import Needs
from node.web.listing import list_routes, listed, read_cursor
from node.web.openapi import reference
from node.web.replies import check_match, reply
from node.web.watch_models import (
    ImportedLine,
    WatchImport,
    WatchListed,
    WatchListItem,
    WatchQuery,
)
from node.web.world import World, world_of

router = APIRouter(tags=["watch list"])

IMPORT_PATH: Final = "/watch-list/import"
_PATH: Final = "/watch-list/{item}"

Keeper = Annotated[Principal, Depends(Needs(Scope.WATCHLIST_MANAGE))]
ItemId = Annotated[str, Path(alias="item", max_length=64, description="id of the item")]
IfMatch = Annotated[str | None, Header(description="Required: the ETag of the item that you change.")]

WATCH_ITEM: Final[dict[str, Any]] = {
    "type": "object",
    "title": "WatchItem",
    "description": "An item: its members are those of `item` in what is answered.",
    "required": ["id", "subject", "valid_from", "valid_until", "reason", "unit"],
    "properties": {
        "id": {"type": "string"},
        "subject": {"type": "object"},
        "valid_from": {"type": "string", "format": "date-time"},
        "valid_until": {"type": "string", "format": "date-time"},
        "reason": {"type": "string"},
        "unit": {"type": "string"},
    },
    "additionalProperties": True,
}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": reference("WatchItem")}},
    }
}
_CSV_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {"text/csv": {"schema": {"type": "string", "description": ", ".join(COLUMNS)}}},
    }
}


@list_routes(router, "/watch-list", WatchListed)
def list_watch_items(
    request: Request, principal: Keeper, query: Annotated[WatchQuery, Query()]
) -> Response:
    """List the items of the units that a system works for, by id."""
    after = read_cursor(request, query.cursor)
    found = _list(world_of(request)).items(
        principal.system, query.filter(), after=after, limit=query.limit + 1
    )
    page = found[: query.limit]
    last = page[-1].item.id if len(found) > query.limit else None
    return listed(request, [WatchListed.of(one) for one in page], model=WatchListed, last=last)


@router.post("/watch-list", status_code=201, response_model=WatchListItem, openapi_extra=_BODY)
async def add_watch_item(request: Request, principal: Keeper) -> Response:
    """Add an item, and look for it at once in the notices held. The same item again changes nothing."""
    item = await _item_of(request)
    written = await WatchDesk(world_of(request).node).put(item, principal.system, _free(item))
    return _answer(request, written)


@router.post(IMPORT_PATH, response_model=WatchImport, openapi_extra=_CSV_BODY)
async def import_watch_items(request: Request, principal: Keeper) -> Response:
    """Take in a table of identifiers. What is wrong with one line stops no other.

    A line with the id of an item that is there changes it.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != "text/csv":
        raise CallerError("request.media_type", "the body is no CSV", hint="send Content-Type: text/csv")
    desk = WatchDesk(world_of(request).node)
    lines = []
    for number, row in read_watch_table(await request.body()):
        lines.append(await _import_line(desk, principal, number, row))
    counted = {outcome: sum(line.outcome == outcome for line in lines) for outcome in Outcome}
    answer = WatchImport(
        added=counted[Outcome.ADDED],
        changed=counted[Outcome.CHANGED],
        same=counted[Outcome.SAME],
        refused=sum(line.error is not None for line in lines),
        lines=lines,
    )
    return reply(request, answer)


@router.get(_PATH, response_model=WatchListItem)
def get_watch_item(request: Request, principal: Keeper, item_id: ItemId) -> Response:
    """Show an item, ended or not."""
    return reply(request, WatchListItem.of(_find(world_of(request), principal, item_id)))


@router.put(_PATH, response_model=WatchListItem, openapi_extra=_BODY)
async def change_watch_item(
    request: Request,
    principal: Keeper,
    item_id: ItemId,
    if_match: IfMatch = None,  # noqa: ARG001 - `check_match` reads it; here it is described
) -> Response:
    """Change an item whole, and look for it anew in the notices held."""
    world = world_of(request)
    item = await _item_of(request)
    if item.id != item_id:
        raise CallerError(
            "watch.other", "the body is of another item", hint="an id never changes", pointer="/id"
        )
    await world.node.in_reader(_find, world, principal, item_id)
    written = await WatchDesk(world.node).put(item, principal.system, _matching(request))
    return _answer(request, written)


@router.delete(_PATH, status_code=204, response_class=Response)
async def end_watch_item(
    request: Request,
    principal: Keeper,
    item_id: ItemId,
    if_match: IfMatch = None,  # noqa: ARG001 - `check_match` reads it; here it is described
) -> Response:
    """End an item: it is looked for no longer. It is kept, for the matches that it made."""
    desk = WatchDesk(world_of(request).node)
    await desk.end(item_id, principal.system, _matching(request))
    return Response(status_code=204)


async def _item_of(request: Request) -> WatchItem:
    return read_watch_item(await request.body())


async def _import_line(desk: WatchDesk, principal: Principal, number: int, row: Row) -> ImportedLine:
    try:
        written = await desk.put(item_of_row(row), principal.system, lambda _: None)
    except CallerError as error:
        return ImportedLine(line=number, id=row.get("id"), error=failure_of(error))
    return ImportedLine(line=number, id=written.kept.item.id, outcome=written.outcome)


def _list(world: World) -> WatchList:
    return WatchList(world.node.database)


def _find(world: World, principal: Principal, item_id: str) -> KeptItem:
    found = _list(world).get(item_id, system=principal.system)
    if found is None:
        raise unknown_item()
    return found


def _free(item: WatchItem) -> Check:
    """Refuse to add an item under the id of another one."""

    def check(found: KeptItem | None) -> None:
        if found is not None and found.item != item:
            raise CallerError(
                "watch.exists",
                "there is another item under this id",
                hint="PUT /api/v1/watch-list/{id} changes it",
                pointer="/id",
            )

    return check


def _matching(request: Request) -> Check:
    """Refuse a change of an item that is no longer as the caller saw it."""

    def check(found: KeptItem | None) -> None:
        if found is not None:
            check_match(request, WatchListItem.of(found))

    return check


def _answer(request: Request, written: Written) -> Response:
    headers = {"Location": f"/api/v1/watch-list/{written.kept.item.id}"}
    status = 201 if written.outcome is Outcome.ADDED else 200
    return reply(request, WatchListItem.of(written.kept), status=status, headers=headers)
