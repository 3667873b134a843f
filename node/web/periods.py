"""Periods as the API takes them: a month, or days, in UTC.

Responsible for the parameters and for how long a period may be. Must not look at a clock.
"""

from typing import Annotated, Final

from fastapi import Query

from node.conversation.calendar import day_of, month_of, this_month
from node.conversation.measures import Period
from node.errors import CallerError

Month = Annotated[str | None, Query(description="As 2026-11, UTC; nothing: this month so far.")]
Start = Annotated[str | None, Query(description="The first day, as 2026-11-01, UTC.")]
End = Annotated[str | None, Query(description="The day after the last one, UTC.")]

MAX_DAYS: Final = 366
_DAY_MS: Final = 86_400_000


def read_period(month: str | None, start: str | None, end: str | None, *, now: int) -> Period:
    """Read the period that was asked for; the current month when nothing was.

    Args:
        month: or else `start` and `end`.
        start: the first day.
        end: the day after the last one.
        now: Unix ms.

    Raises:
        CallerError: `period.malformed`.
    """
    if month is not None and (start or end):
        raise _malformed("either month, or start and end")
    if (start is None) != (end is None):
        raise _malformed("start and end go together")
    try:
        if start is None or end is None:
            return month_of(this_month(now) if month is None else month)
        period = Period(day_of(start), day_of(end))
    except ValueError:
        raise _malformed("a month is as 2026-11, a day as 2026-11-01") from None
    if not period.start < period.end <= period.start + MAX_DAYS * _DAY_MS:
        raise _malformed(f"a period has 1 to {MAX_DAYS} days")
    return period


def _malformed(fact: str) -> CallerError:
    return CallerError(
        "period.malformed", fact, hint="?month=2026-11, or ?start=2026-11-01&end=2026-12-01"
    )
