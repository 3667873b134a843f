import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.checkpoint import Checkpoint, LogSigner, LogVerifier, parse_checkpoint, read_checkpoint
from node.audit.note import Ed25519Signer, Note, SignatureLine
from node.canonical import b64, un_b64
from node.errors import PeerError, Refusal

LINE = (SignatureLine("name", b"1234", b"signature"),)
ROOT = b64(bytes(32))

origins = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=30)


@given(origins, st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
@settings(max_examples=100, deadline=None)
def test_read_checkpoint_written_checkpoint_gives_it_back(origin, size, root):
    checkpoint = Checkpoint(origin, size, root)
    assert read_checkpoint(Note(checkpoint.encode(), LINE)) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n5\n",
        f"origin\n5\n{ROOT}",
        f"origin\n5\n{ROOT}\nextension\n",
        f"\n5\n{ROOT}\n",
        f"origin\n05\n{ROOT}\n",
        f"origin\n-5\n{ROOT}\n",
        f"origin\n\u0665\n{ROOT}\n",
        f"origin\n{2**63}\n{ROOT}\n",
        f"origin\n{'9' * 5000}\n{ROOT}\n",
        f"origin\n\n{ROOT}\n",
        f"origin\n5\n{b64(bytes(31))}\n",
        f"origin\n5\n{b64(bytes(33))}\n",
        "origin\n5\n?\n",
        f"origin\n5\n{ROOT[:-2]}B=\n",
    ],
)
def test_read_checkpoint_anything_else_is_refused(text):
    with pytest.raises(PeerError) as caught:
        read_checkpoint(Note(text, LINE))
    assert caught.value.refusal is Refusal.CHECKPOINT_MALFORMED


def test_log_signer_signed_head_is_verified_by_its_public_half(log):
    note = log.note(7)
    assert log.verifier.verify(note) == Checkpoint(log.verifier.origin, 7, log.root(7))
    assert parse_checkpoint(note.encode()) == (note, log.head(7))


def test_log_signer_time_is_in_the_second_signature(log):
    assert log.verifier.mldsa44.verify(log.note(7, seconds=1234)) == 1234


def test_log_verifier_published_checkpoints_verify_with_their_roots(published):
    for row in published["checkpoints"]:
        note, checkpoint = parse_checkpoint(row["note"])
        assert published["verifier"].verify(note) == checkpoint
        root = un_b64(row["root"], code=Refusal.CHECKPOINT_MALFORMED)
        assert (checkpoint.size, checkpoint.root) == (row["size"], root)


@pytest.mark.parametrize("kept", [0, 1])
def test_log_verifier_one_signature_of_two_is_refused(log, kept):
    note = log.note(7)
    with pytest.raises(PeerError) as caught:
        log.verifier.verify(Note(note.text, note.signatures[kept : kept + 1]))
    assert caught.value.refusal is Refusal.CHECKPOINT_BAD_SIGNATURE


@pytest.mark.parametrize("replaced", [0, 1])
def test_log_verifier_signature_of_another_head_is_refused(log, replaced):
    note, other = log.note(7), log.note(8)
    signatures = list(note.signatures)
    signatures[replaced] = other.signatures[replaced]
    with pytest.raises(PeerError) as caught:
        log.verifier.verify(Note(note.text, tuple(signatures)))
    assert caught.value.refusal is Refusal.CHECKPOINT_BAD_SIGNATURE


def test_log_verifier_checkpoint_of_another_log_is_refused(log, make_log):
    other = make_log([b"entry"], origin="iren.example/uz-cc/2026")
    with pytest.raises(PeerError) as caught:
        log.verifier.verify(other.note(1))
    assert caught.value.refusal is Refusal.SENDER_MISMATCH


def test_log_verifier_keys_of_two_names_or_one_type_are_refused(log, make_log):
    other = make_log([b"entry"], origin="iren.example/uz-cc/2026").verifier
    mine = log.verifier
    for pair in (
        (mine.ed25519, other.mldsa44),
        (mine.ed25519, mine.ed25519),
        (mine.mldsa44, mine.ed25519),
        (mine.mldsa44, mine.mldsa44),
    ):
        with pytest.raises(PeerError) as caught:
            LogVerifier(*pair)
        assert caught.value.refusal is Refusal.KEY_UNKNOWN


def test_log_signer_shown_hides_its_seeds():
    shown = repr(LogSigner("origin", b"e" * 32, b"m" * 32))
    assert "eeee" not in shown
    assert "mmmm" not in shown


def test_log_signer_is_two_plain_signers_of_one_name():
    signer = LogSigner("origin", b"e" * 32, b"m" * 32)
    assert signer.verifier.ed25519 == Ed25519Signer("origin", b"e" * 32).verifier
    assert signer.verifier.origin == "origin"
