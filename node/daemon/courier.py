"""Making bundles for one peer, and remembering what it has acknowledged.

Responsible for which entries go into the next bundle, for the chain of heads that ties it to what
the peer last cosigned, and for going back when something must be sent again. Must not touch the
broker (`relay` does).

If we crash, all of this memory is gone and nothing is lost: what has no receipt is still in the
outbox, and the peer's answer tells us where its proof must start.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from node.audit.merkle import consistency_path, inclusion_path
from node.audit.note import read_note
from node.audit.witness import Request
from node.canonical import b64u
from node.daemon.heads import SignedHead
from node.daemon.node import Node
from node.envelope.wire import (
    SEAL_OVERHEAD_BYTES,
    Bundle,
    Item,
    Link,
    Witness,
    bundle_digest,
    encode_bundle,
    seal_bundle,
)
from node.limits import MAX_BUNDLE_BYTES, MAX_BUNDLE_ITEMS
from node.store.journal import Batch
from node.store.outbox import Waiting
from node.transfer.retry import patience_ms

_MOST_UNACKNOWLEDGED = 48  # heads on their way; then we wait for the peer
_MOST_REMEMBERED = 24  # of them, after a restart; a peer that believed an older one tells us so
_SUSPICION_MS = 5_000
_ITEMS_BYTES = MAX_BUNDLE_BYTES * 7 // 8 - SEAL_OVERHEAD_BYTES - 65_536  # checkpoint, chain, padding
_ITEM_OVERHEAD_BYTES = 64 + 44 * 48  # member names, and the longest path of any real log


@dataclass(frozen=True, slots=True)
class Parcel:
    """A sealed bundle on its way.

    Attributes:
        first: entry index of the oldest message in it, or None.
        last: entry index of the newest.
        due: entry indexes of the receipts in it.
    """

    body: bytes
    digest: str
    priority: str
    first: int | None
    last: int
    due: tuple[int, ...]
    sent_at: int


class Courier:
    """The memory and the bundles for one peer."""

    def __init__(self, node: Node, peer: str) -> None:
        self._node = node
        self.peer = peer
        self.acknowledged = node.inbox.acknowledged().get(peer, 0)
        self._chain = self._chain_to_newest_signed()
        self._cursor = {"urgent": -1, "routine": -1}
        self._due_sent: set[int] = set()
        self._parcels: OrderedDict[str, Parcel] = OrderedDict()
        self._silences = 0
        self.is_held = False
        self._is_suspicious = False
        self._suspected_at = 0
        self._cosigned: Witness = Witness()
        self._told_size = 0
        self._conflict: str | None = None
        self._lock = threading.Lock()

    def pack(self, priority: str, *, bare: bool = False) -> Parcel | None:
        """Make the next bundle of a priority; None if there is nothing to send, or too much unanswered.

        Args:
            priority: urgent bundles also carry receipts.
            bare: make one even without items: to tell a cosignature, or where a proof must start.
        """
        with self._lock:
            self.is_held = len(self._chain) >= _MOST_UNACKNOWLEDGED
            if self.is_held:
                return None
            due, messages = self._gather(priority)
            if not due and not messages and not bare and self._conflict is None:
                return None
            return self._seal(priority, due, messages)

    def went_out(self, parcel: Parcel) -> None:
        """Note that the peer's broker has confirmed a parcel."""
        with self._lock:
            if parcel.due:
                confirmed = [(self.peer, index) for index in parcel.due]
                # Only when its row is gone may a receipt be asked for again.
                done: list[Callable[[], None]] = [partial(self._due_sent.difference_update, parcel.due)]
                self._node.committer.later(Batch(confirmed=confirmed, after=done))

    def is_known(self, digest: str) -> bool:
        """Say whether a bundle of this digest is one of ours, still unanswered."""
        return digest in self._parcels

    def take_back(self, digest: str) -> None:
        """Send again what was in a parcel: it failed, or the peer refused it as a whole."""
        with self._lock:
            parcel = self._parcels.pop(digest, None)
            if parcel is not None:
                self._rewind(parcel)

    def suspect(self, now: int) -> None:
        """Send again what is unanswered: the peer got a bundle that is none we know of.

        Somebody changed one of ours on the way, or made one up. Only so often: whoever can put
        rubbish into the peer's queue must not make us send without end.
        """
        with self._lock:
            self._is_suspicious = True
            self._act_on_suspicion(now)

    def acknowledge(self, size: int, line: str) -> None:
        """Take a cosignature on our head of `size`, already verified and to be stored."""
        with self._lock:
            self._silences = 0
            if size <= self.acknowledged:
                return
            self.acknowledged = size
            self._chain = [link for link in self._chain if link.size > size]
            if self._chain:  # the first link must start where the peer now stands
                first = self._chain[0]
                path = consistency_path(size, first.size, self._node.tree.read)
                self._chain[0] = Link(first.size, first.root, path)
        self._node.committer.later(Batch(cosignatures=[(size, self.peer, line)]))

    def restart_from(self, size: int) -> None:
        """Start the proof where the peer says it stands, and send again what it did not answer."""
        with self._lock:
            self.acknowledged = size
            self._chain.clear()
            for parcel in self._parcels.values():
                self._rewind(parcel)
            self._parcels.clear()

    def owe(self, *, size: int, line: str) -> None:
        """Take the cosignature that we owe the peer for its newest head."""
        self._cosigned = Witness(size=size, cosignatures=line)

    def object_to_gap(self, note: str) -> None:
        """Tell the peer, in the next bundle, which head of its log we last believed."""
        self._conflict = note

    @property
    def owes(self) -> bool:
        """Whether a cosignature has not been told yet."""
        return self._cosigned.size > self._told_size

    def overdue(self, now: int) -> bool:
        """Send again what got no receipt for too long; says whether there was such a thing."""
        with self._lock:
            if self._act_on_suspicion(now):
                return True
            patience = patience_ms(self._silences)
            late = [p for p in self._parcels.values() if now - p.sent_at > patience]
            if not late:
                return False
            self._silences += 1
            for parcel in late:
                del self._parcels[parcel.digest]
                self._rewind(parcel)
            return True

    def settle(self) -> None:
        """Forget parcels in which every message has its receipt by now."""
        with self._lock:
            for priority in self._cursor:
                oldest = self._node.outbox.oldest_waiting(self.peer, priority)
                for parcel in list(self._parcels.values()):
                    answered = oldest is None or parcel.last < oldest
                    if parcel.priority == priority and (parcel.first is None or answered):
                        del self._parcels[parcel.digest]

    def _act_on_suspicion(self, now: int) -> bool:
        """Go back to what is unanswered, if there is reason to and the last time is long enough ago."""
        if not self._is_suspicious or now - self._suspected_at < _SUSPICION_MS:
            return False
        self._is_suspicious, self._suspected_at = False, now
        for parcel in self._parcels.values():
            self._rewind(parcel)
        self._parcels.clear()
        return True

    def _gather(self, priority: str) -> tuple[list[Waiting], list[Waiting]]:
        """Choose what goes into a bundle, within its bounds; receipts travel with the urgent."""
        outbox, room, places = self._node.outbox, _ITEMS_BYTES, MAX_BUNDLE_ITEMS
        # Rows become visible a moment before the tree grows: what is beyond it cannot be proved yet.
        before = self._node.tree.size
        due: list[Waiting] = []
        if priority == "urgent":
            beyond = frozenset(self._due_sent)
            due = outbox.due(self.peer, before=before, beyond=beyond, limit=MAX_BUNDLE_ITEMS)
            due, room = _fit(due, room)
            places -= len(due)
        after = self._cursor[priority]
        waiting: list[Waiting] = []
        if places:
            waiting = outbox.messages(self.peer, priority, after=after, before=before, limit=places)
        messages, _ = _fit(waiting, room)
        return due, messages

    def _seal(self, priority: str, due: list[Waiting], messages: list[Waiting]) -> Parcel:
        now = self._node.clock()
        head, is_fresh = self._node.heads.newest(seconds=now // 1000)
        if is_fresh:
            self._node.committer.later(Batch(checkpoints=[(head.size, head.note)]))
        bundle = Bundle(
            checkpoint=self._extend(head),
            chain=tuple(self._chain[:-1]),
            witness=self._answer(),
            items=tuple(self._item(waiting, head.size) for waiting in (*due, *messages)),
        )
        key = self._node.directory.member(self.peer).sealing_key(now)
        body = seal_bundle(encode_bundle(bundle), receiver=self.peer, key=key)
        indexes = [message.index for message in messages]
        parcel = Parcel(
            body=body,
            digest=b64u(bundle_digest(body)),
            priority=priority,
            first=indexes[0] if indexes else None,
            last=indexes[-1] if indexes else -1,
            due=tuple(receipt.index for receipt in due),
            sent_at=now,
        )
        if indexes:
            self._cursor[priority] = parcel.last
        self._due_sent.update(parcel.due)
        self._parcels[parcel.digest] = replace(parcel, body=b"")
        return parcel

    def _extend(self, head: SignedHead) -> str:
        """Put the head at the end of the chain and write the request to cosign it."""
        if not self._chain or self._chain[-1].size != head.size:
            before = self._chain[-1].size if self._chain else self.acknowledged
            path = consistency_path(before, head.size, self._node.tree.read)
            self._chain.append(Link(head.size, head.root, path))
        return Request(self.acknowledged, self._chain[-1].path, read_note(head.note)).encode()

    def _chain_to_newest_signed(self) -> list[Link]:
        """Prove, after a restart, also the heads that went out last: the peer may have believed any."""
        signed = self._node.heads.signed_before
        if signed is None or signed.size <= self.acknowledged:
            return []
        sizes = self._node.outbox.signed_sizes(
            beyond=self.acknowledged, before=signed.size, limit=_MOST_REMEMBERED
        )
        chain, before = [], self.acknowledged
        for size in (*sizes, signed.size):
            path = consistency_path(before, size, self._node.tree.read)
            chain.append(Link(size, self._node.heads.at(before := size).root, path))
        return chain

    def _answer(self) -> Witness:
        conflict, self._conflict = self._conflict, None
        self._told_size = self._cosigned.size
        return Witness(self._cosigned.size, self._cosigned.cosignatures, conflict)

    def _item(self, waiting: Waiting, size: int) -> Item:
        path = inclusion_path(waiting.index, size, self._node.tree.read)
        return Item(waiting.entry, waiting.index, path, waiting.jwe)

    def _rewind(self, parcel: Parcel) -> None:
        if parcel.due:  # the row may be gone already: the peer's broker had confirmed
            self._due_sent.difference_update(parcel.due)
            again = [(self.peer, index) for index in parcel.due]
            self._node.committer.later(Batch(due_again=again))
        if parcel.first is not None:
            cursor = self._cursor[parcel.priority]
            self._cursor[parcel.priority] = min(cursor, parcel.first - 1)


def _fit(waiting: list[Waiting], room: int) -> tuple[list[Waiting], int]:
    """Take entries from the front while they fit."""
    taken = []
    for one in waiting:
        # An entry is a JSON string within JSON: each of its quotes costs one byte more.
        size = len(one.entry) + one.entry.count(b'"') + len(one.jwe or b"") + _ITEM_OVERHEAD_BYTES
        if size > room:
            break
        room -= size
        taken.append(one)
    return taken, room
