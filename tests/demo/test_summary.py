import io
from collections import Counter

import orjson
import pytest
from rich.console import Console

from node.conversation.deadlines import Deadline
from node.conversation.facts import Ref
from node.conversation.tables import State
from node.conversation.timeline import After, Due, Line
from node.demo.books import Books
from node.demo.case import ALERT, EXPECTED, READER, SILENT, CaseFound
from node.demo.day import DayFound
from node.demo.doors import Brought
from node.demo.hits import HitsFound
from node.demo.registers import Registers
from node.demo.scenes import Scene
from node.demo.story import Outcome, _plain
from node.demo.summary import print_summary

PROVED = {"verified": True, "tampered": 200, "tampered_accepted": 0, "id": "x", "type": "alert/1"}
LOGS = {
    "AZ-SCC": {
        "log": "iren.example/az-scc/2026",
        "size": 3,
        "checkpoints": 1,
        "cosignatures": 1,
        "sent": 1,
        "received": 0,
        "receipts": 1,
    }
}
BROKEN = {"AZ-SCC": {"error": {"code": "log.broken", "message": "entry 3 is another"}}}


def case(**changes):
    told = [(READER, "feedback"), (SILENT, "feedback")]
    return CaseFound(**{"ended": dict(EXPECTED), "overdue": told, **changes})


def hits(**changes):
    shown = {
        "alert_authority": "UZ-CC",
        "alert_reference": "UZ-ALR-1",
        "notice_reference": "TM-PAN-1",
        "grade": "certain",
        "score": 97,
        "words": ["container CSQU3054383 is the same"],
    }
    whole = {"grades": {"AZ-SCC": Counter(certain=3)}, "shown": shown, "finder": "AZ-SCC"}
    return HitsFound(**{**whole, "told": ("0190-id", "accepted"), **changes})


def outcome(**changes):
    whole = {
        "scenes": [],
        "logs": LOGS,
        "books": Books(),
        "proof": PROVED,
        "case": case(),
        "registers": Registers(compared=7),
        "day": DayFound([Brought("AZ-SCC", "REST", 9, 9, 0.7)], messages=11, seconds=1.0),
        "hits": hits(),
    }
    return Outcome(**{**whole, **changes})


def printed(found):
    console = Console(file=io.StringIO(), width=140)
    print_summary(found, console)
    return console.file.getvalue()


@pytest.mark.parametrize(
    "changes",
    [
        {"scenes": [Scene("replayed", "processed twice", "x", held=False)]},
        {"logs": BROKEN},
        {"books": Books(missing=["AZ-SCC sent x to UZ-CC: no receipt"])},
        {"proof": {**PROVED, "verified": False}},
        {"proof": {**PROVED, "tampered_accepted": 1}},
        {"proof": {}},
        {"case": case(ended={})},
        {"case": case(overdue=[(READER, "feedback")])},
        {"case": case(files={READER: "awaited"})},
        {"registers": Registers()},
        {"day": DayFound([Brought("AZ-SCC", "REST", 9, 8, 0.7)])},
        {"day": DayFound([Brought("AZ-SCC", "REST", 0, 0, 0.7)])},
        {"hits": HitsFound()},
        {"hits": hits(told=("0190-id", "not arrived"))},
        {"hits": hits(grades={"AZ-SCC": Counter(certain=3), "UZ-CC": Counter()})},
        {"registers": Registers(1, ["UZ-ALR-1: only AZ-SCC knows of it"])},
    ],
)
def test_outcome_with_one_thing_that_did_not_hold_is_not_held_and_says_so(changes):
    assert outcome().held is True
    found = outcome(**changes)
    assert found.held is False
    assert "NOT all of it held" in printed(found)


def test_summary_of_what_held_names_logs_and_verdict():
    shown = printed(outcome())
    assert "all of it held" in shown
    assert "NOT" not in shown
    assert "iren.example/az-scc/2026" in shown


def test_summary_shows_doors_and_what_was_found_on_arrival_with_the_reason():
    shown = printed(outcome())
    assert "REST" in shown
    assert "UZ-ALR-1 concerns TM-PAN-1, certain, 97 of 100" in shown
    assert "container CSQU3054383 is the same" in shown
    assert "UZ-CC was told by a hit, accepted" in shown


def test_summary_of_a_broken_log_shows_the_fact():
    assert "entry 3 is another" in printed(outcome(logs=BROKEN))


def test_summary_shows_the_case_line_by_line_and_what_is_owed():
    lead = Ref("alert", "UZ-CC", ALERT)
    line = Line(0, "UZ-CC", ["AZ-SCC"], "m", f"alert {ALERT}", [After("AZ-SCC", lead, State.READ)])
    line.notes.append("decision in time")
    alone = Line(1000, "TM-SCS", ["UZ-CC"], "n", "information reply R: complete")
    due = Due("TM-SCS", lead, ALERT, Deadline("feedback", "m", "TM-SCS", 0, 60_000))
    found = case(now=0, lines=[line], others=[alone], owed=[due], files={READER: "as declared"})
    shown = printed(outcome(case=found))
    (row,) = [row for row in shown.splitlines() if "00:00:00Z" in row]
    assert row.split()[:4] == ["00:00:00Z", "UZ-CC", "alert", ALERT]
    assert row.rstrip().endswith(f"{ALERT} read; decision in time")
    assert "information reply R: complete" in shown
    assert f"{ALERT}: TM-SCS owes the result, in 1 min" in shown
    assert f"the scan that follows {ALERT} is at {READER}, as declared" in shown
    assert "7 conversations in the registers of both sides: they agree on every state" in shown


def test_summary_of_registers_that_differ_shows_where():
    fault = "UZ-ALR-1: only AZ-SCC knows of it"
    shown = printed(outcome(registers=Registers(1, [fault])))
    assert "DO NOT AGREE" in shown
    assert fault in shown


def test_outcome_for_machines_is_json_with_the_case_in_it():
    line = Line(0, "UZ-CC", ["AZ-SCC"], "m", f"alert {ALERT}")
    value = orjson.loads(orjson.dumps(_plain(outcome(case=case(lines=[line])))))
    assert value["held"] is True
    assert value["case"]["timeline"] == [
        {"at": 0, "who": "UZ-CC", "text": f"alert {ALERT}", "notes": []}
    ]
    assert value["registers"] == {"compared": 7, "differing": []}
