import json

import orjson
import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from node.canonical import (
    b64,
    b64u,
    decode,
    encode,
    length_prefixed,
    parse_strict,
    un_b64,
    un_b64u,
)
from node.errors import PeerError, Refusal

CODE = Refusal.ENTRY_MALFORMED
SAFE = 2**53 - 1

names = st.text(st.characters(max_codepoint=0x7F), max_size=8)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names, inner, max_size=4),
    max_leaves=20,
)
objects = st.dictionaries(names, values, max_size=5)


def parse(raw, *, max_bytes=10_000, max_depth=8):
    return parse_strict(raw, max_bytes=max_bytes, max_depth=max_depth, code=CODE)


def nested(levels):
    return b'{"a":' + b"[" * levels + b"]" * levels + b"}"


@given(objects)
@settings(max_examples=300, deadline=None)
@example({"\u007f": "\u2028\ud7ff\ue000\U0010ffff", "": '\b\t\n\f\r\u000b\u001f"\\/'})
def test_encode_any_value_equals_reference(value):
    assert encode(value) == rfc8785.dumps(value)


@given(objects)
@settings(max_examples=200, deadline=None)
def test_decode_encoded_value_gives_value_back(value):
    assert decode(encode(value), code=CODE) == value


def test_encode_tuple_is_written_as_array():
    assert encode({"a": (1, (2,))}) == b'{"a":[1,[2]]}'


@pytest.mark.parametrize(
    "value",
    [
        {"a": 1.0},
        {"a": [{"b": 0.5}]},
        {"a": float("nan")},
        {"a": SAFE + 1},
        {"a": -SAFE - 1},
        {"\u00e9": 1},
        {"a": {"\u00e9": 1}},
        {"a": b"bytes"},
        {"a": {1, 2}},
        {"a": "\ud800"},
        {"\ud800": 1},
    ],
)
def test_encode_value_outside_profile_is_refused(value):
    with pytest.raises(ValueError, match=r"."):
        encode(value)


@pytest.mark.parametrize("levels", [254, 400, 2000])
def test_encode_value_nested_too_deep_is_refused(levels):
    value = {}
    for _ in range(levels):
        value = {"a": value}
    with pytest.raises(ValueError, match="cannot be written"):
        encode(value)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b'"a"',
        b"null",
        b'{"a":1} ',
        b'{ "a":1}',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":9007199254740992}',
        b'{"a":18446744073709551616}',
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u001F"}',
        b'{"a":"\xff"}',
        b'{"\xc3\xa9":1}',
        b"\xef\xbb\xbf{}",
        nested(300),
        nested(1010),
        nested(5000),
    ],
)
def test_decode_other_than_canonical_object_is_refused(raw):
    with pytest.raises(PeerError) as caught:
        decode(raw, code=CODE)
    assert caught.value.refusal is CODE


@given(objects, st.integers(min_value=0), st.integers(0, 255))
@settings(max_examples=200, deadline=None)
def test_decode_changed_byte_is_refused_or_another_value(value, position, byte):
    raw = bytearray(encode(value))
    raw[position % len(raw)] = byte
    try:
        changed = decode(bytes(raw), code=CODE)
    except PeerError:
        return
    assert encode(changed) == raw


@given(objects)
@settings(max_examples=100, deadline=None)
def test_parse_strict_any_layout_gives_value(value):
    assert parse(json.dumps(value, indent=2).encode(), max_bytes=100_000, max_depth=30) == value


@given(st.binary(max_size=60))
@settings(max_examples=200, deadline=None)
def test_parse_strict_any_bytes_gives_object_or_refusal(raw):
    try:
        value = parse(raw)
    except PeerError:
        return
    assert isinstance(value, dict)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[1]",
        b"1",
        b'{"a":1,"a":2}',
        b'{"a":1,"\\u0061":2}',
        b'{"b":[{"a":1,"a":1}]}',
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":-Infinity}',
        b'{"a":1e400}',
        b'{"a":' + b"1" * 5000 + b"}",
        b'{"a":"\\ud800"}',
        b'{"a":"\xed\xa0\x80"}',
        b'{"a":"\xc0\xaf"}',
        b"\xef\xbb\xbf{}",
        '{"a":1}'.encode("utf-16"),
        b'{"a":1}{}',
        b"{'a':1}",
        b'{"a":1,}',
        b'{"a":/**/1}',
        nested(1010),
        nested(4000),
    ],
)
def test_parse_strict_other_than_strict_json_is_refused(raw):
    with pytest.raises(PeerError) as caught:
        parse(raw)
    assert caught.value.refusal is CODE


def test_parse_strict_one_byte_too_many_is_refused():
    assert parse(b'{"a":1}', max_bytes=7) == {"a": 1}
    with pytest.raises(PeerError, match="7 bytes, at most 6"):
        parse(b'{"a":1}', max_bytes=6)


@pytest.mark.parametrize("raw", [b'{"a":[{"b":1}]}', b'{"a":1,"b":[{}]}'])
def test_parse_strict_one_level_too_deep_is_refused(raw):
    assert parse(raw, max_depth=3) == orjson.loads(raw)
    with pytest.raises(PeerError, match="deeper than 2"):
        parse(raw, max_depth=2)


@given(st.binary(max_size=100))
@settings(deadline=None)
def test_un_b64_written_text_gives_bytes_back(data):
    assert un_b64(b64(data), code=CODE) == data


@given(st.binary(max_size=100))
@settings(deadline=None)
def test_un_b64u_written_text_gives_bytes_back(data):
    assert un_b64u(b64u(data), code=CODE) == data


@given(st.text(st.sampled_from("AB+/-_=\n \u00e9"), max_size=8))
@settings(max_examples=300, deadline=None)
def test_un_b64_accepted_text_is_the_written_one(text):
    for read, write in ((un_b64, b64), (un_b64u, b64u)):
        try:
            data = read(text, code=CODE)
        except PeerError:
            continue
        assert write(data) == text


@pytest.mark.parametrize(
    "text", ["A", "AA", "AA=", "AB==", "AAA", "AAB=", "AA==\n", " AA==", "A-==", "\u00c4"]
)
def test_un_b64_other_spelling_is_refused(text):
    with pytest.raises(PeerError) as caught:
        un_b64(text, code=CODE)
    assert caught.value.refusal is CODE


@pytest.mark.parametrize(
    "text", ["A", "AB", "AA==", "AAB", "+A", "A/", "AA\n", "A A", "\u00c4", None, 7, b"AA"]
)
def test_un_b64u_other_spelling_is_refused(text):
    with pytest.raises(PeerError) as caught:
        un_b64u(text, code=CODE)
    assert caught.value.refusal is CODE


def test_length_prefixed_known_parts_gives_known_bytes():
    assert length_prefixed() == b""
    assert length_prefixed("ab", b"", "\u00e9") == b"\0\0\0\2ab\0\0\0\0\0\0\0\2\xc3\xa9"


@given(st.lists(st.binary(max_size=5), max_size=4), st.lists(st.binary(max_size=5), max_size=4))
@settings(max_examples=200, deadline=None)
def test_length_prefixed_different_lists_give_different_bytes(one, other):
    assert (length_prefixed(*one) == length_prefixed(*other)) == (one == other)
