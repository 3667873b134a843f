"""Events are told once and in order, whatever breaks, by both clients."""

import httpx2
import pytest

from node.client import ForbiddenError, Retry, UnansweredError, UnauthorizedError, UnreadableError
from tests.client.scripted import (
    Reply,
    Scripted,
    Waits,
    block,
    blocking,
    events_of,
    page,
    problem,
    stream,
)

BEGIN = b"retry: 2000\n\n"
WHOLE = BEGIN + block(3) + block(5) + b": 6\n\n" + block(8)
CUT, DEAD = httpx2.ReadError, httpx2.ReadTimeout
KINDS = ["blocking", "asynchronous"]


def places(script):
    """Give after which position each request asked, and by which way."""
    found = []
    for request in script.requests:
        is_stream = request.headers["accept"] == "text/event-stream"
        where = request.headers.get("last-event-id") or request.url.params["after"]
        found.append(("stream" if is_stream else "poll", int(where)))
    return found


@pytest.mark.parametrize(
    ("kind", "breaks", "step"),
    [("blocking", CUT, 1), ("blocking", None, 7), ("asynchronous", CUT, 5), ("asynchronous", None, 7)],
)
async def test_stream_that_ends_at_any_byte_is_resumed_without_loss_or_repetition(kind, breaks, step):
    for at in range(0, len(WHOLE), step):
        script = Scripted(stream(WHOLE[:at], breaks=breaks), stream(WHOLE))
        numbers, _, positions, position = await events_of(kind, script, 3)
        assert numbers == [3, 5, 8], at
        assert positions == sorted(set(positions)), at
        assert position < 8, "the last one is not done with"


@pytest.mark.parametrize("kind", KINDS)
async def test_stream_goes_on_after_the_last_event_that_was_done_with(kind):
    script = Scripted(
        stream(BEGIN, block(3), breaks=CUT), stream(BEGIN, block(5), b": 7\n\n"), stream(block(8))
    )
    numbers, waits, positions, _ = await events_of(kind, script, 3)
    assert numbers == [3, 5, 8]
    assert places(script) == [("stream", -1), ("stream", 3), ("stream", 7)]
    assert positions == [3, 5, 7]
    assert waits == [2.0, 2.0], "as the server asked"


@pytest.mark.parametrize("kind", KINDS)
async def test_event_that_is_told_again_is_passed_over(kind):
    script = Scripted(stream(block(3), block(3), block(5), block(3), block(4), block(6)))
    assert (await events_of(kind, script, 3))[0] == [3, 5, 6]


@pytest.mark.parametrize("kind", KINDS)
async def test_node_that_is_away_is_waited_for_longer_and_longer(kind):
    away = [httpx2.ConnectError("refused")] * 9
    script = Scripted(*away, problem(503, "node.busy", retry_after="50"), stream(block(3)))
    numbers, waits, _, _ = await events_of(kind, script, 1)
    assert numbers == [3]
    assert waits == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0, 50.0]
    assert {way for way, _ in places(script)} == {"stream"}


@pytest.mark.parametrize("kind", KINDS)
async def test_too_many_streams_are_waited_for_as_long_as_the_node_says(kind):
    script = Scripted(problem(429, "streams.exceeded", retry_after="10"), stream(block(3)))
    assert (await events_of(kind, script, 1))[:2] == ([3], [10.0])


