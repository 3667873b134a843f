"""Routes of jobs: how far they are, what came of them, calling one off.

Responsible for a system's own jobs only, and of these for the kinds that its token could ask for. Must
not do the work (`daemon.job_runner`).
"""

from collections.abc import Mapping
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from node.daemon.job_desk import JobDesk
from node.errors import CallerError
from node.national.scopes import Scope
from node.national.system import Principal
from node.store import jobs as stored
from node.store.jobs import JobKind, Jobs
from node.web.identity import Needs
from node.web.job_models import Job, JobDetails, JobDocument, JobQuery
from node.web.listing import list_routes, listed, read_cursor
from node.web.queries import PageQuery
from node.web.replies import check_match, reply
from node.web.world import World, world_of

router = APIRouter(tags=["jobs"])

_SCOPES: Final[Mapping[JobKind, frozenset[Scope]]] = {
    JobKind.UPLOAD: frozenset({Scope.DOCUMENTS_SEND}),
    JobKind.VERIFY_LOG: frozenset({Scope.LOG_READ, Scope.EVIDENCE_READ}),
}

Anyone = Annotated[Principal, Depends(Needs())]
LogReader = Annotated[Principal, Depends(Needs(Scope.LOG_READ))]


@router.post(
    "/jobs/verify-log",
    status_code=202,
    response_model=JobDetails,
    dependencies=[Depends(Needs(Scope.EVIDENCE_READ))],
)
async def verify_log(request: Request, principal: LogReader) -> Response:
    """Verify the whole log and everything beside it: entries, heads, documents, peers' proofs.

    A log that does not hold fails the job, with what was found. While a check that this system asked
    for waits or runs, that one is the answer.
    """
    asked = await JobDesk(world_of(request).node).ask_check(principal.system.id)
    headers = {"Location": f"/api/v1/jobs/{asked.job.id}"}
    return reply(request, JobDetails.of(asked.job), status=202, headers=headers)


@list_routes(router, "/jobs", Job)
def list_jobs(
    request: Request,
    principal: Anyone,
    query: Annotated[JobQuery, Query()],
) -> Response:
    """List the jobs of the system that asks, newest first. A job is kept seven days after its end."""
    position, limit = read_cursor(request, query.cursor), query.limit
    found = Jobs(world_of(request).node.database).listed(
        principal.system.id,
        _kinds(principal),
        state=query.state,
        after=tuple(position) if position else None,
        limit=limit + 1,
    )
    page = found[:limit]
    last = (page[-1].made_at, page[-1].id) if len(found) > limit else None
    return listed(request, [Job.of(one) for one in page], model=Job, last=last)


@router.get("/jobs/{job_id}", response_model=JobDetails)
def get_job(request: Request, principal: Anyone, job_id: str) -> Response:
    """Give one job."""
    return reply(request, JobDetails.of(_find(world_of(request), principal, job_id)))


@router.delete("/jobs/{job_id}", response_model=JobDetails)
async def cancel_job(request: Request, principal: Anyone, job_id: str) -> Response:
    """Call a job off. What it has sent stays sent; the result says what that is, once it has rested.

    While a job runs its ETag changes with its progress: `If-Match: *` calls it off wherever it is.
    """
    world = world_of(request)
    node = world.node
    before = await node.in_reader(_find, world, principal, job_id)
    check_match(request, JobDetails.of(before))
    await JobDesk(node).cancel(job_id)
    after = await node.in_reader(_find, world, principal, job_id)
    return reply(request, JobDetails.of(after))


@list_routes(router, "/jobs/{job_id}/result", JobDocument)
def list_job_documents(
    request: Request, principal: Anyone, job_id: str, query: Annotated[PageQuery, Query()]
) -> Response:
    """List what became of each document of an upload, in the order of the file."""
    world = world_of(request)
    job = _find(world, principal, job_id)
    if job.summary is None:
        raise CallerError(
            "job.unfinished",
            "the job has not come to rest yet",
            hint="ask again later; GET /api/v1/jobs/{id} says how far it is",
        )
    first, limit = read_cursor(request, query.cursor) or 0, query.limit
    found = Jobs(world.node.database).documents(job.id, first=first, limit=limit + 1)
    items = [JobDocument(**one) for one in found[:limit]]
    last = first + limit if len(found) > limit else None
    return listed(request, items, model=JobDocument, last=last)


def _kinds(principal: Principal) -> list[JobKind]:
    """Give the kinds of jobs that a token could ask for: it sees no other."""
    return [kind for kind, scopes in _SCOPES.items() if scopes <= principal.scopes]


def _find(world: World, principal: Principal, job_id: str) -> stored.Job:
    """Find a job of the system that asks; another's does not exist.

    Raises:
        CallerError: `job.unknown`.
    """
    found = Jobs(world.node.database).of(job_id)
    is_own = found is not None and found.system == principal.system.id
    if found is None or not is_own or found.kind not in _kinds(principal):
        raise CallerError(
            "job.unknown", "there is no such job", hint="GET /api/v1/jobs lists what there is"
        )
    return found
