"""The case: one suspicion from a ferry's notice to a seizure, document by document.

Responsible for handing the shipped documents to the nodes in their order, and for reading back what
each authority's register, log and folder of files then say. Must not know a state by itself: what is
expected stands beside what was found.
"""

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson

from node.audit.event import Kind, read_entry
from node.conversation.page import Page
from node.conversation.timeline import Due, Line, owed, timeline
from node.daemon.node import wall_clock
from node.demo.corridor import CASE, hand_over_case
from node.demo.registers import Registers, compare
from node.demo.stage import Stage
from node.errors import OperatorError
from node.message.attachment import descriptions
from node.message.document import read_document
from node.store.attachments import Attachments
from node.store.cases import Cases
from node.store.database import Database
from node.store.record import Records
from node.store.transfers import Transfers
from node.transfer.lifecycle import State

READER, AUTHOR, SILENT = "AZ-SCC", "UZ-CC", "TM-SCS"
UNIT = "PCU-ALYAT"
ALERT, UNANSWERED = "UZ-ALR-2026-000901", "AZ-ALR-2026-000901"
SCAN: Final = CASE / "scan-of-an-earlier-load.png"
_WISH: Final = f"{SCAN}=scan:Side view of a load stopped in October."
_WHOLE: Final = "as declared"
_PASSED: Final = (Kind.DEADLINE_OVERDUE, Kind.DEADLINE_ESCALATED)
_PATIENCE_SECONDS = 30.0

EXPECTED: Final[Mapping[tuple[str, str, str], str]] = {  # (who says so, with whom, leading document)
    ("AZ-SCC", "TM-SCS", "TM-PAN-2026-000901"): "arrived",
    ("AZ-SCC", "UZ-CC", ALERT): "controlled",
    ("AZ-SCC", "UZ-CC", "UZ-ALR-2026-000902"): "recall-answered",
    ("AZ-SCC", "TM-SCS", UNANSWERED): "open",
    ("UZ-CC", "TM-SCS", "TM-PAN-2026-000901"): "alerted",
    ("UZ-CC", "TM-SCS", ALERT): "declined",
    ("UZ-CC", "TM-SCS", "UZ-IRQ-2026-000901"): "answered",
}


@dataclass(slots=True)
class CaseFound:
    """What the authorities wrote down of the case.

    Attributes:
        now: Unix ms, when it was read.
        lines: the timeline, as the reader sees it.
        others: what passed between the author and the silent one alone, as the author sees it.
        owed: what is still owed to the reader, and by it.
        ended: as `EXPECTED`, with what was found.
        overdue: (authority, what it recorded) of the unanswered alert, once its time had passed.
        files: recipient of the alert to what became of the file that follows it.
    """

    now: int = 0
    lines: list[Line] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)
    owed: list[Due] = field(default_factory=list)
    ended: dict[tuple[str, str, str], str] = field(default_factory=dict)
    overdue: list[tuple[str, str]] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def has_told(self) -> bool:
        """Whether both sides have recorded that the unanswered alert is overdue."""
        return {authority for authority, _ in self.overdue} == {READER, SILENT}

    @property
    def faults(self) -> list[str]:
        """What is not as it must be, in words."""
        words = [
            f"{own} with {peer}: {reference} is {self.ended.get((own, peer, reference))}, not {state}"
            for (own, peer, reference), state in EXPECTED.items()
            if self.ended.get((own, peer, reference)) != state
        ]
        if not self.has_told:
            words.append(f"not both logs say that an answer to {UNANSWERED} is overdue")
        words += [
            f"{each}: the file is {how}" for each, how in self.files.items() if how != "as declared"
        ]
        return words


