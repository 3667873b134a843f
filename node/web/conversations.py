"""Routes that show conversations, cases, and what is owed.

Responsible for giving a system what it sees of the register: a conversation by its leading document,
each line by its own message. Must not show content: only what was coded.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from node.conversation.facts import Ref
from node.conversation.outline import (
    is_wanted,
    outline_of,
    outline_of_due,
    outline_of_line,
    owed_in,
)
from node.conversation.page import Page
from node.conversation.tables import TABLES
from node.conversation.timeline import timeline
from node.errors import CallerError
from node.national.scopes import Scope
from node.national.system import Principal
from node.store.cases import Cases
from node.store.conversations import Conversations, Owed, Position, Wish, as_seen, is_seen
from node.web.conversation_models import (
    Case,
    CaseLine,
    Conversation,
    ConversationItem,
    ConversationOrder,
    ConversationQuery,
    DeadlineQuery,
    ListedConversation,
    OwedItem,
)
from node.web.identity import Needs
from node.web.listing import list_routes, listed, read_cursor
from node.web.replies import reply
from node.web.times import written
from node.web.world import world_of

router = APIRouter(tags=["conversations"])

Reader = Annotated[Principal, Depends(Needs(Scope.MESSAGES_READ))]

_REACH: Final = 2000  # conversations looked at for one page of a list: it bounds the work of one request
_LEADING: Final = "|".join(TABLES)


@list_routes(router, "/conversations", ListedConversation)
def list_conversations(
    request: Request, principal: Reader, query: Annotated[ConversationQuery, Query()]
) -> Response:
    """List the conversations whose leading document this system sees.

    A page may hold fewer than asked for, or none, and yet have a next one.
    """
    now = world_of(request).node.clock()
    items: list[ListedConversation] = []
    last: Position | None = None
    for looked, (at, page) in enumerate(_found(request, principal, query), start=1):
        if len(items) == query.limit or looked > _REACH:
            break
        last = at
        outline = outline_of(page, now=now)
        is_right = query.state is None or outline["state"] is query.state
        if is_right and is_wanted(outline, only_open=query.open, overdue=query.overdue):
            items.append(ListedConversation(**outline, moved_at=written(at.moved_at)))
    else:
        last = None
    return listed(request, items, model=ListedConversation, last=last and list(last))


@router.get(
    "/conversations/{authority}/{type}/{reference:path}",
    response_model=Conversation,
)
def read_conversation(
    request: Request,
    principal: Reader,
    authority: Annotated[str, Path(max_length=16, description="Whose document leads it.")],
    document: Annotated[
        str, Path(alias="type", pattern=f"^({_LEADING})$", description="Its type without edition.")
    ],
    reference: Annotated[str, Path(max_length=64, description="Its reference.")],
    peer: Annotated[
        str | None,
        Query(max_length=16, description="With whom, where the document went to several authorities."),
    ] = None,
) -> Response:
    """Show one conversation: where it stands, what happened, and what is owed."""
    kept = _conversations(request)
    found = [
        page
        for page in kept.led_by(principal.system, Ref(document, authority, reference))
        if peer in {None, page.peer}
    ]
    if not found:
        raise CallerError(
            "conversation.unknown",
            "there is no such conversation",
            hint="GET /api/v1/conversations lists them",
        )
    if len(found) > 1:
        raise CallerError(
            "conversation.ambiguous",
            f"this document leads {len(found)} conversations",
            hint=f"add ?peer= with one of {', '.join(page.peer for page in found)}",
        )
    now = world_of(request).node.clock()
    seen = kept.seen_in(principal.system, found)
    return reply(
        request,
        Conversation(
            **outline_of(found[0], now=now),
            timeline=_lines(found, seen, now),
            owed=_owed(found, now),
        ),
    )


@router.get("/cases/{id:path}", response_model=Case)
def read_case(
    request: Request,
    principal: Reader,
    wanted: Annotated[
        str,
        Path(alias="id", max_length=64, description="Reference or message id of any document of it."),
    ],
) -> Response:
    """Show a case: every linked conversation, who said what when, and what is owed.

    Only what this system sees is followed, shown and counted.
    """
    world = world_of(request)
    now, own = world.node.clock(), world.node.authority
    found = Cases(own, world.node.database).gather(wanted, system=principal.system)
    if found is None:
        raise CallerError(
            "case.unknown", "there is no such case", hint="GET /api/v1/conversations lists what there is"
        )
    seen = _conversations(request).seen_in(principal.system, found.pages)
    pages = [as_seen(page, seen) for page in found.pages if is_seen(page, seen)]
    begun = (page for page in pages if page.agreed is not None)
    return reply(
        request,
        Case(
            documents=found.documents,
            whole=found.is_whole,
            conversations=[ConversationItem(**outline_of(page, now=now)) for page in begun],
            timeline=_lines(pages, seen, now),
            owed=_owed(pages, now),
        ),
    )


@list_routes(router, "/deadlines", OwedItem)
def list_deadlines(
    request: Request, principal: Reader, query: Annotated[DeadlineQuery, Query()]
) -> Response:
    """List what is owed, by us and to us, what is due first first."""
    now = world_of(request).node.clock()
    position = read_cursor(request, query.cursor)
    found = _conversations(request).owing(
        principal.system,
        now=now,
        peer=query.peer,
        overdue=query.overdue,
        after=Owed(*position) if position else None,
    )
    some = list(islice(found, query.limit + 1))
    items = [OwedItem(**outline_of_due(due, now=now)) for _, due in some[: query.limit]]
    last = some[query.limit - 1][0] if len(some) > query.limit else None
    return listed(request, items, model=OwedItem, last=last and list(last))


def _conversations(request: Request) -> Conversations:
    node = world_of(request).node
    return Conversations(node.authority, node.database)


def _found(
    request: Request, principal: Principal, query: ConversationQuery
) -> Iterator[tuple[Position, Page]]:
    """Find conversations, from the cursor on."""
    wish = Wish(
        query.peer,
        query.state,
        is_open=query.open,
        owes=query.overdue,
        is_fixed=query.order is ConversationOrder.FIXED,
    )
    position = read_cursor(request, query.cursor)
    after = Position(*position) if position else None
    return _conversations(request).listed(principal.system, wish, after=after)


def _lines(pages: Sequence[Page], seen: frozenset[str], now: int) -> list[CaseLine]:
    """Tell what happened, without what was said in messages that are not seen."""
    lines = timeline(pages, now=now)
    return [CaseLine(**outline_of_line(line)) for line in lines if not line.id or line.id in seen]


def _owed(pages: Iterable[Page], now: int) -> list[OwedItem]:
    return [OwedItem(**outline_of_due(due, now=now)) for due in owed_in(pages, now=now)]
