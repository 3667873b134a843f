"""Files over HTTP: taken in, followed, listed and fetched; and what must not pass."""

import hashlib
import os
import uuid

import pytest

from node.audit.event import Kind, reread_entry
from node.limits import CHUNK_BYTES, MAX_ATTACHMENT_BYTES
from node.national.scopes import Scope
from node.store.record import Records
from tests.daemon.pair import carry_files
from tests.spoken import document, written
from tests.web.served import Client

ALERT = "alert-minimum"
PNG = b"\x89PNG\r\n\x1a\n" + b"pixels"
SCAN = b"II*\0" + os.urandom(2 * CHUNK_BYTES)


def described(content, name="seal.png", media_type="image/png", kind="photo", **more):
    digest = hashlib.sha256(content).hexdigest()
    return {
        "kind": kind,
        "file_name": name,
        "media_type": media_type,
        "size_bytes": len(content),
        "sha256": digest,
        **more,
    }


def accesses(served):
    found = [reread_entry(raw) for _, raw in Records(served.node.database).entries()]
    return [entry.members["re"] for entry in found if entry.kind is Kind.DOCUMENT_ACCESSED]


async def upload(client, content, media_type="image/png", **params):
    headers = {"Content-Type": media_type} if media_type else {}
    asked = {"name": "seal.png", **params}
    return await client.post("/attachments", params=asked, content=content, headers=headers)


async def receive(exchange, *contents, **more):
    """Let UZ-CC send UZ-1 with files; they have not been carried yet."""
    folder = exchange.peers["UZ-CC"].node.attachments
    for content in contents:
        path = exchange.own.node.settings.data / f"{uuid.uuid4()}"
        path.write_bytes(content)
        with path.open("rb") as file:
            folder.keep(file)
        path.unlink()
    files = [described(content, **more) for content in contents]
    return await exchange.say("UZ-CC", ALERT, reference="UZ-1", attachments=files)


# --- in --------------------------------------------------------------------------------------------


async def test_upload_gives_the_description_that_a_document_takes(served, exchange):
    client = await served.client()
    answer = await upload(client, PNG, description="Seal, left door")
    assert answer.status_code == 201, answer.text
    assert answer.json() == described(PNG, description="Seal, left door")
    value = document(ALERT, "AZ-SCC", "UZ-CC", now=exchange.now, reference="AZ-1")
    assert (await client.submit({**value, "attachments": [answer.json()]})).status_code == 202
    await exchange.settle()
    await exchange.carry_files()
    (state,) = (await client.get("/messages/AZ-1/attachments")).json()["items"][0]["states"]
    assert state == {"authority": "UZ-CC", "state": "received", "code": None, "percent": 100}


@pytest.mark.parametrize(
    ("content", "declared", "name", "media_type", "kind"),
    [
        (PNG, "image/jpeg", "a.jpg", "image/png", "photo"),  # the file itself knows best
        (b"%PDF-1.7 x", "application/octet-stream", "a", "application/pdf", "document"),
        (b"words", "text/csv; charset=utf-8", "a.txt", "text/csv", "document"),
        (b"words", "application/x-www-form-urlencoded", "a.txt", "text/plain", "document"),
        (b"words", "", "a.nothing", "application/octet-stream", "other"),
    ],
)
async def test_upload_media_type_is_told_by_file_then_header_then_name(
    served, content, declared, name, media_type, kind
):
    client = await served.client()
    answer = await upload(client, content, declared, name=name)
    assert (answer.json()["media_type"], answer.json()["kind"]) == (media_type, kind)


async def test_upload_same_file_again_is_kept_once(served):
    client = await served.client()
    first, again = await upload(client, PNG), await upload(client, PNG)
    assert first.json() == again.json()
    assert len(list((served.node.settings.data / "attachments" / "sent").iterdir())) == 1


