"""`sarbon send` with what people really send: each bad document is named, good neighbours leave.

Every case runs twice: without a running node, and through the socket of one.
"""

import asyncio
import contextlib
import json
import threading

import orjson
import pytest

from node.daemon.supervisor import Supervisor
from node.gateway import local
from node.limits import MAX_DOCUMENT_BYTES
from node.settings import SOCKET_NAME
from node.store.database import Database
from node.store.record import Records


def encoded(document):
    return json.dumps(document, ensure_ascii=False).encode()


def nested(depth):
    return b"[" * depth + b"]" * depth


def twice(notice):
    """Write a document with a member name that occurs twice."""
    return encoded(notice)[:-1] + b', "priority": "urgent"}'


def latin_1(notice):
    notice["carrier"]["organisation"]["name"] = "Société Générale"
    return json.dumps(notice, ensure_ascii=False).encode("latin-1")


def other(notice, **members):
    return encoded({**notice, **members})


def stranger(notice):
    originator = {**notice["originator"], "authority": "UZ-CC", "country": "UZ"}
    return other(notice, originator=originator, recipients=["TM-SCS"])


BAD = {
    "nothing": (lambda _: b"", "document.malformed", ""),
    "not JSON": (lambda _: b"hello", "document.malformed", ""),
    "cut off": (lambda n: encoded(n)[:-40], "document.malformed", ""),
    "trailing": (lambda n: encoded(n) + b"}", "document.malformed", ""),
    "no object": (lambda _: b'"pre-arrival-notice/1"', "document.malformed", ""),
    "no type": (lambda _: b"{}", "document.malformed", "/type"),
    "unknown type": (lambda n: other(n, type="notice/9"), "document.malformed", "/type"),
    "UTF-16": (lambda n: json.dumps(n).encode("utf-16"), "document.malformed", ""),
    "UTF-16 without mark": (lambda n: json.dumps(n).encode("utf-16-le"), "document.malformed", ""),
    "UTF-32": (lambda n: json.dumps(n).encode("utf-32"), "document.malformed", ""),
    "Latin-1": (latin_1, "document.malformed", ""),
    "byte order mark": (lambda n: b"\xef\xbb\xbf" + encoded(n), "document.malformed", ""),
    "lone surrogate": (
        lambda n: encoded(n).replace(b"Polypropylene", b"\\ud800").replace(b"AZ-TEST", b"\\udfff", 1),
        "document.malformed",
        "",
    ),
    "NaN": (lambda n: encoded(n).replace(b'"version": 1', b'"version": NaN'), "document.malformed", ""),
    "oversize": (
        lambda n: encoded(n) + b" " * MAX_DOCUMENT_BYTES,
        "document.malformed",
        "",
    ),
    "deep": (lambda n: encoded(n)[:-1] + b', "x": ' + nested(40) + b"}", "document.malformed", ""),
    "very deep": (lambda _: b'{"x": ' + nested(100_000) + b"}", "document.malformed", ""),
    "name twice": (twice, "document.malformed", ""),
    "unknown member": (lambda n: other(n, colour="red"), "document.invalid", "/colour"),
    "member absent": (
        lambda n: encoded({k: v for k, v in n.items() if k != "handling"}),
        "document.invalid",
        "/handling",
    ),
    "wrong form deep inside": (
        lambda n: encoded(n).replace(b'"hs_code": "', b'"hs_code": "x'),
        "document.invalid",
        "/consignments/0/goods/0/hs_code",
    ),
    "number for text": (lambda n: other(n, reference=7), "document.invalid", "/reference"),
    "unknown recipient": (lambda n: other(n, recipients=["KG-CS"]), "sender.unknown", ""),
    "ourselves as recipient": (
        lambda n: other(n, recipients=["AZ-SCC"]),
        "document.invalid",
        "/recipients",
    ),
    "another's document": (stranger, "document.mismatch", "/originator/authority"),
    "expired": (
        lambda n: other(n, issued_at="2020-01-01T00:00:00Z", valid_until="2020-01-02T00:00:00Z"),
        "message.expired",
        "/valid_until",
    ),
}


@contextlib.contextmanager
def running(stage, authority):
    """Serve a node's socket from a thread, as its process does, without a broker."""
    started, loop = threading.Event(), asyncio.new_event_loop()
    path = stage.home(authority) / "data" / SOCKET_NAME

    async def run():
        node = stage.node(authority)
        supervisor = Supervisor(node)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(node.committer.run()),
                group.create_task(supervisor.submitter.run()),
                group.create_task(local.serve(path, supervisor.answer)),
            ]
            stopping.append(lambda: [task.cancel() for task in tasks])
            while not path.exists():  # noqa: ASYNC110 - served by another task of this loop
                await asyncio.sleep(0)
            started.set()
        node.close()

    stopping = []
    thread = threading.Thread(target=lambda: loop.run_until_complete(run()))
    thread.start()
    assert started.wait(20)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stopping[0])
        thread.join()
        loop.close()
        path.unlink()


