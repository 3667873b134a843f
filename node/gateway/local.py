"""A local socket through which commands on the same machine submit to the running node.

Responsible for one JSON object a line, in and out, and for who may connect: the file is the owner's
alone. Must not know how a submission is served; it is given a function.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

from node.errors import NodeError, OperatorError
from node.limits import MAX_DOCUMENT_BYTES

LINE_BYTES: Final = 2 * MAX_DOCUMENT_BYTES + 4096  # a document as a JSON string, at worst
_UNANSWERED: Final = 256  # requests of one connection that may wait at once

Answer = Callable[[dict[str, Any]], Awaitable[dict[str, Any]]]


async def serve(path: Path, answer: Answer) -> None:
    """Listen until cancelled.

    Raises:
        OperatorError: `socket.unusable`.
    """
    path.unlink(missing_ok=True)  # noqa: ASYNC240 - once, at the start; the writer's lock is ours
    try:
        server = await asyncio.start_unix_server(
            lambda reader, writer: _converse(reader, writer, answer), path, limit=LINE_BYTES
        )
    except OSError as error:
        raise OperatorError(
            "socket.unusable",
            f"{path}: {error.strerror}",
            hint="the data folder's path may be too long (100 characters) or not ours",
        ) from error
    path.chmod(0o600)  # noqa: ASYNC240 - once, at the start
    async with server:
        await server.serve_forever()


async def _converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answer) -> None:
    """Answer each line; many may be under way, answers come in the order of the requests."""
    answers: asyncio.Queue[asyncio.Task[dict[str, Any]] | None] = asyncio.Queue(_UNANSWERED)
    async with asyncio.TaskGroup() as group:
        group.create_task(_write_answers(writer, answers))
        try:
            while line := await reader.readline():
                await answers.put(group.create_task(_answer_line(line, answer)))
        except (ValueError, ConnectionError):
            pass  # a line beyond the limit, or the caller went away: nothing more to read
        await answers.put(None)


async def _answer_line(line: bytes, answer: Answer) -> dict[str, Any]:
    try:
        request = json.loads(line)
    except ValueError:
        request = None
    if not isinstance(request, dict):
        return {"error": {"code": "request.malformed", "message": "not a JSON object"}}
    try:
        return await answer(request)
    except NodeError as error:
        return {"error": describe(error)}


async def _write_answers(
    writer: asyncio.StreamWriter, answers: "asyncio.Queue[asyncio.Task[dict[str, Any]] | None]"
) -> None:
    try:
        while (task := await answers.get()) is not None:
            writer.write(json.dumps(await task).encode() + b"\n")
            await writer.drain()
        writer.close()
    except ConnectionError:
        pass  # the caller went away; what it asked for is done all the same


def describe(error: NodeError) -> dict[str, str]:
    """Give an error as the members of a JSON object."""
    return {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "pointer": error.pointer,
    }
