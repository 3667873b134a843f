"""The folder door of a node in this process: files in, documents and events out."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from node.daemon.admission import Admission
from node.daemon.deliverer import NotTakenError
from node.daemon.folder_door import Drop, FolderSink, files_of, serve_folders
from node.daemon.folder_options import FolderOptions
from node.errors import OperatorError
from node.gateway.folder_layout import make_folders
from node.national.event import Event
from node.national.scopes import Role
from node.settings import FolderSettings
from tests.daemon.pair import documents
from tests.web.carried import peers_of
from tests.web.served import serving


@pytest_asyncio.fixture
async def served(stage):
    """The node of AZ-SCC, running, with one system."""
    node = stage.node("AZ-SCC")
    try:
        async with serving(node) as one:
            await one.add_system("terminal")
            yield one
    finally:
        node.close()


@pytest.fixture
def root(tmp_path):
    """The drop of that system."""
    folder = tmp_path / "drop"
    folder.mkdir()
    make_folders(folder)
    return folder


def drop_of(served, root, system="terminal"):
    admission = Admission(served.node, served.supervisor.submitter, "folder")
    return Drop(served.node, admission, system, root)


async def dropped(drop, root, name, raw):
    """Drop a file and give its result."""
    (root / "in" / name).write_bytes(raw)
    async with asyncio.timeout(30):
        while not await drop.folder.poll():
            pass
    (found,) = [*root.glob(f"done/{name}.result.json"), *root.glob(f"failed/{name}.result.json")]
    result = json.loads(found.read_bytes())
    for path in (found, found.with_name(name)):
        path.unlink()
    return result


def notices(stage, count=2):
    return documents(stage, "AZ-SCC", count, recipients=["UZ-CC"])


async def test_dropped_documents_are_submitted_as_the_folders_system(stage, served, root):
    result = await dropped(drop_of(served, root), root, "a.jsonl", b"\n".join(notices(stage)))
    assert (result["accepted"], result["refused"]) == (2, 0)
    assert {one["new"] for one in result["documents"]} == {True}


async def test_dropped_again_gives_the_same_ids_and_sends_nothing(stage, served, root):
    drop, raw = drop_of(served, root), b"\n".join(notices(stage))
    first = await dropped(drop, root, "a.jsonl", raw)
    size = served.node.tree.size
    second = await dropped(drop, root, "b.jsonl", raw)
    assert [one["id"] for one in first["documents"]] == [one["id"] for one in second["documents"]]
    assert {one["new"] for one in second["documents"]} == {False}
    assert served.node.tree.size == size


@pytest.mark.parametrize(
    ("role", "is_active", "code"),
    [(Role.RECEIVER, True, "access.scope"), (Role.SYSTEM, False, "system.disabled")],
)
async def test_dropped_by_a_system_that_may_not_is_refused(stage, served, root, role, is_active, code):
    await served.add_system("other", role=role)
    if not is_active:
        await served.supervisor.access.set_active("other", is_active=False, by="owner")
    result = await dropped(drop_of(served, root, "other"), root, "a.json", notices(stage, 1)[0])
    assert result["documents"][0]["error"]["code"] == code


async def test_dropped_table_is_converted_with_the_folders_options(served, root):
    drop, raw = drop_of(served, root), table()
    without = await dropped(drop, root, "a.csv", raw)
    assert without["accepted"] == 0
    write_options(root, unit="PCU-ALYAT")
    assert (await dropped(drop, root, "a.csv", raw))["accepted"] == 1


async def test_dropped_table_that_was_refused_is_asked_anew_once_its_options_are_right(served, root):
    await served.supervisor.access.change("terminal", {"units": ["PCU-ALYAT"]}, by="owner")
    drop, raw = drop_of(served, root), table()
    write_options(root, unit="PCU-ASTARA")
    refused = await dropped(drop, root, "a.csv", raw)
    assert refused["documents"][0]["error"]["code"] == "access.unit"
    write_options(root, unit="PCU-ALYAT")
    accepted = await dropped(drop, root, "a.csv", raw)
    again = await dropped(drop, root, "a.csv", raw)
    assert accepted["accepted"] == 1
    assert again["documents"][0] == {**accepted["documents"][0], "new": False}


async def test_dropped_table_with_wrong_options_is_refused_and_says_so(served, root):
    (root / "options.toml").write_text("unit = 7")
    result = await dropped(drop_of(served, root), root, "a.csv", table())
    assert result["error"]["code"] == "folder.options"


def table():
    """Write a table of one arrival; to whom it goes and whose it is, the folder's options say."""
    row = {
        "type": "arrival/1",
        "reference": "AZ-ARR-1",
        "answers.type": "pre-arrival-notice",
        "answers.authority": "UZ-CC",
        "answers.reference": "UZ-PAN-1",
        "answers.version": "1",
        "office": "AZ001004",
        "arrived_at": "2026-11-20 03:52",
        "completeness": "whole",
    }
    return f"{','.join(row)}\n{','.join(row.values())}\n".encode()


