import contextlib
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from node.gateway.folder_claims import Claims
from node.gateway.folder_documents import Contents, Piece
from node.gateway.folder_layout import Layout, make_folders
from node.gateway.folder_names import result_name
from node.gateway.folder_result import Accepted, Result, read_ticket


@pytest.fixture
def layout(tmp_path):
    make_folders(tmp_path)
    return Layout(tmp_path)


@pytest.fixture
def claims(layout):
    return Claims(layout, "az-scc")


def drop(layout, name="a.json", raw=b"{}"):
    (layout.incoming / name).write_bytes(raw)


def result(claim):
    contents = Contents("ab", (Piece("", b"{}", "key", b""),))
    return Result(claim.ticket, contents, (Accepted("m1", is_new=True),), 0)


def files(layout):
    found = (path for path in layout.root.rglob("*") if not path.is_dir() or path.is_symlink())
    return sorted(str(path.relative_to(layout.root)) for path in found)


def test_take_file_is_moved_into_a_folder_of_its_own(layout, claims):
    drop(layout)
    claim = claims.take("a.json")
    assert claim.path.read_bytes() == b"{}"
    assert claim.folder.parent == layout.work
    assert files(layout) == [f"work/az-scc.{claim.ticket}/a.json"]


def test_take_file_that_is_gone_leaves_nothing(layout, claims):
    assert claims.take("a.json") is None
    assert list(layout.work.iterdir()) == []


def test_take_file_that_cannot_be_moved_leaves_nothing(layout, claims, monkeypatch):
    drop(layout)

    def refuse(*_):
        raise PermissionError

    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", refuse)
        with pytest.raises(PermissionError):
            claims.take("a.json")
    assert files(layout) == ["in/a.json"]
    assert list(layout.work.iterdir()) == []


