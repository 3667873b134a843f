import json
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from node.audit.checkpoint import LogVerifier
from node.audit.evidence import Disclosed, Evidence, read_evidence, verify_evidence, write_evidence
from node.audit.note import read_verifier_key
from node.audit.proof import Proof
from node.canonical import encode
from node.errors import PeerError, Refusal

VECTOR = json.loads((Path(__file__).parents[1] / "vectors" / "evidence.json").read_text("utf-8"))
LOGS = {
    keys[0].name: LogVerifier(*keys)
    for keys in ([read_verifier_key(text) for text in pair] for pair in VECTOR["logs"])
}
WITNESSES = {key.name: key for key in map(read_verifier_key, VECTOR["witnesses"])}
FILES = {row["name"]: row["file"].encode() for row in VECTOR["good"]}
FULL = FILES["message, receipts and document"]

proofs = st.builds(
    Proof,
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=3).map(tuple),
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.binary(max_size=30),
)


def log_of(origin):
    return LOGS[origin] if origin in LOGS else nobody(origin)


def nobody(origin):
    raise PeerError(Refusal.SENDER_UNKNOWN, f"no log {origin}")


def verify(raw):
    return verify_evidence(read_evidence(raw), log_of=log_of, witnesses=WITNESSES)


@given(
    st.text(st.characters(codec="utf-8"), max_size=30).map(str.encode),
    proofs,
    st.lists(proofs, max_size=3).map(tuple),
    st.none() | st.builds(Disclosed, st.binary(max_size=30), st.binary(max_size=30)),
)
@settings(max_examples=60, deadline=None)
def test_read_evidence_written_evidence_gives_it_back(directory, message, receipts, disclosed):
    evidence = Evidence(directory, message, receipts, disclosed)
    assert read_evidence(write_evidence(evidence)) == evidence


def test_verify_evidence_message_alone_proves_who_said_it():
    finding = verify(FILES["message"])
    assert finding.manifest.members["from"] == "AZ-SCC"
    assert (finding.receipts, finding.witnesses, finding.document) == ((), (), None)


def test_verify_evidence_receipts_prove_who_answered_what():
    finding = verify(FILES["message and receipts"])
    assert [one.members["status"] for one in finding.receipts] == ["accepted", "refused"]
    assert finding.document is None


def test_verify_evidence_everything_proves_document_and_witnesses():
    finding = verify(FULL)
    assert json.loads(finding.document)["container"] == "CSQU3054383"
    assert finding.witnesses == (
        "iren.example/tm-scs/witness",
        "iren.example/uz-cc/witness",
        "iren.example/az-scc/witness",
    )


@pytest.mark.parametrize("row", VECTOR["bad"], ids=lambda row: row["changed"])
def test_verify_evidence_published_bad_file_is_refused(row):
    with pytest.raises(PeerError) as caught:
        verify(row["file"].encode())
    assert caught.value.refusal == row["code"]


def test_verify_evidence_log_of_nobody_is_refused():
    evidence = read_evidence(FULL)
    with pytest.raises(PeerError) as caught:
        verify_evidence(evidence, log_of=nobody, witnesses=WITNESSES)
    assert caught.value.refusal is Refusal.SENDER_UNKNOWN


def test_verify_evidence_witness_of_nobody_is_refused():
    with pytest.raises(PeerError, match="nobody in the directory"):
        verify_evidence(read_evidence(FULL), log_of=log_of, witnesses={})


def test_verify_evidence_one_bit_flipped_in_each_byte_is_refused():
    raw, accepted = FILES["message"], []
    for position in range(len(raw)):
        flipped = bytearray(raw)
        flipped[position] ^= 1 << position % 8
        try:
            verify(bytes(flipped))
        except PeerError:
            continue
        accepted.append(position)
    assert accepted == []


@given(st.integers(min_value=0), st.integers(1, 255))
@settings(max_examples=300, deadline=None)
@example(len(FULL) - 1, ord("\n") ^ ord(" "))
def test_verify_evidence_any_byte_changed_is_refused(position, mask):
    raw = bytearray(FULL)
    raw[position % len(raw)] ^= mask
    with pytest.raises(PeerError):
        verify(bytes(raw))


@given(st.integers(min_value=0))
@settings(max_examples=100, deadline=None)
@example(len(FULL) - 1)
def test_verify_evidence_any_byte_left_out_is_refused(position):
    position %= len(FULL)
    with pytest.raises(PeerError):
        verify(FULL[:position] + FULL[position + 1 :])


def changed(**members):
    value = json.loads(FULL) | members
    return encode({name: member for name, member in value.items() if member is not ...}) + b"\n"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"[]\n",
        FULL + b"\n",
        FULL[:-1],
        FULL[:-1] + b" ",
        b" " + FULL,
        changed(v=2),
        changed(v=True),
        changed(v=...),
        changed(directory=...),
        changed(directory=None),
        changed(message=...),
        changed(message={}),
        changed(message="proof"),
        changed(receipts=...),
        changed(receipts={}),
        changed(receipts=[7]),
        changed(receipts=["proof"]),
        changed(extra=1),
        changed(disclosed=None),
        changed(disclosed={"document": ""}),
        changed(disclosed={"document": "", "salt": "", "more": ""}),
        changed(disclosed={"document": "?", "salt": ""}),
        changed(disclosed={"document": "", "salt": 7}),
    ],
)
def test_read_evidence_other_than_the_one_form_is_refused(raw):
    with pytest.raises(PeerError) as caught:
        read_evidence(raw)
    assert caught.value.refusal is Refusal.PROOF_INVALID