def write_options(root, **members):
    lines = ['to = ["UZ-CC"]', *(f'{name} = "{value}"' for name, value in members.items())]
    (root / "options.toml").write_text("\n".join(lines))


def event(kind="message.received", reference="UZ/ALR 1"):
    message = {"type": "alert/1", "reference": reference}
    value = {"sequence": "0000000000000041", "data": {"message": message}}
    return Event(41, f"sarbon.{kind}", value)


@pytest.mark.parametrize(
    ("kind", "document", "kinds", "names"),
    [
        ("message.received", b"{}", set(), ["0000000000000041-alert-UZ_ALR_1"]),
        ("message.received", None, set(), []),
        (
            "message.received",
            b"{}",
            {"message.received"},
            [
                "0000000000000041-alert-UZ_ALR_1",
                "0000000000000041-message.received-UZ_ALR_1.event",
            ],
        ),
        (
            "message.receipted",
            None,
            {"message.receipted"},
            ["0000000000000041-message.receipted-UZ_ALR_1.event"],
        ),
        ("message.receipted", None, {"message.expired"}, []),
    ],
)
def test_files_of_an_event_are_its_document_and_what_the_options_name(kind, document, kinds, names):
    options = FolderOptions(events=frozenset(kinds))
    assert [stem for stem, _ in files_of(event(kind), document, options)] == names


async def test_put_writes_the_document_byte_for_byte_and_once(root):
    sink = FolderSink(root)
    for _ in range(2):
        await sink.put(event(), b'{ "a":1 }')
    (written,) = (root / "out").iterdir()
    assert written.name == "0000000000000041-alert-UZ_ALR_1.json"
    assert written.read_bytes() == b'{ "a":1 }'


async def test_put_into_a_folder_that_is_away_is_not_taken(root):
    (root / "out").rename(root / "elsewhere")
    with pytest.raises(NotTakenError):
        await FolderSink(root).put(event(), b"{}")


async def test_put_with_wrong_options_is_not_taken_and_says_so(root):
    (root / "options.toml").write_text("events = 3")
    with pytest.raises(NotTakenError, match=r"folder\.options"):
        await FolderSink(root).put(event(), b"{}")


@asynccontextmanager
async def opened(served, **folders):
    settings = {name: FolderSettings(path=path, poll_seconds=0.02) for name, path in folders.items()}
    task = asyncio.create_task(serve_folders(served.supervisor, settings))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_served_folder_takes_files_and_gives_out_what_peers_send(stage, served, root):
    (root / "in" / "a.json").write_bytes(notices(stage, 1)[0])
    async with opened(served, terminal=root), peers_of(served, stage, "UZ-CC") as exchange:
        async with asyncio.timeout(30):
            while not (root / "done" / "a.json").exists():  # noqa: ASYNC110 - as its system looks
                await asyncio.sleep(0.01)
            await exchange.say("UZ-CC", "alert-minimum", reference="UZ-1")
            while len([*(root / "out").glob("[!.]*")]) < 2:  # noqa: ASYNC110 - as its system looks
                await asyncio.sleep(0.01)
    receipt, alert = sorted((root / "out").glob("[!.]*"))
    assert receipt.name.endswith("-message.receipted-AZ-TEST-000000.event.json")
    assert alert.name.endswith("-alert-UZ-1.json")
    assert json.loads(alert.read_bytes())["reference"] == "UZ-1"


async def test_folder_of_an_unknown_system_ends_the_door_and_says_what_to_do(served, root):
    async with opened(served, terminal=root, nobody=root) as task:
        with pytest.raises(OperatorError) as raised:
            await task
    assert raised.value.code == "folder.system"
    assert "sarbon systems add nobody" in raised.value.hint


def test_node_with_a_folder_of_an_unknown_system_stops_and_says_so(stage):
    config = stage.config("AZ-SCC")
    config.write_text(f'{config.read_text()}\n[folders.nobody]\npath = "drop"\n')
    stage.run_node("AZ-SCC")
    assert stage.processes.pop("AZ-SCC").wait(30) == 3
    assert "folder.system" in (stage.home("AZ-SCC") / "node.log").read_text()