def test_take_by_many_nodes_at_once_is_won_by_one(layout):
    nodes = [Claims(layout, f"node{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        for number in range(50):
            drop(layout, f"{number}.json")
            won = list(pool.map(lambda node: node.take(f"{number}.json"), nodes))  # noqa: B023 - now
            assert sum(claim is not None for claim in won) == 1
    assert len(files(layout)) == 50


def test_left_gives_own_claims_alone_the_oldest_first(layout, claims):
    for name, at in [("a", 3), ("c", 1), ("b", 1)]:
        drop(layout, name)
        os.utime(layout.incoming / name, (at, at))
        claims.take(name)
    drop(layout, "other")
    Claims(layout, "az").take("other")
    assert [claim.name for claim in claims.left()] == ["b", "c", "a"]


def test_left_empty_folder_of_a_claim_is_removed(layout, claims):
    (layout.work / "az-scc.3f9a1c2e").mkdir()
    (layout.work / "az-scc.0f9a1c2e").mkdir()
    (layout.work / "az-scc.0f9a1c2e" / ".result").touch()
    assert claims.left() == []
    assert list(layout.work.iterdir()) == []


def test_left_file_of_the_network_share_is_no_document(layout, claims):
    (layout.work / "az-scc.3f9a1c2e").mkdir()
    (layout.work / "az-scc.3f9a1c2e" / ".nfs0001").touch()
    assert claims.left() == []


def test_finish_file_lies_beside_its_result(layout, claims):
    drop(layout)
    claim = claims.take("a.json")
    claims.finish(claim, result(claim))
    assert files(layout) == ["done/a.json", "done/a.json.result.json"]
    assert list(layout.work.iterdir()) == []


@pytest.mark.parametrize("taken", ["a.json", "a.json.result.json"])
def test_finish_name_that_is_taken_is_not_overwritten(layout, claims, taken):
    (layout.root / "done" / taken).write_bytes(b"old")
    drop(layout)
    claim = claims.take("a.json")
    claims.finish(claim, result(claim))
    changed = f"a.{claim.ticket}.json"
    assert files(layout) == sorted([f"done/{taken}", f"done/{changed}", f"done/{changed}.result.json"])
    assert (layout.root / "done" / taken).read_bytes() == b"old"


@pytest.mark.parametrize("name", ["x" * 255, "ш" * 127, "a b\tc\n.json", "груз №1.csv", "-rf", "a\\b"])
def test_finish_any_name_keeps_it_and_its_result_fits(layout, claims, name):
    drop(layout, name)
    claim = claims.take(name)
    claims.finish(claim, result(claim))
    assert (layout.root / "done" / name).exists()
    assert (layout.root / "done" / result_name(name)).exists()
    drop(layout, name)
    claim = claims.take(name)
    claims.finish(claim, result(claim))
    assert len(files(layout)) == 4


def test_finish_name_that_is_no_text_is_kept(layout, claims):
    name = os.fsdecode(b"a\xff.json")
    drop(layout, name)
    claim = claims.take(name)
    claims.finish(claim, result(claim))
    assert (layout.root / "done" / name).exists()


def test_finish_many_files_of_one_name_each_have_their_own_result(layout, claims):
    for _ in range(20):
        drop(layout)
        claim = claims.take("a.json")
        claims.finish(claim, result(claim))
    found = files(layout)
    assert len(found) == 40
    tickets = {
        read_ticket((layout.root / name).read_bytes()) for name in found if name.endswith(".result.json")
    }
    assert len(tickets) == 20


def test_finish_link_or_folder_is_moved_and_not_followed(layout, claims):
    (layout.incoming / "link").symlink_to(layout.root / "nowhere")
    (layout.incoming / "folder").mkdir()
    (layout.incoming / "folder" / "inner").touch()
    for name in ("link", "folder"):
        claim = claims.take(name)
        claims.finish(claim, result(claim))
    assert (layout.root / "done" / "link").is_symlink()
    assert (layout.root / "done" / "folder" / "inner").exists()
    assert list(layout.work.iterdir()) == []


def test_finish_both_names_taken_keeps_the_file_for_another_try(layout, claims):
    drop(layout)
    claim = claims.take("a.json")
    for name in ("a.json", f"a.{claim.ticket}.json"):
        (layout.root / "done" / name).touch()
    with pytest.raises(FileExistsError):
        claims.finish(claim, result(claim))
    assert claim.path.exists()
    (layout.root / "done" / "a.json").unlink()
    claims.finish(claim, result(claim))
    assert not claim.folder.exists()


def test_settle_file_without_a_result_is_not_settled(layout, claims):
    drop(layout)
    assert not claims.settle(claims.take("a.json"))


@pytest.mark.parametrize("is_taken", [False, True])
def test_settle_file_follows_its_result(layout, claims, monkeypatch, is_taken):
    if is_taken:
        (layout.root / "done" / "a.json").write_bytes(b"old")
    drop(layout)
    claim = claims.take("a.json")
    with monkeypatch.context() as patch, contextlib.suppress(PermissionError):
        patch.setattr(os, "rename", lambda *_: (_ for _ in ()).throw(PermissionError))
        claims.finish(claim, result(claim))
    assert claim.path.exists()
    (again,) = claims.left()
    assert claims.settle(again)
    name = f"a.{claim.ticket}.json" if is_taken else "a.json"
    assert {f"done/{name}", f"done/{name}.result.json"} <= set(files(layout))
    assert len(files(layout)) == (3 if is_taken else 2)
    assert list(layout.work.iterdir()) == []


@pytest.mark.parametrize("raw", [b'{"ticket":"another0"}', b"no result", b""])
def test_settle_result_of_another_file_is_not_followed(layout, claims, raw):
    (layout.root / "failed" / "a.json.result.json").write_bytes(raw)
    drop(layout)
    assert not claims.settle(claims.take("a.json"))


def test_settle_link_in_the_place_of_a_result_is_not_followed(layout, claims):
    drop(layout)
    claim = claims.take("a.json")
    (layout.root / "real").write_bytes(result(claim).write("a.json"))
    (layout.root / "done" / "a.json.result.json").symlink_to(layout.root / "real")
    assert not claims.settle(claim)
