"""Routes that tell events: as a stream (SSE) and as a long poll, both of the same feed.

Responsible for both forms and for where a reader goes on. Must not decide what is told
(`store.feed`), and keeps no position: the reader does.

A page is in memory for each stream, never more: the next one is read when the reader has taken it.

Source: HTML Living Standard §9.2 (server-sent events); CloudEvents 1.0.
"""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated, Final

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Send
from starlette.types import Scope as AsgiScope

from node.daemon.bell import first_of
from node.errors import CallerError
from node.national.event import TYPE_PREFIX, Event
from node.national.scopes import Scope
from node.national.system import Principal
from node.store.feed import Feed
from node.web.event_models import EventPage, EventQuery, FeedPosition
from node.web.identity import Needs
from node.web.replies import JSON, reply, reply_bytes
from node.web.streams import Streams, noticing_the_end, streams_of
from node.web.world import World, world_of

router = APIRouter(tags=["events"])

EVENT_STREAM: Final = "text/event-stream"
RETRY_MS: Final = 3000  # after which a reader of a stream that broke off comes again

_PAGE: Final = 200  # events of a stream in memory at once
_LOOKS: Final = 20  # pages that one poll looks through for events of the kinds it wants
_GATHER_SECONDS: Final = 0.02  # what comes so close together is read in one page

Reader = Annotated[Principal, Depends(Needs(Scope.EVENTS_READ))]


LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        pattern=r"^(-1|[0-9]{1,15})$",
        description="The `id` of the last event that a stream told; goes before `after`.",
    ),
]


@dataclass(frozen=True, slots=True)
class _Watch:
    """One reader: who it is, asked again for every page, and what it wants."""

    world: World
    streams: Streams
    token: str
    kinds: Collection[str]

    async def judge(self) -> Principal:
        """Let the reader in once more; a token that was revoked meanwhile ends here.

        Raises:
            CallerError: `token.…`, `system.disabled` or `access.scope`.
        """
        principal = await self.world.doorkeeper.admit(self.token)
        principal.require(Scope.EVENTS_READ)
        return principal

    async def look(self, position: int, limit: int) -> tuple[list[Event], int, bool]:
        """Read a page: the events that are wanted, where it ends, and whether the log ends there."""
        principal = await self.judge()
        read = _feed(self.world).after
        page = await self.world.node.in_reader(read, position, limit=limit, system=principal.system)
        wanted = [
            one for one in page.items if not self.kinds or one.type[len(TYPE_PREFIX) :] in self.kinds
        ]
        return wanted, page.position, page.is_last


@router.get("/events/position", response_model=FeedPosition)
def get_event_position(request: Request, principal: Reader) -> Response:
    """Give the newest position: begin after it to be told only of what is new."""
    del principal
    return reply(request, FeedPosition(position=_feed(world_of(request)).head()))


@router.get(
    "/events",
    response_model=EventPage,
    responses={200: {"content": {EVENT_STREAM: {"schema": {"type": "string"}}}}},
)
async def read_events(
    request: Request,
    principal: Reader,
    query: Annotated[EventQuery, Query()],
    last_event_id: LastEventId = None,
) -> Response:
    """Tell events, in order, at least once.

    With `Accept: text/event-stream` as a stream that goes on (`wait` and `limit` mean nothing then);
    else one page, at once if there is anything, after `wait` seconds if not.
    """
    world = world_of(request)
    position = -1 if query.after is None else query.after
    if last_event_id is not None:
        position = int(last_event_id)
    await _check_position(world, position)
    watch = _Watch(world, streams_of(request), _token(request), frozenset(query.kinds))
    if EVENT_STREAM in request.headers.get("accept", ""):
        return EventStream(watch, principal.system.id, position)
    if not query.wait:
        found, position, _ = await _look_through(watch, position, query.limit)
        return _page(request, found, position)
    with watch.streams.place(principal.system.id):
        async with noticing_the_end(request.receive) as gone:
            found, position = await _wait(watch, position, query.limit, query.wait, gone)
        return _page(request, found, position)


class EventStream(StreamingResponse):
    """A stream of events, which holds a place for as long as it is open."""

    media_type = EVENT_STREAM

    def __init__(self, watch: _Watch, system: str, position: int) -> None:
        headers = {"X-Accel-Buffering": "no"}  # else nginx keeps events back
        super().__init__(_told(watch, position), headers=headers)
        self._streams, self._system = watch.streams, system

    async def __call__(self, scope: AsgiScope, receive: Receive, send: Send) -> None:
        """Stream until the reader goes or stands still, the token ends or the node stops.

        Raises:
            StreamsExceededError: before anything was sent.
        """

        async def in_time(message: Message) -> None:
            await self._streams.in_time(send(message))

        with self._streams.place(self._system), suppress(TimeoutError):
            await super().__call__(scope, receive, in_time)


async def _told(watch: _Watch, position: int) -> AsyncIterator[bytes]:
    """Write the stream, page by page; the next one only when the reader has taken this."""
    streams = watch.streams
    yield b"retry: %d\n\n" % RETRY_MS
    while not streams.stopping.is_set():
        news = streams.bell.next()
        try:
            found, position, is_last = await watch.look(position, _PAGE)
        except CallerError as refusal:
            yield b": %s\n\n" % refusal.code.encode()
            return
        if found:
            yield b"".join(map(_block, found))
        if is_last:
            await first_of(news, streams.stopping, seconds=streams.keep_alive_seconds)
        if news.is_set():
            await asyncio.sleep(_GATHER_SECONDS)
        elif is_last or not found:
            yield b": %d\n\n" % position  # a sign of life, and how far we looked in vain


def _block(event: Event) -> bytes:
    """Write one event of a stream; JSON as it is written here has no line breaks."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (
        event.index,
        event.type.encode(),
        orjson.dumps(event.value),
    )


async def _wait(
    watch: _Watch, position: int, limit: int, seconds: float, gone: asyncio.Event
) -> tuple[list[Event], int]:
    """Look for events, again after each commit, until the time is up."""
    clock = asyncio.get_running_loop().time
    until, stopping = clock() + seconds, watch.streams.stopping
    while True:
        news = watch.streams.bell.next()
        found, position, is_last = await _look_through(watch, position, limit)
        left = until - clock()
        if found or not is_last or left <= 0 or stopping.is_set() or gone.is_set():
            return found, position
        await first_of(news, stopping, gone, seconds=left)


async def _look_through(watch: _Watch, position: int, limit: int) -> tuple[list[Event], int, bool]:
    """Look through some pages until events are found that are wanted; gives what `look` does."""
    found: list[Event] = []
    is_last = False
    for _ in range(_LOOKS):
        found, position, is_last = await watch.look(position, limit)
        if found or is_last:
            break
    return found, position, is_last


def _page(request: Request, events: Sequence[Event], position: int) -> Response:
    body = orjson.dumps({"events": [event.value for event in events], "position": position})
    return reply_bytes(request, body, JSON)


async def _check_position(world: World, position: int) -> None:
    """Refuse to wait for what will never come, after a position that this log has not reached.

    Raises:
        CallerError: `position.beyond`.
    """
    head = await world.node.in_reader(_feed(world).head)
    if position > head:
        raise CallerError(
            "position.beyond",
            f"the newest entry is {head}, not {position}",
            hint="the log began anew, or the position is another node's: begin from -1",
        )


def _feed(world: World) -> Feed:
    return Feed(world.node.authority, world.node.database)


def _token(request: Request) -> str:
    return request.headers["authorization"].partition(" ")[2].strip()
