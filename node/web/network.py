"""Routes that show the other authorities of the network.

Responsible for what the directory says of each, what waits for it, and what is known of its log. Must
not count what the system that asks does not see.
"""

from collections.abc import Collection
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node.daemon.node import Node
from node.errors import CallerError
from node.national.scopes import Scope
from node.national.system import Principal, System
from node.store.peers import Peers, Queued
from node.trust.card import Card
from node.web.identity import Needs
from node.web.listing import list_routes, listed, read_cursor
from node.web.queries import PageQuery
from node.web.replies import reply
from node.web.times import written
from node.web.world import world_of

router = APIRouter(tags=["network"])

Reader = Annotated[Principal, Depends(Needs(Scope.NETWORK_READ))]


class PeerQueue(BaseModel):
    """What waits for a peer, of the messages that this system sees."""

    model_config = ConfigDict(extra="forbid")

    urgent: int = Field(description="messages without a receipt")
    routine: int = Field(description="messages without a receipt")
    files: int = Field(description="files that have not arrived")
    oldest_at: str | None = Field(description="when the oldest of these messages was sealed")


class PeerItem(BaseModel):
    """Another authority of the network."""

    model_config = ConfigDict(extra="forbid")

    id: str
    name: str
    country: str = Field(description="ISO 3166-1 alpha-2")
    suspended: bool = Field(description="nothing is sent to it, and nothing of it is taken")
    configured: bool = Field(description="this node knows its broker")
    connected: bool = Field(description="this node is connected to its broker now")
    waiting: PeerQueue


class PeerKey(BaseModel):
    """A key to which this peer is sealed to, with the time in which it may be."""

    model_config = ConfigDict(extra="forbid")

    kid: str = Field(description="RFC 7638 thumbprint")
    valid_from: str
    valid_until: str
    current: bool = Field(description="the one that is sealed to now")


class PeerLog(BaseModel):
    """A peer's log, as this node has followed it."""

    model_config = ConfigDict(extra="forbid")

    origin: str
    keys: list[str] = Field(description="C2SP verifier keys that sign it")
    size: int | None = Field(description="entries under the newest head proved to us, if any")
    root: str | None = Field(description="of that head, hexadecimal")
    forks: int = Field(description="how often it contradicted itself; more than 0 is for the auditors")
    witnessed: int | None = Field(description="the largest size of our log that it has cosigned")


class Peer(PeerItem):
    """Another authority, with its keys, its log and what is agreed with it."""

    units: list[str]
    contact: str = Field(description="its duty desk")
    witness_key: str = Field(description="C2SP verifier key under which it cosigns our log")
    keys: list[PeerKey]
    log: PeerLog
    agreements: list[str] = Field(description="names of the agreements that it is a party of")


@list_routes(router, "/peers", PeerItem)
async def list_peers(
    request: Request, principal: Reader, query: Annotated[PageQuery, Query()]
) -> Response:
    """List the other authorities of the network, by id."""
    world = world_of(request)
    others = sorted(world.node.directory.authorities.keys() - {world.node.authority})
    after = read_cursor(request, query.cursor) or ""
    some = [id_ for id_ in others if id_ > after]
    view = await _view(request, principal)
    items = [PeerItem(**view.item(id_)) for id_ in some[: query.limit]]
    return listed(
        request, items, model=PeerItem, last=some[query.limit - 1] if len(some) > query.limit else None
    )


@router.get("/peers/{id}", response_model=Peer)
async def read_peer(
    request: Request,
    principal: Reader,
    id_: Annotated[str, Path(alias="id", max_length=16, description="Authority id, e.g. UZ-CC.")],
) -> Response:
    """Show one authority: its keys, its log, what waits for it, and what is agreed with it."""
    world = world_of(request)
    if id_ == world.node.authority or id_ not in world.node.directory.authorities:
        raise CallerError(
            "peer.unknown", "there is no such peer", hint="GET /api/v1/peers lists the network"
        )
    view = await _view(request, principal)
    more = await world.node.in_reader(view.more, id_)
    return reply(request, Peer(**view.item(id_), **more))


class _View:
    """What a system is told of peers, read together."""

    def __init__(self, node: Node, connected: Collection[str], system: System) -> None:
        peers = Peers(node.database)
        self._node = node
        self._connected = connected
        self._queued = peers.queued(system)
        self._forks = peers.forks()
        self._peers = peers

    def item(self, id_: str) -> dict[str, Any]:
        """Give what the list shows of a peer."""
        found = self._node.directory.authorities[id_]
        queued = self._queued.get(id_, Queued())
        return {
            "id": id_,
            "name": found.card.name,
            "country": found.card.country,
            "suspended": found.is_suspended,
            "configured": id_ in self._node.settings.peers,
            "connected": id_ in self._connected,
            "waiting": PeerQueue(
                urgent=queued.urgent,
                routine=queued.routine,
                files=queued.files,
                oldest_at=None if queued.oldest_at is None else written(queued.oldest_at),
            ),
        }

    def more(self, id_: str) -> dict[str, Any]:
        """Give what is shown of a peer beside that."""
        node, card = self._node, self._node.directory.authorities[id_].card
        named = sorted(one.name for one in node.agreements.values() if id_ in one.parties)
        return {
            "units": list(card.units),
            "contact": card.contact,
            "witness_key": card.witness.encode(),
            "keys": _keys(card, node.clock()),
            "log": self._log(card),
            "agreements": named,
        }

    def _log(self, card: Card) -> PeerLog:
        origin = card.log.origin
        head = self._peers.heads([origin]).get(origin)
        return PeerLog(
            origin=origin,
            keys=[card.log.ed25519.encode(), card.log.mldsa44.encode()],
            size=head and head.size,
            root=head and head.root.hex(),
            forks=self._forks.get(origin, 0),
            witnessed=self._node.inbox.acknowledged().get(card.id),
        )


async def _view(request: Request, principal: Principal) -> _View:
    world = world_of(request)
    connected = (await world.supervisor.answer({"do": "ping"}))["connected"]
    return await world.node.in_reader(_View, world.node, connected, principal.system)


def _keys(card: Card, now: int) -> list[PeerKey]:
    """Give the keys on a card, newest first; the first in its time is the one in use."""
    current = next((one for one in card.encryption if one.valid_from <= now < one.valid_until), None)
    return [
        PeerKey(
            kid=one.key.kid,
            valid_from=written(one.valid_from),
            valid_until=written(one.valid_until),
            current=one is current,
        )
        for one in card.encryption
    ]
