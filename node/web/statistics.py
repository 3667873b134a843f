"""Routes that give figures of a period.

Responsible for the period that is asked for, and for counting only what the system that asks sees. Must
not count by itself (`conversation.statistics`).
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from node.conversation.calendar import instant, moment_of, months_of
from node.conversation.measures import Period
from node.conversation.page import Page
from node.conversation.statistics import agreed_terms, figures_of
from node.errors import CallerError
from node.national.entitlement import Concerned, sees
from node.national.scopes import Scope
from node.national.system import EVERYTHING, Principal, System
from node.store.conversations import Conversations, is_seen
from node.store.figures import pages_of_period
from node.web.identity import Needs
from node.web.listing import listed
from node.web.periods import read_period
from node.web.queries import Parameters
from node.web.replies import reply
from node.web.world import world_of

router = APIRouter(tags=["statistics"])

Reader = Annotated[Principal, Depends(Needs(Scope.STATISTICS_READ))]

_AT_ONCE: Final = 100  # conversations in memory


class StatisticsQuery(Parameters):
    """Which figures."""

    month: str | None = Field(
        default=None, max_length=10, description="as 2026-11, UTC; nothing: this month so far"
    )
    start: str | None = Field(
        default=None, max_length=10, description="the first day, as 2026-11-01, UTC"
    )
    end: str | None = Field(default=None, max_length=10, description="the day after the last one, UTC")
    peer: str | None = Field(default=None, max_length=16, description="only with this authority")
    by_month: bool = Field(default=False, description="each month of the period by itself")
    test: bool = Field(default=False, description="test traffic, which is else left out")


class StatisticsFigure(BaseModel):
    """One figure; docs/statistics.md defines each metric."""

    model_config = ConfigDict(extra="forbid")

    period_start: str
    period_end: str = Field(description="excluded")
    counterpart: str = Field(description="the other authority")
    direction: str = Field(description="sent: about our documents; received: about theirs")
    metric: str
    mode: str | None = Field(description="of this mode of transport only")
    trigger: str | None = Field(description="of controls set off by this only")
    commodity: str | None = Field(description="of this commodity only")
    value: str = Field(description="a decimal number")
    unit: str
    of: int | None = Field(description="how many it is taken of; null for a count")


class StatisticsAnswer(BaseModel):
    """The figures of a period."""

    model_config = ConfigDict(extra="forbid")

    period_start: str
    period_end: str = Field(description="excluded")
    whole: bool = Field(description="false: only of the conversations that this system sees")
    figures: list[StatisticsFigure]


@router.get("/statistics", response_model=StatisticsAnswer)
def read_statistics(
    request: Request, principal: Reader, query: Annotated[StatisticsQuery, Query()]
) -> Response:
    """Give the figures of a month, or of days: what was exchanged, how soon, what came of it.

    Counts the conversations whose leading document this system sees. A system that is limited to some
    types gets none: it would be told of documents that it does not see.
    """
    period = _period(request, query)
    figures = list(_figures(request, principal.system, period, query))
    answer = StatisticsAnswer(
        period_start=instant(moment_of(period.start)),
        period_end=instant(moment_of(period.end)),
        whole=sees(principal.system, Concerned()),
        figures=figures,
    )
    return reply(request, answer)


@router.get(
    "/statistics.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def read_statistics_csv(
    request: Request, principal: Reader, query: Annotated[StatisticsQuery, Query()]
) -> Response:
    """Give the figures of a period for a spreadsheet, one a line."""
    figures = _figures(request, principal.system, _period(request, query), query)
    return listed(request, list(figures), model=StatisticsFigure)


def _period(request: Request, query: StatisticsQuery) -> Period:
    now = world_of(request).node.clock()
    return read_period(query.month, query.start, query.end, now=now)


def _figures(
    request: Request, system: System, period: Period, query: StatisticsQuery
) -> Iterator[StatisticsFigure]:
    """Count, one period after the other.

    Raises:
        CallerError: `access.figures`.
    """
    if system.types is not EVERYTHING:
        raise CallerError(
            "access.figures",
            f"{system.id} deals with some types of documents only, figures are of all",
            hint="ask as a system whose types are *; the node's operator sets them",
        )
    node = world_of(request).node
    now, terms = node.clock(), agreed_terms(node.agreements)
    for each in months_of(period) if query.by_month else [period]:
        pages = _seen(
            Conversations(node.authority, node.database),
            system,
            pages_of_period(node.authority, node.database, *each, peer=query.peer),
        )
        span = {
            "period_start": instant(moment_of(each.start)),
            "period_end": instant(moment_of(each.end)),
        }
        for figure in figures_of(pages, each, now=now, terms=terms, is_test=query.test):
            yield StatisticsFigure(**span, **figure.model_dump())


def _seen(kept: Conversations, system: System, pages: Iterable[Page]) -> Iterator[Page]:
    """Leave out what the system does not see, some at a time."""
    left = iter(pages)
    while some := list(islice(left, _AT_ONCE)):
        seen = kept.seen_in(system, some)
        yield from (page for page in some if is_seen(page, seen))
