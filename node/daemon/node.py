"""A node at work: its world, put together once, and the few things every task does with it.

Responsible for opening everything that settings name, for the clock, and for threads. Must not talk
to a broker.
"""

import asyncio
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, ParamSpec, TypeVar

from node import __version__
from node.audit.event import Kind, write_entry
from node.canonical import b64u
from node.daemon.committer import Committer
from node.daemon.heads import Heads
from node.errors import OperatorError
from node.settings import Settings
from node.store.attachments import Attachments
from node.store.database import Database
from node.store.holdings import Holdings
from node.store.inbox import Inbox
from node.store.journal import Batch, Journal
from node.store.keyring import Keyring
from node.store.outbox import Outbox
from node.store.transfers import Transfers
from node.transfer.arrival import Receiver
from node.transfer.lifecycle import Transition
from node.transfer.outgoing import Sender
from node.trust.agreement import Agreement, read_agreement
from node.trust.directory import Directory, read_directory

P = ParamSpec("P")
T = TypeVar("T")

_READERS: Final = 8  # threads for those who ask; they wait for the disk far more than they compute

Clock = Callable[[], int]
"""Gives Unix milliseconds."""


def wall_clock() -> int:
    """Give the machine's time in Unix milliseconds."""
    return time.time_ns() // 1_000_000


class Node:
    """One authority's node, opened for writing. The caller holds the `WriterLock`."""

    def __init__(self, settings: Settings, keyring: Keyring, *, clock: Clock = wall_clock) -> None:
        self.settings = settings
        self.keyring = keyring
        self.clock = clock
        if keyring.log.origin != settings.origin:
            raise OperatorError(
                "key.wrong_log",
                f"the log key is of {keyring.log.origin}, the settings say {settings.origin}",
                hint="check authority, network and epoch in the settings",
            )
        self.database = Database.open_current(settings.data / "node.db")
        self.directory = load_directory(settings)
        self.agreements = load_agreements(settings)
        self.outbox = Outbox(self.database)
        self.inbox = Inbox(self.database)
        self.transfers = Transfers(self.database)
        self.attachments = Attachments(settings.data)
        self.holdings = Holdings(settings.authority, self.database)
        journal = Journal(self.database)
        self.tree = journal.tree
        self.heads = Heads(self.tree, keyring.log, settings.data / "head")
        self._listeners: list[Callable[[Batch], None]] = []
        self.committer = Committer(journal, self._committed)
        self._workers = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="worker")
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="reader")
        self._keys = keyring.by_kid

    @property
    def authority(self) -> str:
        """Our id."""
        return self.settings.authority

    def sender(self) -> Sender:
        """Give the world as the sender's half sees it now."""
        return Sender(
            authority=self.authority,
            log=self.settings.origin,
            directory=self.directory,
            agreements=self.agreements,
            random_bytes=os.urandom,
            known=self.holdings,
            holds=self.attachments.holds,
        )

    def receiver(self) -> Receiver:
        """Give the world as the receiver's half sees it now."""
        return Receiver(
            authority=self.authority,
            log=self.settings.origin,
            keys=self._keys,
            directory=self.directory,
            agreements=self.agreements,
            known=self.holdings,
        )

    def event(self, kind: Kind, **members: object) -> Transition:
        """Make the step of an event that concerns no message."""
        entry = write_entry(kind, at=self.clock(), log=self.settings.origin, **members)
        return Transition(entry=entry)

    async def in_worker(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run work off the event loop; the library releases the GIL where it takes long."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._workers, lambda: work(*args, **kwargs))

    async def in_reader(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Read for somebody who asks, off the event loop and apart from the node's own work.

        However many ask, sealing and receiving keep their threads.
        """
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, lambda: work(*args, **kwargs))

    def on_commit(self, listener: Callable[[Batch], None]) -> None:
        """Call a function on the event loop with every batch once it is durable."""
        self._listeners.append(listener)

    async def record_start(self) -> None:
        """Record that the node runs, and what it relies on if that changed.

        Raises:
            PeerError: `directory.unproven`, if the directory file went back or aside.
        """
        adopted, known = self.inbox.adopted()
        batch = Batch([self.event(Kind.NODE_STARTED, version=__version__)])
        head = self.directory.checkpoint
        if adopted is not None:
            self.directory.check_extends(*adopted)
        if adopted != (head.size, head.root):
            members = {"size": head.size, "root": b64u(head.root)}
            batch.transitions.append(self.event(Kind.DIRECTORY_ADOPTED, **members))
            batch.adopted = (head.size, head.root)
        for agreement in self.agreements.values():
            if agreement.digest not in known:
                members = {"agreement": agreement.digest, "name": agreement.name}
                batch.transitions.append(self.event(Kind.AGREEMENT_ADOPTED, **members))
                batch.agreements.append(agreement.digest)
        await self.committer.commit(batch)

    async def record_stop(self) -> None:
        """Record an orderly stop and write what was left for later."""
        if self.committer.failure is None:
            await self.committer.commit(Batch([self.event(Kind.NODE_STOPPED)]))

    def close(self) -> None:
        """Close threads and database."""
        self.committer.close()
        self._workers.shutdown()
        self._readers.shutdown()
        self.database.close()

    def _committed(self, batch: Batch) -> None:
        for listener in self._listeners:
            listener(batch)


def load_directory(settings: Settings) -> Directory:
    """Read and check the directory file that settings name.

    Raises:
        OperatorError: `directory.missing` or `directory.unpinned`.
        PeerError: it does not prove itself.
    """
    if not settings.fingerprint:
        raise OperatorError(
            "directory.unpinned",
            "this node has not joined a network: its settings pin no fingerprint",
            hint="'sarbon network join DIRECTORY --fingerprint …' does it",
        )
    try:
        raw = settings.directory.read_bytes()
    except OSError as error:
        raise OperatorError(
            "directory.missing",
            f"{settings.directory} cannot be read",
            hint="'sarbon network join' puts it there",
        ) from error
    directory = read_directory(raw, fingerprint=settings.fingerprint)
    if directory.network != settings.network:
        raise OperatorError(
            "directory.other_network",
            f"the directory is of {directory.network}, the settings say {settings.network}",
            hint="check both",
        )
    return directory


def load_agreements(settings: Settings) -> Mapping[str, Agreement]:
    """Read every agreement in the folder that settings name; those we are a party of are kept."""
    found = [
        read_agreement(path.read_bytes(), source=path.name)
        for path in sorted(Path(settings.agreements).glob("*.toml"))
    ]
    return {one.digest: one for one in found if settings.authority in one.parties}
