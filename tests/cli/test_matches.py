"""Matching on the command line: list, show, decide, and keep the watch list."""

import asyncio
import json

import pytest

from node.daemon.node import wall_clock
from node.store.database import Database
from node.store.record import Records
from tests.daemon.matched import AZ, BOX, TM, matching
from tests.spoken import instant

DAY = 86_400_000


@pytest.fixture
def matched(network, monkeypatch):
    """The folder of AZ-SCC after an alert of TM-SCS on a notice of AZ-SCC; it is the current one."""
    asyncio.run(_meet(network))
    monkeypatch.chdir(network.home(AZ))
    return network.home(AZ)


async def _meet(stage):
    async with matching(stage, AZ, TM) as corridor:
        await corridor.announce(AZ, TM, "AZ-PAN-1")
        await corridor.look_for(TM, AZ, "TM-ALR-1", BOX)


def only(sarbon):
    (match,) = sarbon("matches", "list", "--json").json
    return match


def write_item(home, name="item.json", **more):
    now = wall_clock()
    item = {
        "id": "W-1",
        "subject": {"equipment": [{"identification": BOX}]},
        "valid_from": instant(now - DAY),
        "valid_until": instant(now + DAY),
        "reason": "drugs",
        "unit": "PCU-ALYAT",
        **more,
    }
    (home / name).write_text(json.dumps(item))
    return name


@pytest.mark.usefixtures("matched")
def test_matches_are_listed_without_what_agrees(sarbon):
    result = sarbon("matches", "list")
    assert result.code == 0, result.err
    (line,) = result.out.splitlines()
    assert line.split()[1:3] == ["found", "certain"]
    assert line.endswith("TM-ALR-1 in AZ-PAN-1")
    assert BOX not in result.out


@pytest.mark.usefixtures("matched")
@pytest.mark.parametrize(
    "options",
    [("--state", "confirmed"), ("--grade", "possible"), ("--alert", "X"), ("--notice", "X")],
)
def test_matches_are_filtered(sarbon, options):
    assert sarbon("matches", "list", *options).out == "no matches\n"


@pytest.mark.usefixtures("matched")
def test_match_is_shown_with_the_reason_in_words(sarbon):
    result = sarbon("matches", "show", only(sarbon)["id"])
    lines = result.out.splitlines()
    assert lines[0].startswith("certain, ")
    assert lines[1] == f"  container {BOX} is the same"
    assert "TM-ALR-1, version 1 by TM-SCS" in result.out
    assert "AZ-PAN-1, version 1 by AZ-SCC" in result.out


@pytest.mark.usefixtures("matched")
def test_match_is_shown_as_json_with_what_agrees(sarbon):
    (value,) = sarbon("matches", "show", only(sarbon)["id"], "--json").json
    assert value["findings"]["likenesses"][0]["seen"] == BOX
    assert value["words"][0] == f"container {BOX} is the same"


@pytest.mark.usefixtures("matched")
def test_match_that_is_not_there_is_an_error(sarbon):
    result = sarbon("matches", "show", "none")
    assert (result.code, "match.unknown" in result.err) == (1, True)


def test_match_is_confirmed_and_the_hit_waits_for_the_node(matched, sarbon):
    match = only(sarbon)["id"]
    result = sarbon("matches", "confirm", match, "--unit", "PCU-ALYAT")
    assert result.code == 0, result.err
    hit = only(sarbon)["hit"]
    assert f"hit {hit} is on its way" in result.out
    database = Database.open(matched / "data" / "node.db")
    assert Records(database).sent(hit)["type"] == "hit/1"
    database.close()
    shown = sarbon("matches", "show", match).out
    assert "by owner" in shown
    assert hit in shown


@pytest.mark.usefixtures("matched")
def test_match_is_confirmed_without_telling(sarbon):
    options = ("--unit", "PCU-ALYAT", "--tell-nobody", "--office", "AZ001004", "--json")
    (value,) = sarbon("matches", "confirm", only(sarbon)["id"], *options).json
    assert (value["state"], value["hit"]) == ("confirmed", None)


@pytest.mark.usefixtures("matched")
def test_match_is_dismissed_for_a_reason(sarbon):
    match = only(sarbon)["id"]
    assert sarbon("matches", "dismiss", match, "--reason", "gone").out == f"{match}: dismissed, gone\n"
    assert ", gone" in sarbon("matches", "show", match).out
    refused = sarbon("matches", "dismiss", match, "--reason", "known", "--json")
    assert (refused.code, "match.decided" in refused.err) == (1, True)


def test_item_is_written_found_and_ended(matched, sarbon):
    added = sarbon("watch", "add", write_item(matched))
    assert added.out == "W-1: added\n", added.err
    assert "W-1 in AZ-PAN-1" in sarbon("matches", "list").out
    assert sarbon("watch", "list").out.split()[:3] == ["W-1", "PCU-ALYAT", "drugs"]
    assert sarbon("watch", "end", "W-1").out == "W-1: ended\n"
    assert sarbon("watch", "list").out == "the watch list is empty\n"
    assert sarbon("watch", "list", "--all").out.rstrip().endswith("ended")
    assert "holds no longer" in sarbon("matches", "list").out


def test_items_are_printed_as_json(matched, sarbon):
    assert sarbon("watch", "add", write_item(matched), "--json").json == [
        {"id": "W-1", "outcome": "added"}
    ]
    (value,) = sarbon("watch", "list", "--json").json
    assert (value["id"], value["active"]) == ("W-1", True)
    assert sarbon("watch", "end", "W-1", "--json").json == [{"id": "W-1", "outcome": "ended"}]


def test_table_is_taken_in_and_each_fault_named(matched, sarbon):
    now = wall_clock()
    times = f"{instant(now)},{instant(now + DAY)}"
    (matched / "list.csv").write_text(
        "id,kind,value,valid_from,valid_until,reason,unit\n"
        f"W-1,container,{BOX},{times},drugs,PCU-ALYAT\n"
        f"W-2,spaceship,1,{times},drugs,PCU-ALYAT\n"
        f"W-3,wagon,24512345,{times},drugs,PCU-ALYAT\n"
    )
    sarbon("watch", "add", write_item(matched, id="W-3"))
    sarbon("watch", "end", "W-3")
    result = sarbon("watch", "add", "list.csv")
    assert (result.code, result.out) == (1, "W-1: added\n")
    assert "list.csv line 3: no such kind" in result.err
    assert "list.csv line 4: this item was ended" in result.err


def test_item_that_is_none_is_refused(matched, sarbon):
    (matched / "item.json").write_text("{}")
    result = sarbon("watch", "add", "item.json")
    assert (result.code, "watch.invalid" in result.err) == (1, True)
