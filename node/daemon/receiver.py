"""IN: deliveries become committed steps, and only then are they acknowledged.

Responsible for gathering deliveries, asking the pure core about each, one commit for all, and
telling couriers what the peers said. If we crash before the acknowledgement, the broker delivers
again and what was committed is recognised.
"""

import asyncio
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from node.audit.event import Kind
from node.audit.merkle import leaf_hash
from node.audit.note import Note, read_signature_lines
from node.audit.witness import ForkError, GapError, Watched, cosign
from node.broker.consumer import Delivery
from node.canonical import b64u, length_prefixed
from node.daemon.answers import Answers
from node.daemon.courier import Courier
from node.daemon.node import Node
from node.envelope.wire import Witness
from node.errors import OperatorError, PeerError
from node.store.journal import Batch
from node.transfer.arrival import Arrival, Proved, refuse_bundle, unpack
from node.transfer.incoming import Earlier, accept
from node.transfer.lifecycle import ReceivedMessage, Transition
from node.transfer.receipts import is_receipt

_MOST_AT_ONCE = 8  # deliveries in one commit
_KEPT_HEADS = 256  # of each peer's log


@dataclass(slots=True)
class _Work:
    """What a few deliveries come to."""

    batch: Batch = field(default_factory=Batch)
    arrivals: list[Arrival] = field(default_factory=list)
    gaps: list[tuple[str, str]] = field(default_factory=list)
    returned: list[str] = field(default_factory=list)
    cosigned: list[tuple[str, int, str]] = field(default_factory=list)
    acknowledged: list[tuple[str, int, str]] = field(default_factory=list)
    restarts: list[tuple[str, int]] = field(default_factory=list)