@pytest.fixture(params=["alone", "asked"])
def way(request, network, home):
    """Send without a running node, and through one."""
    if request.param == "alone":
        yield "alone"
        return
    with running(network, home.name.upper()):
        yield "asked"


def kinds(home):
    database = Database.open(home / "data" / "node.db")
    found = [orjson.loads(raw)["kind"] for _, raw in Records(database).entries(first=2)]
    database.close()
    return found


@pytest.mark.parametrize("name", BAD)
def test_send_bad_document_is_refused_with_code_and_place_and_neighbours_leave(
    name, way, home, notice, sarbon
):
    make, code, pointer = BAD[name]
    (home / "bad.json").write_bytes(make(notice))
    result = sarbon("send", "notice2.json", "bad.json", "alert.json")
    assert result.code == 1, way
    sent = [line.split()[1] for line in result.out.splitlines()]
    assert sent == ["notice2.json", "alert.json"]
    first, *hint = result.err.splitlines()
    where = f" at {pointer}" if pointer else ""
    assert first.startswith(f"bad.json: {code}{where}: ")
    assert all(line.startswith("  hint: ") for line in hint)
    assert kinds(home) == ["message.sealed", "message.refused", "message.sealed"]


@pytest.mark.parametrize("name", ["unknown recipient", "expired", "wrong form deep inside"])
def test_send_bad_document_as_json_gives_code_hint_and_pointer(name, way, home, notice, sarbon):
    make, code, pointer = BAD[name]
    (home / "bad.json").write_bytes(make(notice))
    result = sarbon("send", "bad.json", "alert.json", "--json")
    assert result.code == 1, way
    assert result.err == ""
    refused, sent = result.json
    assert refused["document"] == "bad.json"
    assert (refused["error"]["code"], refused["error"]["pointer"]) == (code, pointer)
    assert set(refused["error"]) == {"code", "message", "hint", "pointer"}
    assert sent["new"] is True


def test_send_refusal_quotes_nothing_of_the_document(home, notice, sarbon):
    notice["consignments"][0]["goods"][0]["hs_code"] = "PLANTEDVALUE"
    notice["plantedmember with spaces"] = "PLANTEDVALUE"
    (home / "bad.json").write_bytes(encoded(notice))
    result = sarbon("send", "bad.json")
    assert result.code == 1
    assert "planted" not in (result.out + result.err).lower()


def test_send_same_document_again_gives_the_same_id(way, home, sarbon):
    first = sarbon("send", "notice1.json", "--json").json[0]
    again = sarbon("send", "notice1.json", "--json").json[0]
    assert (first["id"], first["new"], again["new"]) == (again["id"], True, False), way
    assert kinds(home) == ["message.sealed"]


def test_send_same_document_twice_in_one_call_is_one_message(way, home, sarbon):
    answers = sarbon("send", "notice1.json", "notice1.json", "--json").json
    assert [answer["new"] for answer in answers] == [True, False], way
    assert len({answer["id"] for answer in answers}) == 1
    assert kinds(home) == ["message.sealed"]


def test_send_reference_for_another_document_is_refused(way, notice, home, sarbon):
    sarbon("send", "notice1.json")
    (home / "other.json").write_bytes(other(notice, total_gross_mass="1"))
    result = sarbon("send", "other.json")
    assert result.code == 1, way
    assert "document.reference_taken at /reference" in result.err
    assert "hint: raise the version" in result.err


def test_send_many_documents_keeps_their_order(way, home, notice, sarbon):
    lines = [other(notice, reference=f"AZ-MANY-{n:04d}") for n in range(400)]
    (home / "many.jsonl").write_bytes(b"\n".join(lines))
    answers = sarbon("send", "many.jsonl", "--json").json
    assert [answer["document"] for answer in answers] == [f"many.jsonl:{n}" for n in range(1, 401)]
    ids = [answer["id"] for answer in answers]
    assert len(set(ids)) == 400, way
    database = Database.open(home / "data" / "node.db")
    assert Records(database).find("AZ-MANY-0123") == ("sent", "", ids[123])
    database.close()


def test_send_document_beyond_any_request_is_refused_and_neighbours_leave(way, home, sarbon):
    (home / "huge.json").write_bytes(b'{"x": "' + b"x" * (8 * MAX_DOCUMENT_BYTES) + b'"}')
    result = sarbon("send", "huge.json", "alert.json")
    assert result.code == 1
    code = {"alone": "document.malformed", "asked": "request.oversize"}[way]
    assert result.err.startswith(f"huge.json: {code}: ")
    assert result.out.endswith("  alert.json\n")


