"""cases, case and deadlines, on a register that three nodes wrote while they lived through a case."""

import asyncio
import re
import sqlite3

import pytest

from node.daemon import node as clock
from tests.cli.conftest import copy_of
from tests.lived import live

ALERT, SECOND, UNANSWERED = "UZ-ALR-2026-000901", "UZ-ALR-2026-000902", "AZ-ALR-2026-000901"
NOTICE, REQUEST = "TM-PAN-2026-000901", "UZ-IRQ-2026-000901"
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  \S.*|               +-> \S.*")
NAMES = ("Caspian", "Xezer", "SARU", "KAVU", "27307099", "23008014", "SMGS", "Heroin", "duty.niac")

pytestmark = pytest.mark.usefixtures("lived")


@pytest.fixture(scope="session")
def lived_once(founded, tmp_path_factory):
    stage = copy_of(founded, tmp_path_factory.mktemp("lived") / "s")
    asyncio.run(live(stage))
    return stage


@pytest.fixture
def lived(lived_once, monkeypatch):
    """The folder of an authority that has lived through the case, as the current one; nobody writes."""

    def lived(authority="AZ-SCC"):
        monkeypatch.chdir(lived_once.home(authority))

    lived()
    return lived


def references(result):
    return [row["reference"] for row in result.json]


def test_cases_lists_each_conversation_with_its_state(sarbon):
    result = sarbon("cases", "--json")
    states = {(row["reference"], row["peer"]): row["state"] for row in result.json}
    assert states == {
        (NOTICE, "TM-SCS"): "arrived",
        (ALERT, "UZ-CC"): "controlled",
        (SECOND, "UZ-CC"): "recall-answered",
        (UNANSWERED, "TM-SCS"): "delivered",
    }
    assert result.code == 0


def test_cases_prints_a_line_each_with_what_is_due_and_by_whom(sarbon):
    lines = {line.split()[0]: line for line in sarbon("cases").out.splitlines()}
    assert len(lines) == 4
    assert re.fullmatch(rf"{NOTICE} +notice +TM-SCS +arrived", lines[NOTICE])
    assert re.search(r"alert +TM-SCS +delivered +TM-SCS owes the \w+, ", lines[UNANSWERED])


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--peer", "TM-SCS"], {NOTICE, UNANSWERED}),
        (["--peer", "UZ-CC"], {ALERT, SECOND}),
        (["--peer", "KZ-SRC"], set()),
        (["--open"], {NOTICE, UNANSWERED}),
        (["--open", "--peer", "UZ-CC"], set()),
    ],
)
def test_cases_can_be_narrowed(options, expected, sarbon):
    assert set(references(sarbon("cases", "--json", *options))) == expected


def test_cases_limit_gives_so_many(sarbon):
    assert len(sarbon("cases", "--json", "--limit", "3").json) == 3


def test_cases_that_are_none_says_so(sarbon):
    assert sarbon("cases", "--peer", "KZ-SRC").out == "no conversations\n"
    assert sarbon("cases", "--peer", "KZ-SRC", "--json").out == ""


def at(monkeypatch, ms):
    """Let it be so many milliseconds later."""
    now = clock.wall_clock()
    monkeypatch.setattr(clock, "wall_clock", lambda: now + ms)


def test_cases_overdue_are_those_whose_time_has_passed(sarbon, monkeypatch):
    at(monkeypatch, 2 * 3_600_000)
    for options in ([], ["--peer", "TM-SCS"]):
        (row,) = sarbon("cases", "--overdue", "--json", *options).json
        assert (row["reference"], row["due"]["overdue"], row["due"]["by"]) == (
            UNANSWERED,
            True,
            "TM-SCS",
        )
    assert sarbon("cases", "--overdue", "--peer", "UZ-CC").out == "no conversations\n"


def test_cases_after_the_validity_are_lapsed_and_owe_nothing(sarbon, monkeypatch):
    at(monkeypatch, 40 * 86_400_000)
    rows = {row["reference"]: row for row in sarbon("cases", "--json").json}
    assert (rows[UNANSWERED]["state"], rows[UNANSWERED]["due"]) == ("lapsed", None)
    assert rows[NOTICE]["state"] == "lapsed"  # it has come, but nobody told what was declared
    assert references(sarbon("cases", "--open", "--json")) == []
    assert sarbon("deadlines").out == "nothing is owed\n"


