"""Cells as people and spreadsheets write them; a spreadsheet knows no zone, so its times have none."""
# ruff: noqa: DTZ001, DTZ901

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.convert.cell import (
    MAX_CELL_CHARACTERS,
    CellError,
    is_filled,
    join_list,
    read_cell,
    split_list,
)
from node.convert.columns import column_named

BAKU = ZoneInfo("Asia/Baku")
BERLIN = ZoneInfo("Europe/Berlin")
TEXT, COUNT, MASS, TEST, ETA, TO = (
    column_named("pre-arrival-notice/1", name)
    for name in ("voyage", "packages", "gross_mass", "test", "eta", "to")
)
NBSP = "\u00a0"


def value(column, cell, zone=UTC):
    return read_cell(column, cell, zone).value


def concerns(column, cell, zone=UTC):
    return [concern for concern, _ in read_cell(column, cell, zone).remarks]


@pytest.mark.parametrize(
    ("cell", "filled"), [("", False), (" \t", False), (None, False), (0, True), ("x", True)]
)
def test_is_filled_says_whether_a_cell_says_anything(cell, filled):
    assert is_filled(cell) is filled


@pytest.mark.parametrize(
    ("cell", "read"),
    [(" TB-0412 ", "TB-0412"), ("007", "007"), (412, "412"), (412.5, "412.5"), (1e12, "1000000000000")],
)
def test_text_is_kept_as_written_without_spaces_around(cell, read):
    assert value(TEXT, cell) == read


def test_text_with_line_breaks_gets_spaces_and_a_doubt():
    assert value(TEXT, "Cotton\r\nyarn") == "Cotton yarn"
    assert concerns(TEXT, "Cotton\nyarn") == ["doubtful"]


@pytest.mark.parametrize(
    "cell",
    [
        True,
        "9,12346E+17",
        "9.1E17",
        1e16,
        float("nan"),
        float("inf"),
        datetime(2026, 1, 1),
        time(1),
        timedelta(1),
    ],
    ids=repr,
)
def test_text_that_a_spreadsheet_has_spoilt_is_refused(cell):
    with pytest.raises(CellError):
        read_cell(TEXT, cell, UTC)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("1500", "1500"),
        ("1500.50", "1500.50"),
        ("1500,5", "1500.5"),
        ("1 500,5", "1500.5"),
        (f"1{NBSP}234{NBSP}567", "1234567"),
        ("1'234.5", "1234.5"),
        ("0,5", "0.5"),
        ("007", "7"),
        ("-12,5", "-12.5"),
        (1500.5, "1500.5"),
        (1500.0, "1500"),
        (0.1 + 0.2, "0.3"),
        (1200, "1200"),
    ],
)
def test_number_is_read_as_people_write_it(cell, read):
    assert value(MASS, cell) == read


@pytest.mark.parametrize("cell", ["1,200", "12,345"])
def test_number_with_one_comma_before_three_digits_is_ambiguous(cell):
    with pytest.raises(CellError, match="thousands or decimals"):
        read_cell(MASS, cell, UTC)


def test_number_with_one_point_before_three_digits_is_doubtful():
    assert value(MASS, "1.200") == "1.200"
    assert concerns(MASS, "1.200") == ["doubtful"]


@pytest.mark.parametrize(
    "cell",
    ["1500 kg", "1.2.3", "1,2,3", "1,234,567", "1 5", "--1", "٣", "1e3", "9" * 40, True, 1e15],
    ids=repr,
)
def test_number_otherwise_is_refused(cell):
    with pytest.raises(CellError):
        read_cell(MASS, cell, UTC)


@pytest.mark.parametrize(
    ("cell", "read"), [("40", 40), ("040", 40), ("1 200", 1200), (40.0, 40), ("40,0", 40)]
)
def test_whole_number_is_read(cell, read):
    assert value(COUNT, cell) == read


@pytest.mark.parametrize("cell", ["40.5", 40.5, True, "forty", date(2026, 1, 1)], ids=repr)
def test_whole_number_otherwise_is_refused(cell):
    with pytest.raises(CellError):
        read_cell(COUNT, cell, UTC)


@pytest.mark.parametrize(
    "word",
    ["yes", "TRUE", "1", "да", "Истина", "bəli", "BƏLİ", "Hə", "ha", "ҳа", "hawa", True, 1],
    ids=repr,
)
def test_yes_is_read_in_the_languages_of_the_corridor(word):
    assert value(TEST, word) is True


