import asyncio
import contextlib
import json
import socket
import stat

import pytest

from node.errors import CallerError, OperatorError, PeerError, Refusal
from node.gateway.local import LINE_BYTES, describe, serve
from node.limits import MAX_DOCUMENT_BYTES


class Door:
    """A served socket with an answer function that a test can hold back."""

    def __init__(self, path):
        self.path = path
        self.asked = []
        self.held = asyncio.Event()
        self.held.set()

    async def answer(self, request):
        self.asked.append(request)
        match request:
            case {"wait": True}:
                await self.held.wait()
            case {"quiet": True}:
                return {}
            case {"refuse": code}:
                raise CallerError(code, "the fact", hint="the hint", pointer="/a/0")
        return {"echo": request}

    async def connect(self):
        return await asyncio.open_unix_connection(self.path, limit=2 * LINE_BYTES)


async def until(condition):
    """Let the other tasks run until something is so."""
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is awaited is in the code under test
            await asyncio.sleep(0)


@contextlib.asynccontextmanager
async def opened(path):
    door = Door(path)
    serving = asyncio.create_task(serve(path, door.answer))
    await until(lambda: path.exists() or serving.done())
    try:
        yield door
    finally:
        serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving


@pytest.fixture
async def door(tmp_path):
    async with opened(tmp_path / "node.sock") as door:
        yield door


def line(value):
    return json.dumps(value).encode() + b"\n"


async def ask(door, *lines):
    """Write some lines, say that this is all, and read every answer."""
    reader, writer = await door.connect()
    writer.write(b"".join(lines))
    writer.write_eof()
    answers = [json.loads(answer) for answer in (await reader.read()).splitlines()]
    writer.close()
    return answers


async def test_serve_one_request_is_answered(door):
    assert await ask(door, line({"a": 1})) == [{"echo": {"a": 1}}]


async def test_serve_socket_belongs_to_its_owner_alone(door):
    assert stat.S_IMODE(door.path.stat().st_mode) == 0o600


async def test_serve_file_left_by_a_crash_is_replaced(tmp_path):
    path = tmp_path / "node.sock"
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    async with opened(path) as door:
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                assert await ask(door, line({})) == [{"echo": {}}]
                break
            await asyncio.sleep(0)


async def test_serve_path_beyond_the_systems_limit_says_so(tmp_path):
    path = tmp_path / ("x" * 120) / "node.sock"
    path.parent.mkdir()
    with pytest.raises(OperatorError) as raised:
        await serve(path, Door(path).answer)
    assert raised.value.code == "socket.unusable"
    assert "100 characters" in raised.value.hint
    assert "None" not in raised.value.message


async def test_serve_missing_folder_says_so(tmp_path):
    path = tmp_path / "absent" / "node.sock"
    with pytest.raises(OperatorError, match="No such file or directory") as raised:
        await serve(path, Door(path).answer)
    assert raised.value.code == "socket.unusable"


async def test_serve_many_requests_at_once_are_answered_in_their_order(door):
    answers = await ask(door, *(line({"n": n}) for n in range(1000)))
    assert answers == [{"echo": {"n": n}} for n in range(1000)]


async def test_serve_slow_request_is_overtaken_in_work_but_not_in_answers(door):
    door.held.clear()
    reader, writer = await door.connect()
    writer.write(line({"wait": True}) + line({"n": 1}) + line({"n": 2}))
    await until(lambda: len(door.asked) == 3)  # all three are under way while the first waits
    door.held.set()
    writer.write_eof()
    answers = [json.loads(answer) for answer in (await reader.read()).splitlines()]
    assert answers == [{"echo": {"wait": True}}, {"echo": {"n": 1}}, {"echo": {"n": 2}}]
    writer.close()


async def test_serve_slow_caller_does_not_hold_up_another(door):
    door.held.clear()
    _, slow = await door.connect()
    slow.write(line({"wait": True}))
    assert await ask(door, line({"n": 1})) == [{"echo": {"n": 1}}]
    door.held.set()
    slow.close()


async def test_serve_last_line_without_newline_is_answered(door):
    assert await ask(door, b'{"a":1}\n{"a":2}') == [{"echo": {"a": 1}}, {"echo": {"a": 2}}]


async def test_serve_nothing_asked_is_nothing_answered(door):
    assert await ask(door) == []


