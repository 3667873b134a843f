import json
from pathlib import Path

import pytest

from node.envelope.keys import EncryptionKey

VECTORS = Path(__file__).parents[1] / "vectors"


def vector(name):
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def envelopes(run_script):
    return run_script("envelope.mjs")


@pytest.fixture(scope="module")
def log(run_script):
    return run_script("log.mjs")


def test_javascript_every_envelope_opens_for_each_recipient(envelopes):
    expected = [
        {"name": row["name"], "authority": name, "document": row["document"], "salt": row["salt"]}
        for row in vector("envelopes")
        for name in row["to"]
    ]
    assert envelopes["opened"] == expected


def test_javascript_every_bundle_opens_to_its_plaintext(envelopes):
    assert envelopes["bundles"] == [row["plaintext"] for row in vector("bundles")["good"]]


def test_javascript_every_bad_envelope_and_bundle_is_refused(envelopes):
    refused = [*envelopes["refused"], *envelopes["refusedBundles"]]
    assert len(refused) == len(vector("bad-envelopes")) + len(vector("bundles")["bad"])
    assert [row for row in refused if row["fact"] is None] == []


def test_javascript_seal_made_there_opens_here(envelopes):
    (row,) = [row for row in vector("keys") if row["authority"] == "TM-SCS"]
    key = EncryptionKey(bytes.fromhex(row["seeds"]["encryption"]))
    assert key.open(bytes.fromhex(envelopes["sealed"]), info=b"sealed elsewhere") == b"greetings"


def test_javascript_every_checkpoint_and_cosignature_verifies(log):
    published = vector("log")
    assert log["sizes"] == [row["size"] for row in published["checkpoints"]]
    assert log["witnesses"] == len(published["witnesses"])
    assert log["forgedRefused"]


def test_javascript_every_proof_holds_and_every_bad_one_is_refused(log):
    published = vector("log")
    for good in ("inclusion", "consistency"):
        assert log[good] == len(published[good])
    assert log["badInclusion"] == len(published["bad_inclusion"])
    assert log["badConsistency"] == len(published["bad_consistency"])
    assert log["proved"] == [3, 0]


def test_javascript_fork_is_seen(log):
    assert log["forked"]
