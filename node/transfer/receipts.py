"""The other half of the double entry: what a peer's log says of our messages.

Responsible for the items of a bundle that are receipts: the recipient's own `message.received` or
`attachment.received` entry, or its `bundle.refused`. Must not decide when to send anything again
(`daemon.relay`).

Source: schemas/README.md §5.
"""

from dataclasses import dataclass
from typing import Final

from node.audit.event import Entry, Kind, write_entry
from node.canonical import b64u
from node.errors import Refusal
from node.transfer.arrival import Arrival, Proved
from node.transfer.lifecycle import HeldFileReceipt, HeldReceipt, State, Transition

_RECEIPTS: Final = frozenset(
    {Kind.MESSAGE_RECEIVED, Kind.MESSAGE_READ, Kind.ATTACHMENT_RECEIVED, Kind.BUNDLE_REFUSED}
)


@dataclass(frozen=True, slots=True)
class Lane:
    """One message of ours on its way to one recipient.

    Attributes:
        manifest: leaf hash of our own `message.sealed` entry.
        commit: the commitment in it, base64url.
        receipt: leaf hash of the receipt we hold, if we hold one.
    """

    id: str
    manifest: bytes
    commit: str
    state: State
    receipt: bytes | None = None


@dataclass(frozen=True, slots=True)
class FileLane:
    """One file of a message of ours on its way to one recipient.

    Attributes:
        receipt: leaf hash of the receipt we hold, if we hold one.
    """

    id: str
    number: int
    receipt: bytes | None = None


def is_receipt(proved: Proved) -> bool:
    """Say whether an item answers something of ours; items that failed are judged as messages."""
    return proved.entry is not None and proved.entry.kind in _RECEIPTS


def record(
    proved: Proved, *, arrival: Arrival, lane: Lane | None, own: str, log: str, now: int
) -> Transition | None:
    """Record a `message.received` of a peer; None if we already hold this very receipt.

    Args:
        proved: the item, whose entry is in the peer's log.
        arrival: the bundle it came in.
        lane: our message that the receipt's `manifest` names, on its way to this peer.
        own: our authority id.
        log: our log's origin.
        now: Unix ms.
    """
    entry = _entry_of(proved)
    if lane is not None and lane.receipt == entry.leaf:
        return None
    if lane is None or lane.receipt is not None or not _fits(entry, lane, own):
        return unmatched(entry, arrival.sender.id, log, now)
    members = entry.members
    recorded = write_entry(
        Kind.MESSAGE_RECEIPTED,
        at=now,
        log=log,
        re=lane.id,
        by=arrival.sender.id,
        receipt=b64u(entry.leaf),
        index=proved.item.index,
        status=members["status"],
        code=members.get("code"),
    )
    held = HeldReceipt(
        id=lane.id,
        peer=arrival.sender.id,
        entry=entry.raw,
        index=proved.item.index,
        path=proved.item.path,
        size=arrival.checkpoint.size,
        code=members.get("code"),
    )
    after = State.RECEIPTED if members["status"] == "accepted" else State.RETURNED
    return Transition(entry=recorded, before=lane.state, after=after, change=held)


def record_file(
    proved: Proved, *, arrival: Arrival, lane: FileLane | None, own: str, log: str, now: int
) -> Transition | None:
    """Record an `attachment.received` of a peer; None if we already hold this very receipt.

    Args:
        proved: the item, whose entry is in the peer's log.
        arrival: the bundle it came in.
        lane: the file that the receipt names, on its way to this peer.
        own: our authority id.
        log: our log's origin.
        now: Unix ms.
    """
    entry, peer = _entry_of(proved), arrival.sender.id
    members, code = entry.members, entry.members.get("code")
    if lane is not None and lane.receipt == entry.leaf:
        return None
    fits = members["from"] == own and (members["status"] == "refused") == (code is not None)
    if lane is None or lane.receipt is not None or not fits:
        return unmatched(entry, peer, log, now)
    recorded = write_entry(
        Kind.ATTACHMENT_RECEIPTED,
        at=now,
        log=log,
        re=lane.id,
        by=peer,
        number=lane.number,
        receipt=b64u(entry.leaf),
        index=proved.item.index,
        status=members["status"],
        code=code,
    )
    held = HeldFileReceipt(
        id=lane.id,
        peer=peer,
        number=lane.number,
        entry=entry.raw,
        index=proved.item.index,
        path=proved.item.path,
        size=arrival.checkpoint.size,
        code=code,
    )
    return Transition(entry=recorded, change=held)


def returned(proved: Proved, *, arrival: Arrival, is_ours: bool, log: str, now: int) -> Transition:
    """Record that a peer refused a whole bundle; what was in it will be sent again.

    Args:
        proved: the item with the peer's `bundle.refused` entry.
        arrival: the bundle it came in.
        is_ours: whether its digest names a bundle that we sent to this peer.
        log: our log's origin.
        now: Unix ms.
    """
    entry = _entry_of(proved)
    if not is_ours:
        return unmatched(entry, arrival.sender.id, log, now)
    back = write_entry(
        Kind.BUNDLE_RETURNED,
        at=now,
        log=log,
        digest=entry.members["digest"],
        by=arrival.sender.id,
        code=entry.members["code"],
    )
    return Transition(entry=back)


def _entry_of(proved: Proved) -> Entry:
    if proved.entry is None:
        raise ValueError("an item that failed is no receipt")
    return proved.entry


def _fits(entry: Entry, lane: Lane, own: str) -> bool:
    """Say whether a receipt is about this message of ours, and agrees with what we wrote."""
    members = entry.members
    return (
        members["from"] == own
        and members["manifest"] == b64u(lane.manifest)
        and members.get("re", lane.id) == lane.id
        and members.get("commit", lane.commit) == lane.commit
        and (members["status"] == "refused") == ("code" in members)
        and (members["status"] == "refused" or {"re", "commit"} <= members.keys())
    )


def unmatched(entry: Entry, peer: str, log: str, now: int) -> Transition:
    """Record that what a peer says answers nothing of ours."""
    refused = write_entry(
        Kind.RECEIPT_REFUSED,
        at=now,
        log=log,
        from_=peer,
        receipt=b64u(entry.leaf),
        code=Refusal.RECEIPT_UNMATCHED,
    )
    return Transition(entry=refused)
