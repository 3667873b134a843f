"""Periods on the command line: a month, or days, in UTC.

Responsible for reading and naming them. Must not look at a clock.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import typer

from node.conversation.measures import Period

_DAY: Final = timedelta(days=1)


def read_period(month: str, since: str, until: str, now: int) -> Period:
    """Read the period that was asked for; the current month when nothing was."""
    if month and (since or until):
        raise typer.BadParameter("either --month, or --from and --until", param_hint="--month")
    if bool(since) != bool(until):
        raise typer.BadParameter("--from and --until go together", param_hint="--from")
    if since:
        start, end = _parsed(since, "%Y-%m-%d", "--from"), _parsed(until, "%Y-%m-%d", "--until")
        if end <= start:
            raise typer.BadParameter("must be later than --from", param_hint="--until")
    else:
        start = _parsed(month or moment_of(now).strftime("%Y-%m"), "%Y-%m", "--month")
        end = _next_month(start)
    return Period(_ms(start), _ms(end))


def _parsed(text: str, form: str, option: str) -> datetime:
    try:
        found = datetime.strptime(text, form).replace(tzinfo=UTC)
        _next_month(found)  # the last months there are have none after them
    except (ValueError, OverflowError) as error:
        example = moment_of(0).strftime(form)
        raise typer.BadParameter(f"a time such as {example}", param_hint=option) from error
    return found


def months_of(period: Period) -> Iterator[Period]:
    """Give the months of a period, the first and the last as far as it reaches."""
    start, end = moment_of(period.start), moment_of(period.end)
    while start < end:
        following = min(_next_month(start.replace(day=1)), end)
        yield Period(_ms(start), _ms(following))
        start = following


def _next_month(first: datetime) -> datetime:
    return (first + 31 * _DAY).replace(day=1)


def last_month(now: int) -> str:
    """Give the month before this one, as 2026-11."""
    return (moment_of(now).replace(day=1) - _DAY).strftime("%Y-%m")


def label_of(period: Period) -> str:
    """Name a period in a reference: the month, or the first day and the number of days."""
    start, end = moment_of(period.start), moment_of(period.end)
    if start.day == 1 and end == _next_month(start):
        return start.strftime("%Y%m")
    return f"{start:%Y%m%d}D{(end - start).days}"


def moment_of(ms: int) -> datetime:
    """Give Unix milliseconds as a UTC time."""
    return datetime.fromtimestamp(ms / 1000, UTC)


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def instant(moment: datetime) -> str:
    """Write a UTC time as documents do."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
