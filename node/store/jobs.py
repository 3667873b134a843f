"""Jobs: work that takes longer than an answer may, on the disk.

Responsible for reading jobs, and for the records that move them on; a job that has ended never moves
again, whoever asks. Must not do the work.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import orjson
from sqlalchemy import ColumnElement, Connection, and_, case, delete, func, or_, select, update

from node.store.database import Database
from node.store.national_tables import job as job_table
from node.store.national_tables import submission
from node.store.submissions import PutSubmission

KEPT_MS: Final = 7 * 24 * 3_600_000  # 7 days after its end: as long as answers are kept under keys

_JOB, _ASKED = job_table.c, submission.c
_LINE_END: Final = "\n"


class JobKind(StrEnum):
    """What there is to do."""

    UPLOAD = "upload"
    VERIFY_LOG = "verify-log"


class JobState(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNFINISHED: Final = (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class Job:
    """One job.

    Attributes:
        system: who asked.
        made_at: Unix ms.
        changed_at: Unix ms.
        done: steps that are done: for an upload, documents.
        total: of steps; None while that is not known.
        request: what was asked for, as JSON.
        summary: what came of it, as JSON; None until the work has come to rest.
    """

    id: str
    system: str
    kind: JobKind
    state: JobState
    made_at: int
    changed_at: int
    done: int = 0
    total: int | None = None
    request: Mapping[str, Any] | None = None
    summary: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class PutJob:
    """A new job; with a key, only if nothing else was asked for under it before.

    Both rows are written in one transaction, so two requests under one key make one job, and so many at
    once as you like no more than `most`.

    Attributes:
        most: jobs of the system that may have no rest yet, with this one; beyond it nothing is written.
    """

    job: Job
    asked: PutSubmission | None = None
    most: int | None = None

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        one = self.job
        if self._is_known(connection) or self._is_full(connection):
            return
        if self.asked is not None:
            self.asked.write(connection)
        row = {
            "id": one.id,
            "system": one.system,
            "kind": one.kind.value,
            "state": one.state.value,
            "made_at": one.made_at,
            "changed_at": one.changed_at,
            "done": one.done,
            "total": one.total,
            "request": orjson.dumps(one.request or {}).decode(),
            "result": None,
        }
        connection.execute(job_table.insert(), row)

    def _is_known(self, connection: Connection) -> bool:
        if self.asked is None:
            return False
        same = (_ASKED.system == self.asked.system) & (_ASKED.key == self.asked.key)
        return connection.scalar(select(_ASKED.id).where(same)) is not None

    def _is_full(self, connection: Connection) -> bool:
        if self.most is None:
            return False
        here = select(func.count()).where(_UNSETTLED, _JOB.system == self.job.system)
        return (connection.scalar(here) or 0) >= self.most


@dataclass(frozen=True, slots=True)
class MoveJob:
    """A job goes on: it runs, and so much of it is done. One that has ended stays as it is."""

    id: str
    at: int
    done: int = 0
    total: int | None = None

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        values = {
            "state": JobState.RUNNING.value,
            "changed_at": self.at,
            "done": self.done,
            "total": self.total,
        }
        here = (_JOB.id == self.id) & _JOB.state.in_(UNFINISHED)
        connection.execute(update(job_table).where(here).values(values))


@dataclass(frozen=True, slots=True)
class CancelJob:
    """Nothing more of a job is to be done; one that has ended stays as it is.

    What a running one had done is told by the record that settles it.
    """

    id: str
    at: int

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        here = (_JOB.id == self.id) & _JOB.state.in_(UNFINISHED)
        values = {"state": JobState.CANCELLED.value, "changed_at": self.at}
        connection.execute(update(job_table).where(here).values(values))


@dataclass(frozen=True, slots=True)
class SettleJob:
    """The work on a job has come to rest: what came of it.

    Attributes:
        state: done or failed; one that was cancelled meanwhile stays cancelled.
        result: the summary, then one line for each document: JSON each.
    """

    id: str
    state: JobState
    at: int
    done: int
    total: int | None
    result: bytes

    def write(self, connection: Connection) -> None:
        """Write it in the transaction of a commit."""
        cancelled = JobState.CANCELLED.value
        values = {
            "state": case((_JOB.state == cancelled, cancelled), else_=self.state.value),
            "changed_at": self.at,
            "done": self.done,
            "total": self.total,
            "result": self.result.decode(),
        }
        here = (_JOB.id == self.id) & _JOB.result.is_(None)
        connection.execute(update(job_table).where(here).values(values))


@dataclass(frozen=True, slots=True)
class ForgetJobs:
    """Jobs that came to rest before a moment (Unix ms)."""

    before: int

    def write(self, connection: Connection) -> None:
        """Delete the rows."""
        gone = _JOB.result.is_not(None) & (_JOB.changed_at < self.before)
        connection.execute(delete(job_table).where(gone))


class Jobs:
    """Read side of jobs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def of(self, job_id: str) -> Job | None:
        """Give a job."""
        with self._database.reading() as connection:
            row = connection.execute(_read().where(_JOB.id == job_id)).first()
        return _job(row) if row else None

    def state_of(self, job_id: str) -> JobState | None:
        """Give only the state."""
        with self._database.reading() as connection:
            found = connection.scalar(select(_JOB.state).where(_JOB.id == job_id))
        return None if found is None else JobState(found)

    def listed(
        self,
        system: str,
        kinds: Collection[JobKind],
        *,
        state: JobState | None = None,
        after: tuple[int, str] | None = None,
        limit: int,
    ) -> list[Job]:
        """Give jobs of a system, newest first; `after` is (made_at, id) of the last one seen."""
        query = _read().where(_JOB.system == system, _JOB.kind.in_(kinds))
        if state is not None:
            query = query.where(_JOB.state == state)
        if after is not None:
            at, last = after
            query = query.where(or_(_JOB.made_at < at, and_(_JOB.made_at == at, _JOB.id < last)))
        query = query.order_by(_JOB.made_at.desc(), _JOB.id.desc()).limit(limit)
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query)]

    def unsettled(self) -> list[tuple[str, str]]:
        """Give (id, system) of every job on which there is something to do, oldest first."""
        query = select(_JOB.id, _JOB.system).where(_UNSETTLED).order_by(_JOB.made_at, _JOB.id)
        with self._database.reading() as connection:
            return [(row.id, row.system) for row in connection.execute(query)]

    def unsettled_of(self, system: str) -> list[Job]:
        """Give the jobs of one system on which there is something to do, oldest first."""
        query = _read().where(_UNSETTLED, _JOB.system == system).order_by(_JOB.made_at, _JOB.id)
        with self._database.reading() as connection:
            return [_job(row) for row in connection.execute(query)]

    def documents(self, job_id: str, *, first: int, limit: int) -> list[dict[str, Any]]:
        """Give what became of each document, from a place in the file's order on."""
        with self._database.reading() as connection:
            result = connection.scalar(select(_JOB.result).where(_JOB.id == job_id)) or ""
        lines = result.split(_LINE_END)[1 + first : 1 + first + limit]
        return [orjson.loads(line) for line in lines]


def write_result(summary: Mapping[str, Any], documents: Collection[Mapping[str, Any]] = ()) -> bytes:
    """Write what came of a job: lines, so that a page of many is read without the others."""
    return b"\n".join(map(orjson.dumps, (summary, *documents)))


_UNSETTLED: Final[ColumnElement[bool]] = and_(
    _JOB.state.in_((*UNFINISHED, JobState.CANCELLED)), _JOB.result.is_(None)
)


def _read() -> Any:
    """Select jobs with the first line of their results."""
    end = func.instr(_JOB.result + _LINE_END, _LINE_END)
    summary = func.substr(_JOB.result, 1, end - 1).label("summary")
    columns = [column for column in _JOB if column is not _JOB.result]
    return select(*columns, summary)


def _job(row: Any) -> Job:
    return Job(
        id=row.id,
        system=row.system,
        kind=JobKind(row.kind),
        state=JobState(row.state),
        made_at=row.made_at,
        changed_at=row.changed_at,
        done=row.done,
        total=row.total,
        request=orjson.loads(row.request),
        summary=orjson.loads(row.summary) if row.summary is not None else None,
    )
