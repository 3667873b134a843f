import asyncio
import contextlib
import csv
import errno
import itertools
import json
import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from node.convert.conversion import Conversion, Draft, Failure
from node.convert.reader import read_foreign
from node.convert.workbook import write_workbook
from node.errors import CallerError, OperatorError, PeerError, Refusal
from node.gateway import folder as folder_module
from node.gateway.folder import Folder, FolderLimits, FolderParts
from node.gateway.folder_layout import make_folders
from node.gateway.folder_result import Accepted
from node.message.document import read_document
from tests.convert.messages import CONTEXT
from tests.gateway.faulty_disk import Crash, faulty

SCHEMAS = Path(__file__).parents[2] / "schemas"
FOREIGN = b"reference;office_of_entry\nA;B\n"


class Drop:
    """A folder drop, and the node behind it: remembers what was sent under which key."""

    def __init__(self, root):
        self.root = root
        self.now = 0
        self.sent = {}
        self.asked = []
        self.most_at_once = 0
        self.under_way = 0
        self.failing = None
        self.conversion = lambda _: Conversion((Draft("line 2", {"at": self.now}),))
        self.limits = FolderLimits(file_bytes=10_000, documents=100, at_once=8)
        self.folder = self.start()

    def start(self):
        """Start the node again."""
        parts = FolderParts(
            "risk",
            "az-scc",
            self.submit,
            lambda raw: self.conversion(raw),  # noqa: PLW0108 - a test may change it
            lambda: self.now,
            self.limits,
        )
        self.folder = Folder(self.root, parts)
        return self.folder

    async def submit(self, document, key, digest):
        self.under_way += 1
        self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            return await self._answer(document, key, digest)
        finally:
            self.under_way -= 1

    async def _answer(self, document, key, digest):
        self.asked.append(document)
        await asyncio.sleep(0)
        if self.failing:
            raise self.failing
        if b"crash-before" in document:
            raise Crash
        is_new = key not in self.sent
        assert self.sent.setdefault(key, digest) == digest
        if b"crash-after" in document and is_new:
            raise Crash
        if b"bad" in document:
            raise CallerError("document.invalid", "the fact", hint="the hint", pointer="/a")
        return Accepted(f"m{list(self.sent).index(key)}", is_new=is_new)

    def put(self, name="a.json", raw=b'{"a":1}', *, at=None):
        path = self.root / "in" / name
        path.write_bytes(raw)
        if at is not None:
            os.utime(path, (at, at))

    async def poll(self, times=2):
        return sum([await self.folder.poll() for _ in range(times)])

    def names(self, *folders):
        return sorted(
            f"{folder}/{path.name}"
            for folder in folders or ("in", "work", "done", "failed")
            for path in (self.root / folder).iterdir()
        )

    def result(self, name="a.json", folder="done"):
        return json.loads((self.root / folder / f"{name}.result.json").read_bytes())


@pytest.fixture
def drop(tmp_path):
    make_folders(tmp_path)
    return Drop(tmp_path)


async def test_poll_complete_file_is_sent_and_lies_beside_its_result(drop):
    drop.put()
    assert await drop.poll() == 1
    assert drop.names() == ["done/a.json", "done/a.json.result.json"]
    assert drop.asked == [b'{"a":1}']
    assert drop.result()["documents"] == [{"place": "", "status": "accepted", "id": "m0", "new": True}]


async def test_poll_file_still_written_is_left(drop):
    drop.put("a.json.part")
    drop.put("b.json")
    assert await drop.poll(1) == 0
    drop.put("b.json", b'{"b":22}')
    assert await drop.poll(1) == 0
    assert drop.names() == ["in/a.json.part", "in/b.json"]


async def test_poll_one_refused_of_three_fails_the_file_and_names_the_accepted(drop):
    drop.put(raw=b'[{"a":1},{"bad":1},{"c":1}]')
    await drop.poll()
    assert drop.names() == ["failed/a.json", "failed/a.json.result.json"]
    shown = drop.result(folder="failed")
    assert [one["status"] for one in shown["documents"]] == ["accepted", "refused", "accepted"]
    assert shown["documents"][1]["error"] == {
        "code": "document.invalid",
        "message": "the fact",
        "hint": "the hint",
        "pointer": "/a",
    }
    assert (shown["accepted"], shown["refused"]) == (2, 1)


async def test_poll_peers_refusal_is_an_answer(drop):
    drop.failing = PeerError(Refusal.KEY_EXPIRED, "the fact")
    drop.put()
    await drop.poll()
    assert drop.result(folder="failed")["documents"][0]["error"]["code"] == "key.expired"


