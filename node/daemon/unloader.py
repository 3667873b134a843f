"""IN, for files: chunks become the files that accepted messages declare.

Responsible for putting each chunk where it belongs and for acknowledging it only once it is on the disk.
Has a queue, a connection and a task of its own, so that no bundle ever waits behind a chunk. Must not
record anything for a chunk that is nobody's: else whoever reaches the queue could fill the log.

How far a file has come is told by the file itself, so a crash cannot confuse it: a chunk that is here
already, or whose turn has not come, is acknowledged and forgotten; the sender comes again.
"""

import asyncio
from contextlib import suppress
from functools import partial
from typing import Any, Final

import structlog

from node.broker.consumer import Delivery
from node.daemon.node import Node
from node.daemon.room import Room
from node.envelope.chunking import Chunk, FileKey, chunk_count, decode_chunk, open_chunk
from node.envelope.wire import open_bundle
from node.errors import PeerError, Refusal
from node.limits import ATTACHMENT_TERM_MS, CHUNK_BYTES, MAX_LIFETIME_MS
from node.message.attachment import enclosures
from node.message.document import read_document
from node.store.journal import Batch
from node.transfer.files import Wanted, next_chunk, receive_file, unfold

PREFETCH: Final = 1  # chunks of a peer in memory at once
_REPEAT_EVERY_MS: Final = 10_000  # a receipt is asked for again; not by every chunk that says so
_TELL_EVERY_MS: Final = 60_000
_MOST_REST_SECONDS: Final = 1.0
_REMEMBERED: Final = 64
_TIDY_EVERY_MS: Final = 3_600_000
_FORGOTTEN_MS: Final = MAX_LIFETIME_MS + ATTACHMENT_TERM_MS + 86_400_000  # no sender comes any more

_Place = tuple[str, str, int]  # originator, message id, number


