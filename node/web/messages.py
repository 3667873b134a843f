"""Routes that list messages: what has arrived, and what was sent.

Responsible for the filters and for one line of each list. Must not show content.
"""

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field
from starlette.responses import Response

from node.audit.event import reread_entry
from node.message.fields import AuthorityId, UnitId
from node.national.scopes import Scope
from node.national.system import Principal
from node.store.lists import Filter, Lists, ReceivedRow, SentRow
from node.web.identity import Needs
from node.web.listing import MAX_LIMIT, list_routes, listed, read_cursor
from node.web.times import written
from node.web.world import world_of

router = APIRouter(tags=["messages"])

Reader = Annotated[Principal, Depends(Needs(Scope.MESSAGES_READ))]

_RFC_3339: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_TYPE_FORM: Final = "^[a-z]+(-[a-z]+)*(/[0-9]{1,3})?$"


def _check_written(value: Any) -> Any:
    """Refuse what is no RFC 3339: a bare number would be taken for a time, and mean another one."""
    if isinstance(value, str) and _RFC_3339.fullmatch(value) is None:
        raise ValueError("a time is RFC 3339 with a zone: 2026-11-24T08:00:00Z")
    return value


Moment = Annotated[AwareDatetime, BeforeValidator(_check_written)]


class Priority(StrEnum):
    """How urgent a message is."""

    URGENT = "urgent"
    ROUTINE = "routine"


class ReceivedState(StrEnum):
    """What became of a message that arrived."""

    ACCEPTED = "accepted"
    REFUSED = "refused"


class SentState(StrEnum):
    """Where a message of ours is, on its way to one recipient."""

    SEALED = "sealed"
    RECEIPTED = "receipted"
    RETURNED = "returned"
    EXPIRED = "expired"


class ReceivedItem(BaseModel):
    """A message that a peer sent, without its content."""

    model_config = ConfigDict(extra="forbid")

    id: str = Field(description="message id, unique together with the originator")
    originator: str = Field(description="the authority that sent it")
    type: str = Field(description="document type and edition")
    reference: str = Field(description="of the document; empty if it was refused unread")
    version: int = Field(description="of the document; 0 if it was refused unread")
    priority: Priority
    state: ReceivedState
    code: str | None = Field(description="why it was refused")
    sealed_at: str = Field(description="by the originator's clock, RFC 3339, UTC")
    received_at: str = Field(description="RFC 3339, UTC")
    expires_at: str = Field(description="end of the message's life on its way, RFC 3339, UTC")
    read: bool = Field(description="an officer has opened it, and its originator is told")
    index: int = Field(description="of our entry about it in our log")


class RecipientState(BaseModel):
    """Where a message of ours is, on its way to one recipient."""

    model_config = ConfigDict(extra="forbid")

    authority: str
    state: SentState
    code: str | None = Field(description="why it was returned")


class SentItem(BaseModel):
    """A message that we sent, without its content."""

    model_config = ConfigDict(extra="forbid")

    id: str
    originator: str = Field(description="ourselves")
    type: str = Field(description="document type and edition")
    reference: str = Field(description="of the document: the key of whoever wrote it")
    version: int
    priority: Priority
    sealed_at: str = Field(description="RFC 3339, UTC")
    expires_at: str = Field(description="end of the message's life on its way, RFC 3339, UTC")
    submitted_by: str | None = Field(description="the national system; null: the node's owner")
    recipients: list[RecipientState]
    index: int = Field(description="of its entry in our log")


class _Query(BaseModel):
    """What both lists can be asked; a parameter that does not exist is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")

    type: str | None = Field(
        default=None, pattern=_TYPE_FORM, max_length=64, description="alert, or alert/1 for one edition"
    )
    priority: Priority | None = None
    since: Moment | None = Field(default=None, description="RFC 3339; then or later")
    until: Moment | None = Field(default=None, description="RFC 3339; before then")
    reference: str | None = Field(default=None, max_length=64, description="of the document")
    unit: UnitId | None = Field(default=None, description="only what concerns this unit of ours")
    limit: int = Field(default=50, ge=1, le=MAX_LIMIT, description="how many at most")
    cursor: str | None = Field(
        default=None, max_length=1024, description="next of the page before; absent: the first page"
    )

    def filter(self, peer: str | None, state: str | None) -> Filter:
        """Give it as the store takes it."""
        return Filter(
            peer=peer,
            type=self.type,
            priority=self.priority,
            state=state,
            reference=self.reference,
            unit=self.unit,
            since=_ms(self.since),
            until=_ms(self.until),
        )


class InboxQuery(_Query):
    """What the inbox can be asked."""

    originator: AuthorityId | None = Field(default=None, description="only from this authority")
    state: ReceivedState | None = None


class SentQuery(_Query):
    """What the list of sent messages can be asked."""

    recipient: AuthorityId | None = Field(default=None, description="only to this authority")
    state: SentState | None = Field(
        default=None, description="on the way to any recipient, or to the one you name"
    )


@list_routes(router, "/inbox", ReceivedItem)
def list_inbox(request: Request, principal: Reader, query: Annotated[InboxQuery, Query()]) -> Response:
    """List what peers sent, the message that came last first.

    A page goes on from where the last one ended, whatever has arrived meanwhile.
    """
    wanted = query.filter(query.originator, query.state)
    before = read_cursor(request, query.cursor)
    lists = Lists(world_of(request).node.database)
    page = lists.received(principal.system, wanted, before=before, limit=query.limit)
    items = [_received(row) for row in page.rows]
    return listed(request, items, model=ReceivedItem, last=page.next)


@list_routes(router, "/sent", SentItem)
def list_sent(request: Request, principal: Reader, query: Annotated[SentQuery, Query()]) -> Response:
    """List what we sent, the message sealed last first, with its state at each recipient."""
    wanted = query.filter(query.recipient, query.state)
    before = read_cursor(request, query.cursor)
    node = world_of(request).node
    page = Lists(node.database).sent(principal.system, wanted, before=before, limit=query.limit)
    items = [_sent(row, node.authority) for row in page.rows]
    return listed(request, items, model=SentItem, last=page.next)


def _received(row: ReceivedRow) -> ReceivedItem:
    manifest = reread_entry(row.manifest)
    return ReceivedItem(
        id=row.id,
        originator=row.originator,
        type=row.type,
        reference=row.reference,
        version=row.version,
        priority=Priority(row.priority),
        state=ReceivedState(row.state),
        code=row.code,
        sealed_at=written(manifest.at),
        received_at=written(row.received_at),
        expires_at=written(manifest.members["expires"]),
        read=row.is_opened,
        index=row.index,
    )


def _sent(row: SentRow, own: str) -> SentItem:
    lanes = [
        RecipientState(authority=peer, state=SentState(state), code=code)
        for peer, state, code in row.lanes
    ]
    return SentItem(
        id=row.id,
        originator=own,
        type=row.type,
        reference=row.reference,
        version=row.version,
        priority=Priority(row.priority),
        sealed_at=written(row.at),
        expires_at=written(row.expires),
        submitted_by=row.submitted_by,
        recipients=lanes,
        index=row.index,
    )


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp() * 1000)