class Case:
    """The case on a stage whose nodes run, or have run."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._databases = {
            authority: Database.open(stage.settings(authority).data / "node.db")
            for authority in stage.cast.nodes
        }

    def play(self) -> int:
        """Let each authority say its part once the last has arrived; gives how many documents."""
        paths = hand_over_case(self._stage.folder / "case", now=wall_clock())
        for path in paths:
            author, message_id = self._send(path)
            self._wait_until_answered(author, message_id, path.name)
            if _is_of(path, ALERT):
                self._take_up(message_id)
        return len(paths)

    def read(self, *, now: int) -> CaseFound:
        """Read the case back from what the authorities hold; now is Unix ms."""
        found = CaseFound(now=now, overdue=self._overdue(), files=self._files())
        found.ended = {
            (own, page.peer, page.lead.reference): str(page.agreed)
            for own, database in self._databases.items()
            for page in Cases(own, database).listed()
            if (own, page.peer, page.lead.reference) in EXPECTED
        }
        read, written = self._pages(READER), self._pages(AUTHOR)
        found.lines = timeline(read, now=now)
        known = {line.id for line in found.lines}
        alone = timeline((page for page in written if page.peer == SILENT), now=now)
        found.others = [line for line in alone if line.id and line.id not in known]
        found.owed = [due for page in read for due in owed(page, now=now)]
        return found

    def registers(self) -> Registers:
        """Hold the registers of all authorities against each other."""
        return compare(self._databases)

    def wait_until_told(self) -> None:
        """Wait for what comes by itself: the file, the deadline that passes, the registers.

        A register is written just behind its log.
        """
        _wait(lambda: set(self._files().values()) == {_WHOLE}, "the file did not arrive")
        _wait(lambda: CaseFound(overdue=self._overdue()).has_told, "not both told of what is overdue")
        _wait(lambda: not self.registers().differing, "the registers do not come to agree")

    def _send(self, path: Path) -> tuple[str, str]:
        """Hand a document to its author's node; gives the author and the message id."""
        raw = path.read_bytes()
        author = str(orjson.loads(raw)["originator"]["authority"])
        if _is_of(path, ALERT):  # by the command that an officer has: a file goes with it
            sent = self._stage.command(author, "send", str(path), "--attach", _WISH, "--json")
            answer = orjson.loads(sent.stdout or sent.stderr)
        else:
            answer = self._stage.ask(author, {"do": "send", "document": raw.decode()})
        return author, str(_checked(answer, path.name)["id"])

    def _take_up(self, message_id: str) -> None:
        """Let an officer of the reader open the alert and give it to the unit at the port."""
        for act in ("read", "assign"):
            request = {"do": act, "id": message_id, "unit": UNIT}
            _checked(self._stage.ask(READER, request), act)

    def _wait_until_answered(self, author: str, message_id: str, name: str) -> None:
        records = Records(self._databases[author])

        def is_answered() -> bool:
            return all(lane["state"] != State.SEALED for lane in records.sent(message_id)["lanes"])

        _wait(is_answered, f"{name} has no receipt")

    def _pages(self, authority: str) -> tuple[Page, ...]:
        case = Cases(authority, self._databases[authority]).gather(ALERT)
        return case.pages if case else ()

    def _overdue(self) -> list[tuple[str, str]]:
        """Read in both logs what they say of the unanswered alert: (authority, what is overdue).

        A node that looked only when half as much time again had passed records that at once.
        """
        found = []
        for authority in (READER, SILENT):
            records = Records(self._databases[authority])
            wanted = _message_of(records, UNANSWERED)
            for _, raw in records.entries():
                entry = read_entry(raw)
                if entry.kind in _PASSED and entry.members["re"] == wanted:
                    found.append((authority, str(entry.members["name"])))
        return found

    def _files(self) -> dict[str, str]:
        """Look at each recipient for the file that follows the alert."""
        return {authority: self._file_at(authority) for authority in (READER, SILENT)}

    def _file_at(self, authority: str) -> str:
        database = self._databases[authority]
        message_id = _message_of(Records(database), ALERT)
        document = Records(database).received(AUTHOR, message_id)["document"] if message_id else None
        described = descriptions(read_document(document).document) if document else ()
        if not described:
            return "not named"
        path = Attachments(self._stage.settings(authority).data).path_of_received(
            (AUTHOR, message_id, 1)
        )
        ended = Transfers(database).of_received(AUTHOR, message_id).get(1, {"state": "awaited"})
        is_same = path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == described[0].sha256
        return _WHOLE if is_same and ended["state"] == "received" else str(ended["state"])


def _is_of(path: Path, reference: str) -> bool:
    return bool(orjson.loads(path.read_bytes())["reference"] == reference)


def _checked(answer: dict[str, Any], what: str) -> dict[str, Any]:
    if "error" in answer:
        raise OperatorError("demo.case", f"{what}: {answer['error']}", hint="this must not happen")
    return answer


def _message_of(records: Records, reference: str) -> str:
    found = records.find(reference)
    return found[2] if found else ""


def _wait(is_done: Callable[[], bool], fact: str) -> None:
    """Watch until something is so.

    Raises:
        OperatorError: `demo.case`.
    """
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_done():
        if time.monotonic() > deadline:
            raise OperatorError("demo.case", fact, hint="the nodes' own log files say why")
        time.sleep(0.05)  # watching from outside, as an operator would