class Receiver:
    """The receiving half of the running node."""

    def __init__(
        self, node: Node, couriers: Mapping[str, Courier], wake_relay: Callable[[str], None]
    ) -> None:
        self._node = node
        self._couriers = couriers
        self._wake_relay = wake_relay
        self._queue: list[Delivery] = []
        self._wake = asyncio.Event()
        self._watched: dict[str, Watched] = {}
        # What the deliveries of one commit have already said; the database does not know it yet.
        self._seen: dict[tuple[str, str], Earlier] = {}
        self._answers = Answers(node, couriers)

    async def take(self, delivery: Delivery) -> None:
        """Take a delivery from the consumer; prefetch bounds how many can wait here."""
        self._queue.append(delivery)
        self._wake.set()

    async def run(self) -> None:
        """Serve until cancelled, or until our own machine fails."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._queue:
                self._queue.sort(key=lambda delivery: delivery.priority != "urgent")
                taken = self._queue[:_MOST_AT_ONCE]
                del self._queue[:_MOST_AT_ONCE]
                await self._serve(taken)

    async def _serve(self, deliveries: list[Delivery]) -> None:
        work = await self._node.in_worker(self._examine, deliveries)
        if work.batch.transitions or work.batch.peer_heads or work.batch.forks:
            await self._node.committer.commit(work.batch)
        for delivery in deliveries:
            await delivery.acknowledge()
        for peer in await self._node.in_worker(self._tell, work):
            self._wake_relay(peer)

    def _examine(self, deliveries: list[Delivery]) -> _Work:
        work = _Work()
        self._seen.clear()
        self._answers.forget()
        for delivery in deliveries:
            self._examine_one(delivery, work)
        return work

    def _examine_one(self, delivery: Delivery, work: _Work) -> None:
        now = self._node.clock()
        receiver = self._node.receiver()
        try:
            arrival = unpack(
                delivery.body, queue_of=delivery.peer, receiver=receiver, watched=self._remembered
            )
        except PeerError as error:
            step = refuse_bundle(
                delivery.body, queue_of=delivery.peer, error=error, receiver=receiver, now=now
            )
            work.batch.transitions.append(step)
            self._object(delivery.peer, error, work)
            if isinstance(error, GapError):
                self._read_witness(error.witness, delivery.peer, work)
            return
        self._believe(arrival, work, now)
        self._read_witness(arrival.witness, delivery.peer, work)
        receipts = [proved for proved in arrival.items if is_receipt(proved)]
        messages = [proved for proved in arrival.items if not is_receipt(proved)]
        work.batch.transitions += self._answers.record(arrival, receipts, work.returned, now)
        work.batch.transitions += self._messages(arrival, messages, now)
        work.arrivals.append(arrival)

    def _remembered(self, origin: str) -> Watched:
        if origin not in self._watched:
            self._watched[origin] = self._node.inbox.watched(origin)
        return self._watched[origin]

    def _believe(self, arrival: Arrival, work: _Work, now: int) -> None:
        """Remember the heads just proved, and cosign the newest one."""
        origin, size = arrival.checkpoint.origin, arrival.checkpoint.size
        before = self._remembered(origin)
        fresh = {s: root for s, root in arrival.heads.items() if s and s not in before.heads}
        work.batch.peer_heads += [
            (origin, s, root, arrival.note if s == size else None) for s, root in fresh.items()
        ]
        if size in before.heads:  # known from a chain so far, now signed
            work.batch.peer_heads.append((origin, size, arrival.checkpoint.root, arrival.note))
        heads = {**before.heads, **fresh}
        for old in sorted(heads)[:-_KEPT_HEADS]:
            del heads[old]
        self._watched[origin] = Watched(max(before.size, size), heads)
        if size >= before.size:
            line = cosign(arrival.checkpoint, self._node.keyring.witness, seconds=now // 1000)
            work.cosigned.append((arrival.sender.id, size, line))

    def _read_witness(self, witness: Witness, peer_id: str, work: _Work) -> None:
        """Verify what the peer, as our witness, says of our own log; a bad line is only ignored.

        It counts by its own signatures, so it is read also where the peer's log has a gap for us: two
        nodes that both have one would else never hear where their proofs must start.
        """
        heads = self._node.heads
        log = structlog.get_logger().bind(peer=peer_id)
        try:
            if witness.cosignatures:
                peer = self._node.directory.member(peer_id)
                text = heads.at(witness.size).encode()
                peer.witness.verify(Note(text, read_signature_lines(witness.cosignatures)))
                work.acknowledged.append((peer_id, witness.size, witness.cosignatures))
            if witness.conflict is not None:
                start = heads.check_claim(witness.conflict) if witness.conflict else 0
                work.restarts.append((peer_id, start))
        except PeerError as error:
            log.warning("witness.ignored", code=error.code)
        except OperatorError as error:
            # A signed head of ours beyond our log: only then have we lost entries.
            if not witness.conflict:
                log.warning("witness.ignored", code=error.code)
                return
            raise

    def _messages(self, arrival: Arrival, messages: list[Proved], now: int) -> list[Transition]:
        sender = arrival.sender.id
        keys = [
            (sender, proved.entry.members["id"])
            for proved in messages
            if proved.entry and proved.entry.kind is Kind.MESSAGE_SEALED
        ]
        held = {**self._node.inbox.earlier(keys), **self._seen}
        steps = []
        for proved in messages:
            entry = proved.entry
            key = (sender, str(entry.members.get("id"))) if entry else None
            step = accept(
                proved,
                arrival=arrival,
                earlier=held.get(key) if key else None,
                receiver=self._node.receiver(),
                now=now,
            )
            steps.append(step)
            if isinstance(step.change, ReceivedMessage) and key and step.after:
                held[key] = self._seen[key] = Earlier(leaf_hash(step.change.manifest), step.after)
        return steps

    def _object(self, peer: str, error: PeerError, work: _Work) -> None:
        """Do what a refused bundle asks for beyond its entry: an alarm, or another proof."""
        log = structlog.get_logger().bind(peer=peer, code=error.code)
        if isinstance(error, ForkError):
            card = self._node.directory.authorities[peer].card
            seen = self._node.inbox.note(card.log.origin, error.size) or ""
            work.batch.forks.append((card.log.origin, error.size, seen, error.note))
            work.batch.transitions.append(
                self._node.event(
                    Kind.PEER_FORKED,
                    peer=peer,
                    size=error.size,
                    evidence=fork_evidence(seen, error.note),
                )
            )
            log.critical("peer.forked", size=error.size)
            work.gaps.append((peer, seen))  # if it lost its log, this shows it what it had signed
            return
        if isinstance(error, GapError):
            card = self._node.directory.authorities[peer].card
            note = self._node.inbox.note(card.log.origin, error.seen) or ""
            work.gaps.append((peer, note))
        log.warning("bundle.refused", fact=error.message)

    def _tell(self, work: _Work) -> set[str]:
        """Tell couriers what came of it, once it is committed; gives those with something to send."""
        couriers = self._couriers  # bundles come only by the queues of peers that have one
        wake = {peer for peer, _ in (*work.gaps, *work.restarts)} | set(work.returned)
        for peer, size, line in work.acknowledged:
            wake |= {peer} if couriers[peer].is_held else set()
            couriers[peer].acknowledge(size, line)
        for peer, size, line in work.cosigned:
            couriers[peer].owe(size=size, line=line)
        for peer, note in work.gaps:
            couriers[peer].object_to_gap(note)
        for peer in work.returned:
            couriers[peer].suspect(self._node.clock())
        for peer, start in work.restarts:
            couriers[peer].restart_from(start)
        return wake


def fork_evidence(seen: str, contradicting: str) -> str:
    """Name the two contradicting heads in an entry: SHA-256 over both notes, base64url."""
    return b64u(hashlib.sha256(length_prefixed(seen, contradicting)).digest())
