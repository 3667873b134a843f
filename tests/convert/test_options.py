"""Options of a file: what they become, and what means nothing."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from node.convert.options import Options
from node.errors import CallerError
from node.reference.editions import BUILT_IN

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


def context(**members):
    return Options(**members).context("AZ-SCC", now=NOW, lists=BUILT_IN)


def test_options_value_is_read_again():
    options = Options(to=("UZ-CC", "TM-SCS"), unit="HQ", test=True, zone="+04:00")
    assert Options.read(options.value) == options


def test_context_holds_what_was_said():
    found = context(to=("UZ-CC",), unit="HQ", valid_days=2, test=True, prefix="X", office="AZ001004")
    assert (found.authority, found.country, found.recipients) == ("AZ-SCC", "AZ", ("UZ-CC",))
    assert (found.unit, found.lifetime, found.is_test) == ("HQ", timedelta(days=2), True)
    assert (found.prefix, found.office, found.now, found.arrival) == ("X", "AZ001004", NOW, None)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("UTC", UTC),
        ("+04:00", timezone(timedelta(hours=4))),
        ("-0330", timezone(-timedelta(hours=3, minutes=30))),
        ("Asia/Baku", ZoneInfo("Asia/Baku")),
    ],
)
def test_context_reads_a_zone(text, zone):
    assert context(zone=text).zone == zone


@pytest.mark.parametrize(
    ("text", "hour"),
    [("2026-11-24 06:00", 2), ("2026-11-24T06:00+05:00", 1), ("2026-11-24T06:00Z", 6)],
)
def test_context_reads_an_arrival_in_its_zone(text, hour):
    assert context(arrival=text, zone="+04:00").arrival == datetime(2026, 11, 24, hour, tzinfo=UTC)


def test_context_names_the_type_of_a_table():
    assert context(type="alert").document_type == "alert/1"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("prefix", "$"),
        ("prefix", "x" * 17),
        ("valid_days", 0),
        ("valid_days", 366),
        ("zone", "Mars/Olympus"),
        ("zone", "+99:00"),
        ("zone", "../../etc/passwd"),
        ("zone", ""),
        ("type", "poem"),
        ("arrival", "soon"),
        ("arrival", "0001-01-01T00:00"),
    ],
)
def test_context_of_a_word_that_means_nothing_is_refused(name, value):
    with pytest.raises(CallerError, match=f"^{name}: ") as caught:
        context(**{"zone": "+04:00", name: value})
    assert caught.value.code == "convert.option"