class Unloader:
    """The receiving half for files."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._queue: list[Delivery] = []
        self._wake = asyncio.Event()
        self._wanted: dict[_Place, Wanted] = {}
        self._repeated_at: dict[_Place, int] = {}
        self._ignored: dict[str, int] = {}
        self._told_at: dict[str, int] = {}
        self._room = Room(node)
        self._tidied_at = 0

    async def take(self, delivery: Delivery) -> None:
        """Take a delivery from the consumer; prefetch bounds how many can wait here."""
        self._queue.append(delivery)
        self._wake.set()

    async def run(self) -> None:
        """Serve until cancelled, or until our own machine fails."""
        while True:
            await self.tidy()
            if self._queue:
                await self._serve(self._queue.pop(0))
                continue
            self._wake.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(_TIDY_EVERY_MS / 1000):
                    await self._wake.wait()

    async def tidy(self) -> None:
        """Remove unfinished files that no sender continues any more, if it is time to look.

        Only here, between two chunks: a part must not go while a piece is being put into it.
        """
        now, files = self._node.clock(), self._node.attachments
        if now - self._tidied_at < _TIDY_EVERY_MS:
            return
        self._tidied_at = now
        before_seconds = (now - _FORGOTTEN_MS) / 1000
        if await self._node.in_worker(files.discard_parts, before_seconds=before_seconds):
            self._room.forget()

    async def _serve(self, delivery: Delivery) -> None:
        """Take one chunk, then rest as long as that took: bundles have the other half of the time."""
        clock = asyncio.get_running_loop().time
        began = clock()
        batch = await self._node.in_worker(self._examine, delivery)
        if batch is not None:
            await self._node.committer.commit(batch)
        await delivery.acknowledge()
        await asyncio.sleep(min(clock() - began, _MOST_REST_SECONDS))

    def _examine(self, delivery: Delivery) -> Batch | None:
        """Do with a chunk what it asks for; gives what must be written before it is acknowledged."""
        keys, peer = self._node.receiver().keys, delivery.peer
        try:
            self._node.directory.member(peer)  # whoever is suspended is not heard
            plaintext = open_bundle(delivery.body, receiver=self._node.authority, keys=keys)
            chunk = decode_chunk(plaintext)
            wanted = self._find(peer, chunk)
        except PeerError as error:
            self._ignore(peer, error.code)
            return None
        if wanted is None:
            self._ignore(peer, "not declared by a message that is here")
            return None
        ended = self._node.transfers.ended(peer, chunk.id, chunk.number)
        try:
            if ended is not None:
                return self._repeat(chunk, wanted, ended)
            return self._place(chunk, wanted)
        except PeerError as error:
            if error.refusal is not Refusal.ENVELOPE_UNOPENED:
                return self._refuse(wanted, error)
            self._ignore(peer, error.code)
            return None

    def _find(self, peer: str, chunk: Chunk) -> Wanted | None:
        """Find the file that a chunk belongs to, in a message of this peer that we accepted."""
        place = (peer, chunk.id, chunk.number)
        if place in self._wanted:
            return self._wanted[place]
        message = self._node.transfers.accepted(peer, chunk.id)
        if message is None:
            return None
        for file in enclosures(read_document(message.document).document):
            if file.number == chunk.number:
                key = FileKey(message.context, file.number, message.salt)
                wanted = Wanted(*place, file.sha256, file.size_bytes, key)
                _remember(self._wanted, place, wanted)
                return wanted
        return None

    def _place(self, chunk: Chunk, wanted: Wanted) -> Batch | None:
        """Append a chunk whose turn it is.

        Raises:
            PeerError: as `unfold`, or `attachment.no_room`.
        """
        files, place = self._node.attachments, wanted.place
        last = chunk_count(wanted.size_bytes) - 1
        # The last may come again: then it is here, and we crashed before that was recorded.
        if chunk.index != min(next_chunk(files.received_bytes(place)), last):
            return None
        piece = unfold(chunk, wanted)
        self._room.check(wanted.originator, len(piece) if chunk.index else wanted.size_bytes)
        files.append(place, piece, start=chunk.index * CHUNK_BYTES)
        self._room.occupy(wanted.originator, len(piece))
        return self._finish(wanted) if chunk.is_last else None

    def _finish(self, wanted: Wanted) -> Batch:
        """Check the whole, and record that it is here.

        Raises:
            PeerError: `attachment.mismatch`.
        """
        if not self._node.attachments.complete(wanted.place, wanted.sha256):
            raise PeerError(Refusal.ATTACHMENT_MISMATCH, "not the file whose hash is declared")
        step = receive_file(wanted, log=self._node.settings.origin, now=self._node.clock())
        structlog.get_logger().info(
            "attachment.received", peer=wanted.originator, message_id=wanted.id, number=wanted.number
        )
        return Batch([step])

    def _refuse(self, wanted: Wanted, error: PeerError) -> Batch:
        """Record a refusal; what was here goes once that is durable."""
        self._room.forget()
        now, log = self._node.clock(), self._node.settings.origin
        step = receive_file(wanted, log=log, now=now, error=error)
        structlog.get_logger().warning(
            "attachment.refused",
            peer=wanted.originator,
            message_id=wanted.id,
            number=wanted.number,
            code=error.code,
        )
        return Batch([step], after=[partial(self._node.attachments.discard, wanted.place)])

    def _repeat(self, chunk: Chunk, wanted: Wanted, ended: int) -> Batch | None:
        """Send the receipt again if the sender, who came to the end again, did not get it.

        Raises:
            PeerError: `envelope.unopened`: somebody else who says so.
        """
        now, place = self._node.clock(), wanted.place
        recently = now - self._repeated_at.get(place, 0) < _REPEAT_EVERY_MS
        if not chunk.is_last or recently:
            return None
        open_chunk(wanted.key, chunk)
        _remember(self._repeated_at, place, now)
        return Batch(due_again=[(wanted.originator, ended)])

    def _ignore(self, peer: str, reason: str) -> None:
        """Forget a chunk; the operator hears of it, but not of each."""
        now = self._node.clock()
        self._ignored[peer] = self._ignored.get(peer, 0) + 1
        if now - self._told_at.get(peer, 0) > _TELL_EVERY_MS:
            self._told_at[peer] = now
            structlog.get_logger().warning(
                "attachment.ignored", peer=peer, reason=reason, chunks=self._ignored.pop(peer)
            )


def _remember(memory: dict[_Place, Any], place: _Place, value: object) -> None:
    """Keep a value for a file in hand; the oldest goes, for these can be made again."""
    memory[place] = value
    while len(memory) > _REMEMBERED:
        del memory[next(iter(memory))]
