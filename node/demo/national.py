"""The national side of the stage: three systems of each authority, and the doors they use.

Responsible for systems, folders and the tables in the settings that open the doors. Must not start
anything; the stage does.
"""

import asyncio
import socket
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from node.daemon.access_desk import AccessDesk
from node.daemon.node import Node
from node.gateway.folder_layout import make_folders
from node.national.system import OWNER, System, make_system
from node.settings import Settings

DROP: Final = "terminal"
"""The system that has a folder."""

SYSTEMS: Final = (
    make_system("declarations", title="Declaration system", role="system", units=("*",), types=("*",)),
    make_system("risk-engine", title="Risk engine", role="analyst", units=("*",), types=("*",)),
    make_system(DROP, title="Terminal system", role="system", units=("*",), types=("*",)),
)
"""Those of each authority: whatever comes by REST or AMQP is theirs, and one has a folder."""


def folder_of(home: Path) -> Path:
    """Give the drop in the folder of an authority."""
    return home / "drop" / DROP


def tables_for(home: Path) -> str:
    """Make the drop, and write the settings of the doors that need no account."""
    folder = folder_of(home)
    folder.mkdir(parents=True)
    make_folders(folder)
    api = f'\n[api]\nhost = "127.0.0.1"\nport = {_free_port()}\n'
    return f'{api}\n[folders.{DROP}]\npath = "{folder}"\npoll_seconds = 0.2\n'


def api_url(settings: Settings) -> str | None:
    """Give the address of a node's API; None if it has none."""
    return f"http://{settings.api.host}:{settings.api.port}/api/v1" if settings.api else None


def add_systems(node: Node, systems: Iterable[System] = SYSTEMS) -> None:
    """Add systems to a node that does not run; it is closed afterwards."""
    with ThreadPoolExecutor(1) as thread:  # the caller may be running in a loop of its own
        thread.submit(asyncio.run, _add(node, systems)).result()


async def _add(node: Node, systems: Iterable[System]) -> None:
    committer = asyncio.create_task(node.committer.run())
    try:
        for system in systems:
            await AccessDesk(node).add(system, by=OWNER)
    finally:
        committer.cancel()
        await asyncio.gather(committer, return_exceptions=True)
        node.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
