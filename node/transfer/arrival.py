"""IN, first half: from the bytes of a delivery to entries proved to be in the sender's log.

Responsible for opening a bundle, for whose it is, for its checkpoint and for each item's path. One
bad item never harms its neighbours. Must not judge a message (`incoming`) or a receipt (`receipts`).

Source: schemas/README.md §5.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from node.audit.checkpoint import Checkpoint, parse_checkpoint
from node.audit.event import Entry, Kind, read_entry, write_entry
from node.audit.merkle import check_inclusion, leaf_hash
from node.audit.witness import GapError, Watched, judge
from node.canonical import b64u
from node.conversation.inheritance import NOTHING, Known
from node.envelope.keys import EncryptionKey
from node.envelope.wire import Bundle, Item, Witness, bundle_digest, decode_bundle, open_bundle
from node.errors import PeerError, Refusal
from node.limits import MAX_SAFE_INTEGER
from node.transfer.lifecycle import Transition
from node.trust.agreement import Agreement
from node.trust.card import Card
from node.trust.directory import Directory


@dataclass(frozen=True, slots=True)
class Receiver:
    """What the receiver's half needs to know of its world, at one moment.

    Attributes:
        keys: our encryption keys, current and retired, by raw key id.
        agreements: ours, by digest.
        known: the documents we hold, whose handling is inherited.
    """

    authority: str
    log: str
    keys: Mapping[bytes, EncryptionKey]
    directory: Directory
    agreements: Mapping[str, Agreement]
    known: Known = NOTHING


@dataclass(frozen=True, slots=True)
class Proved:
    """An item whose entry is in the sender's log; or, with `fault`, one that failed to show it."""

    item: Item
    entry: Entry | None = None
    fault: PeerError | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A bundle that is readable and whose checkpoint we believe.

    Attributes:
        sender: the card of the log's owner.
        note: the checkpoint as signed.
        heads: every head of that log now proved, by size.
        witness: what the sender says of our own log.
    """

    digest: bytes
    sender: Card
    checkpoint: Checkpoint
    note: str
    heads: Mapping[int, bytes]
    witness: Witness
    items: tuple[Proved, ...]


def unpack(
    raw: bytes, *, queue_of: str, receiver: Receiver, watched: Callable[[str], Watched]
) -> Arrival:
    """Open a bundle, find out whose it is, and check checkpoint and paths.

    Args:
        raw: the delivery's body.
        queue_of: the peer whose queue it came by; only that peer's account can write there.
        receiver: our own world.
        watched: what we remember of a log, by origin.

    Raises:
        PeerError: the bundle as a whole is refused; `ForkError` and `GapError` among them.
    """
    bundle = decode_bundle(open_bundle(raw, receiver=receiver.authority, keys=receiver.keys))
    note, claimed = parse_checkpoint(bundle.checkpoint.partition("\n\n")[2])
    _check_numbers(claimed, bundle)
    sender = receiver.directory.owner_of(claimed.origin)
    if sender.id != queue_of:
        raise PeerError(
            Refusal.SENDER_MISMATCH, f"a bundle of {sender.id} came by the queue of {queue_of}"
        )
    try:
        checkpoint, heads = judge(
            bundle.checkpoint, chain=bundle.chain, log=sender.log, watched=watched(claimed.origin)
        )
    except GapError as error:
        error.witness = bundle.witness  # where both sides have a gap, this is the only way out
        raise
    return Arrival(
        digest=bundle_digest(raw),
        sender=sender,
        checkpoint=checkpoint,
        note=note.encode(),
        heads=heads,
        witness=bundle.witness,
        items=tuple(_prove(item, checkpoint) for item in bundle.items),
    )


def refuse_bundle(
    raw: bytes, *, queue_of: str, error: PeerError, receiver: Receiver, now: int
) -> Transition:
    """Record that a whole bundle was refused; the entry goes back to the queue's peer."""
    entry = write_entry(
        Kind.BUNDLE_REFUSED,
        at=now,
        log=receiver.log,
        digest=b64u(bundle_digest(raw)),
        from_=queue_of,
        code=error.code,
    )
    return Transition(entry=entry, due_to=queue_of)


def _check_numbers(claimed: Checkpoint, bundle: Bundle) -> None:
    """Refuse a size or index that no entry of ours could hold: recording it would fail."""
    if max(claimed.size, *(item.index for item in bundle.items), 0) > MAX_SAFE_INTEGER:
        raise PeerError(Refusal.BUNDLE_MALFORMED, "a size or an index beyond 2^53 - 1")


def _prove(item: Item, checkpoint: Checkpoint) -> Proved:
    """Check that an item's entry is in the log, before a byte of it is believed."""
    try:
        check_inclusion(
            leaf_hash(item.entry),
            index=item.index,
            size=checkpoint.size,
            path=item.path,
            head=checkpoint.root,
        )
        entry = read_entry(item.entry)
    except PeerError as fault:
        return Proved(item, fault=fault)
    if entry.log != checkpoint.origin:
        fact = "the entry names another log than the one it is in"
        return Proved(item, fault=PeerError(Refusal.SENDER_MISMATCH, fact))
    return Proved(item, entry)
