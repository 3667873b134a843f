import errno
import os
import socket
import stat
from pathlib import Path

import pytest

from node.errors import CallerError
from node.gateway.folder_files import place_new, read_regular, sync_folder, write_new

OPEN_FILES = Path("/proc/self/fd")


def refuse_links(monkeypatch, number):
    """Be a file system that has no hard links."""

    def link(*_args, **_options):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "link", link)


def test_write_new_link_in_the_way_is_replaced_and_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"old")
    (tmp_path / "a").symlink_to(secret)
    write_new(tmp_path / "a", b"new")
    assert secret.read_bytes() == b"old"
    assert not (tmp_path / "a").is_symlink()
    assert (tmp_path / "a").read_bytes() == b"new"


def test_write_new_others_may_not_read(tmp_path):
    write_new(tmp_path / "a", b"new")
    assert not stat.S_IMODE((tmp_path / "a").stat().st_mode) & 0o007


@pytest.mark.parametrize("without", [None, errno.EPERM, errno.EOPNOTSUPP])
def test_place_new_free_name_is_taken(tmp_path, monkeypatch, without):
    if without:
        refuse_links(monkeypatch, without)
    write_new(tmp_path / "a", b"new")
    assert place_new(tmp_path / "a", tmp_path / "b")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
    assert (tmp_path / "b").read_bytes() == b"new"


@pytest.mark.parametrize("without", [None, errno.EPERM, errno.EOPNOTSUPP])
def test_place_new_taken_name_stays_as_it_is(tmp_path, monkeypatch, without):
    if without:
        refuse_links(monkeypatch, without)
    write_new(tmp_path / "a", b"new")
    (tmp_path / "b").symlink_to("nowhere")
    assert not place_new(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").is_symlink()
    assert (tmp_path / "a").exists()


def test_place_new_disk_that_fails_says_so(tmp_path, monkeypatch):
    refuse_links(monkeypatch, errno.EIO)
    write_new(tmp_path / "a", b"new")
    with pytest.raises(OSError, match="Input/output"):
        place_new(tmp_path / "a", tmp_path / "b")
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize(("number", "is_raised"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_sync_folder_only_a_failing_disk_is_an_error(tmp_path, monkeypatch, number, is_raised):
    def fsync(_file):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fsync)
    before = len(list(OPEN_FILES.iterdir()))
    if is_raised:
        with pytest.raises(OSError, match="Input/output"):
            sync_folder(tmp_path)
    else:
        sync_folder(tmp_path)
    assert len(list(OPEN_FILES.iterdir())) == before


def test_read_regular_gives_the_file(tmp_path):
    (tmp_path / "a").write_bytes(b"12345")
    assert read_regular(tmp_path / "a", most=5) == b"12345"


def test_read_regular_beyond_the_limit_is_refused(tmp_path):
    (tmp_path / "a").write_bytes(b"123456")
    with pytest.raises(CallerError) as raised:
        read_regular(tmp_path / "a", most=5)
    assert raised.value.code == "folder.oversize"


def test_read_regular_huge_file_is_refused_without_being_read(tmp_path):
    with (tmp_path / "a").open("wb") as file:
        file.truncate(1 << 42)  # 4 TiB of nothing
    with pytest.raises(CallerError, match="more than 5 bytes"):
        read_regular(tmp_path / "a", most=5)


def test_read_regular_file_larger_than_it_says_is_refused():
    with pytest.raises(CallerError, match="more than 10 bytes"):
        read_regular(Path("/proc/self/status"), most=10)  # says that it has 0 bytes


@pytest.mark.parametrize("kind", ["link", "folder", "pipe", "socket"])
def test_read_regular_what_is_no_file_is_refused_and_not_followed(tmp_path, kind):
    path = tmp_path / "a"
    match kind:
        case "link":
            path.symlink_to("/etc/hostname")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case "socket":
            with socket.socket(socket.AF_UNIX) as bound:
                bound.bind(str(path))
    with pytest.raises(CallerError) as raised:
        read_regular(path, most=5)
    assert raised.value.code == "folder.not_a_file"


def test_read_regular_exchanged_for_a_pipe_meanwhile_is_refused(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"1")
    real = os.open

    def exchange(path, flags, *more):
        (tmp_path / "a").unlink()
        os.mkfifo(tmp_path / "a")
        return real(path, flags, *more)

    monkeypatch.setattr(os, "open", exchange)
    with pytest.raises(CallerError, match="a pipe"):
        read_regular(tmp_path / "a", most=5)


def test_read_regular_exchanged_for_a_link_meanwhile_is_not_followed(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"1")
    real = os.open

    def exchange(path, flags, *more):
        (tmp_path / "a").unlink()
        (tmp_path / "a").symlink_to("/etc/hostname")
        return real(path, flags, *more)

    monkeypatch.setattr(os, "open", exchange)
    with pytest.raises(OSError) as raised:  # noqa: PT011 - the number says it
        read_regular(tmp_path / "a", most=5)
    assert raised.value.errno == errno.ELOOP
