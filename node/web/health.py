"""Routes for whatever watches the node: is it alive, is it ready, which version is it.

Responsible for asking each part, and for telling nobody more than that it works or does not: there is no
token here. Must not cost more than a moment, however often it is asked.
"""

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from typing import Final, Literal

import structlog
from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node import __version__
from node.errors import NodeError
from node.store.disk import FREE_BYTES
from node.store.feed import Feed
from node.web.replies import JSON
from node.web.world import World, world_of

router = APIRouter(tags=["health"])

_KEPT_MS: Final = 1000  # an answer serves everybody who asks within this time
_PATIENCE_SECONDS: Final = 3.0

Verdict = Literal["ok", "failing"]
Check = Callable[[World], Awaitable[bool]]


class Health(BaseModel):
    """That the process answers."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["ok"]


class Readiness(BaseModel):
    """Whether the node can do its work, part by part."""

    model_config = ConfigDict(extra="forbid")

    status: Verdict
    checks: dict[str, Verdict] = Field(
        description="journal: entries can be written; database: it can be read; directory: cosigned "
        "lately enough to be relied on; disk: there is room"
    )


class Version(BaseModel):
    """Which program this is."""

    model_config = ConfigDict(extra="forbid")

    name: Literal["sarbon"]
    version: str
    api: Literal["v1"]


@router.get("/healthz")
async def read_health() -> Health:
    """Say that the process answers. Needs no token."""
    return Health(status="ok")


@router.get("/version")
async def read_version() -> Version:
    """Say which program this is. Needs no token."""
    return Version(name="sarbon", version=__version__, api="v1")


@router.get("/readyz", response_model=Readiness, responses={503: {"model": Readiness}})
async def read_readiness(request: Request) -> Response:
    """Say whether the node can do its work: 503 if a part of it cannot. Needs no token."""
    answer = await _asked_once(request.app, world_of(request))
    status = 200 if answer.status == "ok" else 503
    return Response(answer.model_dump_json(), status, media_type=JSON)


async def _asked_once(app: FastAPI, world: World) -> Readiness:
    """Give an answer of this moment, the same to all who ask in it."""
    kept: tuple[int, Readiness] | None = getattr(app.state, "readiness", None)
    now = world.node.clock()
    if kept is not None and 0 <= now - kept[0] < _KEPT_MS:
        return kept[1]
    answer = await _ask(world)
    app.state.readiness = (now, answer)
    return answer


async def _ask(world: World) -> Readiness:
    checks = {name: await _verdict(name, check, world) for name, check in _CHECKS.items()}
    is_ready = all(verdict == "ok" for verdict in checks.values())
    return Readiness(status="ok" if is_ready else "failing", checks=checks)


async def _verdict(name: str, check: Check, world: World) -> Verdict:
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            works = await check(world)
    except (NodeError, OSError, TimeoutError):
        works = False
    if not works:
        structlog.get_logger().warning("health.failing", check=name)
    return "ok" if works else "failing"


async def _journal(world: World) -> bool:
    return world.node.committer.failure is None


async def _database(world: World) -> bool:
    node = world.node
    await node.in_reader(Feed(node.authority, node.database).head)
    return os.access(node.database.path, os.W_OK)


async def _directory(world: World) -> bool:
    world.node.directory.check_usable(world.node.clock())
    return True


async def _disk(world: World) -> bool:
    usage = await world.node.in_reader(shutil.disk_usage, world.node.settings.data)
    return usage.free >= FREE_BYTES


async def _broker(world: World) -> bool:
    """Say whether our own broker knows a consumer of ours for every queue of every peer."""
    return all(reception.is_connected for reception in world.supervisor.receptions)


_CHECKS: Final[Mapping[str, Check]] = {
    "broker": _broker,
    "journal": _journal,
    "database": _database,
    "directory": _directory,
    "disk": _disk,
}
