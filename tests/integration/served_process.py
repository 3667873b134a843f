"""A node's process that serves its API; no broker and no peer is up."""

import asyncio
import shutil
import socket
import time
from pathlib import Path

import httpx2

from node.daemon.access_desk import AccessDesk
from node.daemon.node import Node
from node.demo.stage import Stage
from node.national.system import OWNER, make_system
from tests.conftest import CHEAP
from tests.daemon.conftest import CAST, NO_BROKER

NODE = "AZ-SCC"
_UP_SECONDS = 40


class ServedProcess:
    """The process of one node.

    Attributes:
        stage: around it.
        root: URL of its server.
        kills: how often it was killed.
        up: set while it answers.
    """

    def __init__(self, founded: Stage, folder: Path) -> None:
        """Take a copy of a founded network, and open the API of one node of it."""
        shutil.copytree(founded.folder, folder, symlinks=True)
        self.stage = Stage(folder, CAST, cost=CHEAP, outside=NO_BROKER)
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        with self.stage.config(NODE).open("a") as config:
            config.write(f"\n[api]\nport = {port}\nrequests_per_minute = 10000000\n")
        self.root = f"http://127.0.0.1:{port}"
        self.kills = 0
        self.up = asyncio.Event()

    def node(self) -> Node:
        """Open the node in this process, while the other does not run."""
        return self.stage.node(NODE)

    async def token(self, system: str = "declarations") -> str:
        """Add a system that sends and reads everything, while the process does not run."""
        node = self.node()
        committing = asyncio.create_task(node.committer.run())
        try:
            desk = AccessDesk(node)
            made = make_system(system, title=system, role="system", units=("*",), types=("*",))
            await desk.add(made, by=OWNER)
            return (await desk.issue(system, by=OWNER)).text
        finally:
            committing.cancel()
            await asyncio.gather(committing, return_exceptions=True)
            node.close()

    async def start(self) -> None:
        """Start the process, and wait until it answers."""
        self.stage.run_node(NODE)
        until = time.monotonic() + _UP_SECONDS
        async with httpx2.AsyncClient() as client:
            while not await self._is_up(client):
                assert time.monotonic() < until, "the node does not come up"
                await asyncio.sleep(0.05)  # asking is the only way to know
        self.up.set()

    def kill(self) -> None:
        """Kill it as a power cut would."""
        self.up.clear()
        self.stage.kill_node(NODE)
        self.kills += 1

    def stop(self) -> None:
        """Stop it in order."""
        assert self.stage.stop_nodes() == []

    async def _is_up(self, client: httpx2.AsyncClient) -> bool:
        try:
            return (await client.get(f"{self.root}/healthz")).status_code == 200
        except httpx2.TransportError:
            return False
