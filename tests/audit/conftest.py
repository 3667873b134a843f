"""What the tests of this package start from: the published vectors, and small logs in memory."""

import hashlib
import json
from pathlib import Path

import pytest

from node.audit import merkle
from node.audit.checkpoint import Checkpoint, LogSigner, LogVerifier
from node.audit.note import MLDSA44Signer, Note, read_verifier_key

VECTORS = Path(__file__).parents[1] / "vectors"


def vector(name):
    return json.loads((VECTORS / f"{name}.json").read_text("utf-8"))


class Tree:
    """A tree over given leaf hashes, all its complete subtrees in memory."""

    def __init__(self, leaves):
        self.leaves = list(leaves)
        self.nodes = merkle.append(0, self.leaves, None)

    def read(self, height, index):
        return self.nodes[height, index]

    def root(self, size):
        return merkle.root(size, self.read)

    def path(self, index, size):
        return merkle.inclusion_path(index, size, self.read)

    def steps(self, old, new):
        return merkle.consistency_path(old, new, self.read)


class SignedLog(Tree):
    """A tree whose heads somebody signs."""

    def __init__(self, entries, origin="iren.example/tm-scs/2026", label=b"log"):
        self.entries = list(entries)
        super().__init__(map(merkle.leaf_hash, self.entries))
        seeds = hashlib.shake_256(label).digest(64)
        self.signer = LogSigner(origin, seeds[:32], seeds[32:])
        self.verifier = self.signer.verifier

    def head(self, size):
        return Checkpoint(self.signer.origin, size, self.root(size))

    def note(self, size, *, witnesses=(), seconds=1_790_000_000):
        note = self.signer.sign(size=size, root=self.root(size), seconds=seconds)
        lines = [one.sign(note.text, seconds=seconds) for one in witnesses]
        return Note(note.text, (*note.signatures, *lines))


@pytest.fixture(scope="session")
def tree():
    """A tree of 130 leaves, hashes of their own numbers."""
    return Tree(merkle.leaf_hash(str(number).encode()) for number in range(130))


@pytest.fixture(scope="session")
def make_tree():
    return Tree


@pytest.fixture(scope="session")
def make_log():
    return SignedLog


@pytest.fixture(scope="session")
def log():
    return SignedLog(f"entry {number}".encode() for number in range(40))


@pytest.fixture(scope="session")
def witness():
    return MLDSA44Signer("iren.example/az-scc/witness", b"w" * 32)


@pytest.fixture(scope="session")
def published():
    """The published log of 300 entries, with its verifier."""
    row = vector("log")
    return row | {"verifier": LogVerifier(*map(read_verifier_key, row["log"]))}
