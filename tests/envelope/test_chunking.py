import base64
import dataclasses
import hmac
import json

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given, settings
from hypothesis import strategies as st

from node.canonical import encode, un_b64, un_b64u
from node.envelope.chunking import (
    Chunk,
    FileKey,
    chunk_count,
    decode_chunk,
    encode_chunk,
    open_chunk,
    seal_chunk,
)
from node.envelope.sealing import Context
from node.envelope.wire import (
    SEAL_OVERHEAD_BYTES,
    Bundle,
    decode_bundle,
    encode_bundle,
    open_bundle,
    seal_bundle,
)
from node.errors import PeerError, Refusal
from node.limits import CHUNK_BYTES, MAX_ATTACHMENT_BYTES, MAX_BUNDLE_BYTES
from tests.envelope.conftest import VECTORS as FOLDER

VECTORS = json.loads((FOLDER / "chunks.json").read_text("utf-8"))
ID = "01890a5d-ac96-774b-bcce-b302099a8057"
OTHER_ID = "01890a5d-ac96-774b-bcce-b302099a8058"
SALT = bytes(range(32))


def key_of(number=1, *, salt=SALT, id_=ID, originator="AZ-SCC"):
    return FileKey(Context("sx1", id_, originator), number, salt)


def published_key(row):
    context = Context(row["suite"], row["id"], row["from"])
    return FileKey(context, row["number"], bytes.fromhex(row["salt"]))


def seal_file(key, content, size=CHUNK_BYTES):
    pieces = [content[start : start + size] for start in range(0, len(content), size)]
    return [
        seal_chunk(key, piece, index=index, is_last=index == len(pieces) - 1)
        for index, piece in enumerate(pieces)
    ]


def refusal(key, chunk):
    with pytest.raises(PeerError) as caught:
        open_chunk(key, chunk)
    return caught.value.refusal


# --- published vectors -----------------------------------------------------------------------------


@pytest.mark.parametrize("row", VECTORS["good"], ids=lambda row: f"{row['number']} {row['piece']}")
def test_published_chunk_opens_and_is_made_again(row):
    key, raw = published_key(row), row["plaintext"].encode()
    chunk = decode_chunk(raw)
    piece = open_chunk(key, chunk)
    assert piece == un_b64(row["piece"], code=Refusal.BUNDLE_MALFORMED)
    again = seal_chunk(key, piece, index=chunk.index, is_last=chunk.is_last)
    assert encode_chunk(again) == raw


@pytest.mark.parametrize("row", VECTORS["bad"], ids=lambda row: row["changed"])
def test_published_bad_chunk_does_not_open(row):
    assert refusal(published_key(row), decode_chunk(row["plaintext"].encode())) == row["code"]


@pytest.mark.parametrize("row", VECTORS["bad_plaintexts"], ids=lambda row: row["changed"])
def test_decode_chunk_published_bad_plaintext_is_refused(row):
    with pytest.raises(PeerError) as caught:
        decode_chunk(row["plaintext"].encode())
    assert caught.value.refusal == row["code"]


# --- a whole file ----------------------------------------------------------------------------------

SIZES = st.one_of(
    st.integers(1, 50),
    *(st.integers(n * CHUNK_BYTES - 1, n * CHUNK_BYTES + 1) for n in (1, 2, 3)),
)


