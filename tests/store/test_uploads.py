"""Uploaded files: whole, private and durable, or not there."""

import errno
import io
import os

import pytest

from node.errors import OperatorError
from node.store.uploads import Uploads


@pytest.fixture
def uploads(tmp_path):
    return Uploads(tmp_path)


def test_keep_gives_back_what_came(uploads, tmp_path):
    raw = os.urandom(600_000)
    kept = uploads.keep("j-1", io.BytesIO(raw))
    assert (uploads.read("j-1"), kept.size_bytes) == (raw, 600_000)
    path = tmp_path / "uploads" / "j-1"
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


class Torn(io.BytesIO):
    def read(self, size=-1):
        piece = super().read(size)
        if not piece:
            raise ConnectionError
        return piece


def test_keep_of_a_file_that_breaks_off_leaves_nothing(uploads, tmp_path):
    with pytest.raises(OperatorError) as caught:
        uploads.keep("j-1", Torn(b"half"))
    assert caught.value.code == "upload.folder"
    assert list((tmp_path / "uploads").iterdir()) == []


def test_keep_where_no_folder_can_be_is_the_operators_to_mend(tmp_path):
    (tmp_path / "uploads").write_bytes(b"")
    with pytest.raises(OperatorError) as caught:
        Uploads(tmp_path).keep("j-1", io.BytesIO(b"x"))
    assert caught.value.code == "upload.folder"


class Full(io.BytesIO):
    def read(self, size=-1):
        raise OSError(errno.ENOSPC, f"No space left for {size} bytes")


def test_keep_on_a_full_disk_says_so_and_leaves_nothing(uploads, tmp_path):
    with pytest.raises(OperatorError) as caught:
        uploads.keep("j-1", Full())
    assert caught.value.code == "disk.full"
    assert list((tmp_path / "uploads").iterdir()) == []


def test_read_of_a_file_that_is_gone_says_so(uploads):
    with pytest.raises(OperatorError) as caught:
        uploads.read("j-1")
    assert caught.value.code == "upload.lost"


def test_drop_removes_a_file_and_does_not_mind_none(uploads, tmp_path):
    uploads.keep("j-1", io.BytesIO(b"x"))
    uploads.drop("j-1")
    uploads.drop("j-1")
    assert list((tmp_path / "uploads").iterdir()) == []


def test_sweep_removes_old_files_that_no_job_needs(uploads, tmp_path):
    for name in ("needed", "orphan", "young"):
        uploads.keep(name, io.BytesIO(b"x"))
    for name in ("needed", "orphan"):
        os.utime(tmp_path / "uploads" / name, (1000, 1000))
    assert uploads.sweep({"needed"}, before_seconds=2000) == 1
    assert {path.name for path in (tmp_path / "uploads").iterdir()} == {"needed", "young"}


def test_sweep_without_a_folder_removes_nothing(uploads):
    assert uploads.sweep(set(), before_seconds=2000) == 0
