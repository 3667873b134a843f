import hashlib
import re
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.note import (
    ED25519,
    MLDSA44,
    Ed25519Signer,
    MLDSA44Signer,
    Note,
    SignatureLine,
    VerifierKey,
    cosigned_message,
    is_key_name,
    is_size,
    read_note,
    read_signature_lines,
    read_verifier_key,
    sign_note,
)
from node.canonical import b64
from node.errors import PeerError, Refusal
from node.limits import MAX_NOTE_BYTES

EXTERNAL = Path(cryptography_vectors.__file__).parent / "asymmetric"

# The example of C2SP signed-note, "Verifier keys".
VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
NOTE = (
    "This is an example message.\n"
    "\n"
    "\u2014 example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuw"
    "HjG1Yu72IneyaQM=\n"
)
TEXT = f"example.com/log\n5\n{b64(bytes(32))}\n"
LINE = SignatureLine("name", b"1234", b"signature")

key_names = st.text(st.characters(codec="utf-8"), min_size=1, max_size=10).filter(is_key_name)
lines = st.builds(
    SignatureLine, key_names, st.binary(min_size=4, max_size=4), st.binary(min_size=1, max_size=80)
)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=40).map(
    lambda text: text + "\n"
)


def ed25519_vectors():
    rows = (EXTERNAL / "Ed25519" / "sign.input").read_text().splitlines()
    for row in rows:
        secret, public, message, signed, *_ = map(bytes.fromhex, row.split(":")[:4])
        yield secret[:32], public, message, signed[:64]


def mldsa44_vectors():
    text = (EXTERNAL / "MLDSA" / "kat_MLDSA_44_det_pure.rsp").read_text()
    for block in text.split("count = "):
        row = dict(re.findall(r"^(\w+) = ([0-9a-f]*)$", block, re.MULTILINE))
        if "sm" in row:
            yield row


def test_ed25519_signer_published_seeds_give_published_keys_and_signatures():
    checked = 0
    for seed, public, message, signature in ed25519_vectors():
        signer = Ed25519Signer("example.com/log", seed)
        assert signer.verifier.raw == public
        assert signer._key.sign(message) == signature
        signer.verifier._key.verify(signature, message)
        checked += 1
    assert checked == 1024


def test_ed25519_signer_published_texts_are_signed_as_notes():
    checked = 0
    for seed, _, message, signature in ed25519_vectors():
        if not message.isascii():
            continue
        signer = Ed25519Signer("example.com/log", seed)
        line = signer.sign(message.decode(), seconds=7)
        assert line.signature == signature
        assert signer.verifier.verify(Note(message.decode(), (line,))) == 0
        checked += 1
    assert checked == 2  # most published messages are not text


def test_mldsa44_signer_published_seeds_give_published_keys_and_accept_signatures():
    checked = 0
    for row in mldsa44_vectors():
        signer = MLDSA44Signer("example.com/log", bytes.fromhex(row["xi"]))
        assert signer.verifier.raw.hex() == row["pk"]
        message, context = bytes.fromhex(row["msg"]), bytes.fromhex(row["ctx"])
        signature = bytes.fromhex(row["sm"])[:2420]
        signer.verifier._key.verify(signature, message, context)
        with pytest.raises(InvalidSignature):
            signer.verifier._key.verify(signature, message + b"x", context)
        checked += 1
    assert checked == 100


def test_verifier_key_published_example_verifies_published_note():
    key = read_verifier_key(VKEY)
    assert (key.name, key.algorithm, key.key_id.hex()) == ("example.com/foo", ED25519, "530d903a")
    assert key.encode() == VKEY
    note = read_note(NOTE)
    assert note.text == "This is an example message.\n"
    assert note.encode() == NOTE
    assert key.verify(note) == 0


def test_verifier_key_published_example_refuses_another_text():
    with pytest.raises(PeerError) as caught:
        read_verifier_key(VKEY).verify(read_note(NOTE.replace("an example", "no example")))
    assert caught.value.refusal is Refusal.CHECKPOINT_BAD_SIGNATURE


@given(texts, st.lists(lines, min_size=1, max_size=4).map(tuple))
@settings(max_examples=100, deadline=None)
def test_read_note_written_note_gives_it_back(text, signatures):
    note = Note(text, signatures)
    assert read_note(note.encode()) == note