def test_send_large_cyrillic_document_is_sealed(way, home, notice, sarbon):
    consignment = notice["consignments"][0]
    item = {
        "description": "Щебень гранитный, фракция 5-20 мм. " * 14,
        "hs_code": "251710",
        "gross_mass": "10",
        "packages": 1,
        "package_type": "BX",
    }
    consignment["goods"] = [{"sequence": n + 1, **item} for n in range(250)]
    for name in ("total_items", "total_packages"):
        notice.pop(name, None)
        consignment.pop(name, None)
    notice["total_gross_mass"] = "2500"
    text = encoded(notice)
    assert len(text) < MAX_DOCUMENT_BYTES
    assert len(json.dumps(text.decode())) > 2 * MAX_DOCUMENT_BYTES  # escaped, as it may be asked
    (home / "large.json").write_bytes(text)
    result = sarbon("send", "large.json")
    assert (result.code, result.err) == (0, ""), way
    assert kinds(home) == ["message.sealed"]


@pytest.mark.parametrize(
    ("raw", "places"),
    [
        (b"[]", []),
        (b" \n[ ] \n", []),
        (b"[%s]", ["f.json[0]"]),
        (b"[ %s ,\n\t%s\r\n]\n", ["f.json[0]", "f.json[1]"]),
        (b"%s\n%s\n", ["f.json:1", "f.json:2"]),
        (b"\n\n%s\r\n\r\n%s", ["f.json:3", "f.json:5"]),
        (b"%s", ["f.json"]),
        (b"\n%s\n\n", ["f.json"]),
    ],
)
def test_send_file_in_any_layout_gives_its_documents(home, notice, sarbon, raw, places):
    documents = tuple(other(notice, reference=f"AZ-L-{n}") for n in range(raw.count(b"%s")))
    (home / "f.json").write_bytes(raw % documents)
    result = sarbon("send", "f.json", "--json")
    assert result.code == 0, result.err
    assert [answer["document"] for answer in result.json] == places


@pytest.mark.parametrize("indent", [0, 1, 4])
def test_send_pretty_printed_document_is_one_document(home, notice, sarbon, indent):
    (home / "f.json").write_text(json.dumps(notice, indent=indent))
    result = sarbon("send", "f.json", "--json")
    assert result.code == 0, result.err
    assert [answer["document"] for answer in result.json] == ["f.json"]


def test_send_array_element_is_sealed_as_it_was_written(home, notice, sarbon):
    written = json.dumps(notice, indent=3).encode().replace(b'"version"', b'"v\\u0065rsion"')
    (home / "f.json").write_bytes(b"[" + written + b"]")
    (sent,) = sarbon("send", "f.json", "--json").json
    database = Database.open(home / "data" / "node.db")
    assert Records(database).sent(sent["id"])["document"] == written
    database.close()


def test_send_array_element_with_a_name_twice_is_refused(home, notice, sarbon):
    (home / "f.json").write_bytes(b"[" + twice(notice) + b"," + encoded(notice) + b"]")
    result = sarbon("send", "f.json")
    assert result.code == 1
    assert result.err.startswith("f.json[0]: document.malformed: not strict JSON: a member name occurs")
    assert result.out.endswith("  f.json[1]\n")


@pytest.mark.parametrize(
    "raw",
    [
        b"[",
        b"[{}",
        b"[{},]",
        b"[{} {}]",
        b"[{}] {}",
        b"[{]",
        b'["\xff"] x',
        nested(100_000),
        b"[,]",
    ],
    ids=lambda raw: raw[:10],
)
def test_send_malformed_array_is_one_error_and_neighbours_leave(home, sarbon, raw):
    (home / "f.json").write_bytes(raw)
    result = sarbon("send", "f.json", "alert.json")
    assert result.code == 1
    assert result.err.startswith("f.json: file.malformed: not a JSON array: ")
    assert result.err.count("\n") == 2
    assert result.out.endswith("  alert.json\n")


def test_send_only_unreadable_files_asks_for_no_passphrase(home, sarbon):
    (home / "passphrase").unlink()
    result = sarbon("send", "absent.json", ".")
    assert result.code == 1
    assert [line for line in result.err.splitlines() if "hint" not in line] == [
        "absent.json: file.unreadable: absent.json: No such file or directory",
        ".: file.unreadable: .: Is a directory",
    ]


def test_send_standard_input_may_hold_several_documents(home, notice, sarbon):
    lines = b"\n".join(other(notice, reference=f"AZ-IN-{n}") for n in range(3))
    result = sarbon("send", "-", "--json", stdin=lines)
    assert [answer["document"] for answer in result.json] == ["-:1", "-:2", "-:3"]
    assert kinds(home) == ["message.sealed"] * 3
