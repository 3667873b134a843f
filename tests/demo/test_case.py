import sqlite3

import pytest

from node.daemon.node import wall_clock
from node.demo.case import ALERT, EXPECTED, READER, SILENT, UNANSWERED, Case, CaseFound
from node.demo.stage import Cast
from tests.demo.conftest import stage_in
from tests.lived import PASSED_MS

AZ, TM, UZ = "AZ-SCC", "TM-SCS", "UZ-CC"


def change(stage, authority, statement, *values):
    """Edit an authority's database as somebody with its file would."""
    path = stage.home(authority) / "data" / "node.db"
    with sqlite3.connect(path) as file:
        assert file.execute(statement, values).rowcount > 0
    file.close()


def read(stage):
    return Case(stage).read(now=wall_clock() + PASSED_MS)


@pytest.fixture
def found(lived):
    return read(lived)


def test_case_ends_as_it_must_on_every_side(found):
    assert found.faults == []
    assert found.ended == EXPECTED


def test_case_is_told_by_the_reader_from_the_notice_to_what_is_overdue(found):
    told = [line.text.partition(":")[0] for line in found.lines]
    assert told[:5] == [
        "notice TM-PAN-2026-000901",
        f"alert {ALERT}",
        f"opened {ALERT}",
        f"gave {ALERT} to a unit",
        "acceptance AZ-ACC-2026-000901",
    ]
    assert "seizure AZ-SEZ-2026-000901" in told
    assert "recall answer AZ-RCA-2026-000901" in told
    assert told[-1] == "overdue"


def test_case_shows_what_the_reader_was_never_told_apart(found):
    told = [line.text.partition(":")[0] for line in found.others]
    assert told == [
        "request UZ-IRQ-2026-000901",
        "information reply TM-IRP-2026-000901",
        "acceptance TM-ACC-2026-000901",
    ]
    assert not {line.id for line in found.others} & {line.id for line in found.lines}


def test_case_says_who_still_owes_what(found):
    assert {(due.deadline.by, due.reference) for due in found.owed} == {(SILENT, UNANSWERED)}


def test_case_is_overdue_in_both_logs(found):
    assert {authority for authority, _ in found.overdue} == {READER, SILENT}


def test_case_changed_in_one_register_is_a_fault_and_a_difference(lived):
    before = Case(lived).registers()
    assert before.differing == []
    change(
        lived, AZ, "UPDATE conversation SET agreed = 'open' WHERE reference = ? AND peer = ?", ALERT, UZ
    )
    assert read(lived).faults == [f"AZ-SCC with UZ-CC: {ALERT} is open, not controlled"]
    assert Case(lived).registers().differing == [f"{ALERT}: AZ-SCC says open, UZ-CC says controlled"]


def test_case_file_that_was_changed_on_the_disk_is_a_fault(lived):
    (path,) = (lived.home(TM) / "data" / "attachments" / "received").rglob("1")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert read(lived).faults == ["TM-SCS: the file is received"]


def test_case_without_a_deadline_that_passed_is_a_fault():
    found = CaseFound(ended=dict(EXPECTED), overdue=[(READER, "feedback")])
    assert found.faults == [f"not both logs say that an answer to {UNANSWERED} is overdue"]


def test_case_that_nobody_played_is_not_there(tmp_path):
    stage = stage_in(tmp_path / "f", Cast((AZ, TM, UZ), ()))
    stage.found()
    found = read(stage)
    assert (found.lines, found.others, found.owed) == ([], [], [])
    assert f"AZ-SCC with UZ-CC: {ALERT} is None, not controlled" in found.faults


@pytest.mark.broker
def test_case_played_by_running_nodes_ends_as_it_must(make_stage):
    stage = make_stage(AZ, TM, UZ)
    for authority in stage.cast.nodes:
        stage.run_node(authority)
    for authority in stage.cast.nodes:
        stage.wait_until_connected(authority)
    case = Case(stage)
    assert case.play() == 16
    case.wait_until_told()
    stage.stop_nodes()
    assert case.read(now=wall_clock()).faults == []
    assert case.registers().differing == []
