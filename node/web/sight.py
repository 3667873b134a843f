"""Finding the message that a path names, among those that exist for whoever asks.

Responsible for one answer to what is not there and to what is not to be seen: not found. Must not read
the message.
"""

from typing import Annotated

from fastapi import Path, Query

from node.audit.event import Kind
from node.errors import CallerError
from node.message.concern import OURS
from node.national.system import System
from node.store.journal import Batch
from node.store.particulars import Particulars
from node.store.search import Found
from node.web.world import World

Wanted = Annotated[
    str,
    Path(max_length=64, description="Message id, or the document's reference."),
]
From = Annotated[
    str | None,
    Query(
        alias="from",
        max_length=16,
        description="Whose message it is, e.g. UZ-CC; needed where several have one reference.",
    ),
]


def find_seen(world: World, system: System, wanted: str, originator: str | None) -> Found:
    """Find a message that exists for a system; of a reference the highest version.

    Args:
        world: of the app.
        system: who asks.
        wanted: message id or reference.
        originator: authority id, our own for what we sent; None: whosoever.

    Raises:
        CallerError: `message.unknown` or `message.ambiguous`.
    """
    whose = OURS if originator == world.node.authority else originator
    try:
        found = Particulars(world.node.database).find(system, wanted, whose)
    except CallerError as error:
        hint = "name it by its message id, or add ?from= with the authority"
        raise CallerError(error.code, error.message, hint=hint) from None
    if found is None:
        raise CallerError(
            "message.unknown",
            "there is no such message",
            hint="GET /api/v1/inbox and /api/v1/sent list what there is",
        )
    return found


async def record_access(world: World, system: System, found: Found) -> None:
    """Record that a system is given content; it is durable before anything leaves."""
    step = world.node.event(
        Kind.DOCUMENT_ACCESSED,
        re=found.id,
        from_=found.originator or world.node.authority,
        by=system.id,
        door="rest",
    )
    await world.node.committer.commit(Batch([step]))
