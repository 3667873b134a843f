import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from node.demo.corridor import CASE, SHIPPED_FOR, hand_over, hand_over_case, move_dates
from node.demo.stage import CONFIG
from node.message.document import read_document

AUTHORITIES = ("AZ-SCC", "TM-SCS", "UZ-CC")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def ms(moment):
    return int(moment.timestamp() * 1000)


def moments(raw):
    return [datetime.fromisoformat(found) for found in MOMENT.findall(raw.decode())]


def shipped(authority, name="notices"):
    return (CONFIG / "corridor" / authority / f"{name}.jsonl").read_bytes()


@pytest.mark.parametrize(
    ("before", "days", "after"),
    [
        (b'"2026-11-24T06:00:00Z"', 0, b'"2026-11-24T06:00:00Z"'),
        (b'"2026-11-24T06:00:00Z"', 1, b'"2026-11-25T06:00:00Z"'),
        (b'"2026-11-30T23:59:59Z"', 1, b'"2026-12-01T23:59:59Z"'),
        (b'"2026-12-31T00:00:00Z"', 1, b'"2027-01-01T00:00:00Z"'),
        (b'"2028-02-28T12:00:00Z"', 1, b'"2028-02-29T12:00:00Z"'),
        (b'"2026-01-01T00:00:00Z"', -1, b'"2025-12-31T00:00:00Z"'),
        (
            b"a 2026-11-24T06:00:00Z b 2026-11-24T07:00:00Z",
            2,
            b"a 2026-11-26T06:00:00Z b 2026-11-26T07:00:00Z",
        ),
        (b"2026-11-24", 5, b"2026-11-24"),
        (b"2026-11-24T06:00:00+04:00", 5, b"2026-11-24T06:00:00+04:00"),
        (b"2026-11-24T06:00Z", 5, b"2026-11-24T06:00Z"),
        (b"", 5, b""),
    ],
)
def test_move_dates_moves_every_utc_moment_and_nothing_else(before, days, after):
    assert move_dates(before, days=days) == after


@pytest.mark.parametrize("authority", AUTHORITIES)
@pytest.mark.parametrize("days", [-400, -1, 1, 37, 1000])
def test_move_dates_keeps_intervals_and_every_other_byte(authority, days):
    raw = shipped(authority)
    moved = move_dates(raw, days=days)
    assert MOMENT.sub("", moved.decode()) == MOMENT.sub("", raw.decode())
    distances = {b - a for a, b in zip(moments(raw), moments(moved), strict=True)}
    assert distances == {timedelta(days=days)}


def test_move_dates_there_and_back_is_the_same():
    raw = shipped("AZ-SCC", "alerts")
    assert move_dates(move_dates(raw, days=123), days=-123) == raw


@pytest.mark.parametrize("authority", AUTHORITIES)
def test_hand_over_on_the_shipped_day_writes_the_shipped_bytes(authority, tmp_path):
    alerts, notices = hand_over(authority, tmp_path / "a" / "b", now=ms(SHIPPED_FOR))
    assert (alerts.name, notices.name) == ("alerts.jsonl", "notices.jsonl")
    assert alerts.read_bytes() == shipped(authority, "alerts")
    assert notices.read_bytes() == shipped(authority)


@pytest.mark.parametrize("authority", AUTHORITIES)
@pytest.mark.parametrize(
    "today", [datetime(2026, 12, 1, 5, tzinfo=UTC), datetime(2029, 3, 1, 23, 59, tzinfo=UTC)]
)
def test_hand_over_on_any_day_writes_documents_that_are_right_and_still_valid(
    authority, today, tmp_path
):
    for path in hand_over(authority, tmp_path, now=ms(today)):
        for line in path.read_bytes().splitlines():
            assert read_document(line).document.valid_until > today


def test_hand_over_before_the_hour_of_the_shipped_day_does_not_move_into_the_future(tmp_path):
    early = SHIPPED_FOR + timedelta(days=3) - timedelta(seconds=1)
    _, notices = hand_over("AZ-SCC", tmp_path, now=ms(early))
    assert notices.read_bytes() == move_dates(shipped("AZ-SCC"), days=2)


def test_hand_over_twice_writes_the_same(tmp_path):
    first = [path.read_bytes() for path in hand_over("UZ-CC", tmp_path, now=ms(SHIPPED_FOR))]
    again = [path.read_bytes() for path in hand_over("UZ-CC", tmp_path, now=ms(SHIPPED_FOR))]
    assert first == again
    assert all(json.loads(line)["test"] is True for raw in first for line in raw.splitlines())


# The case.


def test_case_on_the_shipped_second_is_handed_over_as_shipped(tmp_path):
    paths = hand_over_case(tmp_path / "c", now=ms(SHIPPED_FOR))
    assert [path.name for path in paths] == sorted(path.name for path in CASE.glob("*.json"))
    assert [path.read_bytes() for path in paths] == [(CASE / path.name).read_bytes() for path in paths]


@pytest.mark.parametrize(
    "by", [timedelta(seconds=1), timedelta(days=400, seconds=59), -timedelta(days=3)]
)
def test_case_is_moved_to_the_second(by, tmp_path):
    for path in hand_over_case(tmp_path, now=ms(SHIPPED_FOR + by) + 999):
        moved, shipped_at = moments(path.read_bytes()), moments((CASE / path.name).read_bytes())
        assert {b - a for a, b in zip(shipped_at, moved, strict=True)} == {by}


def test_case_documents_are_right_without_doubt_and_marked_as_test(tmp_path):
    for path in hand_over_case(tmp_path, now=ms(datetime(2029, 3, 1, 23, 59, 7, tzinfo=UTC))):
        reading = read_document(path.read_bytes())
        assert reading.document.test is True
        assert reading.doubts == ()


def test_case_documents_answer_only_what_came_before_and_went_to_their_author(tmp_path):
    known = {}
    for path in hand_over_case(tmp_path, now=ms(SHIPPED_FOR)):
        document = json.loads(path.read_bytes())
        author = document["originator"]["authority"]
        for named in ("answers", "amends", "recalls"):
            if named in document:
                answered = document[named]
                parties = known[answered["type"], answered["reference"], answered["version"]]
                assert {author, *document["recipients"]} <= parties, path.name
        for each in (document, document.get("document", document)):
            known[each["type"].partition("/")[0], each["reference"], each["version"]] = {
                author,
                *document["recipients"],
            }


def test_case_has_every_kind_of_document_that_its_story_needs(tmp_path):
    paths = hand_over_case(tmp_path, now=ms(SHIPPED_FOR))
    types = {json.loads(path.read_bytes())["type"].partition("/")[0] for path in paths}
    assert types == {
        *("pre-arrival-notice", "alert", "acceptance", "information-request", "information-reply"),
        *("incident", "amendment", "arrival", "control-result", "seizure", "recall", "recall-answer"),
    }
