"""Reading commands after an exchange: what an officer and an auditor see, for people and machines."""

import asyncio
import sqlite3

import orjson
import pytest

from node.trust.judgement import judge_evidence
from tests.daemon.pair import settle, sides


@pytest.fixture
def sent(exchanged_home, sarbon):
    assert (exchanged_home / "node.toml").is_file()
    (shown,) = sarbon("show", "AZ-TEST-0", "--json").json
    return shown


def test_inbox_as_json_has_every_member_a_machine_needs(exchanged_home, sarbon):
    rows = sarbon("inbox", "--json").json
    assert [row["reference"] for row in rows] == ["UZ-TEST-1", "UZ-TEST-0"]
    assert rows[1].keys() == {
        "id",
        "originator",
        "type",
        "reference",
        "version",
        "priority",
        "state",
        "code",
        "received_at",
    }
    assert rows[1]["originator"] == "UZ-CC"
    assert rows[1]["state"] == "accepted"
    assert (exchanged_home / "data" / "node.db").is_file()


def test_show_masks_persons_and_numbers_unless_they_are_asked_for(sent, exchanged_home, sarbon):
    document = orjson.loads((exchanged_home / "alert.json").read_bytes())
    number = document["contact"]["communications"][0]["number"]
    assert number not in orjson.dumps(sent).decode()
    assert sent["document"].keys() == document.keys()
    (open_,) = sarbon("show", sent["id"], "--persons", "--json").json
    assert open_["document"] == document


def test_show_sent_message_has_recipients_and_both_ends_of_the_journey(sent):
    assert sent["direction"] == "sent"
    assert sent["recipients"] == {"UZ-CC": "receipted"}
    steps = [(step["event"], step["by"], step["log"]) for step in sent["journey"]]
    assert steps == [
        ("message.sealed", "AZ-SCC", "iren.example/az-scc/2026"),
        ("message.received", "UZ-CC", "iren.example/uz-cc/2026"),
    ]


def test_show_received_message_by_id_or_reference_is_the_same(exchanged_home, sarbon):
    (by_reference,) = sarbon("show", "UZ-TEST-0", "--json").json
    (by_id,) = sarbon("show", by_reference["id"], "--json").json
    assert by_id == by_reference
    assert (by_id["direction"], by_id["state"], by_id["code"]) == ("received", "accepted", None)
    assert [step["by"] for step in by_id["journey"]] == ["UZ-CC", "us"]
    assert exchanged_home.name == "az-scc"


def test_show_for_people_names_the_journey_and_prints_the_document(sent, sarbon):
    result = sarbon("show", sent["id"])
    first, second, third, complete, *document = result.out.splitlines()
    assert first == f"alert/1  {sent['id']}  sent"
    assert "message.sealed" in second
    assert third.endswith("accepted")
    assert complete.startswith("  complete: minimum 100 %, full ")
    assert orjson.loads("\n".join(document)) == sent["document"]


def test_log_show_as_json_gives_entries_as_they_were_hashed(exchanged_home, sarbon):
    rows = sarbon("log", "show", "--json").json
    assert [row["index"] for row in rows] == list(range(len(rows)))
    assert rows[0]["entry"]["kind"] == "log.opened"
    assert [
        row["index"] for row in sarbon("log", "show", "--first", "3", "--limit", "2", "--json").json
    ] == [
        3,
        4,
    ]
    assert sarbon("log", "show", "--first", str(len(rows))).out == ""
    assert exchanged_home.is_dir()


def test_log_verify_as_json_counts_what_holds(exchanged_home, sarbon):
    (found,) = sarbon("log", "verify", "--json").json
    assert (found["sent"], found["received"], found["receipts"]) == (2, 2, 2)
    assert found["size"] == sum(found["kinds"].values())
    assert found["checkpoints"] > 0
    assert len(found["root"]) == 64
    assert exchanged_home.is_dir()


def test_proof_printed_equals_proof_written(sent, exchanged_home, sarbon):
    printed = sarbon("proof", sent["id"], "--disclose")
    written = sarbon("proof", sent["id"], "--disclose", "--output", "a.evidence")
    assert (printed.code, written.code) == (0, 0)
    assert (exchanged_home / "a.evidence").read_text() == printed.out


def test_verify_as_json_says_what_was_proved_and_by_whom(sent, exchanged_home, sarbon):
    fingerprint = sarbon("network", "show", "--json").json[0]["fingerprint"]
    sarbon("proof", sent["id"], "--output", "a.evidence")
    (open_,) = sarbon("verify", "a.evidence", "--json").json
    (pinned,) = sarbon("verify", "a.evidence", "--json", "--fingerprint", fingerprint).json
    assert (open_["fingerprint_pinned"], pinned["fingerprint_pinned"]) == (False, True)
    assert pinned["id"] == sent["id"]
    assert (pinned["from"], pinned["to"]) == ("AZ-SCC", ["UZ-CC"])
    assert [(one["log"], one["status"]) for one in pinned["receipts"]] == [
        ("iren.example/uz-cc/2026", "accepted")
    ]
    assert pinned["witnesses"] == ["iren.example/uz-cc/witness"]
    assert pinned["disclosed"] is False
    assert exchanged_home.is_dir()