@given(key_names, st.sampled_from([Ed25519Signer, MLDSA44Signer]), st.binary(min_size=32, max_size=32))
@settings(max_examples=50, deadline=None)
def test_read_verifier_key_written_key_gives_it_back(name, signer, seed):
    key = signer(name, seed).verifier
    assert read_verifier_key(key.encode()) == key


@given(st.integers(0, 2**64 - 1), st.binary(min_size=32, max_size=32))
@settings(max_examples=25, deadline=None)
def test_mldsa44_verify_signed_note_gives_the_time(seconds, seed):
    signer = MLDSA44Signer("example.com/witness", seed)
    note = sign_note(TEXT, [signer], seconds=seconds)
    assert signer.verifier.verify(note) == seconds


@given(st.integers(min_value=0))
@settings(max_examples=100, deadline=None)
def test_verify_one_bit_of_a_signature_flipped_is_refused(log, witness, bit):
    for key, note in (
        (log.verifier.ed25519, log.note(5)),
        (log.verifier.mldsa44, log.note(5)),
        (witness.verifier, log.note(5, witnesses=[witness])),
    ):
        line = key.signed(note)
        data = bytearray(line.signature)
        data[bit // 8 % len(data)] ^= 1 << bit % 8
        forged = Note(note.text, (SignatureLine(line.name, line.key_id, bytes(data)),))
        with pytest.raises(PeerError) as caught:
            key.verify(forged)
        assert caught.value.refusal is Refusal.CHECKPOINT_BAD_SIGNATURE


@pytest.mark.parametrize("size", [0, 7, 8, 9])
def test_mldsa44_verify_signature_too_short_is_refused(witness, size):
    line = SignatureLine(witness.name, witness.verifier.key_id, bytes(size))
    with pytest.raises(PeerError) as caught:
        witness.verifier.verify(Note(TEXT, (line,)))
    assert caught.value.refusal is Refusal.CHECKPOINT_BAD_SIGNATURE


def test_verify_line_of_another_name_or_key_id_is_not_ours(witness):
    line = witness.sign(TEXT, seconds=1)
    others = (
        SignatureLine("example.com/other", line.key_id, line.signature),
        SignatureLine(line.name, b"0000", line.signature),
    )
    with pytest.raises(PeerError, match="no signature by"):
        witness.verifier.verify(Note(TEXT, others))


def test_signers_one_seed_and_name_have_two_key_ids():
    one, other = Ed25519Signer("n", b"s" * 32), MLDSA44Signer("n", b"s" * 32)
    assert one.verifier.key_id != other.verifier.key_id
    material = b"n\n\x06" + other.verifier.raw
    assert other.verifier.key_id == hashlib.sha256(material).digest()[:4]


def test_signers_shown_hide_their_seeds():
    for signer in (Ed25519Signer, MLDSA44Signer):
        assert "ssss" not in repr(signer("n", b"s" * 32))


def test_cosigned_message_is_the_structure_of_the_specification():
    text = f"example.com/log\n515\n{b64(b'h' * 32)}\nan extension line\n"
    assert cosigned_message("w\u00e9", 0x1122334455667788, text) == (
        b"subtree/v1\n\0"
        b"\x03w\xc3\xa9"
        b"\x11\x22\x33\x44\x55\x66\x77\x88"
        b"\x0fexample.com/log"
        b"\0\0\0\0\0\0\0\0"
        b"\0\0\0\0\0\0\x02\x03" + b"h" * 32
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n5\n",
        f"origin\n5\n{b64(bytes(32))}",
        f"origin\nfive\n{b64(bytes(32))}\n",
        f"origin\n-5\n{b64(bytes(32))}\n",
        f"origin\n05\n{b64(bytes(32))}\n",
        f"origin\n\u0665\n{b64(bytes(32))}\n",
        f"origin\n{2**63}\n{b64(bytes(32))}\n",
        f"origin\n{'9' * 5000}\n{b64(bytes(32))}\n",
        f"origin\n5\n{b64(bytes(31))}\n",
        "origin\n5\n?\n",
        f"{'o' * 256}\n5\n{b64(bytes(32))}\n",
    ],
)
def test_cosigned_message_text_that_is_no_checkpoint_is_refused(text):
    with pytest.raises(PeerError) as caught:
        cosigned_message("witness", 1, text)
    assert caught.value.refusal is Refusal.CHECKPOINT_MALFORMED


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "text\n",
        LINE.encode(),
        f"\n{LINE.encode()}",
        "text\n\n",
        f"text\n{LINE.encode()}",
        f"text\n\n{LINE.encode()}"[:-1],
        f"text\n\n{LINE.encode()}\n",
        f"te\txt\n\n{LINE.encode()}",
        f"te\rxt\n\n{LINE.encode()}",
        f"te\0xt\n\n{LINE.encode()}",
        f"text\n\n{LINE.encode() * 17}",
        f"text\n\n{LINE.encode().replace(chr(0x2014), '-')}",
        f"text\n\n{LINE.encode().replace(' name', '  name')}",
        f"text\n\n{LINE.encode().replace('name', 'na+me')}",
        f"text\n\n{LINE.encode().replace('name', 'na' + chr(0xA0) + 'me')}",
        f"text\n\n{LINE.encode().replace('name', 'na' + chr(1) + 'me')}",
        f"text\n\n{LINE.encode().replace('name', 'n' * 256)}",
        "text\n\n\u2014 name\n",
        "text\n\n\u2014 name MTIzNA==\n",
        "text\n\n\u2014 name MTIz\n",
        "text\n\n\u2014 name ?\n",
        "text\n\n\u2014 name MTIzNHN=\n",
    ],
)
def test_read_note_anything_else_is_refused(raw):
    with pytest.raises(PeerError) as caught:
        read_note(raw)
    assert caught.value.refusal is Refusal.CHECKPOINT_MALFORMED


