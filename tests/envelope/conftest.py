"""What the tests of this package start from: the published vectors, read once."""

import json
from pathlib import Path

import pytest

from node.envelope.keys import EncryptionKey

VECTORS = Path(__file__).parents[1] / "vectors"


@pytest.fixture(scope="session")
def key_sets():
    rows = json.loads((VECTORS / "keys.json").read_text("utf-8"))
    return {row["authority"]: row for row in rows}


@pytest.fixture(scope="session")
def keys(key_sets):
    """Encryption keys by authority."""
    return {
        name: EncryptionKey(bytes.fromhex(row["seeds"]["encryption"])) for name, row in key_sets.items()
    }


@pytest.fixture(scope="session")
def key(keys):
    return keys["TM-SCS"]
