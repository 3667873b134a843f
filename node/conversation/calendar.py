"""Periods of the calendar, in UTC: months and days, as figures are asked for and named.

Responsible for reading and naming them. Must not look at a clock.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from node.conversation.measures import Period

_DAY: Final = timedelta(days=1)
_MONTH_FORM: Final = "%Y-%m"
_DAY_FORM: Final = "%Y-%m-%d"


def month_of(text: str) -> Period:
    """Give a month.

    Args:
        text: as 2026-11.

    Raises:
        ValueError: it is none, or the last one there is.
    """
    start = _parsed(text, _MONTH_FORM)
    return Period(_ms(start), _ms(_next_month(start)))


def day_of(text: str) -> int:
    """Give the first instant of a day, Unix ms.

    Args:
        text: as 2026-11-01.

    Raises:
        ValueError: it is none, or in the last month there is.
    """
    return _ms(_parsed(text, _DAY_FORM))


def this_month(now: int) -> str:
    """Give the month that a time is in, as 2026-11."""
    return moment_of(now).strftime(_MONTH_FORM)


def last_month(now: int) -> str:
    """Give the month before the one that a time is in, as 2026-11."""
    return (moment_of(now).replace(day=1) - _DAY).strftime(_MONTH_FORM)


def months_of(period: Period) -> Iterator[Period]:
    """Give the months of a period, the first and the last as far as it reaches."""
    start, end = moment_of(period.start), moment_of(period.end)
    while start < end:
        following = min(_next_month(start.replace(day=1)), end)
        yield Period(_ms(start), _ms(following))
        start = following


def label_of(period: Period) -> str:
    """Name a period in a reference: the month, or the first day and the number of days."""
    start, end = moment_of(period.start), moment_of(period.end)
    if start.day == 1 and end == _next_month(start):
        return start.strftime("%Y%m")
    return f"{start:%Y%m%d}D{(end - start).days}"


def moment_of(ms: int) -> datetime:
    """Give Unix milliseconds as a UTC time."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def instant(moment: datetime) -> str:
    """Write a UTC time as documents do."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _parsed(text: str, form: str) -> datetime:
    found = datetime.strptime(text, form).replace(tzinfo=UTC)
    try:
        _next_month(found)
    except OverflowError as error:
        raise ValueError("no month comes after this one") from error
    return found


def _next_month(first: datetime) -> datetime:
    return (first + 31 * _DAY).replace(day=1)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
