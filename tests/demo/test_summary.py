import io

import pytest
from rich.console import Console

from node.demo.books import Books
from node.demo.scenes import Scene
from node.demo.story import Outcome
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


def outcome(**changes):
    return Outcome(**{"scenes": [], "logs": LOGS, "books": Books(), "proof": PROVED, **changes})


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


def test_summary_of_a_broken_log_shows_the_fact():
    assert "entry 3 is another" in printed(outcome(logs=BROKEN))