async def test_upload_as_large_as_may_be_is_taken_and_one_byte_more_is_not(served):
    client = await served.client()
    whole = await upload(client, bytes(MAX_ATTACHMENT_BYTES))
    assert whole.json()["size_bytes"] == MAX_ATTACHMENT_BYTES
    beyond = await upload(client, bytes(MAX_ATTACHMENT_BYTES + 1))
    assert (beyond.status_code, beyond.json()["code"]) == (413, "request.oversize")
    kept = (served.node.settings.data / "attachments" / "sent").iterdir()
    assert [path.name for path in kept] == [whole.json()["sha256"]]


async def test_upload_that_does_not_say_its_size_is_cut_off_where_it_is_too_large(served):
    client = await served.client()

    async def endless():
        while True:
            yield bytes(1_048_576)

    answer = await upload(client, endless())
    assert (answer.status_code, answer.json()["code"]) == (413, "request.oversize")
    assert not (served.node.settings.data / "attachments").exists()


@pytest.mark.parametrize(
    ("content", "media_type", "params", "status", "code"),
    [
        (b"", "image/png", {}, 422, "attachment.empty"),
        (PNG, "multipart/form-data; boundary=x", {}, 415, "request.media_type"),
        (PNG, "no media type", {}, 415, "request.media_type"),
        (PNG, "image/png", {"name": ""}, 422, "request.invalid"),
        (PNG, "image/png", {"name": "a\nb"}, 422, "request.invalid"),
        (PNG, "image/png", {"name": "a\u202eb"}, 422, "request.invalid"),
        (PNG, "image/png", {"kind": "film"}, 422, "request.invalid"),
        (PNG, "image/png", {"description": "x" * 257}, 422, "request.invalid"),
    ],
)
async def test_upload_that_no_document_could_name_is_refused(
    served, content, media_type, params, status, code
):
    client = await served.client()
    answer = await upload(client, content, media_type, **params)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_upload_without_the_scope_is_refused(served):
    system = await served.add_system()
    client = Client(served, await served.token_of(system, Scope.DOCUMENTS_READ))
    answer = await upload(client, PNG)
    assert (answer.status_code, answer.json()["code"]) == (403, "access.scope")


# --- out -------------------------------------------------------------------------------------------


async def test_attachments_of_a_received_message_come_and_are_fetched(served, exchange):
    client = await served.client()
    done = await receive(exchange, SCAN, name="scan.tif", media_type="image/tiff", kind="scan")
    (item,) = (await client.get("/messages/UZ-1/attachments")).json()["items"]
    assert item["states"] == [{"authority": "AZ-SCC", "state": "awaited", "code": None, "percent": 0}]
    early = await client.get("/messages/UZ-1/attachments/1")
    assert (early.status_code, early.json()["code"]) == (409, "attachment.awaited")
    await exchange.carry_files()
    (item,) = (await client.get("/messages/UZ-1/attachments")).json()["items"]
    assert (item["number"], item["states"][0]["state"]) == (1, "received")
    answer = await client.get("/messages/UZ-1/attachments/1")
    assert answer.content == SCAN
    assert answer.headers["content-type"] == "image/tiff"
    assert answer.headers["content-length"] == str(len(SCAN))
    assert answer.headers["content-disposition"] == 'attachment; filename="scan.tif"'
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert accesses(served) == [done.id] * 3


async def test_attachment_half_way_says_how_much_is_here(served, exchange):
    client = await served.client()
    await receive(exchange, SCAN)
    taken = []

    def only_the_first(body):
        taken.append(body)
        return body if len(taken) == 1 else None

    await carry_files(exchange.peers["UZ-CC"], exchange.own, only_the_first)
    (item,) = (await client.get("/messages/UZ-1/attachments")).json()["items"]
    assert item["states"][0]["state"] == "awaited"
    assert 0 < item["states"][0]["percent"] < 100


