import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from node.convert.conversion import Context, Draft, Failure, instant, judged, leaves, place
from node.message.document import all_faults
from tests.convert.tables import CONTEXT, NOW

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"


@pytest.fixture
def notice():
    return json.loads((EXAMPLES / "notice-minimum.json").read_text(encoding="utf-8"))


def test_context_header_passes_as_the_header_of_a_document(notice):
    value = notice | CONTEXT.header("pre-arrival-notice/1", "AZ-1")
    assert all_faults(json.dumps(value).encode()) == ()


def test_context_header_says_what_the_context_says():
    context = Context(
        "AZ-SCC", "PCU-1", "AZ", ("UZ-CC",), NOW, lifetime=timedelta(days=2), priority="urgent"
    )
    header = context.header("alert/1", "AZ-1")
    assert (header["type"], header["reference"], header["priority"]) == ("alert/1", "AZ-1", "urgent")
    assert (header["issued_at"], header["valid_until"]) == (
        "2026-11-24T06:00:00Z",
        "2026-11-26T06:00:00Z",
    )
    assert header["test"] is False


def test_draft_raw_is_the_document_and_filled_counts_its_plain_values():
    draft = Draft("line 2", {"a": {"b": "Баку"}, "c": [1, True], "d": []})
    assert json.loads(draft.raw) == draft.value
    assert draft.filled == 3


def test_judged_of_a_good_draft_has_no_failure(notice):
    assert judged(Draft("line 2", notice)).failures == ()


def test_judged_of_a_failed_draft_leaves_it_as_it_is():
    draft = Draft("line 2", {}, failures=(Failure("line 2", "", "convert.cell", "why"),))
    assert judged(draft) is draft


def test_judged_names_the_place_of_each_fault(notice):
    notice["transport"]["mode"] = "99"
    del notice["carrier"]
    draft = judged(Draft("line 2", notice, places={"/transport/mode": "line 2, column D"}))
    assert [(one.source, one.pointer, one.code) for one in draft.failures] == [
        ("line 2, column D", "/transport/mode", "value.code"),
        ("line 2", "/carrier", "member.missing"),
    ]


def test_judged_of_what_is_no_document_fails():
    (failure,) = judged(Draft("line 2", {"type": "letter/1"})).failures
    assert (failure.source, failure.pointer, failure.code) == ("line 2", "/type", "document.malformed")


def test_judged_adds_what_is_doubtful_with_its_place(notice):
    goods = notice["consignments"][0]["goods"][0]
    goods["hs_code"] = "9999"
    places = {"/consignments/0": "line 2"}
    draft = judged(replace(Draft("the file", notice), places=places))
    assert {(one.concern, one.source) for one in draft.remarks} == {("doubtful", "line 2")}


def test_place_is_that_of_the_member_or_the_nearest_above():
    draft = Draft("the file", {}, places={"/a": "line 2", "/a/0/b": "line 3"})
    pointers = ("/a/0/b", "/a/0/c", "/a", "/z", "")
    assert [place(draft, one) for one in pointers] == [
        "line 3",
        "line 2",
        "line 2",
        "the file",
        "the file",
    ]
    assert place(Draft("the file", {}), "/a") == "the file"


def test_leaves_are_all_plain_values_with_their_pointers():
    found = leaves({"a": [{"b": 1}, 2], "c": {}, "d": "x"})
    assert dict(found) == {"/a/0/b": 1, "/a/1": 2, "/d": "x"}


def test_instant_is_written_in_utc():
    baku = timezone(timedelta(hours=4))
    assert instant(datetime(2026, 11, 24, 10, tzinfo=baku)) == "2026-11-24T06:00:00Z"
    assert instant(datetime(2026, 11, 24, 6, tzinfo=UTC)) == "2026-11-24T06:00:00Z"