@pytest.mark.parametrize("kind", KINDS)
async def test_answer_that_is_no_stream_leads_to_the_long_poll(kind):
    script = Scripted(page(3, position=4), page(3, position=4), page(position=6), page(9, position=9))
    numbers, waits, positions, _ = await events_of(kind, script, 2)
    assert numbers == [3, 9]
    assert places(script) == [("stream", -1), ("poll", -1), ("poll", 4), ("poll", 6)]
    assert positions == [3, 4, 6]
    assert waits == [0.0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("silence", [stream(breaks=DEAD), stream()])
async def test_streams_that_say_nothing_lead_to_the_long_poll(kind, silence):
    script = Scripted(silence, silence, page(3, position=3))
    assert (await events_of(kind, script, 1))[0] == [3]
    assert places(script) == [("stream", -1), ("stream", -1), ("poll", -1)]


@pytest.mark.parametrize("kind", KINDS)
async def test_stream_that_said_something_is_tried_again_however_often_it_breaks(kind):
    pieces = [stream(BEGIN, breaks=DEAD), stream(breaks=DEAD)] * 5
    script = Scripted(*pieces, stream(block(3)))
    assert (await events_of(kind, script, 1))[0] == [3]
    assert {way for way, _ in places(script)} == {"stream"}


@pytest.mark.parametrize("kind", KINDS)
async def test_long_poll_that_fails_goes_on_where_it_was(kind):
    script = Scripted(
        page(position=0), page(3, position=3), DEAD("none"), problem(503, "x"), page(3, 5, position=5)
    )
    numbers, waits, _, _ = await events_of(kind, script, 2)
    assert numbers == [3, 5]
    assert places(script)[-3:] == [("poll", 3)] * 3
    assert waits == [0.0, 0.5, 1.0]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (problem(401, "token.revoked"), UnauthorizedError),
        (problem(403, "access.scope"), ForbiddenError),
        (stream(b": token.revoked\n\n", b"data: {}\n\n"), UnreadableError),
        (stream(b"data: \xff\n\n"), UnreadableError),
        (httpx2.UnsupportedProtocol("x"), UnansweredError),
    ],
)
async def test_answer_that_would_be_the_same_again_is_raised(kind, reply, error):
    with pytest.raises(error):
        await events_of(kind, Scripted(reply), 1)


@pytest.mark.parametrize("kind", KINDS)
async def test_poll_of_another_form_is_raised(kind):
    script = Scripted(page(position=0), page(position=0))
    script._script[1].pieces = [b'{"events": 1}']
    with pytest.raises(UnreadableError):
        await events_of(kind, script, 1)
    script = Scripted(page(position=0), Reply(status=204))
    with pytest.raises(UnreadableError):
        await events_of(kind, script, 1)


@pytest.mark.parametrize("kind", KINDS)
async def test_events_so_far_end_where_the_log_ends(kind):
    script = Scripted(page(3, position=4), page(position=9), page(position=9))
    numbers, waits, _, position = await events_of(kind, script, None, is_endless=False)
    assert (numbers, position, waits) == ([3], 9, [])
    assert places(script) == [("poll", -1), ("poll", 4), ("poll", 9)]
    assert "wait" not in script.requests[0].url.params


@pytest.mark.parametrize("kind", KINDS)
async def test_events_so_far_are_not_waited_for_without_end(kind):
    script = Scripted(*[httpx2.ConnectError("refused")] * 3)
    with pytest.raises(UnansweredError):
        await events_of(kind, script, None, is_endless=False, retry=Retry(attempts=3))


@pytest.mark.parametrize("kind", KINDS)
async def test_kinds_are_asked_for_in_both_ways(kind):
    script = Scripted(page(position=0), page(3, position=3))
    await events_of(kind, script, 1, kinds=["message.read", "message.received"])
    for request in script.requests:
        assert request.url.params.get_list("kinds") == ["message.read", "message.received"]


def test_position_is_moved_when_the_reader_comes_for_the_next_one():
    script = Scripted(stream(block(3), block(5)))
    with blocking(script, Waits()) as client:
        events = client.events()
        assert (events.position, int(next(events).sequence), events.position) == (-1, 3, -1)
        assert (int(next(events).sequence), events.position) == (5, 3)
        events.close()


def test_reader_that_crashed_is_told_again_what_it_was_at():
    kept = []
    script = Scripted(stream(block(3), block(5)), stream(block(5)))
    with blocking(script, Waits()) as client:
        first = client.events(on_position=kept.append)
        assert [int(next(first).sequence), int(next(first).sequence)] == [3, 5]
        first.close()
        again = client.events(after=kept[-1])
        assert int(next(again).sequence) == 5
        again.close()
    assert script.requests[1].headers["last-event-id"] == "3"
