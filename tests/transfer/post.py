"""A whole node in memory: the pure steps, and around them the simplest store and courier there are.

It packs, chains and goes back as `node/daemon/courier.py` does, and examines deliveries in the order
of `node/daemon/receiver.py`, so that a test can deliver out of order, twice, or not at all. Whatever
is a dictionary here survives a crash; `Memory` does not.
"""

from dataclasses import dataclass, field, replace

from node.audit.checkpoint import Checkpoint, parse_checkpoint
from node.audit.event import Kind
from node.audit.merkle import leaf_hash
from node.audit.note import Note, read_signature_lines
from node.audit.witness import ForkError, GapError, Request, Watched, cosign
from node.canonical import b64u, un_b64u
from node.envelope.wire import (
    Bundle,
    Item,
    Link,
    Witness,
    bundle_digest,
    encode_bundle,
    seal_bundle,
)
from node.errors import PeerError, Refusal
from node.transfer.arrival import Arrival, Proved, refuse_bundle, unpack
from node.transfer.incoming import Earlier, accept
from node.transfer.lifecycle import ReceivedMessage, SentMessage, State, Transition
from node.transfer.outgoing import prepare
from node.transfer.receipts import Lane, is_receipt, record, returned
from node.transfer.submission import Submission
from tests.world import NOTHING, Party, believe, opened_book, receiver_of, sender_of


@dataclass
class Parcel:
    """What a bundle on its way holds of a lane."""

    priority: str
    first: int | None


@dataclass
class Memory:
    """What a courier knows of one peer until the node stops."""

    acknowledged: int
    chain: list[Link] = field(default_factory=list)
    cursor: dict[str, int] = field(default_factory=lambda: {"urgent": -1, "routine": -1})
    parcels: dict[str, Parcel] = field(default_factory=dict)
    cosigned: Witness = field(default_factory=Witness)
    told: int = 0
    conflict: str | None = None


