"""Documents in one piece of JSON, taken apart."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.message.pieces import elements, is_lines

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
SPACE = st.text(" \t\r\n", max_size=3)


@given(st.lists(st.tuples(SPACE, JSON, SPACE), max_size=5), SPACE, SPACE)
def test_elements_are_the_bytes_that_were_written(parts, before, after):
    written = [json.dumps(value, ensure_ascii=False) for _, value, _ in parts]
    spaced = (f"{left}{text}{right}" for (left, _, right), text in zip(parts, written, strict=True))
    raw = f"{before}[{','.join(spaced)}]{after}".encode("utf-8", "surrogatepass")
    assert list(elements(raw)) == [text.encode("utf-8", "surrogatepass") for text in written]


def test_elements_at_fault_stay_as_they_are():
    assert list(elements(b'[{"a":1,"a":2}, "\xff", 1e999]')) == [b'{"a":1,"a":2}', b'"\xff"', b"1e999"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{}",
        b"[",
        b"[1",
        b"[1,",
        b"[1,]",
        b"[1 2]",
        b"[1] 2",
        b"[1]]",
        b"[,1]",
        b"[" * 99_999,
    ],
    ids=lambda raw: raw[:9].decode(),
)
def test_elements_of_what_is_no_array_are_refused(raw):
    with pytest.raises(ValueError, match=r"."):
        list(elements(raw))


@pytest.mark.parametrize(
    ("raw", "verdict"),
    [
        (b'{"a":1}\n{"b":2}', True),
        (b'\n{"a":1} \n\n {"b":2}\n', True),
        (b'{"a":1}', False),
        (b'{"a":1}\n', False),
        (b'{"a":1,\n"b":2}', False),
        (b'{\n"a":1}\n{"b":2}', False),
        (b"[1]\n[2]", False),
        (b"", False),
    ],
    ids=str,
)
def test_lines_are_told_from_one_document(raw, verdict):
    assert is_lines(raw) is verdict
