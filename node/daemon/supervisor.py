"""What starts when a node runs, and how it stops.

Responsible for building the tasks from settings and for one rule: a fault of a peer or of the
network is retried by the task that met it; a fault of our own machine stops the node in order.
"""

import asyncio
import signal
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import structlog

from node.broker.connection import Account, Tls
from node.broker.consumer import Intake
from node.broker.topology import BULK
from node.daemon import match_requests, unloader
from node.daemon.access_desk import AccessDesk
from node.daemon.courier import Courier
from node.daemon.desk import Desk
from node.daemon.node import Node
from node.daemon.porter import Porter
from node.daemon.receiver import Receiver
from node.daemon.reception import Reception
from node.daemon.registrar import Registrar
from node.daemon.relay import Relay
from node.daemon.submitter import Submitter
from node.daemon.timekeeper import Timekeeper
from node.daemon.unloader import Unloader
from node.errors import CallerError, NodeError, OperatorError
from node.gateway import local
from node.settings import SOCKET_NAME, BrokerSettings, Settings
from node.store.database import WriterLock
from node.store.journal import Batch
from node.store.keyring import read_private
from node.transfer.lifecycle import HeldFileReceipt, HeldReceipt, SentMessage, State, Transition
from node.transfer.submission import Submission

LOCK: Final = "lock"


Door = Callable[["Supervisor"], Coroutine[Any, Any, None]]
"""A task beside the node's own: given the supervisor, it serves until it is cancelled."""


class Supervisor:
    """All tasks of one running node."""

    def __init__(self, node: Node, doors: Sequence[Door] = ()) -> None:
        """Put the tasks together.

        Args:
            node: opened for writing.
            doors: further tasks that run with the node and end with it: the doors of the national side.
        """
        settings = node.settings
        if settings.broker is None:
            raise OperatorError(
                "settings.invalid",
                "the settings name no broker of our own",
                hint="add the table [broker]; docs/operators.md shows one",
            )
        self.node = node
        self._doors = doors
        self._own = account(settings.broker)
        self.stopping = self._stop = asyncio.Event()
        peers = {peer: account(broker) for peer, broker in settings.peers.items()}
        self.couriers = {peer: Courier(node, peer) for peer in peers}
        self._relays = {
            peer: Relay(node, self.couriers[peer], peers[peer], self._stop) for peer in peers
        }
        turn = asyncio.Lock()
        self._porters = {
            peer: Porter(node, self._relays[peer], peers[peer], self._stop, turn) for peer in peers
        }
        self.submitter = Submitter(node)
        self.desk = Desk(node)
        self.access = AccessDesk(node)
        self.unloader = Unloader(node)
        self.receiver = Receiver(node, self.couriers, lambda peer: self._relays[peer].wake())
        self.receptions = tuple(self._make_receptions())
        self.registrar = Registrar(node)
        self._timekeeper = Timekeeper(node, self._relays.values(), self.registrar)
        node.on_commit(self._wake_relays)

    async def run(self, stop: asyncio.Event) -> None:
        """Run until `stop` is set.

        Raises:
            OperatorError: our own machine failed; the node has stopped in order.
        """
        committer = asyncio.create_task(self.node.committer.run())
        try:
            await self.node.record_start()
            structlog.get_logger().info("node.started", peers=len(self._relays))
            await self._work(stop)
            await self.node.record_stop()
            structlog.get_logger().info("node.stopped")
        finally:
            committer.cancel()
            await asyncio.gather(committer, return_exceptions=True)

    async def _work(self, stop: asyncio.Event) -> None:
        """Run every task; the first that fails for good ends them all."""
        running = [
            asyncio.create_task(task)
            for task in (
                self.submitter.run(),
                self.receiver.run(),
                self._timekeeper.run(),
                self.registrar.run(),
                self.unloader.run(),
                *(reception.run(self._stop) for reception in self.receptions),
                local.serve(self.node.settings.data / SOCKET_NAME, self.answer),
                *(relay.run() for relay in self._relays.values()),
                *(porter.run() for porter in self._porters.values()),
                *(door(self) for door in self._doors),
            )
        ]
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([stopping, *running], return_when=asyncio.FIRST_COMPLETED)
            ended = [task for task in running if task.done()]
        finally:
            self._stop.set()
            for task in (stopping, *running):
                task.cancel()
            outcomes = await asyncio.gather(stopping, *running, return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, Exception):
                raise outcome
        if ended:
            raise OperatorError(
                "node.task_ended",
                "a task of the node ended though nobody asked it to",
                hint="start the node again and report this: it is a fault of the program",
            )

    def _make_receptions(self) -> Iterator[Reception]:
        for peer in self.couriers:
            yield Reception(self.node, self._own, peer, "inbox", self.receiver.take)
            files = Intake((BULK,), unloader.PREFETCH)
            yield Reception(self.node, self._own, peer, "files in", self.unloader.take, files)

    async def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """Answer a request of the local socket."""
        match request:
            case {"do": "send", "document": str() as document}:
                submission = Submission(document.encode("utf-8", "surrogatepass"))
                submitted = await self.submitter.submit(submission)
                return {"id": submitted.id, "new": submitted.is_new}
            case {"do": "access"}:
                return await self.access.act(request)
            case {"do": "match" | "watch"}:
                return await match_requests.act(self.node, self.submitter, request)
            case {"do": "read" | "assign"}:
                return await act(self.desk, request)
            case {"do": "ping"}:
                connected = [peer for peer, relay in self._relays.items() if relay.is_connected]
                return {"authority": self.node.authority, "connected": connected}
            case _:
                raise CallerError("request.unknown", "not a request this node knows")

    def _wake_relays(self, batch: Batch) -> None:
        """Wake the relays for which a batch, now durable, holds something."""
        for peer, _ in batch.due_again:
            self._relays[peer].wake("urgent")
        for step in batch.transitions:
            self._wake_porters(step)
            if isinstance(step.change, SentMessage):
                for peer in self._relays.keys() & set(step.change.recipients):
                    self._relays[peer].wake(step.change.priority)
            due = step.due_to or (step.repeat_receipt and step.repeat_receipt[0])
            if due in self._relays:
                self._relays[due].wake("urgent")

    def _wake_porters(self, step: Transition) -> None:
        """Let files follow a message that was accepted just now; stop one that has its receipt."""
        change = step.change
        if isinstance(change, HeldReceipt) and step.after is State.RECEIPTED:
            self._porters[change.peer].wake()
        elif isinstance(change, HeldFileReceipt):
            self._porters[change.peer].settle(change.id, change.number)


