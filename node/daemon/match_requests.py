"""What the node's owner asks of the match desk and the watch desk at the local socket.

Responsible for reading the requests and for writing the answers. Must not decide anything.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import orjson

from node.daemon.match_desk import MatchDesk, Wish, read_reason
from node.daemon.node import Node
from node.daemon.submitter import Submitter
from node.daemon.watch_desk import WatchDesk
from node.errors import CallerError
from node.matching.watch_reading import read_watch_item
from node.store.matches import Match


async def act(node: Node, submitter: Submitter, request: Mapping[str, Any]) -> dict[str, Any]:
    """Do one act; `do` is `match` or `watch`.

    Raises:
        CallerError: `request.unknown`, or as the desks.
    """
    match request:
        case {"do": "match", "act": "confirm", "id": str() as match_id, "unit": str() as unit}:
            office, is_told = request.get("office"), request.get("tell", True)
            if not isinstance(office, str | None) or not isinstance(is_told, bool):
                raise _malformed()
            wish = Wish(unit, office, is_told=is_told)
            done = await MatchDesk(node, submitter).confirm(match_id, wish, None, _agree)
            return _told(done.match)
        case {"do": "match", "act": "dismiss", "id": str() as match_id, "reason": str() as name}:
            reason = read_reason(name)
            done = await MatchDesk(node, submitter).dismiss(match_id, reason, None, _agree)
            return _told(done.match)
        case {"do": "watch", "act": "put", "item": dict(members)}:
            item = read_watch_item(orjson.dumps(members))
            written = await WatchDesk(node).put(item, None, _agree)
            return {"id": item.id, "outcome": written.outcome.value}
        case {"do": "watch", "act": "end", "id": str() as item_id}:
            await WatchDesk(node).end(item_id, None, _agree)
            return {"id": item_id, "outcome": "ended"}
        case _:
            raise CallerError("request.unknown", "not a request this node knows")


async def act_alone(node: Node, request: Mapping[str, Any]) -> dict[str, Any]:
    """Do one act while no node runs; a hit leaves when it does."""
    submitter = Submitter(node)
    tasks = [asyncio.create_task(node.committer.run()), asyncio.create_task(submitter.run())]
    try:
        return await act(node, submitter, request)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _agree(_: object) -> None:
    """Act on whatever it is now: whoever sits at the machine has just looked."""


def _told(match: Match) -> dict[str, Any]:
    return {"id": match.id, "state": match.state.value, "hit": match.hit}


def _malformed() -> CallerError:
    return CallerError(
        "request.malformed",
        "a member of the request is of another kind",
        hint="docs/matching.md lists the commands",
    )
