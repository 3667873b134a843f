"""Read: an officer opened a message, and its originator is told with a proof.

Responsible for the entry on both sides. A message is read once, however many open it. Must not know
who the officer is: the unit is all an entry may hold.

Source: schemas/README.md §5.
"""

from node.audit.event import Kind, write_entry
from node.canonical import b64u
from node.transfer.arrival import Arrival, Proved
from node.transfer.lifecycle import AssignedMessage, HeldReading, OpenedMessage, Transition
from node.transfer.receipts import Lane, unmatched


def note_reading(
    message_id: str, *, originator: str, manifest: bytes, unit: str | None, log: str, now: int
) -> Transition:
    """Record that an officer opened a message; the entry goes back to the originator.

    Args:
        message_id: of a message we accepted.
        originator: who sent it.
        manifest: leaf hash of its manifest.
        unit: whose officer it was, if that is to be told.
        log: our log's origin.
        now: Unix ms.
    """
    entry = write_entry(
        Kind.MESSAGE_READ,
        at=now,
        log=log,
        re=message_id,
        from_=originator,
        manifest=b64u(manifest),
        unit=unit,
    )
    return Transition(entry=entry, change=OpenedMessage(originator, message_id), due_to=originator)


def note_assignment(message_id: str, *, originator: str, unit: str, log: str, now: int) -> Transition:
    """Record that a unit of ours was given a message; nobody else is told."""
    entry = write_entry(
        Kind.MESSAGE_ASSIGNED, at=now, log=log, re=message_id, from_=originator, unit=unit
    )
    return Transition(entry=entry, change=AssignedMessage(originator, message_id, unit))


def record_reading(
    proved: Proved,
    *,
    arrival: Arrival,
    lane: Lane | None,
    held: bytes | None,
    own: str,
    log: str,
    now: int,
) -> Transition | None:
    """Record a peer's `message.read`; None if we already hold this very entry.

    Args:
        proved: the item, whose entry is in the peer's log.
        arrival: the bundle it came in.
        lane: our message that its `manifest` names, on its way to this peer.
        held: leaf hash of the reading we hold, if we hold one.
        own: our authority id.
        log: our log's origin.
        now: Unix ms.
    """
    entry = proved.entry
    if entry is None or entry.kind is not Kind.MESSAGE_READ:
        raise ValueError("not a reading")
    if held == entry.leaf:
        return None
    members, peer = entry.members, arrival.sender.id
    if lane is None or held is not None or members["from"] != own or members["re"] != lane.id:
        return unmatched(entry, peer, log, now)
    recorded = write_entry(
        Kind.READ_RECEIPTED,
        at=now,
        log=log,
        re=lane.id,
        by=peer,
        receipt=b64u(entry.leaf),
        index=proved.item.index,
    )
    change = HeldReading(
        id=lane.id,
        peer=peer,
        entry=entry.raw,
        index=proved.item.index,
        path=proved.item.path,
        size=arrival.checkpoint.size,
    )
    return Transition(entry=recorded, change=change)
