"""Months and days, UTC."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.conversation.calendar import (
    day_of,
    instant,
    label_of,
    last_month,
    moment_of,
    month_of,
    months_of,
    this_month,
)
from node.conversation.measures import Period

DAY = 86_400_000
MONTHS = st.builds("{:04}-{:02}".format, st.integers(1971, 9998), st.integers(1, 12))


def written(period):
    return [instant(moment_of(at)) for at in period]


@pytest.mark.parametrize(
    ("month", "start", "end"),
    [
        ("2026-11", "2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
        ("2026-12", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
        ("2028-02", "2028-02-01T00:00:00Z", "2028-03-01T00:00:00Z"),
    ],
)
def test_month_of_reaches_to_the_next(month, start, end):
    assert written(month_of(month)) == [start, end]


@pytest.mark.parametrize("text", ["", "2026", "2026-13", "2026-11-01", "9999-12", "11-2026"])
def test_month_of_what_is_no_month_is_refused(text):
    with pytest.raises(ValueError, match=r"match|remains|month|range"):
        month_of(text)


@pytest.mark.parametrize("text", ["", "2026-11", "2026-02-30", "9999-12-31", "2026-11-01T00:00:00Z"])
def test_day_of_what_is_no_day_is_refused(text):
    with pytest.raises(ValueError, match=r"match|remains|month|range"):
        day_of(text)


@given(MONTHS)
@settings(max_examples=50)
def test_this_month_is_the_inverse_of_month_of(month):
    period = month_of(month)
    assert this_month(period.start) == this_month(period.end - 1) == month
    assert last_month(period.end) == month
    assert label_of(period) == month.replace("-", "")


def test_months_of_a_period_are_cut_at_its_ends():
    period = Period(day_of("2026-11-20"), day_of("2027-01-05"))
    assert [written(each) for each in months_of(period)] == [
        ["2026-11-20T00:00:00Z", "2026-12-01T00:00:00Z"],
        ["2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"],
        ["2027-01-01T00:00:00Z", "2027-01-05T00:00:00Z"],
    ]


def test_label_of_days_says_how_many():
    assert label_of(Period(day_of("2026-11-02"), day_of("2026-11-09"))) == "20261102D7"


def test_moment_of_is_in_utc():
    assert moment_of(DAY) == datetime(1970, 1, 2, tzinfo=UTC)
