import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.audit.proof import HEADER, Proof, read_proof
from node.canonical import b64
from node.errors import PeerError, Refusal

HASH = b64(bytes(32))

proofs = st.builds(
    Proof,
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple),
    st.text(st.characters(codec="utf-8"), max_size=40),
    st.binary(max_size=40),
)


@given(proofs)
@settings(max_examples=100, deadline=None)
def test_read_proof_written_proof_gives_it_back(proof):
    assert read_proof(proof.encode()) == proof


def test_read_proof_longest_path_and_largest_index_are_read():
    proof = Proof(2**63 - 1, (bytes(32),) * 63, "note", b"entry")
    assert read_proof(proof.encode()) == proof


@given(st.integers(0, 39), st.integers(1, 40))
@settings(max_examples=40, deadline=None)
def test_verify_entry_of_the_log_gives_the_checkpoint(log, witness, index, size):
    index %= size
    note = log.note(size, witnesses=[witness]).encode()
    proof = Proof(index, log.path(index, size), note, log.entries[index])
    assert read_proof(proof.encode()).verify(proof.extra, log.verifier) == log.head(size)


def test_verify_another_entry_is_refused(log):
    proof = Proof(3, log.path(3, 40), log.note(40).encode())
    with pytest.raises(PeerError) as caught:
        proof.verify(log.entries[4], log.verifier)
    assert caught.value.refusal is Refusal.PROOF_INVALID


def test_verify_checkpoint_of_another_log_is_refused(log, make_log):
    other = make_log([b"entry"], origin="iren.example/uz-cc/2026")
    with pytest.raises(PeerError) as caught:
        Proof(0, (), other.note(1).encode()).verify(b"entry", log.verifier)
    assert caught.value.refusal is Refusal.SENDER_MISMATCH


def test_verify_published_proofs_hold_for_their_entries(published):
    for text in published["proofs"]:
        proof = read_proof(text)
        entry = published["entries"][proof.index].encode()
        assert proof.extra == entry
        proof.verify(entry, published["verifier"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n\n",
        f"{HEADER}\n\nnote",
        f"{HEADER}\nindex 0\n",
        f"{HEADER} \nindex 0\n\nnote",
        "c2sp.org/tlog-proof@v2\nindex 0\n\nnote",
        f"{HEADER}\nindex \n\nnote",
        f"{HEADER}\n0\n\nnote",
        f"{HEADER}\nindex 00\n\nnote",
        f"{HEADER}\nindex -1\n\nnote",
        f"{HEADER}\nindex \u0661\n\nnote",
        f"{HEADER}\nindex {'9' * 20}\n\nnote",
        f"{HEADER}\nindex {'9' * 5000}\n\nnote",
        f"{HEADER}\nextra\nindex 0\n\nnote",
        f"{HEADER}\nextra \nindex 0\n\nnote",
        f"{HEADER}\nextra ?\nindex 0\n\nnote",
        f"{HEADER}\nextra AA==\n\nnote",
        f"{HEADER}\nindex 0\nextra AA==\n\nnote",
        f"{HEADER}\nindex 0\n{b64(bytes(31))}\n\nnote",
        f"{HEADER}\nindex 0\n{HASH[:-2]}B=\n\nnote",
        f"{HEADER}\nindex 0\n{HASH} \n\nnote",
        HEADER + "\nindex 0" + f"\n{HASH}" * 64 + "\n\nnote",
    ],
)
def test_read_proof_other_than_the_one_form_is_refused(text):
    with pytest.raises(PeerError) as caught:
        read_proof(text)
    assert caught.value.refusal is Refusal.PROOF_INVALID
