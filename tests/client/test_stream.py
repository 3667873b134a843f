"""Server-sent events, cut anywhere."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.client.stream import MAX_LINE_BYTES, Reader, Told

STREAM = 'retry: 3000\n\n: 3\n\nid: 4\nevent: a\ndata: {"x":\ndata: "ä"}\n\nid: 5\ndata: b\n\n'.encode()
EVENTS = [Told("", "3", is_comment=True), Told("4", '{"x":\n"ä"}'), Told("5", "b")]


def read(*pieces):
    reader = Reader()
    return [told for piece in pieces for told in reader.feed(piece)]


@pytest.mark.parametrize("at", range(len(STREAM)))
def test_stream_cut_into_two_at_any_byte_tells_the_same(at):
    assert read(STREAM[:at], STREAM[at:]) == EVENTS


@pytest.mark.parametrize("end", [b"\n", b"\r", b"\r\n"])
def test_stream_with_any_end_of_line_tells_the_same(end):
    pieces = [bytes([one]) for one in STREAM.replace(b"\n", end) + b": end"]
    assert read(*pieces) == EVENTS


@pytest.mark.parametrize("at", range(len(STREAM)))
def test_stream_that_broke_off_at_any_byte_tells_only_what_was_whole(at):
    told = read(STREAM[:at])
    assert told == EVENTS[: len(told)]
    whole = STREAM[:at].count(b"\n\n") - STREAM[:at].startswith(b"retry: 3000\n\n")
    assert len([one for one in told if not one.is_comment]) == max(whole - 1, 0)


@given(st.lists(st.binary(max_size=20), max_size=20))
@settings(max_examples=100)
def test_stream_of_any_bytes_is_read_or_refused(pieces):
    try:
        told = read(*pieces)
    except ValueError:
        return
    assert all(isinstance(one, Told) for one in told)


@pytest.mark.parametrize("line", ["event: a", "id", "data", "other: x", "retry: x", "id: a\0b"])
def test_stream_with_a_line_that_says_nothing_goes_on(line):
    told = read(f"{line}\ndata: b\n\n".encode())
    assert [one.data.strip() for one in told] == ["b"]
    assert told[0].id == ""


def test_retry_time_is_kept():
    reader = Reader()
    reader.feed(b"retry: 1500\n")
    assert reader.retry_ms == 1500


def test_line_without_an_end_is_refused_before_it_fills_the_memory():
    reader = Reader()
    reader.feed(b"data: " + b"x" * 1000)
    with pytest.raises(ValueError, match="too long"):
        reader.feed(b"x" * MAX_LINE_BYTES)
