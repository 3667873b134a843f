"""A local socket through which commands on the same machine submit to the running node.

Responsible for one JSON object a line, in and out, and for who may connect: the file is the owner's
alone. Must not know how a submission is served; it is given a function.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import orjson

from node.errors import CallerError, NodeError, OperatorError
from node.limits import MAX_DOCUMENT_BYTES

LINE_BYTES: Final = 6 * MAX_DOCUMENT_BYTES + 4096  # a document as a JSON string: \u00XX at worst
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
            f"{path}: {error.strerror or error}",
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
            while (line := await _read_line(reader)) != b"":
                await answers.put(group.create_task(_answer_line(line, answer)))
        except ConnectionError:
            pass  # the caller went away: nothing more to read
        await answers.put(None)


async def _read_line(reader: asyncio.StreamReader) -> bytes | None:
    """Read a line; None for one beyond the limit, skipped to its end; b"" at the end of all."""
    is_whole = True
    while True:
        try:
            line = await reader.readuntil()
        except asyncio.IncompleteReadError as error:
            line = error.partial
        except asyncio.LimitOverrunError as error:
            await reader.readexactly(error.consumed)
            is_whole = False
            continue
        return line if is_whole else None


async def _answer_line(line: bytes | None, answer: Answer) -> dict[str, Any]:
    try:
        return await answer(_read_request(line))
    except NodeError as error:
        return {"error": describe(error)}


def _read_request(line: bytes | None) -> dict[str, Any]:
    if line is None:
        raise CallerError(
            "request.oversize",
            f"a request of more than {LINE_BYTES} bytes",
            hint=f"a document has at most {MAX_DOCUMENT_BYTES} bytes",
        )
    request: Any = None
    for loads in (orjson.loads, json.loads):  # json: for documents that are not UTF-8, as surrogates
        try:
            request = loads(line)
            break
        except (ValueError, RecursionError):
            continue
    if not isinstance(request, dict):
        raise CallerError("request.malformed", "not a JSON object", hint="one JSON object a line")
    return request


async def _write_answers(
    writer: asyncio.StreamWriter, answers: "asyncio.Queue[asyncio.Task[dict[str, Any]] | None]"
) -> None:
    is_there = True
    while (task := await answers.get()) is not None:
        answered = await task
        try:
            if is_there:
                writer.write(orjson.dumps(answered, option=orjson.OPT_APPEND_NEWLINE))
                await writer.drain()
        except ConnectionError:
            is_there = False  # the caller went away; what it asked for is done all the same
    writer.close()


def describe(error: NodeError) -> dict[str, str]:
    """Give an error as the members of a JSON object."""
    return {
        "code": error.code,
        "message": error.message,
        "hint": error.hint,
        "pointer": error.pointer,
    }