@given(SIZES, st.integers(1, 9), st.binary(min_size=32, max_size=32))
@settings(max_examples=25, deadline=None)
def test_file_of_any_size_round_trips_through_its_chunks(size, number, salt):
    content, key = bytes(size), key_of(number, salt=salt)
    chunks = [decode_chunk(encode_chunk(chunk)) for chunk in seal_file(key, content)]
    assert len(chunks) == chunk_count(size)
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert [chunk.is_last for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    assert b"".join(open_chunk(key, chunk) for chunk in chunks) == content


@given(st.integers(2, 6), st.data())
@settings(max_examples=60, deadline=None)
def test_chunk_in_any_other_place_does_not_open(count, data):
    chunks = seal_file(key_of(), bytes(count * 8), size=8)
    taken = data.draw(st.sampled_from(chunks))
    place = data.draw(st.sampled_from([c for c in chunks if c.index != taken.index]))
    moved = dataclasses.replace(taken, index=place.index, is_last=place.is_last)
    assert refusal(key_of(), moved) is Refusal.ENVELOPE_UNOPENED


@given(st.binary(min_size=1, max_size=64), st.integers(min_value=0))
@settings(max_examples=60, deadline=None)
def test_chunk_with_any_bit_flipped_does_not_open(piece, bit):
    chunk = seal_chunk(key_of(), piece, index=0, is_last=True)
    data = bytearray(chunk.data)
    data[bit // 8 % len(data)] ^= 1 << bit % 8
    assert refusal(key_of(), dataclasses.replace(chunk, data=bytes(data))) is Refusal.ENVELOPE_UNOPENED


FOREIGN = {
    "another file": key_of(2),
    "another message": key_of(id_=OTHER_ID),
    "another salt": key_of(salt=bytes(32)),
    "another originator": key_of(originator="UZ-CC"),
}


@pytest.mark.parametrize("key", FOREIGN.values(), ids=FOREIGN)
def test_chunk_of_another_key_does_not_open(key):
    chunk = seal_chunk(key_of(), b"piece", index=0, is_last=True)
    assert refusal(key, chunk) is Refusal.ENVELOPE_UNOPENED


def test_file_cut_off_after_a_chunk_does_not_open_as_a_whole_one():
    first, _ = seal_file(key_of(), bytes(CHUNK_BYTES + 1))
    assert refusal(key_of(), dataclasses.replace(first, is_last=True)) is Refusal.ENVELOPE_UNOPENED


def test_seal_chunk_twice_gives_the_same_bytes():
    one, two = (seal_chunk(key_of(), b"piece", index=3, is_last=False) for _ in range(2))
    assert one == two


def test_file_key_does_not_show_its_salt():
    assert SALT.hex() not in repr(key_of())
    assert "salt" not in repr(key_of())


# --- on the wire -----------------------------------------------------------------------------------


def test_decode_chunk_of_full_length_is_read_and_one_byte_more_refused():
    full = Chunk(ID, 1, 0, is_last=False, data=bytes(CHUNK_BYTES + 16))
    assert decode_chunk(encode_chunk(full)) == full
    with pytest.raises(PeerError) as caught:
        decode_chunk(encode_chunk(dataclasses.replace(full, data=bytes(CHUNK_BYTES + 17))))
    assert caught.value.refusal is Refusal.BUNDLE_MALFORMED


def test_full_chunk_fits_into_a_bundle_and_comes_out_of_it(keys):
    key = keys["AZ-SCC"]
    plaintext = encode_chunk(Chunk(ID, 9, 79, is_last=False, data=bytes(CHUNK_BYTES + 16)))
    sealed = seal_bundle(plaintext, receiver="AZ-SCC", key=key.public)
    assert len(sealed) < MAX_BUNDLE_BYTES // 2
    assert len(sealed) - SEAL_OVERHEAD_BYTES < len(plaintext) * 9 / 8
    kid = un_b64u(key.kid, code=Refusal.KEY_UNKNOWN)
    assert open_bundle(sealed, receiver="AZ-SCC", keys={kid: key}) == plaintext


@pytest.mark.parametrize(
    ("size", "count"),
    [(1, 1), (CHUNK_BYTES, 1), (CHUNK_BYTES + 1, 2), (MAX_ATTACHMENT_BYTES, 80)],
)
def test_chunk_count_is_of_whole_chunks_and_a_rest(size, count):
    assert chunk_count(size) == count


def test_decode_chunk_is_no_bundle_and_a_bundle_no_chunk():
    chunk = encode_chunk(Chunk(ID, 1, 0, is_last=True, data=bytes(17)))
    for read, raw in (
        (decode_bundle, chunk),
        (decode_chunk, encode_bundle(Bundle("", ()))),
        (decode_chunk, encode({"v": 1})),
    ):
        with pytest.raises(PeerError) as caught:
            read(raw)
        assert caught.value.refusal is Refusal.BUNDLE_MALFORMED


# --- another way to the same bytes -----------------------------------------------------------------


def derived(salt, info):
    """HKDF-SHA256 to 32 bytes by hand. Source: RFC 5869 §2, with no salt."""
    extracted = hmac.digest(bytes(32), salt, "sha256")
    return hmac.digest(extracted, info + b"\1", "sha256")


def prefixed(*parts):
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


@pytest.mark.parametrize("row", VECTORS["good"], ids=lambda row: f"{row['number']} {row['piece']}")
def test_published_chunk_opens_as_the_wire_format_says_step_by_step(row):
    chunk = json.loads(row["plaintext"])["chunk"]
    names = ("sarbon/1", row["suite"], row["id"], row["from"], str(row["number"]))
    bound = prefixed(*(name.encode() for name in names))
    key = derived(bytes.fromhex(row["salt"]), prefixed(b"sarbon attachment") + bound)
    nonce = chunk["index"].to_bytes(11, "big") + (b"\1" if chunk["last"] else b"\0")
    piece = AESGCM(key).decrypt(nonce, base64.b64decode(chunk["data"]), bound)
    assert base64.b64encode(piece).decode() == row["piece"]
