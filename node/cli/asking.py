"""Asking the running node for one act over its local socket; without one, doing it here.

Responsible for that choice, for every command that changes something. Must not know any act.
"""

import asyncio
import json
import socket
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from node.errors import CallerError, OperatorError
from node.settings import SOCKET_NAME, Settings

if TYPE_CHECKING:
    from node.daemon.node import Node

Alone = Callable[["Node", dict[str, Any]], Awaitable[dict[str, Any]]]


def ask_node(settings: Settings, request: dict[str, Any], alone: Alone) -> dict[str, Any]:
    """Ask the running node; without one, do it here.

    Args:
        settings: of the node.
        request: as the local socket takes it.
        alone: does it on a node that was opened for this.

    Raises:
        CallerError: as the node told it.
        OperatorError: `socket.lost`, or what opening the node raises.
    """
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(settings.data / SOCKET_NAME))
            stream = connection.makefile("rwb")
            stream.write(json.dumps(request).encode() + b"\n")
            stream.flush()
            line = stream.readline()
    except (FileNotFoundError, ConnectionRefusedError):
        return _do_alone(settings, request, alone)
    except OSError as error:
        raise _lost(error.strerror or str(error)) from error
    if not line:
        raise _lost("it closed the connection")
    answer: dict[str, Any] = json.loads(line)
    if "error" in answer:
        raise CallerError(**answer["error"])  # code, message, hint, pointer: as the node told them
    return answer


def _lost(fact: str) -> OperatorError:
    return OperatorError(
        "socket.lost",
        f"the running node did not answer: {fact}",
        hint="look at its log, then see what was done before you do it again",
    )


def _do_alone(settings: Settings, request: dict[str, Any], alone: Alone) -> dict[str, Any]:
    from node.cli.commands import open_node
    from node.daemon.supervisor import writing

    async def act(node: "Node") -> dict[str, Any]:
        return await alone(node, request)

    with writing(settings):
        node = open_node(settings)
        try:
            return asyncio.run(act(node))
        finally:
            node.close()