async def test_attachment_that_the_caller_holds_is_not_sent_again(served, exchange):
    client = await served.client()
    await receive(exchange, PNG)
    await exchange.carry_files()
    first = await client.get("/messages/UZ-1/attachments/1")
    tag = {"If-None-Match": first.headers["etag"]}
    again = await client.get("/messages/UZ-1/attachments/1", headers=tag)
    assert (again.status_code, again.content) == (304, b"")
    assert len(accesses(served)) == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ('a";filename="b.exe', "a__filename=_b.exe".replace("=", "_")),
        ("фото", "attachment-1"),
        (".htaccess", "htaccess"),
    ],
)
async def test_attachment_name_of_a_peer_is_made_safe(served, exchange, name, shown):
    client = await served.client()
    await receive(exchange, PNG, name=name)
    await exchange.carry_files()
    answer = await client.get("/messages/UZ-1/attachments/1")
    assert answer.headers["content-disposition"] == f'attachment; filename="{shown}"'


async def test_attachment_that_a_browser_would_run_is_only_a_download(served, exchange):
    client = await served.client()
    await receive(exchange, b"<script>x</script>", name="a.html", media_type="text/html", kind="other")
    await exchange.carry_files()
    answer = await client.get("/messages/UZ-1/attachments/1")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


async def test_attachment_changed_on_disk_is_not_given_out(served, exchange):
    client = await served.client()
    done = await receive(exchange, PNG)
    await exchange.carry_files()
    path = served.node.attachments.path_of_received(("UZ-CC", done.id, 1))
    path.write_bytes(PNG[:-1] + b"X")
    answer = await client.get("/messages/UZ-1/attachments/1")
    assert (answer.status_code, answer.json()["code"]) == (503, "attachment.damaged")
    assert accesses(served) == []


async def test_attachment_is_not_given_out_when_that_cannot_be_recorded(served, exchange):
    client = await served.client()
    await receive(exchange, PNG)
    await exchange.carry_files()
    with served.node.database.writing() as connection:  # as when the disk refuses
        connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON entry BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    answer = await client.get("/messages/UZ-1/attachments/1")
    assert (answer.status_code, answer.json()["code"]) == (503, "database.contradiction")
    assert accesses(served) == []


async def test_attachment_of_ours_is_fetched_too(served, exchange):
    client = await served.client()
    taken = await upload(client, PNG)
    value = document(ALERT, "AZ-SCC", "UZ-CC", now=exchange.now, reference="AZ-1")
    await client.submit({**value, "attachments": [taken.json()]})
    answer = await client.get("/messages/AZ-1/attachments/1")
    assert (answer.content, answer.headers["content-type"]) == (PNG, "image/png")


async def test_attachment_elsewhere_is_named_but_not_fetched(served, exchange):
    client = await served.client()
    uri = "https://files.uz-cc.example/1"
    file = described(PNG, uri=uri)
    await exchange.say("UZ-CC", ALERT, reference="UZ-1", attachments=[file])
    (item,) = (await client.get("/messages/UZ-1/attachments")).json()["items"]
    assert (item["uri"], item["states"]) == (uri, [])
    answer = await client.get("/messages/UZ-1/attachments/1")
    assert (answer.status_code, answer.json()["code"]) == (409, "attachment.elsewhere")


@pytest.mark.parametrize(
    ("number", "status", "code"),
    [
        ("2", 404, "attachment.unknown"),
        ("0", 422, "request.invalid"),
        ("10", 422, "request.invalid"),
        ("one", 422, "request.invalid"),
    ],
)
async def test_attachment_that_is_not_named_is_not_there(served, exchange, number, status, code):
    client = await served.client()
    await receive(exchange, PNG)
    answer = await client.get(f"/messages/UZ-1/attachments/{number}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_attachments_of_a_message_without_any_are_none(served, exchange):
    client = await served.client()
    value = document(ALERT, "AZ-SCC", "UZ-CC", now=exchange.now, reference="AZ-1")
    done = await exchange.own.submit(written(value))
    first = await client.get("/messages/AZ-1/attachments")
    assert first.json() == {"id": done.id, "originator": "AZ-SCC", "items": []}
    tag = {"If-None-Match": first.headers["etag"]}
    assert (await client.get("/messages/AZ-1/attachments", headers=tag)).status_code == 304
