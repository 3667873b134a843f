"""Routes of the corridor view: cargo by what the reader chooses, where flows meet, what others report.

Responsible for reading the question and for who may ask. Must not count, judge or withhold anything
(`corridor`, by `daemon.surveyor`).
"""

import asyncio
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from node.audit.event import Kind
from node.corridor.outline import (
    outline_of_nexus,
    outline_of_survey,
    outline_of_table,
    outlines_of_reported,
    rows_of_reported,
    rows_of_table,
)
from node.corridor.question import Question, read_dimensions
from node.corridor.view import Table
from node.daemon.surveyor import Reports, Survey, Surveyor
from node.errors import CallerError
from node.national.entitlement import Concerned, sees
from node.national.scopes import Scope
from node.national.system import Principal
from node.store.journal import Batch
from node.web.corridor_models import (
    CorridorLink,
    CorridorNexus,
    CorridorReport,
    CorridorReportRow,
    CorridorReports,
    CorridorRow,
    CorridorTable,
)
from node.web.corridor_queries import CorridorNexusQuery, CorridorQuery, CorridorTableQuery
from node.web.identity import Needs
from node.web.listing import listed
from node.web.replies import reply
from node.web.world import world_of

T = TypeVar("T")

router = APIRouter(tags=["corridor"])

Reader = Annotated[Principal, Depends(Needs(Scope.STATISTICS_READ))]
_CSV: Any = {
    "response_class": Response,
    "responses": {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
}


@router.get("/corridor", response_model=CorridorTable)
async def read_corridor(
    request: Request, principal: Reader, query: Annotated[CorridorTableQuery, Query()]
) -> Response:
    """Divide the cargo that was expected in a period, and count it with all that came of it."""

    def answer(question: Question) -> Response:
        survey, table = _table(request, question, query)
        return reply(request, CorridorTable(**_beside(question, survey), **outline_of_table(table)))

    return await _in_turn(request, _question(request, principal, query), answer)


@router.get("/corridor.csv", **_CSV)
async def read_corridor_csv(
    request: Request, principal: Reader, query: Annotated[CorridorTableQuery, Query()]
) -> Response:
    """Give the same table for a spreadsheet, one figure a line; a value withheld is empty."""

    def answer(question: Question) -> Response:
        _, table = _table(request, question, query)
        rows = [CorridorRow(**row) for row in rows_of_table(table)]
        return listed(request, rows, model=CorridorRow)

    return await _in_turn(request, _question(request, principal, query), answer)


@router.get("/corridor/nexus", response_model=CorridorNexus)
async def read_corridor_nexus(
    request: Request, principal: Reader, query: Annotated[CorridorNexusQuery, Query()]
) -> Response:
    """Find where flows of several authorities meet."""

    def answer(question: Question) -> Response:
        survey = _surveyor(request).survey(question)
        found = outline_of_nexus(survey.nexus(query.authorities))
        return reply(request, CorridorNexus(**_beside(question, survey), **found))

    return await _in_turn(request, _question(request, principal, query), answer)


@router.get("/corridor/nexus.csv", **_CSV)
async def read_corridor_nexus_csv(
    request: Request, principal: Reader, query: Annotated[CorridorNexusQuery, Query()]
) -> Response:
    """Give the links for a spreadsheet, one a line."""

    def answer(question: Question) -> Response:
        found = _surveyor(request).survey(question).nexus(query.authorities)
        links = [CorridorLink(**link) for link in outline_of_nexus(found)["links"]]
        return listed(request, links, model=CorridorLink)

    return await _in_turn(request, _question(request, principal, query), answer)


@router.get("/corridor/reported", response_model=CorridorReports)
async def read_corridor_reported(
    request: Request, principal: Reader, query: Annotated[CorridorQuery, Query()]
) -> Response:
    """Give what statistics of others say of flows between them. That it was given is recorded first."""
    question = _question(request, principal, query)
    reports = await _in_turn(request, question, _surveyor(request).reports)
    reported = [CorridorReport(**each) for each in outlines_of_reported(reports.reported)]
    answer = reply(request, CorridorReports(**_beside(question, reports), reported=reported))
    return await _recorded(request, principal, reports, answer)


@router.get("/corridor/reported.csv", **_CSV)
async def read_corridor_reported_csv(
    request: Request, principal: Reader, query: Annotated[CorridorQuery, Query()]
) -> Response:
    """Give the same for a spreadsheet, one figure a line."""
    question = _question(request, principal, query)
    reports = await _in_turn(request, question, _surveyor(request).reports)
    rows = [CorridorReportRow(**row) for row in rows_of_reported(reports.reported)]
    answer = listed(request, rows, model=CorridorReportRow)
    return await _recorded(request, principal, reports, answer)


def _question(request: Request, principal: Principal, query: CorridorQuery) -> Question:
    """Read the question, from a system that sees everything: a view would tell of the rest.

    Raises:
        CallerError: `access.figures`, `period.malformed`, `corridor.reader`, `corridor.purpose`.
    """
    if not sees(principal.system, Concerned()):
        raise CallerError(
            "access.figures",
            f"{principal.system.id} deals with some units or types only, the view is of all",
            hint="ask as a system whose units and types are *; the node's operator sets them",
        )
    node = world_of(request).node
    return query.question(node.authority, now=node.clock())


async def _in_turn(request: Request, question: Question, answer: Callable[[Question], T]) -> T:
    """Answer one question at a time, in a thread: each reads much, and the node has other work."""
    state = request.app.state
    if not hasattr(state, "surveying"):
        state.surveying = asyncio.Lock()
    async with state.surveying:
        return await run_in_threadpool(answer, question)


def _table(request: Request, question: Question, query: CorridorTableQuery) -> tuple[Survey, Table]:
    by, only = read_dimensions(query.by), query.only()
    survey = _surveyor(request).survey(question)
    return survey, survey.table(by, only)


def _surveyor(request: Request) -> Surveyor:
    node = world_of(request).node
    return Surveyor(node.authority, node.database, node.agreements)


def _beside(question: Question, found: Survey | Reports) -> dict[str, Any]:
    return outline_of_survey(question.period, question.audience, found.rulings, is_test=question.is_test)


async def _recorded(
    request: Request, principal: Principal, reports: Reports, answer: Response
) -> Response:
    """Record that a system is given others' figures; it is durable before anything leaves."""
    if answer.status_code != 200 or not reports.messages:  # noqa: PLR2004 - 304 gives out nothing
        return answer
    node = world_of(request).node
    steps = [
        node.event(
            Kind.DOCUMENT_ACCESSED,
            re=message.partition("/")[2],
            from_=message.partition("/")[0],
            by=principal.system.id,
            door="rest",
        )
        for message in reports.messages
    ]
    await node.committer.commit(Batch(steps))
    return answer