def test_verify_needs_neither_settings_nor_network_nor_data(
    sent, exchanged_home, sarbon, tmp_path, monkeypatch
):
    raw = sarbon("proof", sent["id"]).out
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    (empty / "a.evidence").write_text(raw)
    assert sarbon("verify", "a.evidence").code == 0
    assert [path.name for path in empty.iterdir()] == ["a.evidence"]
    assert exchanged_home.is_dir()


def test_verify_any_changed_byte_is_refused(sent, exchanged_home, sarbon):
    raw = sarbon("proof", sent["id"], "--disclose").out.encode()
    judge_evidence(raw, fingerprint=None)
    for place in range(0, len(raw), max(1, len(raw) // 60)):
        path = exchanged_home / "changed.evidence"
        path.write_bytes(raw[:place] + bytes([raw[place] ^ 1]) + raw[place + 1 :])
        result = sarbon("verify", path)
        assert result.code == 1, place
        assert result.out == ""
        assert result.err.startswith("sarbon: ")


def test_proof_without_disclose_holds_nothing_of_the_document(sent, exchanged_home, sarbon):
    raw = sarbon("proof", sent["id"]).out
    assert sent["document"]["summary"] not in raw
    assert "disclosed" not in raw
    assert exchanged_home.is_dir()


def test_log_verify_after_a_document_was_changed_on_disk_is_broken(exchanged_home, sarbon):
    with sqlite3.connect(exchanged_home / "data" / "node.db") as thief:
        thief.execute("UPDATE sent SET document = CAST(replace(document, 'AZ', 'UZ') AS BLOB)")
    thief.close()
    result = sarbon("log", "verify")
    assert result.code == 3
    assert result.err.startswith("sarbon: log.broken: sent message ")
    assert "call the auditors" in result.err


@pytest.fixture
def shared_reference(network, home):
    """A reference of AZ-SCC that UZ-CC and TM-SCS have used for alerts to AZ-SCC."""

    async def exchange():
        async with sides(network, "AZ-SCC", "UZ-CC", "TM-SCS") as all_sides:
            for side in all_sides:
                folder = network.home(side.node.authority)
                alert = orjson.loads((folder / "alert.json").read_bytes())
                if side is not all_sides[0]:
                    alert["recipients"] = ["AZ-SCC"]
                await side.submit(orjson.dumps({**alert, "reference": "AZ-TEST-0"}))
            await settle(*all_sides)

    asyncio.run(exchange())
    assert home.is_dir()
    return "AZ-TEST-0"


@pytest.mark.parametrize(
    "command",
    [("show",), ("proof",), ("read",), ("assign", "PCU-ALYAT"), ("attachments",), ("save", "1")],
    ids=lambda command: command[0],
)
def test_command_about_a_reference_of_several_asks_whose(shared_reference, sarbon, command):
    name, *more = command
    result = sarbon(name, shared_reference, *more)
    assert result.code == 1
    assert "message.ambiguous" in result.err
    assert "--from AUTHORITY" in result.err


@pytest.mark.parametrize("whose", ["AZ-SCC", "UZ-CC", "TM-SCS"])
def test_show_and_proof_with_from_are_about_that_authority(shared_reference, sarbon, whose):
    (shown,) = sarbon("show", shared_reference, "--from", whose, "--json").json
    assert shown["direction"] == ("sent" if whose == "AZ-SCC" else "received")
    assert shown["document"]["originator"]["authority"] == whose
    raw = sarbon("proof", shared_reference, "--from", whose).out.encode()
    verdict = judge_evidence(raw, fingerprint=None)
    assert verdict.finding.manifest.members["id"] == shown["id"]
    assert sarbon("attachments", shared_reference, "--from", whose).out == "no attachments\n"


def test_read_and_assign_with_from_are_recorded_for_that_authority(shared_reference, sarbon):
    (shown,) = sarbon("show", shared_reference, "--from", "UZ-CC", "--json").json
    assert sarbon("read", shared_reference, "--from", "UZ-CC", "--unit", "PCU-ALYAT").code == 0
    assert sarbon("assign", shared_reference, "PCU-ALYAT", "--from", "UZ-CC").code == 0
    entries = [row["entry"] for row in sarbon("log", "show", "--json").json]
    acts = [one for one in entries if one["kind"] in {"message.read", "message.assigned"}]
    assert [(one["kind"], one["re"]) for one in acts] == [
        ("message.read", shown["id"]),
        ("message.assigned", shown["id"]),
    ]


def test_read_of_a_message_of_ours_is_refused(shared_reference, sarbon):
    result = sarbon("read", shared_reference, "--from", "AZ-SCC")
    assert (result.code, "message.unknown" in result.err) == (1, True)
