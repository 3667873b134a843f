import json
import subprocess
import sys
from pathlib import Path

import pytest

from node.audit.event import Kind
from node.audit.note import Ed25519Signer, MLDSA44Signer
from node.envelope.keys import EncryptionKey
from node.errors import Refusal

HERE = Path(__file__).parent


def vector(name):
    return json.loads((HERE / f"{name}.json").read_text("utf-8"))


def test_vectors_are_what_the_generator_writes():
    done = subprocess.run(
        [sys.executable, str(HERE / "generate.py"), "--check"],
        cwd=HERE.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_keys_published_seeds_give_published_keys():
    for row in vector("keys"):
        seeds = {use: bytes.fromhex(seed) for use, seed in row["seeds"].items()}
        assert EncryptionKey(seeds["encryption"]).public.raw.hex() == row["encryption"]["public"]
        assert [
            Ed25519Signer(row["origin"], seeds["ed25519"]).verifier.encode(),
            MLDSA44Signer(row["origin"], seeds["mldsa44"]).verifier.encode(),
        ] == row["log"]
        witness = row["witness"].partition("+")[0]
        assert MLDSA44Signer(witness, seeds["witness"]).verifier.encode() == row["witness"]


def test_vectors_are_as_many_as_promised():
    assert len(vector("keys")) == 3
    assert len(vector("envelopes")) >= 12
    assert len(vector("bad-envelopes")) >= 30
    assert len(vector("log")["entries"]) == 300
    assert {row["kind"] for row in vector("entries")["good"]} == set(Kind)


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("bad-envelopes", None),
        ("entries", "bad"),
        ("bundles", "bad"),
        ("bundles", "bad_plaintexts"),
        ("chunks", "bad"),
        ("chunks", "bad_plaintexts"),
        ("evidence", "bad"),
    ],
)
def test_bad_vectors_each_has_a_published_code_and_a_change_of_its_own(name, member):
    rows = vector(name)[member] if member else vector(name)
    assert {row["code"] for row in rows} <= set(Refusal)
    assert len({row["changed"] for row in rows}) == len(rows)