async def test_poll_same_content_again_under_any_name_is_not_new(drop):
    drop.put("a.json", b'[{"a":1},{"b":1}]')
    await drop.poll()
    drop.put("b.json", b'[{"a":1},{"b":1}]')
    await drop.poll()
    first, second = drop.result("a.json")["documents"], drop.result("b.json")["documents"]
    assert [one["id"] for one in first] == [one["id"] for one in second]
    assert [one["new"] for one in (*first, *second)] == [True, True, False, False]


async def test_poll_foreign_file_again_asks_for_the_same_though_its_documents_have_changed(drop):
    drop.put("a.csv", FOREIGN)
    await drop.poll()
    drop.now += 86_400_000
    drop.put("b.csv", FOREIGN)
    await drop.poll()
    assert len(set(drop.asked)) == 2
    assert len(drop.sent) == 1
    assert not drop.result("b.csv")["documents"][0]["new"]


async def test_poll_same_name_again_keeps_both(drop):
    for number in range(3):
        drop.put("a.json", b'{"a":%d}' % number)
        await drop.poll()
    assert len(drop.names("done")) == 6
    assert len(drop.sent) == 3


async def test_poll_files_are_taken_in_order_of_time(drop):
    for name, at in [("b", 3), ("c", 1), ("a", 2)]:
        drop.put(name, b'{"name":"%s"}' % name.encode(), at=at)
    await drop.poll()
    assert [json.loads(document)["name"] for document in drop.asked] == ["c", "a", "b"]


async def test_poll_documents_of_a_file_go_in_order_and_some_at_a_time(drop):
    drop.put(raw=json.dumps([{"n": number} for number in range(50)]).encode())
    await drop.poll()
    assert [json.loads(document)["n"] for document in drop.asked] == list(range(50))
    assert drop.most_at_once == 8


async def test_poll_oversize_file_fails_without_being_read(drop):
    with (drop.root / "in" / "a.json").open("wb") as file:
        file.truncate(1 << 42)
    await drop.poll()
    shown = drop.result(folder="failed")
    assert (shown["error"]["code"], shown["sha256"], shown["documents"]) == ("folder.oversize", None, [])
    assert drop.names() == ["failed/a.json", "failed/a.json.result.json"]


async def test_poll_draft_that_failed_is_refused_and_the_others_go(drop):
    failure = Failure("line 2, column hs", "/a", "convert.cell", "no number")
    drafts = (Draft("line 2", {}, failures=(failure,)), Draft("line 3", {"a": 1}))
    drop.conversion = lambda _: Conversion(drafts)
    drop.put("a.csv", FOREIGN)
    await drop.poll()
    bad, good = drop.result("a.csv", "failed")["documents"]
    assert (bad["status"], bad["error"]["code"], bad["error"]["pointer"]) == (
        "refused",
        "convert.cell",
        "/a",
    )
    assert good["status"] == "accepted"
    assert len(drop.asked) == 1


@pytest.mark.parametrize("kind", ["link", "folder", "pipe"])
async def test_poll_what_is_no_file_fails_by_name_and_is_not_followed(drop, kind):
    path = drop.root / "in" / "a.json"
    match kind:
        case "link":
            path.symlink_to("/etc/hostname")
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
    await drop.poll()
    assert drop.result(folder="failed")["error"]["code"] == "folder.not_a_file"
    assert drop.names() == ["failed/a.json", "failed/a.json.result.json"]
    assert drop.asked == []


async def test_poll_fault_of_a_reader_fails_the_file_and_says_nothing_of_its_content(drop):
    def fault(raw):
        raise RuntimeError(raw)

    drop.conversion = fault
    drop.put("a.csv", FOREIGN)
    with capture_logs() as lines:
        await drop.poll()
    assert drop.result("a.csv", "failed")["error"]["code"] == "folder.unreadable"
    (line,) = [line for line in lines if line["log_level"] == "error"]
    assert (line["event"], line["error"]) == ("folder.file_failed", "RuntimeError")
    assert line["where"].startswith("test_folder.py:")
    assert "office" not in str(lines)


WORKBOOK = write_workbook(
    list(csv.reader((SCHEMAS / "templates/pre-arrival-notice-filled.csv").read_text().splitlines())), []
)


@pytest.mark.parametrize(
    "raw",
    [
        (SCHEMAS / "templates/pre-arrival-notice-filled.csv").read_bytes(),
        (SCHEMAS / "samples/cuscar-d95b-ferry.edi").read_bytes(),
        (SCHEMAS / "samples/ncts-cc015c-ferry.xml").read_bytes(),
        WORKBOOK,
    ],
    ids=["csv", "edifact", "xml", "xlsx"],
)
async def test_poll_file_of_a_real_format_becomes_documents_that_hold(drop, raw):
    drop.conversion = lambda raw: read_foreign(raw, CONTEXT)
    drop.limits = FolderLimits()
    drop.start()
    drop.put("notices", raw)
    await drop.poll()
    assert drop.names("failed") == []
    assert drop.result("notices")["accepted"] == len(drop.asked) > 0
    assert {read_document(raw).document.type for raw in drop.asked} == {"pre-arrival-notice/1"}


