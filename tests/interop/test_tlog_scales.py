import json
from pathlib import Path

import pytest
from tlog_scales.signing import MLDSA44CosignatureSigner, PlainEd25519Signer, Vkey, VkeySet
from tlog_scales.tlog import Checkpoint as TheirCheckpoint
from tlog_scales.tlog import ConsistencyProof, InclusionProof

from node.audit.checkpoint import Checkpoint, LogSigner, LogVerifier, parse_checkpoint
from node.audit.merkle import leaf_hash
from node.audit.note import cosigned_message, read_note, read_verifier_key
from node.audit.proof import read_proof
from node.canonical import un_b64
from node.errors import Refusal

LOG = json.loads((Path(__file__).parents[1] / "vectors" / "log.json").read_text("utf-8"))
ORIGIN = "iren.example/az-scc/2026"
NOTES = {row["size"]: row["note"] for row in LOG["checkpoints"]}


def hashes(texts):
    return [un_b64(text, code=Refusal.PROOF_INVALID) for text in texts]


def test_tlog_scales_vkeys_are_the_same_text():
    for text in (*LOG["log"], *LOG["witnesses"]):
        key, theirs = read_verifier_key(text), Vkey.from_string(text)
        assert theirs.serialize() == key.encode() == text
        assert theirs.key_id.to_bytes(4, "big") == key.key_id
        assert Vkey(key.name, None, key.algorithm, key.raw).serialize() == text


@pytest.mark.parametrize("size", NOTES)
def test_tlog_scales_notes_are_the_same_bytes(size):
    theirs = TheirCheckpoint.from_text(NOTES[size])
    note, ours = parse_checkpoint(NOTES[size])
    assert theirs.serialize() == note.encode() == NOTES[size]
    assert (theirs.origin, theirs.size, theirs.root_hash) == (ours.origin, ours.size, ours.root)


@pytest.mark.parametrize("size", NOTES)
def test_tlog_scales_every_signature_verifies(size):
    checkpoint = TheirCheckpoint.from_text(NOTES[size])
    keys = VkeySet(*(Vkey.from_string(text) for text in (*LOG["log"], *LOG["witnesses"])))
    assert len(keys.verify(checkpoint.signatures, checkpoint)) == len(checkpoint.signatures)


def test_tlog_scales_note_signed_there_verifies_here():
    root = bytes(range(32))
    signers = [PlainEd25519Signer(ORIGIN, b"e" * 32), MLDSA44CosignatureSigner(ORIGIN, b"m" * 32)]
    signed = TheirCheckpoint.make_signed(ORIGIN, 12, root, signers)
    verifier = LogVerifier(*(read_verifier_key(one.vkey.serialize()) for one in signers))
    assert verifier == LogSigner(ORIGIN, b"e" * 32, b"m" * 32).verifier
    assert verifier.verify(read_note(signed.serialize())) == Checkpoint(ORIGIN, 12, root)


def test_tlog_scales_ed25519_signature_is_the_same_bytes():
    text = Checkpoint(ORIGIN, 12, bytes(32)).encode()
    theirs = TheirCheckpoint.make_signed(ORIGIN, 12, bytes(32), [PlainEd25519Signer(ORIGIN, b"e" * 32)])
    ours = LogSigner(ORIGIN, b"e" * 32, b"m" * 32).sign(size=12, root=bytes(32), seconds=1)
    assert theirs.serialize() == text + "\n" + ours.signatures[0].encode()


def test_tlog_scales_cosigned_message_is_the_same_bytes():
    # ML-DSA signatures differ each time; what they sign must not.
    from tlog_scales.signing import _mldsa44_signature_payload  # noqa: PLC0415 - private

    theirs = TheirCheckpoint(ORIGIN, 300, bytes(range(32)), [])
    text = Checkpoint(ORIGIN, 300, bytes(range(32))).encode()
    ours = cosigned_message("w", 1_790_000_000, text)
    assert _mldsa44_signature_payload("w", 1_790_000_000, theirs) == ours


def test_tlog_scales_every_path_holds():
    heads = {row["size"]: hashes([row["root"]])[0] for row in LOG["checkpoints"]}
    for row in LOG["inclusion"]:
        leaf = leaf_hash(LOG["entries"][row["index"]].encode())
        proof = InclusionProof(row["index"], row["size"], hashes(row["path"]))
        proof.check(leaf, heads[row["size"]])
    for row in LOG["consistency"]:
        proof = ConsistencyProof(row["old"], row["new"], hashes(row["path"]))
        proof.check(heads[row["old"]], heads[row["new"]])


def test_tlog_scales_tlog_proof_holds():
    for text in LOG["proofs"]:
        proof = read_proof(text)
        checkpoint = TheirCheckpoint.from_text(proof.checkpoint)
        path = InclusionProof(proof.index, checkpoint.size, list(proof.path))
        path.check(leaf_hash(proof.extra), checkpoint.root_hash)
