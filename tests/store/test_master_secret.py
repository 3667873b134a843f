"""The master secret: made once, private, and different for each use."""

import stat

import pytest

from node.errors import OperatorError
from node.store.master_secret import FILE_NAME, MasterSecret


def test_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path):
    first = MasterSecret.of(tmp_path).derive("cursor")
    assert MasterSecret.of(tmp_path).derive("cursor") == first
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o600


def test_keys_differ_by_use_and_by_node(tmp_path):
    secret = MasterSecret.of(tmp_path)
    (tmp_path / "other").mkdir()
    other = MasterSecret.of(tmp_path / "other")
    keys = [
        secret.derive("cursor"),
        secret.derive("webhook", "a", "1"),
        secret.derive("webhook", "a", "2"),
        secret.derive("webhook", "a1", ""),
        other.derive("cursor"),
    ]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}


def test_damaged_secret_is_refused_not_replaced(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b"short")
    with pytest.raises(OperatorError, match="does not hold 32 bytes"):
        MasterSecret.of(tmp_path)
    assert (tmp_path / FILE_NAME).read_bytes() == b"short"