async def act(desk: Desk, request: dict[str, Any]) -> dict[str, Any]:
    """Do what an officer asks for at the desk."""
    originator = _optional_text(request, "from")
    match request:
        case {"do": "read", "id": str() as wanted}:
            unit = _optional_text(request, "unit")
            return {"new": await desk.read(wanted, unit, originator=originator)}
        case {"do": "assign", "id": str() as wanted, "unit": str() as unit}:
            await desk.assign(wanted, unit, originator=originator)
            return {"new": True}
        case _:
            raise CallerError("request.unknown", "not a request this node knows")


def _optional_text(request: dict[str, Any], name: str) -> str | None:
    """Give a member that may be absent; one that is no text is not taken for absent."""
    value = request.get(name)
    if value is not None and not isinstance(value, str):
        raise CallerError("request.malformed", f"{name} is no text", hint="leave it out, or give a text")
    return value


async def act_alone(node: Node, request: dict[str, Any]) -> dict[str, Any]:
    """Do what an officer asks for while no node runs; the originator is told when it does."""
    committer = asyncio.create_task(node.committer.run())
    try:
        return await act(Desk(node), request)
    finally:
        committer.cancel()
        await asyncio.gather(committer, return_exceptions=True)


async def run_node(node: Node, doors: Sequence[Door] = ()) -> None:
    """Run a node, with the doors of its national side, until a signal asks it to stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await Supervisor(node, doors).run(stop)


async def submit_alone(node: Node, documents: list[bytes]) -> list[dict[str, Any] | NodeError]:
    """Seal and record documents while no node runs; they leave when it does."""
    committer = asyncio.create_task(node.committer.run())
    submitter = Submitter(node)
    serving = asyncio.create_task(submitter.run())
    try:
        answers: list[dict[str, Any] | NodeError] = []
        results = await asyncio.gather(
            *(submitter.submit(Submission(document)) for document in documents),
            return_exceptions=True,
        )
        for result in results:
            if isinstance(result, NodeError):
                answers.append(result)
            elif isinstance(result, BaseException):
                raise result
            else:
                answers.append({"id": result.id, "new": result.is_new})
        return answers
    finally:
        for task in (serving, committer):
            task.cancel()
        await asyncio.gather(serving, committer, return_exceptions=True)


@contextmanager
def writing(settings: Settings) -> Iterator[Path]:
    """Hold the right to write to this node's database."""
    settings.data.mkdir(parents=True, exist_ok=True)
    with WriterLock(settings.data / LOCK):
        yield settings.data


def account(settings: BrokerSettings) -> Account:
    """Turn broker settings into an account, its password read."""
    password = None
    if settings.password_file is not None:
        password = read_private(settings.password_file).decode().strip()
    tls = None
    if settings.tls is not None:
        tls = Tls(settings.tls.ca_file, settings.tls.cert_file, settings.tls.key_file)
    return Account(settings.url, password, tls, settings.prefix)
