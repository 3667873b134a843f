"""Periods on the command line: a month, or days, in UTC.

Responsible for the options, and for saying which of them is at fault. Must not look at a clock.
"""

import typer

from node.conversation.calendar import day_of, month_of, this_month
from node.conversation.measures import Period


def read_period(month: str, since: str, until: str, now: int) -> Period:
    """Read the period that was asked for; the current month when nothing was."""
    if month and (since or until):
        raise typer.BadParameter("either --month, or --from and --until", param_hint="--month")
    if bool(since) != bool(until):
        raise typer.BadParameter("--from and --until go together", param_hint="--from")
    if not since:
        return _month(month or this_month(now))
    start, end = _day(since, "--from"), _day(until, "--until")
    if end <= start:
        raise typer.BadParameter("must be later than --from", param_hint="--until")
    return Period(start, end)


def _month(text: str) -> Period:
    try:
        return month_of(text)
    except ValueError as error:
        raise typer.BadParameter("a time such as 1970-01", param_hint="--month") from error


def _day(text: str, option: str) -> int:
    try:
        return day_of(text)
    except ValueError as error:
        raise typer.BadParameter("a time such as 1970-01-01", param_hint=option) from error
