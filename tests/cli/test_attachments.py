"""Files that belong to messages, at the command line: attach, send --attach, attachments, save."""

import asyncio
import hashlib
import os
import stat

import orjson
import pytest

from node.cli.descriptors import Wish, read_wish
from node.limits import CHUNK_BYTES, MAX_ATTACHMENT_BYTES
from node.store.attachments import Attachments
from tests.daemon.pair import carry_files, settle, sides

PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
SCAN = b"II*\0" + os.urandom(CHUNK_BYTES)


@pytest.fixture
def files(home):
    (home / "seal.png").write_bytes(PNG)
    (home / "scan.tif").write_bytes(SCAN)
    return home


def sent_document(sarbon, message_id):
    return sarbon("show", message_id, "--json").json[0]["document"]


# --- attach ----------------------------------------------------------------------------------------


def test_attach_prints_the_description_and_takes_the_file_in(files, sarbon):
    result = sarbon("attach", "seal.png=photo:Seal, left door: whole")
    assert result.json == [
        {
            "kind": "photo",
            "file_name": "seal.png",
            "media_type": "image/png",
            "size_bytes": len(PNG),
            "sha256": hashlib.sha256(PNG).hexdigest(),
            "description": "Seal, left door: whole",
        }
    ]
    assert Attachments(files / "data").is_intact(result.json[0]["sha256"])


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "attachment.empty"), (bytes(MAX_ATTACHMENT_BYTES + 1), "attachment.oversize")],
)
def test_attach_file_that_cannot_travel_is_refused(files, sarbon, content, code):
    (files / "bad.bin").write_bytes(content)
    result = sarbon("attach", "bad.bin")
    assert result.code == 1
    assert code in result.err


@pytest.mark.parametrize("name", ["absent.jpg", "."])
def test_attach_what_cannot_be_read_is_named(files, sarbon, name):
    result = sarbon("attach", name)
    assert (result.code, files.exists()) == (1, True)
    assert f"file.unreadable: {name}" in result.err


def test_described_file_can_be_sent_by_a_document_of_ones_own_making(files, sarbon, notice):
    alert = orjson.loads((files / "alert.json").read_bytes())
    alert["attachments"] = sarbon("attach", "seal.png").json
    (files / "own.json").write_bytes(orjson.dumps(alert))
    assert sarbon("send", "own.json").code == 0
    assert notice


# --- send --attach ---------------------------------------------------------------------------------


def test_send_with_files_describes_them_in_order_behind_those_that_are_there(files, sarbon):
    alert = orjson.loads((files / "alert.json").read_bytes())
    alert["attachments"] = [
        {
            "kind": "document",
            "file_name": "elsewhere.pdf",
            "media_type": "application/pdf",
            "size_bytes": 7,
            "sha256": "0" * 64,
            "uri": "https://files.example/1",
        }
    ]
    (files / "alert.json").write_bytes(orjson.dumps(alert))
    result = sarbon("send", "alert.json", "--attach", "scan.tif", "--attach", "seal.png=other", "--json")
    assert result.code == 0, result.err
    described = sent_document(sarbon, result.json[0]["id"])["attachments"]
    assert [(one["kind"], one["file_name"]) for one in described] == [
        ("document", "elsewhere.pdf"),
        ("scan", "scan.tif"),
        ("other", "seal.png"),
    ]


def test_send_with_files_twice_is_recognised_as_the_same_document(files, sarbon):
    for is_new in (True, False):
        result = sarbon("send", "alert.json", "--attach", files / "seal.png", "--json")
        assert result.json[0]["new"] is is_new


@pytest.mark.parametrize("names", [("alert.json", "notice1.json"), ()])
def test_send_files_with_other_than_one_document_is_refused(files, sarbon, names):
    (files / "none.jsonl").write_bytes(b"\n")
    result = sarbon("send", *(names or ("none.jsonl",)), "--attach", "seal.png")
    assert result.code == 1
    assert "attachment.whose" in result.err


def test_send_document_that_cannot_be_read_is_told_as_without_files(files, sarbon):
    result = sarbon("send", "absent.json", "--attach", "seal.png")
    assert (result.code, files.exists()) == (1, True)
    assert "file.unreadable" in result.err


@pytest.mark.parametrize("raw", [b"hello", b"{}}", b'{"a":1,"a":2}', b'{"attachments":{}}'])
def test_send_files_with_a_broken_document_is_refused(files, sarbon, raw):
    (files / "broken.json").write_bytes(raw)
    result = sarbon("send", "broken.json", "--attach", "seal.png")
    assert result.code == 1
    assert "document.malformed" in result.err


def test_send_file_to_a_type_that_holds_none_names_the_member(files, sarbon):
    result = sarbon("send", "notice1.json", "--attach", "seal.png")
    assert (result.code, files.exists()) == (1, True)
    assert "document.invalid at /attachments" in result.err


