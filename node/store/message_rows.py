"""The rows of a message: how its changes stand in the tables.

Responsible for values only, and for the two updates of a lane. Must not run a statement.
"""

from typing import Any

from sqlalchemy import bindparam, update

from node.audit.event import Entry
from node.audit.merkle import leaf_hash
from node.store import tables
from node.transfer.lifecycle import (
    ExpiredMessage,
    HeldReading,
    HeldReceipt,
    ReceivedMessage,
    SentMessage,
    State,
    Transition,
)

MOVE_LANE = (
    update(tables.lane)
    .where((tables.lane.c.id == bindparam("lane_id")) & (tables.lane.c.peer == bindparam("lane_peer")))
    .values(state=bindparam("new_state"), code=bindparam("new_code"))
)


# A receipt may have been recorded since the lane was looked at: that stands.
EXPIRE_LANE = MOVE_LANE.where(tables.lane.c.state == State.SEALED.value)


def sent_row(change: SentMessage, index: int, entry: Entry) -> dict[str, Any]:
    """Write a message of ours."""
    return {
        "id": change.id,
        "idx": index,
        "manifest": entry.leaf,
        "commitment": entry.members["body"]["commit"],
        "type": change.type,
        "reference": change.reference,
        "version": change.version,
        "priority": change.priority,
        "at": change.at,
        "expires": change.expires,
        "document": change.document,
        "salt": change.salt,
        "jwe": change.jwe,
    }


def lane_rows(change: SentMessage, index: int) -> list[dict[str, Any]]:
    """Write the way of a message to each recipient."""
    return [
        {
            "id": change.id,
            "peer": peer,
            "idx": index,
            "priority": change.priority,
            "expires": change.expires,
            "state": State.SEALED.value,
        }
        for peer in change.recipients
    ]


def received_row(change: ReceivedMessage, index: int, step: Transition) -> dict[str, Any]:
    """Write a message from a peer, accepted or refused."""
    return {
        "originator": change.originator,
        "id": change.id,
        "manifest": change.manifest,
        "leaf": leaf_hash(change.manifest),
        "source_idx": change.index,
        "path": b"".join(change.path),
        "size": change.size,
        "idx": index,
        "type": change.type,
        "reference": change.reference,
        "version": change.version,
        "priority": change.priority,
        "received_at": change.received_at,
        "state": step.after,
        "code": change.code,
        "document": change.document,
        "salt": change.salt,
    }


def receipt_row(change: HeldReceipt, index: int) -> dict[str, Any]:
    """Write a peer's receipt, with its proof."""
    return {
        "id": change.id,
        "peer": change.peer,
        "entry": change.entry,
        "idx": change.index,
        "path": b"".join(change.path),
        "size": change.size,
        "recorded_idx": index,
    }


def reading_row(change: HeldReading, index: int) -> dict[str, Any]:
    """Write a peer's word that an officer has opened our message."""
    return {
        "id": change.id,
        "peer": change.peer,
        "entry": change.entry,
        "idx": change.index,
        "path": b"".join(change.path),
        "size": change.size,
        "recorded_idx": index,
    }


def lane_key(change: HeldReceipt | ExpiredMessage, step: Transition, code: str | None) -> dict[str, Any]:
    """Name a lane and its new state, for `MOVE_LANE` and `EXPIRE_LANE`."""
    return {
        "lane_id": change.id,
        "lane_peer": change.peer,
        "new_state": step.after,
        "new_code": code,
    }