@pytest.mark.parametrize(
    "bad",
    [
        b"\n",
        b"{\n",
        b"[]\n",
        b"3\n",
        b'"a"\n',
        b"null\n",
        b"\xff\xfe{\x00}\x00\n",
        b'{"a":1}{"b":2}\n',
        b"[" * 100_000 + b"\n",
    ],
    ids=lambda bad: bad[:12],
)
async def test_serve_malformed_line_is_refused_and_the_next_is_answered(door, bad):
    answers = await ask(door, bad, line({"n": 1}))
    assert answers == [
        {
            "error": {
                "code": "request.malformed",
                "message": "not a JSON object",
                "hint": "one JSON object a line",
                "pointer": "",
            }
        },
        {"echo": {"n": 1}},
    ]


@pytest.mark.parametrize("beyond", [1, 5000, LINE_BYTES, 4 * LINE_BYTES])
async def test_serve_oversize_line_is_refused_and_the_next_is_answered(door, beyond):
    oversize = b'{"document":"' + b"x" * (LINE_BYTES - 15 + beyond) + b'"}\n'
    first, second, third = await ask(door, line({"n": 1}), oversize, line({"n": 2}))
    assert (first, third) == ({"echo": {"n": 1}}, {"echo": {"n": 2}})
    assert second["error"]["code"] == "request.oversize"
    assert str(MAX_DOCUMENT_BYTES) in second["error"]["hint"]
    assert door.asked == [{"n": 1}, {"n": 2}]


async def test_serve_oversize_line_that_never_ends_is_refused(door):
    (answer,) = await ask(door, b"x" * (3 * LINE_BYTES))
    assert answer["error"]["code"] == "request.oversize"


@pytest.mark.parametrize(
    "character", ["x", '"', "\\", "ш", "漢", "\N{DELIVERY TRUCK}", "\udcff", "\x00"]
)
async def test_serve_largest_document_of_any_characters_fits_a_line(door, character):
    each = len(character.encode("utf-8", "surrogateescape"))
    document = character * (MAX_DOCUMENT_BYTES // each)
    assert await ask(door, line({"document": document, "quiet": True})) == [{}]
    assert door.asked[0]["document"] == document


async def test_serve_refusal_is_described_with_all_its_members(door):
    assert await ask(door, line({"refuse": "document.invalid"})) == [
        {
            "error": {
                "code": "document.invalid",
                "message": "the fact",
                "hint": "the hint",
                "pointer": "/a/0",
            }
        }
    ]


def test_describe_peer_error_writes_its_code_as_text():
    described = describe(PeerError(Refusal.KEY_EXPIRED, "the fact"))
    assert json.loads(json.dumps(described)) == {
        "code": "key.expired",
        "message": "the fact",
        "hint": "",
        "pointer": "",
    }


async def others_than(tasks):
    """Give the tasks that are left once those that can end have ended."""
    for _ in range(200):
        await asyncio.sleep(0)
        left = asyncio.all_tasks() - tasks
        if not left:
            break
    return left


async def test_serve_caller_that_vanishes_leaves_nothing(door):
    before = asyncio.all_tasks()
    _, writer = await door.connect()
    writer.write(b"".join(line({"n": n}) for n in range(1000)))
    await until(lambda: len(door.asked) > 500)
    writer.transport.abort()
    assert await others_than(before) == set()
    assert await ask(door, line({"n": 1})) == [{"echo": {"n": 1}}]


async def test_serve_caller_that_vanishes_while_it_waits_leaves_nothing(door):
    before = asyncio.all_tasks()
    door.held.clear()
    _, writer = await door.connect()
    writer.write(line({"wait": True}) * 600)
    await until(lambda: len(door.asked) > 200)
    writer.transport.abort()
    door.held.set()
    assert await others_than(before) == set()
    assert await ask(door, line({"n": 1})) == [{"echo": {"n": 1}}]


async def test_serve_caller_that_never_reads_is_held_back_not_stored(door):
    reader, writer = await door.connect()
    document = "x" * 200_000
    writer.write(line({"document": document}) * 400)
    for _ in range(2000):
        await asyncio.sleep(0)
    assert len(door.asked) <= 300  # 256 may wait, one is being written, few are in the pipes
    answered = 0
    writer.write_eof()
    while await reader.readline():
        answered += 1
    assert answered == 400
    writer.close()