@pytest.mark.parametrize(
    "word",
    [
        "no",
        "False",
        "0",
        "нет",
        "ЛОЖЬ",
        "xeyr",
        "yox",
        "yo\u02bbq",
        "yo\u2018q",
        "йўқ",
        "hay\u0131r",
        "ýok",
        False,
        0,
    ],
    ids=repr,
)
def test_no_is_read_in_the_languages_of_the_corridor(word):
    assert value(TEST, word) is False


@pytest.mark.parametrize("word", ["maybe", "x", 2, datetime(2026, 1, 1)], ids=repr)
def test_yes_or_no_otherwise_is_refused(word):
    with pytest.raises(CellError):
        read_cell(TEST, word, UTC)


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2026-11-25T03:30:00Z", "2026-11-25T03:30:00Z"),
        ("2026-11-25T03:30:00.000Z", "2026-11-25T03:30:00Z"),
        ("2026-11-25 07:30+04:00", "2026-11-25T03:30:00Z"),
        ("2026-11-24 22:30 -0500", "2026-11-25T03:30:00Z"),
    ],
)
def test_time_with_its_zone_needs_no_remark(cell, read):
    assert (value(ETA, cell, BAKU), concerns(ETA, cell, BAKU)) == (read, [])


@pytest.mark.parametrize(
    "cell",
    [
        "2026-11-25 07:30",
        "2026-11-25T07:30:00",
        "25.11.2026 07:30",
        "25.11.2026  7:30",
        datetime(2026, 11, 25, 7, 30),
    ],
    ids=repr,
)
def test_time_without_zone_is_read_in_the_one_given(cell):
    assert (value(ETA, cell, BAKU), concerns(ETA, cell, BAKU)) == ("2026-11-25T03:30:00Z", ["defaulted"])


@pytest.mark.parametrize("cell", ["2026-11-25", "25.11.2026", date(2026, 11, 25)], ids=repr)
def test_time_without_clock_is_the_beginning_of_the_day_and_doubtful(cell):
    assert value(ETA, cell, BAKU) == "2026-11-24T20:00:00Z"
    assert concerns(ETA, cell, BAKU) == ["defaulted", "doubtful"]


def test_time_of_a_spreadsheet_is_rounded_to_the_second():
    assert value(ETA, datetime(2026, 11, 25, 3, 29, 59, 999_600)) == "2026-11-25T03:30:00Z"


@pytest.mark.parametrize(
    "cell",
    [
        "11/25/2026",
        "25-11-2026",
        "2026-02-30 06:00",
        "2026-11-25 24:30",
        "2026-11-25 06:00 +15:00",
        "2026-11-25 06:00:00.5Z",
        "0001-01-01 00:00 +14:00",
        46350.5,
        True,
        time(6),
        datetime.max,
    ],
    ids=repr,
)
def test_time_otherwise_is_refused(cell):
    with pytest.raises(CellError):
        read_cell(ETA, cell, UTC)


def test_time_that_the_clock_leaves_out_is_refused():
    with pytest.raises(CellError, match="put forward"):
        read_cell(ETA, "2026-03-29 02:30", BERLIN)


def test_time_that_comes_twice_is_doubtful():
    assert value(ETA, "2026-10-25 02:30", BERLIN) == "2026-10-25T00:30:00Z"
    assert concerns(ETA, "2026-10-25 02:30", BERLIN) == ["defaulted", "doubtful"]


def test_list_cell_gives_its_values():
    assert value(TO, "TM-SCS; UZ-CC;") == ["TM-SCS", "UZ-CC"]


def test_list_cell_of_a_number_gives_one_value():
    assert value(column_named("alert/1", "subject.ucrs"), 17) == ["17"]


def test_cell_too_long_is_refused():
    with pytest.raises(CellError, match="longer"):
        read_cell(TEXT, "x" * (MAX_CELL_CHARACTERS + 1), UTC)


@pytest.mark.parametrize(
    ("text", "parts"), [(r"a\;b; c\\", ["a;b", "c\\"]), (r"a\b", [r"a\b"]), ("a\\", ["a\\"])]
)
def test_split_list_takes_escaped_characters_as_themselves(text, parts):
    assert split_list(text) == parts


_VALUE = st.text(alphabet="ab;\\ ", min_size=1, max_size=6).map(str.strip).filter(bool)


@given(st.lists(_VALUE, min_size=1, max_size=5))
def test_join_list_is_undone_by_split_list(values):
    assert split_list(join_list(values)) == values