def test_send_document_whose_file_is_not_here_says_how_to_bring_it(files, sarbon):
    alert = orjson.loads((files / "alert.json").read_bytes())
    alert["attachments"] = [
        {
            "kind": "photo",
            "file_name": "seal.jpg",
            "media_type": "image/jpeg",
            "size_bytes": 7,
            "sha256": "0" * 64,
        }
    ]
    (files / "alert.json").write_bytes(orjson.dumps(alert))
    result = sarbon("send", "alert.json")
    assert result.code == 1
    assert "attachment.absent at /attachments/0" in result.err
    assert "sarbon attach FILE" in result.err


# --- attachments and save --------------------------------------------------------------------------


async def _deliver(stage, *, with_files):
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        await settle(az, uz)
        if with_files:
            await carry_files(az, uz)
            await settle(az, uz)
        for side in (az, uz):
            await side.node.committer.flush()


@pytest.fixture
def deliver(network):
    return lambda *, with_files=True: asyncio.run(_deliver(network, with_files=with_files))


@pytest.fixture
def message_id(files, sarbon):
    assert files.is_dir()
    wanted = ("send", "alert.json", "--attach", "seal.png", "--attach", "scan.tif", "--json")
    return sarbon(*wanted).json[0]["id"]


@pytest.fixture
def peer(network):
    return ("--config", network.config("UZ-CC"))


def test_attachments_of_a_sent_message_say_how_far_each_is(sarbon, message_id, deliver):
    assert "UZ-CC waiting 0%" in sarbon("attachments", message_id).out
    deliver()
    lines = sarbon("attachments", message_id).out.splitlines()
    assert [line.split()[0] for line in lines] == ["1", "2"]
    assert all("UZ-CC received" in line for line in lines)
    assert "seal.png" in lines[0]


def test_attachments_of_a_received_message_say_what_is_here(sarbon, message_id, deliver, peer):
    deliver(with_files=False)
    assert "here awaited 0%" in sarbon("attachments", message_id, *peer).out
    deliver()
    rows = sarbon("attachments", message_id, *peer, "--json").json
    assert [(row["number"], row["state"]) for row in rows] == [
        (1, {"here": "received"}),
        (2, {"here": "received"}),
    ]
    assert rows[1]["media_type"] == "image/tiff"


def test_attachments_of_a_message_without_any(home, sarbon):
    message_id = sarbon("send", "notice1.json", "--json").json[0]["id"]
    assert (sarbon("attachments", message_id).out, home.is_dir()) == ("no attachments\n", True)
    assert sarbon("attachments", message_id, "--json").out == ""


@pytest.mark.parametrize("command", [("attachments",), ("save",)])
def test_files_of_an_unknown_message_are_refused(home, sarbon, command):
    result = sarbon(*command, "AZ-NOTHING", *(("1",) if command == ("save",) else ()))
    assert (result.code, home.is_dir()) == (1, True)
    assert "message.unknown" in result.err


def test_save_writes_the_file_out_for_the_owner_alone(sarbon, message_id, deliver, peer, home):
    deliver()
    result = sarbon("save", message_id, "2", "-o", "out.tif", *peer)
    assert result.code == 0, result.err
    assert (home / "out.tif").read_bytes() == SCAN
    assert stat.S_IMODE((home / "out.tif").stat().st_mode) == 0o600


def test_save_without_a_name_takes_the_documents_and_never_overwrites(sarbon, message_id, home):
    (home / "seal.png").unlink()
    assert sarbon("save", message_id, "1").code == 0
    assert (home / "seal.png").read_bytes() == PNG
    result = sarbon("save", message_id, "1")
    assert result.code == 1
    assert "file.exists" in result.err


def test_save_file_that_has_not_come_is_refused(sarbon, message_id, deliver, peer):
    deliver(with_files=False)
    result = sarbon("save", message_id, "1", *peer)
    assert result.code == 1
    assert "attachment.awaited" in result.err


def test_save_number_beyond_the_last_is_refused(sarbon, message_id):
    result = sarbon("save", message_id, "3")
    assert result.code == 1
    assert "attachment.unknown" in result.err


def test_save_file_changed_on_the_disk_is_not_given_out(sarbon, message_id, home):
    path = Attachments(home / "data").path_of_sent(hashlib.sha256(PNG).hexdigest())
    path.write_bytes(b"other")
    result = sarbon("save", message_id, "1", "-o", "out.png")
    assert result.code == 3
    assert "attachment.damaged" in result.err
    assert not (home / "out.png").exists()


# --- wishes ----------------------------------------------------------------------------------------


def test_read_wish_takes_kind_and_description_and_names_with_a_sign(home):
    (home / "a=b.jpg").write_bytes(b"x")
    (home / "c.jpg").write_bytes(b"x")
    found = [read_wish(text) for text in ("a=b.jpg", "a=b.jpg=photo", "c.jpg=photo:a=b", "c.jpg=")]
    assert [(str(one.path), one.kind, one.description) for one in found] == [
        ("a=b.jpg", None, None),
        ("a=b.jpg", "photo", None),
        ("c.jpg", "photo", "a=b"),
        ("c.jpg", None, None),
    ]
    assert isinstance(found[0], Wish)