# What cannot be done now.


async def test_poll_own_fault_is_no_answer_and_is_tried_again(drop):
    drop.failing = OperatorError("disk.full", "no space")
    drop.put()
    with capture_logs() as lines:
        assert await drop.poll() == 0
    assert [(line["event"], line.get("reason")) for line in lines] == [
        ("folder.file_delayed", "disk.full")
    ]
    assert drop.names("done", "failed") == []
    drop.failing = None
    assert await drop.poll() == 0  # not yet
    drop.now += 1_000
    assert await drop.poll(1) == 1
    assert drop.names() == ["done/a.json", "done/a.json.result.json"]


async def test_poll_failing_again_and_again_waits_longer_and_holds_up_no_other(drop):
    drop.failing = OperatorError("disk.full", "no space")
    drop.put("a.json", b'{"a":1}', at=1)
    await drop.poll()
    tries = []
    for _ in range(100):
        drop.now += 1_000
        before = len(drop.asked)
        await drop.poll(1)
        tries.append(len(drop.asked) - before)
    assert sum(tries) == 6  # after 1, 3, 7, 15, 31 and 63 seconds
    drop.failing = None
    drop.put("b.json", b'{"b":1}')
    await drop.poll()
    assert drop.names("done") == ["done/b.json", "done/b.json.result.json"]


async def test_poll_file_that_may_not_be_read_waits_with_a_log_line(drop, monkeypatch):
    drop.put("a.json")
    drop.put("b.json", b'{"b":1}')
    real = os.open

    def refuse(path, *args):
        if str(path).endswith("/a.json"):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, *args)

    with monkeypatch.context() as patch, capture_logs() as lines:
        patch.setattr(os, "open", refuse)
        await drop.poll()
    assert drop.names("done") == ["done/b.json", "done/b.json.result.json"]
    assert [
        (line["event"], line["file"], line.get("reason")) for line in lines if line["file"] == "a.json"
    ] == [("folder.file_delayed", "a.json", "Permission denied")]
    drop.now += 1_000
    await drop.poll()
    assert len(drop.names("done")) == 4


async def test_poll_file_that_cannot_be_taken_stays_and_is_tried_again_later(drop, monkeypatch):
    drop.put()
    await drop.poll(1)
    tried = []

    def refuse(source, _target):
        tried.append(str(source))
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patch, capture_logs() as lines:
        patch.setattr(os, "rename", refuse)
        await drop.poll(5)
    assert tried == [str(drop.root / "in" / "a.json")]
    assert [line["event"] for line in lines] == ["folder.file_delayed"]
    assert drop.names() == ["in/a.json"]
    drop.now += 1_000
    assert await drop.poll(1) == 1


async def test_poll_fault_of_the_node_while_sending_stops_it_and_the_file_waits(drop):
    drop.failing = RuntimeError("a fault")
    drop.put()
    with pytest.raises(RuntimeError):
        await drop.poll()
    drop.failing = None
    drop.start()
    assert await drop.poll(1) == 1


async def test_poll_too_many_files_waiting_takes_no_more(drop, monkeypatch):
    monkeypatch.setattr(folder_module, "_MOST_LEFT", 3)
    drop.failing = OperatorError("disk.full", "no space")
    for number in range(3):
        drop.put(f"{number}.json", b"{}")
    await drop.poll()
    drop.put("more.json", b"{}")
    await drop.poll(3)
    assert drop.names("in") == ["in/more.json"]
    drop.failing = None
    drop.now += 10_000
    await drop.poll(2)
    assert len(drop.names("done")) == 8


async def test_poll_other_nodes_claims_are_left_to_it(drop):
    claim = drop.root / "work" / "uz-cc.3f9a1c2e"
    claim.mkdir()
    (claim / "a.json").write_bytes(b"{}")
    assert await drop.poll(3) == 0
    assert drop.names() == ["work/uz-cc.3f9a1c2e"]


async def test_poll_two_nodes_at_one_share_send_each_file_once(drop):
    other = Drop(drop.root)
    parts = FolderParts("risk", "az-scc-2", other.submit, other.conversion, lambda: 0, other.limits)
    other.folder = Folder(drop.root, parts)
    for number in range(30):
        drop.put(f"{number}.json", b'{"n":%d}' % number)
    await asyncio.gather(drop.poll(4), other.poll(4))
    assert sorted(json.loads(one)["n"] for one in (*drop.asked, *other.asked)) == list(range(30))
    assert len(drop.names("done")) == 60
    assert drop.names("in", "work", "failed") == []


