"""The committed corridor traffic: generated, valid, in all directions, partly doubtful."""

import importlib.util
import json
from pathlib import Path

import pytest

from node.message.document import read_document

FOLDER = Path(__file__).parents[2] / "config" / "corridor"
SPEC = importlib.util.spec_from_file_location("corridor_generate", FOLDER / "generate.py")


def loaded():
    module = importlib.util.module_from_spec(SPEC)
    SPEC.loader.exec_module(module)
    return module


corridor = loaded()


def documents(kind):
    for authority in corridor.AUTHORITIES:
        text = (FOLDER / authority / f"{kind}.jsonl").read_text(encoding="utf-8")
        for line in text.splitlines():
            yield read_document(line.encode())


def test_committed_files_equal_the_generated_ones():
    assert corridor.main(["--check"]) == 0


def test_check_of_a_stale_file_names_it(tmp_path, capsys):
    corridor.main([str(tmp_path)])
    (tmp_path / "AZ-SCC" / "alerts.jsonl").write_text("{}\n")
    assert corridor.main([str(tmp_path), "--check"]) == 1
    assert capsys.readouterr().out.startswith("AZ-SCC/alerts.jsonl differs")


@pytest.mark.parametrize(("kind", "least"), [("notices", 210), ("alerts", 21)])
def test_committed_documents_are_many_valid_and_marked_as_test(kind, least):
    readings = list(documents(kind))
    assert len(readings) >= least
    assert all(reading.document.test for reading in readings)


def test_committed_traffic_runs_in_all_directions():
    pairs = {
        (reading.document.originator.authority, recipient)
        for kind in ("notices", "alerts")
        for reading in documents(kind)
        for recipient in reading.document.recipients
    }
    assert len(pairs) == 6


def test_most_alerts_are_for_both_others_and_some_for_one():
    sizes = [len(reading.document.recipients) for reading in documents("alerts")]
    assert 0 < sizes.count(1) < sizes.count(2)


def test_committed_notices_show_doubts_but_mostly_have_none():
    doubtful = [reading for reading in documents("notices") if reading.doubts]
    assert {doubt.code for reading in doubtful for doubt in reading.doubts} >= {
        "doubt.identifier",
        "doubt.late_notice",
        "doubt.seal_count",
        "doubt.total_gross_mass",
        "doubt.vague_description",
    }
    assert len(doubtful) < 60


def test_notices_of_another_seed_are_valid_and_of_about_four_kilobytes():
    texts = [json.dumps(each) for each in corridor.notices("AZ-SCC", 100, seed=7)]
    assert all(read_document(text.encode()) for text in texts)
    assert 3_000 < sum(map(len, texts)) / len(texts) < 6_000


def test_alerts_of_another_seed_are_valid():
    for each in corridor.alerts("TM-SCS", 40, seed=7):
        read_document(json.dumps(each).encode())


def test_alerts_name_notices_the_authority_has_sent_or_received():
    notices = {
        each["reference"]: each
        for authority in corridor.AUTHORITIES
        for each in corridor.notices(authority, corridor.NOTICES_EACH)
    }
    for each in corridor.alerts("UZ-CC", 20):
        notice = notices[each["related"][0]["reference"]]
        known = {notice["originator"]["authority"], *notice["recipients"]}
        assert "UZ-CC" in known
