import contextlib
import os

import pytest

from node.gateway import folder_watch
from node.gateway.folder_watch import POLLS_ALIKE_EMPTY, Watch


@pytest.fixture
def watch(tmp_path):
    return Watch(tmp_path)


def drop(path, raw=b"{}", *, at=1000):
    path.write_bytes(raw)
    os.utime(path, (at, at))


def test_look_file_counts_when_two_polls_are_alike(tmp_path, watch):
    drop(tmp_path / "a.json")
    assert watch.look() == []
    assert watch.look() == ["a.json"]
    assert watch.look() == ["a.json"]


def test_look_file_that_grows_does_not_count(tmp_path, watch):
    for size in range(1, 5):
        drop(tmp_path / "a.json", b"x" * size)
        assert watch.look() == []
    assert watch.look() == ["a.json"]


def test_look_file_that_is_written_in_place_does_not_count(tmp_path, watch):
    for at in range(4):
        drop(tmp_path / "a.json", at=at)
        assert watch.look() == []
    assert watch.look() == ["a.json"]


def test_look_empty_file_is_given_more_time(tmp_path, watch):
    drop(tmp_path / "a.json", b"")
    looks = [watch.look() for _ in range(POLLS_ALIKE_EMPTY)]
    assert looks == [[]] * (POLLS_ALIKE_EMPTY - 1) + [["a.json"]]


def test_look_unfinished_name_never_counts(tmp_path, watch):
    drop(tmp_path / "a.json.part")
    drop(tmp_path / ".a.json")
    assert [watch.look() for _ in range(5)] == [[]] * 5


def test_look_renamed_file_is_a_new_one(tmp_path, watch):
    drop(tmp_path / "a.json.part")
    watch.look()
    watch.look()
    (tmp_path / "a.json.part").rename(tmp_path / "a.json")
    assert watch.look() == []
    assert watch.look() == ["a.json"]


def test_look_order_is_by_time_then_name(tmp_path, watch):
    for name, at in [("c", 3), ("b", 1), ("a", 3), ("d", 2)]:
        drop(tmp_path / name, at=at)
    watch.look()
    assert watch.look() == ["b", "d", "a", "c"]


def test_look_what_is_no_file_comes_too_and_a_link_is_not_followed(tmp_path, watch):
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    watch.look()
    assert sorted(watch.look()) == ["folder", "link", "pipe"]


def test_look_very_many_files_are_watched_a_part_at_a_time(tmp_path, watch, monkeypatch):
    monkeypatch.setattr(folder_watch, "MOST_WATCHED", 3)
    for number in range(7):
        drop(tmp_path / f"{number}", at=number)
    taken = []
    for _ in range(10):
        for name in watch.look():
            (tmp_path / name).unlink()
            taken.append(name)
        assert len(watch._alike) <= 3
    assert taken == list("0123456")


def test_look_file_that_vanishes_meanwhile_is_passed_over(tmp_path, watch, monkeypatch):
    drop(tmp_path / "a.json")
    drop(tmp_path / "b.json")
    real = os.scandir

    @contextlib.contextmanager
    def scandir(path):
        with real(path) as entries:
            found = list(entries)
        (tmp_path / "a.json").unlink(missing_ok=True)
        yield found

    monkeypatch.setattr(os, "scandir", scandir)
    watch.look()
    assert watch.look() == ["b.json"]


def test_look_folder_away_is_the_systems_error(tmp_path):
    watch = Watch(tmp_path / "absent")
    with pytest.raises(FileNotFoundError):
        watch.look()
    with pytest.raises(FileNotFoundError):
        watch.check()
