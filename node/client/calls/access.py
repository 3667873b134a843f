"""Requests about who may do what, about jobs, and about the program itself.

Responsible for their parameters. A token is in an answer once, and never again.
"""

from collections.abc import Sequence
from typing import Final, TypedDict, Unpack

from node.client.call import Call, Plan, Waiting, change, get, get_page, given, path
from node.client.models.access import AccessToken, IssuedToken, NationalSystem, Whoami
from node.client.models.base import Page
from node.client.models.documents import Job, JobDetails, JobDocument

LOOK_SECONDS: Final = 1.0  # between two looks at a job


class SystemMembers(TypedDict, total=False):
    """What a system is; docs/access.md."""

    title: str
    role: str
    units: Sequence[str]
    types: Sequence[str]
    offices: Sequence[str]


def whoami() -> Call[Whoami]:
    """Ask who one is, and what one may do."""
    return get("/whoami", Whoami)


def systems(*, limit: int | None = None) -> Call[Page[NationalSystem]]:
    """List the national systems."""
    return get_page("/systems", NationalSystem, limit=limit)


def system(system_id: str) -> Call[NationalSystem]:
    """Read a national system."""
    return get(path("/systems/{}", system_id), NationalSystem)


def add_system(system_id: str, **members: Unpack[SystemMembers]) -> Call[NationalSystem]:
    """Add a national system: its title, role, units and types."""
    return change("POST", "/systems", NationalSystem, given(id=system_id, **members))


def change_system(
    system: NationalSystem, *, etag: str | None = None, **members: Unpack[SystemMembers]
) -> Call[NationalSystem]:
    """Change a system as it was read; what is left out stays."""
    place = path("/systems/{}", system.id)
    return change("PATCH", place, NationalSystem, given(**members), etag=etag or system.etag or "*")


def disable_system(system: NationalSystem, *, etag: str | None = None) -> Call[NationalSystem]:
    """Let a system in at no door any more."""
    place = path("/systems/{}/disable", system.id)
    return change("POST", place, NationalSystem, etag=etag or system.etag or "*")


def enable_system(system: NationalSystem, *, etag: str | None = None) -> Call[NationalSystem]:
    """Let a system in again."""
    place = path("/systems/{}/enable", system.id)
    return change("POST", place, NationalSystem, etag=etag or system.etag or "*")


def tokens(*, system: str | None = None, limit: int | None = None) -> Call[Page[AccessToken]]:
    """List tokens, of all systems or of one; none is shown."""
    return get_page("/tokens", AccessToken, system=system, limit=limit)


def issue_token(
    system_id: str, *, scopes: Sequence[str] | None = None, days: int | None = None
) -> Call[IssuedToken]:
    """Issue a token; the answer is the only one that shows it.

    If no answer comes, one may have been issued: list the tokens, and revoke what nobody has.
    """
    place = path("/systems/{}/tokens", system_id)
    return change("POST", place, IssuedToken, given(scopes=scopes, days=days))


def revoke_token(token_id: str) -> Call[AccessToken]:
    """End a token; it is refused from the next request on."""
    return change("DELETE", path("/tokens/{}", token_id), AccessToken)


def jobs(*, state: str | None = None, limit: int | None = None) -> Call[Page[Job]]:
    """List the jobs of this system, newest first."""
    return get_page("/jobs", Job, state=state, limit=limit)


def job(job_id: str) -> Call[JobDetails]:
    """Read how far a job is."""
    return get(path("/jobs/{}", job_id), JobDetails)


def job_documents(job_id: str, *, limit: int | None = None) -> Call[Page[JobDocument]]:
    """List what became of each document of an upload, once its job has come to rest."""
    return get_page(path("/jobs/{}/result", job_id), JobDocument, limit=limit)


def wait_for_job(job_id: str, *, looks: int | None = None) -> Plan[JobDetails]:
    """Look at a job once a second until nothing of it will change any more.

    Args:
        job_id: of the job.
        looks: how many at most; then it is given as it is.
    """
    found: JobDetails = yield job(job_id)
    while not found.rested and (looks is None or looks > 1):
        looks = None if looks is None else looks - 1
        yield Waiting(LOOK_SECONDS)
        found = yield job(job_id)
    return found


def cancel_job(job_id: str, *, etag: str = "*") -> Call[JobDetails]:
    """Call a job off, wherever it is. What it has sent stays sent."""
    return change("DELETE", path("/jobs/{}", job_id), JobDetails, etag=etag)


def verify_log() -> Call[JobDetails]:
    """Let the node verify its whole log and everything beside it; the job says what was found."""
    return change("POST", "/jobs/verify-log", JobDetails)
