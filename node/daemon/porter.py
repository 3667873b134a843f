"""OUT, for files: the files of accepted messages follow to one peer, a chunk at a time.

Responsible for when a chunk goes, and for beginning again where no receipt came. Must never be in the
way of a bundle: it has a connection of its own and one chunk under way, waits while the peer's relay is
at work, and rests after each chunk as long as that took. All porters of a node seal in turn, so that
many peers together take no more of the machine than one.

If we crash, the rows know within a second how far each file had come; what the recipient gets twice it
ignores.
"""

import asyncio
import random
from typing import Final

import structlog

from node.broker.connection import BROKER_ERRORS, Account, check_stopped, open_channel
from node.broker.publisher import Publisher
from node.broker.topology import BULK
from node.daemon.node import Node
from node.daemon.relay import Relay
from node.envelope.chunking import chunk_count, encode_chunk, seal_chunk
from node.envelope.wire import seal_bundle
from node.errors import OperatorError, PeerError
from node.limits import ATTACHMENT_TERM_MS, CHUNK_BYTES
from node.store.file_rows import Carried
from node.store.journal import Batch
from node.store.transfers import Outgoing
from node.transfer.files import abandon_file
from node.transfer.retry import delay_ms, file_patience_ms

_LOOK_SECONDS: Final = 5.0  # how often to see whether a file has waited long enough
_YIELD_SECONDS: Final = 2.0  # for bundles, at most, before each chunk: files too must arrive
_MOST_REST_SECONDS: Final = 1.0
_MOST_AT_ONCE: Final = 100
_COMPLAIN_EVERY_MS: Final = 3_600_000


class Porter:
    """Carries files to one peer."""

    def __init__(
        self, node: Node, relay: Relay, account: Account, stop: asyncio.Event, turn: asyncio.Lock
    ) -> None:
        self._node = node
        self._relay = relay
        self._peer = relay.courier.peer
        self._account = account
        self._stop = stop
        self._turn = turn
        self._wake = asyncio.Event()
        self._settled: set[tuple[str, int]] = set()
        self._complained_at = 0

    def wake(self) -> None:
        """Look again whether there is something to send."""
        self._wake.set()

    def settle(self, message_id: str, number: int) -> None:
        """Stop sending a file: its receipt has come."""
        self._settled.add((message_id, number))

    async def run(self) -> None:
        """Serve until cancelled."""
        failures = 0
        log = structlog.get_logger().bind(peer=self._peer, broker=self._account.place)
        while True:
            check_stopped(self._stop)
            await self._give_up()
            if await self._next() is None:
                await self._woken()
                continue
            try:
                async with open_channel(self._account, name=f"{self._node.authority} files") as channel:
                    publisher = await Publisher.attach(
                        channel, self._node.authority, prefix=self._account.prefix
                    )
                    while file := await self._next():
                        await self._carry(publisher, file)
                        failures = 0
            except* BROKER_ERRORS as group:
                log.warning("attachment.delayed", reason=type(group.exceptions[0]).__name__)
            except* OperatorError as group:
                first = group.exceptions[0]
                if not isinstance(first, OperatorError) or not first.code.startswith("broker."):
                    raise
                log.warning("broker.peer_refused", code=first.code, fact=first.message)
            else:
                continue
            failures += 1
            await asyncio.sleep(delay_ms(failures, jitter=random.random()) / 1000)  # noqa: S311 - spread, not secrecy

    async def _woken(self) -> None:
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await self._wake.wait()
        except TimeoutError:
            return
        self._wake.clear()

    async def _next(self) -> Outgoing | None:
        """Find the next file to carry, if the directory lets us send to this peer at all."""
        self._settled.clear()
        now = self._node.clock()
        file = await self._node.in_worker(self._node.transfers.next, self._peer, now)
        if file is None:
            return None
        try:
            self._node.directory.member(self._peer).sealing_key(now)
        except PeerError as error:
            if self._may_complain():
                structlog.get_logger().error("attachment.held", peer=self._peer, code=error.code)
            return None
        return file

    async def _carry(self, publisher: Publisher, file: Outgoing) -> None:
        """Send what is left of a file; if all of it had been sent in vain, all of it again."""
        count, attempts = chunk_count(file.size_bytes), file.attempts
        first = file.next_chunk
        if first >= count:
            first, attempts = 0, attempts + 1
        # Other bytes under the same key and nonce would give the key away.
        if not await self._node.in_worker(self._node.attachments.is_intact, file.sha256):
            if self._may_complain():
                structlog.get_logger().error(
                    "attachment.lost", peer=self._peer, message_id=file.id, number=file.number
                )
            await self._put_off(file, first, attempts + 1)
            return
        for index in range(first, count):
            if (file.id, file.number) in self._settled:
                return
            await self._send(publisher, file, index)
            self._note(file, index + 1, attempts)
        await self._put_off(file, count, attempts)
        structlog.get_logger().debug(
            "attachment.published", peer=self._peer, message_id=file.id, number=file.number
        )

    async def _send(self, publisher: Publisher, file: Outgoing, index: int) -> None:
        """Send one chunk, then rest as long as it took: bundles have the other half of the time."""
        await self._relay.quiet(_YIELD_SECONDS)
        check_stopped(self._stop)
        clock = asyncio.get_running_loop().time
        async with self._turn:
            began = clock()
            body = await self._node.in_worker(self._seal, file, index)
            await asyncio.sleep(clock() - began)
        began = clock()
        await publisher.publish(body, priority=BULK)
        check_stopped(self._stop)
        await asyncio.sleep(min(clock() - began, _MOST_REST_SECONDS))

    def _seal(self, file: Outgoing, index: int) -> bytes:
        piece = self._node.attachments.piece(file.sha256, start=index * CHUNK_BYTES)
        is_last = index == chunk_count(file.size_bytes) - 1
        chunk = seal_chunk(file.key, piece, index=index, is_last=is_last)
        key = self._node.directory.member(self._peer).sealing_key(self._node.clock())
        return seal_bundle(encode_chunk(chunk), receiver=self._peer, key=key)

    def _note(self, file: Outgoing, next_chunk: int, attempts: int) -> None:
        """Remember, with whatever is committed next, how far a file has come."""
        carried = Carried(file.id, file.number, self._peer, next_chunk, attempts, 0)
        self._node.committer.later(Batch(carried=[carried]))

    async def _put_off(self, file: Outgoing, next_chunk: int, attempts: int) -> None:
        """Leave a file alone until its receipt has had time to come."""
        again_at = self._node.clock() + file_patience_ms(attempts)
        carried = Carried(file.id, file.number, self._peer, next_chunk, attempts, again_at)
        await self._node.committer.commit(Batch(carried=[carried]))

    async def _give_up(self) -> None:
        """End what has waited a term longer than its message lived."""
        node, now = self._node, self._node.clock()
        over = await node.in_worker(
            node.transfers.over, self._peer, now - ATTACHMENT_TERM_MS, limit=_MOST_AT_ONCE
        )
        if not over:
            return
        log = node.settings.origin
        steps = [abandon_file(id_, number, peer=self._peer, log=log, now=now) for id_, number in over]
        await node.committer.commit(Batch(steps))
        for id_, number in over:
            structlog.get_logger().warning(
                "attachment.abandoned", peer=self._peer, message_id=id_, number=number
            )

    def _may_complain(self) -> bool:
        """Say whether the operator should hear of what keeps files back: once an hour."""
        now = self._node.clock()
        is_time = now - self._complained_at > _COMPLAIN_EVERY_MS
        if is_time:
            self._complained_at = now
        return is_time
