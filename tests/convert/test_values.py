from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.convert.drafting import Unfit
from node.convert.values import (
    amount,
    combined_mode,
    commodity,
    count,
    edifact_time,
    equipment_scheme,
    is_date_only,
    kilograms,
    mode,
    names_xml_zone,
    names_zone,
    xml_time,
)

BAKU = timezone(timedelta(hours=4))


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("1000", "KGM", "1000"),
        ("18030.500", "KGM", "18030.5"),
        ("18030,5", "KGM", "18030.5"),
        ("15", "TNE", "15000"),
        ("1", "LBR", "0.453592"),
        ("2500", "GRM", "2.5"),
        ("0", "KGM", "0"),
        ("0.0000001", "KGM", "0"),
    ],
)
def test_kilograms_unit_is_converted_exactly(text, unit, expected):
    assert kilograms(unit)(text) == expected


@pytest.mark.parametrize("text", ["", "x", "1e3", "-1", "+1", "1.2.3", "1 000", "٣", "9" * 17])
def test_kilograms_no_plain_number_is_unfit(text):
    with pytest.raises(Unfit) as unfit:
        kilograms()(text)
    assert unfit.value.code == "convert.number"


def test_kilograms_unknown_unit_is_unfit():
    with pytest.raises(Unfit) as unfit:
        kilograms("MTQ")("1")
    assert unfit.value.code == "convert.unit_unknown"


@settings(max_examples=50)
@given(st.decimals(min_value=0, max_value=10**9, places=6))
def test_kilograms_of_six_decimals_keeps_the_value(number):
    assert Decimal(kilograms()(f"{number:f}")) == number


def test_amount_is_rounded_to_three_decimals():
    assert amount("54000,1234") == "54000.123"


def test_count_leading_zeros_are_left_out():
    assert count("00012") == 12


@pytest.mark.parametrize("text", ["", "1.5", "-1", "123456789", "²"])
def test_count_no_whole_number_is_unfit(text):
    with pytest.raises(Unfit):
        count(text)


@pytest.mark.parametrize(
    ("text", "expected", "combined"),
    [("1", "1", ""), ("12", "1", "12"), ("23", "2", "23"), ("30", "3", "")],
)
def test_mode_two_digits_give_mode_and_combined_mode(text, expected, combined):
    assert (mode(text), combined_mode(text)) == (expected, combined)


@pytest.mark.parametrize("text", ["", "77", "sea", "11"])
def test_mode_unknown_is_unfit(text):
    with pytest.raises(Unfit) as unfit:
        mode(text)
    assert unfit.value.code == "convert.mode_unknown"


@pytest.mark.parametrize(
    ("form", "text", "expected"),
    [
        ("101", "261125", "2026-11-24T20:00:00Z"),
        ("102", "20261125", "2026-11-24T20:00:00Z"),
        ("201", "2611250730", "2026-11-25T03:30:00Z"),
        ("202", "261125073015", "2026-11-25T03:30:15Z"),
        ("203", "202611250730", "2026-11-25T03:30:00Z"),
        ("204", "20261125073015", "2026-11-25T03:30:15Z"),
        ("205", "202611250730+0500", "2026-11-25T02:30:00Z"),
        ("303", "202611250730UTC", "2026-11-25T07:30:00Z"),
        ("303", "202611250730GMT", "2026-11-25T07:30:00Z"),
    ],
)
def test_edifact_time_form_is_read(form, text, expected):
    assert edifact_time(form, BAKU)(text) == expected


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("203", "202611310730"),
        ("203", "2026112507"),
        ("203", "noon"),
        ("303", "202611250730AZT"),
        ("999", "20261125"),
        ("205", "202611250730"),
        ("203", "000101010000"),
    ],
)
def test_edifact_time_impossible_is_unfit(form, text):
    with pytest.raises(Unfit) as unfit:
        edifact_time(form, BAKU)(text)
    assert unfit.value.code == "convert.time"


def test_edifact_time_out_of_the_calendar_is_unfit():
    with pytest.raises(Unfit):
        edifact_time("203", BAKU)("000101010000")


@settings(max_examples=50)
@given(st.datetimes(datetime(1970, 1, 2), datetime(2090, 1, 1)))  # noqa: DTZ001  zone given below
def test_edifact_time_written_as_204_comes_back(moment):
    exact = moment.replace(microsecond=0, tzinfo=UTC)
    assert edifact_time("204", UTC)(f"{exact:%Y%m%d%H%M%S}") == f"{exact:%Y-%m-%dT%H:%M:%SZ}"


def test_forms_of_time_say_what_they_leave_open():
    assert [is_date_only(form) for form in ("102", "203")] == [True, False]
    assert [names_zone(form) for form in ("203", "205", "303")] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-25T07:30:00", "2026-11-25T03:30:00Z"),
        ("2026-11-25T07:30:00Z", "2026-11-25T07:30:00Z"),
        ("2026-11-25T07:30:00.25+05:00", "2026-11-25T02:30:00Z"),
    ],
)
def test_xml_time_zone_is_taken_where_none_is_named(text, expected):
    assert xml_time(BAKU)(text) == expected


@pytest.mark.parametrize("text", ["2026-11-31T07:30:00", "2026-11-25", "", "0001-01-01T00:00:00"])
def test_xml_time_impossible_is_unfit(text):
    with pytest.raises(Unfit):
        xml_time(BAKU)(text)


def test_names_xml_zone_tells_the_zone():
    texts = ("2026-11-25T07:30:00Z", "2026-11-25T07:30:00", "noon")
    assert [names_xml_zone(text) for text in texts] == [True, False, False]


@pytest.mark.parametrize(
    ("text", "expected"), [("0802 22", "080222"), ("3902.10.00.00", "3902100000"), ("0802", "0802")]
)
def test_commodity_separators_are_left_out(text, expected):
    assert commodity(text) == expected


@pytest.mark.parametrize("text", ["08022", "NUTS", "", "٣٣٣٣"])
def test_commodity_no_tariff_digits_is_unfit(text):
    with pytest.raises(Unfit):
        commodity(text)


@pytest.mark.parametrize(
    ("number", "scheme"), [("CSQU3054383", "iso6346"), ("ABCK1234560", "ilu"), ("X1", "iso6346")]
)
def test_equipment_scheme_follows_the_fourth_letter(number, scheme):
    assert equipment_scheme(number) == scheme
