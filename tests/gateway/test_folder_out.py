import itertools
import stat

import pytest

from node.gateway.folder_layout import make_folders
from node.gateway.folder_out import FolderOut
from tests.gateway.faulty_disk import faulty


@pytest.fixture
def out(tmp_path):
    make_folders(tmp_path)
    return tmp_path / "out"


@pytest.fixture
def folder(tmp_path, out):  # noqa: ARG001 - the folders must be there
    return FolderOut(tmp_path)


def held(out):
    return {path.name: path.read_bytes() for path in out.iterdir()}


async def test_put_file_is_whole_and_not_for_others(folder, out):
    assert await folder.put("12-alert", b"{}") == "12-alert.json"
    assert held(out) == {"12-alert.json": b"{}"}
    assert not stat.S_IMODE((out / "12-alert.json").stat().st_mode) & 0o007


async def test_put_same_again_writes_nothing(folder, out):
    await folder.put("12", b"{}")
    before = (out / "12.json").stat()
    assert await folder.put("12", b"{}") == "12.json"
    assert (out / "12.json").stat() == before


async def test_put_file_that_was_fetched_is_written_again(folder, out):
    await folder.put("12", b"{}")
    (out / "12.json").unlink()
    await folder.put("12", b"{}")
    assert held(out) == {"12.json": b"{}"}


@pytest.mark.parametrize("other", [b"[]", b"other", b""])
async def test_put_name_with_other_bytes_keeps_both(folder, out, other):
    await folder.put("12", other)
    name = await folder.put("12", b"{}")
    assert await folder.put("12", b"{}") == name != "12.json"
    assert held(out) == {"12.json": other, name: b"{}"}


async def test_put_link_in_the_way_is_not_followed(folder, out, tmp_path):
    (tmp_path / "secret").write_bytes(b"{}")
    (out / "12.json").symlink_to(tmp_path / "secret")
    name = await folder.put("12", b"{}")
    assert (out / name).read_bytes() == b"{}"
    assert not (out / name).is_symlink()


async def test_put_both_names_taken_is_an_error(folder, out):
    await folder.put("12", b"[]")
    name = await folder.put("12", b"{}")
    (out / name).write_bytes(b"x")
    with pytest.raises(FileExistsError):
        await folder.put("12", b"{}")


@pytest.mark.parametrize("stem", ["", ".", "..", ".a", "../a", "a/b", "a\0", "ш", "a" * 201])
async def test_put_name_that_could_lead_elsewhere_is_refused(folder, out, stem):
    with pytest.raises(ValueError, match="elsewhere"):
        await folder.put(stem, b"{}")
    assert held(out) == {}


async def test_put_longest_name_fits(folder, out):
    await folder.put("a" * 200, b"[]")
    await folder.put("a" * 200, b"{}")
    assert sorted(held(out).values()) == [b"[]", b"{}"]


async def test_put_share_away_is_the_systems_error(folder, out):
    out.rmdir()
    with pytest.raises(FileNotFoundError):
        await folder.put("12", b"{}")
    out.mkdir()
    assert await folder.put("12", b"{}") == "12.json"


@pytest.mark.parametrize("done", [False, True], ids=["lost", "done"])
async def test_put_crash_at_any_step_leaves_it_whole_or_away(folder, out, tmp_path, done):
    for nth in itertools.count(1):
        with faulty(nth, done=done) as disk:
            await folder.put("12", b"{}")
        seen = {name: raw for name, raw in held(out).items() if not name.endswith(".part")}
        assert seen in ({}, {"12.json": b"{}"})
        assert await FolderOut(tmp_path).put("12", b"{}") == "12.json"
        assert held(out) == {"12.json": b"{}"}
        (out / "12.json").unlink()
        if not disk.has_failed:
            break
    assert nth > 8