# A share that goes away.


async def test_poll_share_away_is_said_once_and_so_is_its_return(drop):
    drop.put()
    (drop.root / "in").rename(drop.root / "away")
    with capture_logs() as lines:
        assert await drop.poll(5) == 0
        (drop.root / "away").rename(drop.root / "in")
        assert await drop.poll() == 1
    assert [line["event"] for line in lines] == ["folder.lost", "folder.found", "folder.file_finished"]
    assert lines[0]["reason"] == "No such file or directory"


async def test_poll_makes_no_folder_where_a_share_is_not_mounted(tmp_path):
    drop = Drop(tmp_path)
    await drop.poll()
    assert list(tmp_path.iterdir()) == []


async def test_poll_across_file_systems_is_refused(drop, monkeypatch):
    def rename(*_):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "rename", rename)
    with pytest.raises(OperatorError) as raised:
        await drop.poll()
    assert raised.value.code == "folder.file_systems"


@pytest.mark.parametrize("done", [False, True], ids=["lost", "done"])
async def test_poll_share_away_at_any_step_sends_each_document_once(drop, done):
    for nth in itertools.count(1):
        name = f"{nth}.json"
        drop.start()
        drop.put(name, b'[{"n":%d},{"bad":%d}]' % (nth, nth))
        before = len(drop.sent)
        with faulty(nth, done=done, last=nth + 40, crash=False) as disk, capture_logs() as lines:
            await drop.poll(4)
        drop.now += 1_000_000
        await drop.poll(3)
        assert len(drop.sent) - before == 2
        check_ended(drop, name, "failed")
        assert sum(line["event"] == "folder.lost" for line in lines) <= 1
        if not disk.has_failed:
            break
    assert nth > 25


# Crashes.


def check_ended(drop, name, folder):
    """One file, one result, nothing else anywhere."""
    assert drop.names() == [f"{folder}/{name}", f"{folder}/{name}.result.json"]
    drop.result(name, folder)
    for path in (drop.root / folder).iterdir():
        path.unlink()


@pytest.mark.parametrize("done", [False, True], ids=["lost", "done"])
@pytest.mark.parametrize("folder", ["done", "failed"])
async def test_poll_crash_at_any_step_ends_in_one_result_and_sends_nothing_twice(drop, folder, done):
    for nth in itertools.count(1):
        name = f"{nth}.json"
        more = b',{"bad":1}' if folder == "failed" else b""
        drop.put(name, b'[{"n":%d}%s]' % (nth, more))
        drop.start()
        before = len(drop.sent)
        with faulty(nth, done=done) as disk:
            await drop.poll()
        drop.start()
        await drop.poll(3)
        assert len(drop.sent) - before == (2 if more else 1)
        check_ended(drop, name, folder)
        if not disk.has_failed:
            break
    assert nth > 25


@pytest.mark.parametrize("done", [False, True], ids=["lost", "done"])
async def test_poll_second_crash_while_taking_up_again_changes_nothing(drop, done):
    for first, nth in itertools.product(range(20, 36, 3), range(1, 30, 2)):
        name = f"{first}-{nth}.json"
        drop.put(name, b'{"n":"%d %d"}' % (first, nth))
        before = len(drop.sent)
        drop.start()
        with faulty(first, done=done):
            await drop.poll()
        drop.start()
        with faulty(nth, done=done):
            await drop.poll(3)
        drop.start()
        await drop.poll(3)
        assert len(drop.sent) - before == 1
        check_ended(drop, name, "done")


@pytest.mark.parametrize("point", ["crash-before", "crash-after"])
async def test_poll_crash_while_documents_are_sent_sends_none_twice(drop, point):
    drop.put(raw=b'[{"a":1},{"b":"%s"},{"c":1}]' % point.encode())
    with pytest.raises(Crash):
        await drop.poll()
    assert drop.names("in", "done", "failed") == []
    original = drop._answer
    drop._answer = lambda document, key, digest: original(document.replace(b"before", b""), key, digest)
    drop.start()
    await drop.poll(1)
    assert drop.result()["accepted"] == 3
    assert len(drop.sent) == 3
    new = [one["new"] for one in drop.result()["documents"]]
    assert new == [False, point == "crash-before", False]


# Running.


async def test_run_goes_on_until_cancelled(drop):
    task = asyncio.create_task(drop.folder.run(0))
    async with asyncio.timeout(20):
        for number in range(3):
            drop.put(f"{number}.json", b'{"n":%d}' % number)
            while len(drop.names("done")) < 2 * (number + 1):  # noqa: ASYNC110 - it is the code's to see
                await asyncio.sleep(0)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert len(drop.sent) == 3