def test_read_note_text_with_empty_lines_is_divided_at_the_last():
    raw = f"one\n\ntwo\n\n{LINE.encode()}"
    assert read_note(raw).text == "one\n\ntwo\n"


def test_read_note_at_the_limit_is_read_and_one_character_more_refused():
    below = f"\n\n{LINE.encode()}"
    text = "x" * (MAX_NOTE_BYTES - len(below))
    assert read_note(text + below).text == text + "\n"
    with pytest.raises(PeerError):
        read_note(f"x{text}{below}")


def test_cosigned_message_origin_of_255_bytes_is_the_longest():
    text = f"{'o' * 255}\n5\n{b64(bytes(32))}\n"
    assert b"\xff" + b"o" * 255 in cosigned_message("witness", 1, text)


def test_read_signature_lines_16_are_read_and_none_or_17_refused():
    assert read_signature_lines(LINE.encode() * 16) == (LINE,) * 16
    for raw in ("", "\n", LINE.encode() * 17):
        with pytest.raises(PeerError):
            read_signature_lines(raw)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "example.com/foo",
        VKEY.replace("530d903a", "530d903b"),
        VKEY.replace("530d903a", "530D903A"),
        VKEY.replace("example.com/foo", "example.com/fop"),
        VKEY.replace("example.com/foo", "example.com foo"),
        VKEY.replace("+Aek", "+Aelz"),
        VKEY.replace("+Aek", "+Auk"),
        VKEY[:-4],
        "example.com/foo+530d903a+",
        "example.com/foo+530d903a+AQ==",
        "example.com/foo+530d903a+?",
        "\ud800" + VKEY,
    ],
)
def test_read_verifier_key_malformed_key_is_refused(text):
    with pytest.raises(PeerError) as caught:
        read_verifier_key(text)
    assert caught.value.refusal is Refusal.KEY_UNKNOWN


@pytest.mark.parametrize(
    ("algorithm", "size"), [(ED25519, 31), (ED25519, 1312), (MLDSA44, 32), (0x04, 32), (0, 0)]
)
def test_verifier_key_of_another_type_or_size_is_refused(algorithm, size):
    with pytest.raises(PeerError) as caught:
        VerifierKey("name", algorithm, bytes(size))
    assert caught.value.refusal is Refusal.KEY_UNKNOWN


@pytest.mark.parametrize("name", ["a", "example.com/log/2026", "\u0451", "x" * 255, "\u0451" * 127])
def test_is_key_name_good_name_is_accepted(name):
    assert is_key_name(name)


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\nb", "a\tb", "a\0b", "a\u2003b", "x" * 256, "\u0451" * 128]
)
def test_is_key_name_bad_name_is_refused(name):
    assert not is_key_name(name)


@pytest.mark.parametrize("text", ["0", "1", "10", str(2**63 - 1)])
def test_is_size_decimal_below_2_63_is_accepted(text):
    assert is_size(text)


@pytest.mark.parametrize(
    "text", ["", "00", "01", "-1", "+1", "1.0", " 1", "1 ", "\u0661", "\u00b2", str(2**63), "1" * 5000]
)
def test_is_size_any_other_text_is_refused(text):
    assert not is_size(text)