def test_case_tells_the_story_in_order_and_nothing_of_the_content(sarbon):
    result = sarbon("case", ALERT)
    assert result.code == 0
    head, *lines = result.out.splitlines()
    assert head == "4 conversations, 13 documents"
    assert [line.split()[0] for line in lines[:4]] == [NOTICE, ALERT, SECOND, UNANSWERED]
    assert [line for line in lines[4:] if not LINE.fullmatch(line)] == []
    told = [line[:20] for line in lines[4:] if line[0] != " " and "owed" not in line]
    assert told == sorted(told)
    assert [name for name in NAMES if name in result.out] == []


def test_case_is_the_same_from_whichever_document_it_is_asked(sarbon):
    whole = sarbon("case", ALERT, "--json").json[0]["timeline"]
    for wanted in (NOTICE, "AZ-SEZ-2026-000901", "UZ-AMD-2026-000901", whole[0]["id"]):
        assert sarbon("case", wanted, "--json").json[0]["timeline"] == whole


def test_case_as_json_has_all_that_is_printed(sarbon):
    (value,) = sarbon("case", ALERT, "--json").json
    assert (value["documents"], value["whole"]) == (13, True)
    assert {row["state"] for row in value["conversations"]} >= {"controlled", "recall-answered"}
    accepted = next(row for row in value["timeline"] if "AZ-ACC" in row["text"])
    assert accepted["who"] == "AZ-SCC"
    assert accepted["after"] == [{"peer": "UZ-CC", "reference": ALERT, "state": "accepted"}]
    assert accepted["notes"] == ["decision in time"]
    assert {row["by"] for row in value["owed"]} == {"TM-SCS"}


def test_case_seen_by_another_authority_is_what_that_one_holds(sarbon, lived):
    lived("UZ-CC")
    (value,) = sarbon("case", ALERT, "--json").json
    told = " ".join(row["text"] for row in value["timeline"])
    assert REQUEST in told
    assert UNANSWERED not in told
    alert = next(row for row in value["timeline"] if row["text"].startswith(f"alert {ALERT}"))
    assert set(alert["peers"]) == {"AZ-SCC", "TM-SCS"}


def test_case_of_nothing_known_is_refused(sarbon):
    result = sarbon("case", "UZ-ALR-2026-999999")
    assert result.code == 1
    assert result.err.startswith("sarbon: case.unknown: ")


def test_deadlines_are_listed_by_their_time(sarbon):
    result = sarbon("deadlines", "--json")
    assert [row["name"] for row in result.json] == ["feedback", "acceptance", "read"]
    assert {row["reference"] for row in result.json} == {UNANSWERED}
    printed = sarbon("deadlines").out.splitlines()
    assert [line[:20] for line in printed] == [row["due_at"] for row in result.json]
    assert all(f" TM-SCS   {UNANSWERED} " in line for line in printed)


def test_deadlines_overdue_leaves_out_what_has_time(sarbon, monkeypatch):
    at(monkeypatch, 2 * 3_600_000)
    rows = sarbon("deadlines", "--overdue", "--json").json
    assert [row["name"] for row in rows] == ["feedback", "acceptance"]
    assert len(sarbon("deadlines", "--overdue", "--limit", "1").out.splitlines()) == 1


def test_commands_of_a_node_without_conversations_say_so(sarbon, network, monkeypatch):
    monkeypatch.chdir(network.home("AZ-SCC"))
    assert sarbon("cases").out == "no conversations\n"
    assert sarbon("deadlines").out == "nothing is owed\n"
    assert sarbon("deadlines", "--json").out == ""


def test_case_with_more_than_is_followed_says_that_it_is_a_part(
    sarbon, lived_once, tmp_path, monkeypatch
):
    stage = copy_of(lived_once, tmp_path / "m")
    monkeypatch.chdir(stage.home("AZ-SCC"))
    with sqlite3.connect("data/node.db") as file:
        file.executemany(
            "INSERT INTO mention VALUES (?, 'alert', 'UZ-CC', ?)",
            [(f"m{number}", ALERT) for number in range(1001)],
        )
    file.close()
    assert "this is a part" in sarbon("case", ALERT).out
