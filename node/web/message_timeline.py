"""Routes that tell what happened to one message: its way, and the conversation it belongs to.

Responsible for leaving out, without a word, what is about messages that the caller does not see. Must
not show content: of documents only what was coded.
"""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node.conversation.facts import full_id
from node.conversation.outline import outline_of_line
from node.conversation.page import Page
from node.conversation.timeline import timeline
from node.national.scopes import Scope
from node.national.system import Principal, System
from node.store.conversations import Conversations, as_seen, is_seen
from node.store.register import Register
from node.store.search import Found
from node.web.conversation_models import CaseLine
from node.web.identity import Needs
from node.web.message_record import JourneyStep, record_of
from node.web.replies import reply
from node.web.sight import From, Wanted, find_seen
from node.web.world import World, world_of

router = APIRouter(tags=["messages"])

Reader = Annotated[Principal, Depends(Needs(Scope.MESSAGES_READ))]


class MessageTimeline(BaseModel):
    """What happened to a message, and in the conversations it belongs to."""

    model_config = ConfigDict(extra="forbid")

    id: str
    originator: str
    journey: list[JourneyStep] = Field(description="every entry about it, with where it is proved")
    lines: list[CaseLine] = Field(
        description="its conversations, in order of time; what is about messages that you do not see "
        "is left out"
    )


@router.get("/messages/{message}/timeline", response_model=MessageTimeline)
def read_timeline(
    request: Request, principal: Reader, message: Wanted, originator: From = None
) -> Response:
    """Tell what happened to a message, from sealing on, and what it came to in its conversations."""
    world = world_of(request)
    found = find_seen(world, principal.system, message, originator)
    record = record_of(world, found)
    lines = list(_lines(world, principal.system, found))
    return reply(
        request,
        MessageTimeline(id=record.id, originator=record.originator, journey=record.journey, lines=lines),
    )


def _lines(world: World, system: System, found: Found) -> Iterator[CaseLine]:
    """Tell the conversations that are seen; of others, no more than the message itself."""
    node, now = world.node, world.node.clock()
    full = full_id(found.originator or node.authority, found.id)
    pages = _pages(world, full)
    seen = Conversations(node.authority, node.database).seen_in(system, pages)
    shown = [as_seen(page, seen) for page in pages if is_seen(page, seen)]
    told = set()
    for line in timeline(shown, now=now):
        if not line.id or line.id in seen:
            told.add(line.id)
            yield CaseLine(**outline_of_line(line))
    if full not in told:
        for line in timeline(pages, now=now):
            if line.id == full:
                yield CaseLine(**{**outline_of_line(line), "after": [], "notes": []})


def _pages(world: World, full: str) -> list[Page]:
    register = Register(world.node.authority, world.node.database)
    places = list(register.locate([full]))
    register.fetch(places)
    return [page for page in map(register.page, places) if page is not None]
