import errno
import os

import pytest

from node.errors import OperatorError
from node.gateway.folder_layout import NAMES, Layout, check_renames, make_folders


def test_make_folders_makes_all_five_and_leaves_nothing_in_them(tmp_path):
    make_folders(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(NAMES)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_make_folders_twice_keeps_what_is_there(tmp_path):
    make_folders(tmp_path)
    (tmp_path / "in" / "a.json").write_bytes(b"{}")
    make_folders(tmp_path)
    assert (tmp_path / "in" / "a.json").exists()


def test_make_folders_without_the_folder_itself_says_so(tmp_path):
    with pytest.raises(OperatorError) as raised:
        make_folders(tmp_path / "absent")
    assert raised.value.code == "folder.unusable"
    assert "No such file" in raised.value.message


def test_check_renames_across_file_systems_is_refused_with_nothing_left(tmp_path, monkeypatch):
    make_folders(tmp_path)
    real = os.rename

    def rename(source, target):
        if "failed" in str(target):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        real(source, target)

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(OperatorError) as raised:
        check_renames(tmp_path)
    assert raised.value.code == "folder.file_systems"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_check_renames_folder_missing_is_the_systems_error(tmp_path):
    make_folders(tmp_path)
    (tmp_path / "done").rmdir()
    with pytest.raises(FileNotFoundError):
        check_renames(tmp_path)


def test_layout_names_the_folders(tmp_path):
    layout = Layout(tmp_path)
    found = (
        layout.incoming,
        layout.work,
        layout.finished(is_done=True),
        layout.finished(is_done=False),
        layout.out,
    )
    assert [path.name for path in found] == list(NAMES)
