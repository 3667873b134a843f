from datetime import date

import pytest

from node.reference.codes import OpenList
from node.reference.editions import BUILT_IN, Edition, Entry, Lists
from node.reference.offices import OFFICES

DAY = date(2026, 11, 24)
CODES = OpenList("hs", "2022, part", "test", lambda: {"29": "Chemicals."}, edition="2022")


def edition(year, *codes, name="hs"):
    return Edition(name, year, lambda: [Entry(code, "Words.") for code in codes])


def test_built_in_part_without_an_edition_knows_what_it_holds():
    assert BUILT_IN.doubt(CODES, "29", day=DAY) == ""
    assert BUILT_IN.doubt(CODES, "30", day=DAY) == "not in the loaded list hs (2022, part)"


def test_loaded_edition_replaces_the_built_in_part():
    lists = Lists((edition("2022", "30"),))
    assert lists.doubt(CODES, "30", day=DAY) == ""
    assert lists.doubt(CODES, "29", day=DAY) == "not in the loaded list hs (2022)"


def test_edition_that_the_document_names_is_asked():
    lists = Lists((edition("2017", "31"), edition("2022", "30")))
    assert lists.doubt(CODES, "31", day=DAY, wanted="2017") == ""
    assert lists.doubt(CODES, "30", day=DAY, wanted="2017") == "not in the loaded list hs (2017)"


def test_edition_that_is_meant_without_being_named_comes_before_the_newest_import():
    lists = Lists((edition("2022", "30"), edition("2017", "31")))
    assert lists.doubt(CODES, "30", day=DAY) == ""


def test_edition_that_is_not_loaded_is_said_beside_the_one_that_is():
    lists = Lists((edition("2022", "30"),))
    assert lists.doubt(CODES, "30", day=DAY, wanted="2017") == ""
    assert lists.doubt(CODES, "31", day=DAY, wanted="2017") == (
        "not in the loaded list hs (2022); the document names edition 2017, which is not loaded"
    )


def test_find_unknown_edition_gives_the_newest_import():
    lists = Lists((edition("1"), edition("2"), edition("3", name="other")))
    assert lists.find("hs", "9").edition == "2"
    assert lists.find("absent") is None


def test_edition_is_loaded_when_first_asked_and_once():
    loads = []
    one = Edition("hs", "2022", lambda: loads.append(1) or [Entry("30", "Words.")])
    lists = Lists((one,))
    assert loads == []
    assert [lists.doubt(CODES, "30", day=DAY) for _ in range(3)] == [""] * 3
    assert loads == [1]


@pytest.mark.parametrize(
    ("begins", "ends", "reason"),
    [
        (None, None, ""),
        (DAY, DAY, ""),
        (date(2026, 11, 25), None, "valid from 2026-11-25 only, says the list hs (2022)"),
        (None, date(2026, 11, 23), "valid until 2026-11-23 only, says the list hs (2022)"),
    ],
)
def test_code_outside_its_days_is_doubted(begins, ends, reason):
    lists = Lists((Edition("hs", "2022", lambda: [Entry("30", "Words.", begins, ends)]),))
    assert lists.doubt(CODES, "30", day=DAY) == reason


def test_offices_of_one_country_say_nothing_of_another():
    lists = Lists((edition("2026-11", "AZ000101", name="customs-office"),))
    assert lists.doubt(OFFICES, "AZ000101", day=DAY) == ""
    assert lists.doubt(OFFICES, "AZ000999", day=DAY) == "not in the loaded list customs-office (2026-11)"
    assert lists.doubt(OFFICES, "TM000101", day=DAY) == ""
    assert "countries only" in lists.doubt(OFFICES, "ZZ000101", day=DAY)