class Post:
    """One authority's node, with one peer."""

    def __init__(self, who: Party, peer: Party, *, now: int) -> None:
        self.who = who
        self.peer = peer
        self.now = now
        self.book = opened_book(who)
        self.lanes: dict[bytes, Lane] = {}
        self.sent: dict[int, SentMessage] = {}
        self.due: set[int] = set()
        self.earlier: dict[str, Earlier] = {}
        self.first_receipt: dict[str, int] = {}
        self.accepted: list[str] = []
        self.refused: list[str] = []
        self.watched: Watched = NOTHING
        self.notes: dict[int, str] = {}
        self.cosignatures: dict[int, str] = {}
        self.signed: dict[int, str] = {}
        self.memory = Memory(0)
        self._sender = sender_of(who, seed=who.id)
        self._receiver = receiver_of(who)

    # --- out ---------------------------------------------------------------------------------------

    def submit(self, document: bytes) -> str:
        """Take a document from the national side."""
        prepared = prepare(Submission(document), self._sender, now=self.now)
        if prepared.error is not None:
            raise prepared.error
        self._commit(prepared.transition)
        return prepared.id

    def pack(self, priority: str) -> bytes | None:
        """Make the next bundle of a lane; None if there is nothing to say."""
        memory = self.memory
        due = sorted(self.due) if priority == "urgent" else []
        messages = [
            index
            for index, message in sorted(self.sent.items())
            if message.priority == priority
            and index > memory.cursor[priority]
            and self.lanes[leaf_hash(self.book.entries[index])].state is State.SEALED
        ]
        owes = memory.cosigned.size > memory.told or memory.conflict is not None
        if not due and not messages and not owes:
            return None
        return self._seal(priority, due, messages)

    def overdue(self) -> None:
        """Lose patience: send again whatever has not been answered."""
        self._rewind()

    def crash(self) -> None:
        """Stop without warning and start again."""
        self.memory = Memory(max(self.cosignatures, default=0))

    def _seal(self, priority: str, due: list[int], messages: list[int]) -> bytes:
        memory, size = self.memory, len(self.book.entries)
        if size not in self.signed:
            self.signed[size] = self.book.note(seconds=self.now // 1000).encode()
        if not memory.chain or memory.chain[-1].size != size:
            before = memory.chain[-1].size if memory.chain else memory.acknowledged
            memory.chain.append(self.book.link(before, size))
        note, _ = parse_checkpoint(self.signed[size])
        request = Request(memory.acknowledged, memory.chain[-1].path, note)
        bundle = Bundle(
            checkpoint=request.encode(),
            items=tuple(self._item(index) for index in (*due, *messages)),
            chain=tuple(memory.chain[:-1]),
            witness=replace(memory.cosigned, conflict=memory.conflict),
        )
        memory.conflict, memory.told = None, memory.cosigned.size
        self.due.difference_update(due)
        if messages:
            memory.cursor[priority] = messages[-1]
        key = self.peer.encryption.public
        raw = seal_bundle(encode_bundle(bundle), receiver=self.peer.id, key=key)
        digest = b64u(bundle_digest(raw))
        memory.parcels[digest] = Parcel(priority, messages[0] if messages else None)
        return raw

    def _item(self, index: int) -> Item:
        message = self.sent.get(index)
        return self.book.item(index, jwe=message.jwe if message else None)

    def _rewind(self) -> None:
        for parcel in self.memory.parcels.values():
            self._go_back(parcel)
        self.memory.parcels.clear()

    def _go_back(self, parcel: Parcel) -> None:
        cursor = self.memory.cursor
        if parcel.first is not None:
            cursor[parcel.priority] = min(cursor[parcel.priority], parcel.first - 1)

    # --- in ----------------------------------------------------------------------------------------

    def take(self, raw: bytes) -> None:
        """Take a delivery from the peer's queue."""
        try:
            arrival = unpack(
                raw,
                queue_of=self.peer.id,
                receiver=self._receiver,
                watched=lambda _: self.watched,
            )
        except PeerError as error:
            self._object(raw, error)
            return
        self._believe(arrival)
        self._read_witness(arrival.witness)
        for proved in arrival.items:
            if is_receipt(proved):
                self._take_receipt(proved, arrival)
            else:
                self._take_message(proved, arrival)

    def _object(self, raw: bytes, error: PeerError) -> None:
        self.refused.append(error.code)
        assert not isinstance(error, ForkError), "a false alarm"
        if isinstance(error, GapError):
            self.memory.conflict = self.notes.get(error.seen, "")
        step = refuse_bundle(
            raw, queue_of=self.peer.id, error=error, receiver=self._receiver, now=self.now
        )
        self._commit(step)

    def _believe(self, arrival: Arrival) -> None:
        newest = arrival.checkpoint.size >= self.watched.size
        self.watched = believe(self.watched, arrival)
        self.notes[arrival.checkpoint.size] = arrival.note
        if newest:
            line = cosign(arrival.checkpoint, self.who.witness, seconds=self.now // 1000)
            self.memory.cosigned = Witness(arrival.checkpoint.size, line)

    def _read_witness(self, witness: Witness) -> None:
        memory = self.memory
        if witness.cosignatures:
            head = Checkpoint(self.who.origin, witness.size, self.book.root(witness.size))
            lines = read_signature_lines(witness.cosignatures)
            self.peer.card.witness.verify(Note(head.encode(), lines))
            self.cosignatures[witness.size] = witness.cosignatures
            self._acknowledge(witness.size)
        if witness.conflict is not None:
            start = parse_checkpoint(witness.conflict)[1].size if witness.conflict else 0
            memory.acknowledged = start
            memory.chain.clear()
            self._rewind()

    def _acknowledge(self, size: int) -> None:
        memory = self.memory
        if size <= memory.acknowledged:
            return
        memory.acknowledged = size
        memory.chain = [link for link in memory.chain if link.size > size]
        if memory.chain:
            memory.chain[0] = self.book.link(size, memory.chain[0].size)

    def _take_receipt(self, proved: Proved, arrival: Arrival) -> None:
        entry, log = proved.entry, self.who.origin
        if entry.kind is Kind.BUNDLE_REFUSED:
            parcel = self.memory.parcels.pop(entry.members["digest"], None)
            is_ours = parcel is not None
            self._commit(returned(proved, arrival=arrival, is_ours=is_ours, log=log, now=self.now))
            if parcel is not None:
                self._go_back(parcel)
            return
        manifest = un_b64u(entry.members["manifest"], code=Refusal.ENTRY_MALFORMED)
        lane = self.lanes.get(manifest)
        step = record(proved, arrival=arrival, lane=lane, own=self.who.id, log=log, now=self.now)
        if step is None:
            return
        self._commit(step)
        if lane is not None and step.after is not None:
            self.lanes[manifest] = replace(lane, state=step.after, receipt=entry.leaf)

    def _take_message(self, proved: Proved, arrival: Arrival) -> None:
        id_ = str(proved.entry.members.get("id")) if proved.entry else ""
        step = accept(
            proved,
            arrival=arrival,
            earlier=self.earlier.get(id_),
            receiver=self._receiver,
            now=self.now,
        )
        self._commit(step)

    # --- the journal -------------------------------------------------------------------------------

    def _commit(self, step: Transition) -> None:
        index = self.book.add(step.entry)
        if step.due_to is not None:
            self.due.add(index)
        if step.repeat_receipt is not None:
            self.due.add(self.first_receipt[step.repeat_receipt[1]])
        match step.change:
            case SentMessage() as change:
                self.sent[index] = change
                commit = step.entry.members["body"]["commit"]
                self.lanes[step.entry.leaf] = Lane(change.id, step.entry.leaf, commit, State.SEALED)
            case ReceivedMessage() as change:
                self.earlier[change.id] = Earlier(leaf_hash(change.manifest), step.after)
                self.first_receipt[change.id] = index
                if step.after is State.ACCEPTED:
                    self.accepted.append(change.id)
