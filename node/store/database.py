"""The database file: open it, bring it up to date, keep to one writer.

Responsible for engine, pragmas, migrations and the writer's lock. Must not know what the rows mean.
SQLite in WAL mode with synchronous=FULL: what a commit returned from survives a power cut.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError

from node.errors import OperatorError

REVISION: Final = "0004"
_NONE: Final = "none"
_BUSY_MS: Final = 10_000
_PATIENCE_SECONDS: Final = 10.0  # a command that writes alone is done sooner
_POLL_SECONDS: Final = 0.05


class Database:
    """An open database. Readers are many; a writer must hold the `WriterLock` first."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = _engine(path)

    @classmethod
    def open(cls, path: Path) -> "Database":
        """Open an existing database.

        Raises:
            OperatorError: `database.missing`, `database.corrupt` or `database.revision`.
        """
        if not path.is_file():
            raise OperatorError(
                "database.missing",
                f"there is no database at {path}",
                hint="'sarbon init' makes one; if it was lost, restore it from a backup",
            )
        database = cls(path)
        with database.reading() as connection:
            found = _revision(connection)
        if found != REVISION:
            raise OperatorError(
                "database.revision",
                f"the database is at revision {found}, this program needs {REVISION}",
                hint="of an older program: start the node once, it brings the database up to date; "
                "of a newer one: use that; never finished: begin in another folder",
            )
        return database

    @classmethod
    def open_current(cls, path: Path) -> "Database":
        """Open an existing database, brought up to date if an older program made it.

        The caller holds the `WriterLock`. If we crash on the way, the next start goes on with it.

        Raises:
            OperatorError: as `open`.
        """
        if path.is_file():
            database = cls(path)
            with database.reading() as connection:
                found = _revision(connection)
            database.close()
            if found != _NONE and found < REVISION:  # four digits: they order as text
                cls.create(path).close()
        return cls.open(path)

    @classmethod
    def create(cls, path: Path) -> "Database":
        """Make a database, or bring an existing one up to date."""
        from alembic import command  # noqa: PLC0415 - a third of a second that only this call needs
        from alembic.config import Config  # noqa: PLC0415

        database = cls(path)
        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        with operating(path), database.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, REVISION)
        path.chmod(0o600)
        return database

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Lend a connection for reading; a consistent view for as long as it is open."""
        with operating(self.path), self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Lend a connection in a transaction that commits at the end, or not at all."""
        with operating(self.path), self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.exec_driver_sql("COMMIT")
            except BaseException:
                if connection.connection.in_transaction:  # a full disk has rolled back already
                    connection.exec_driver_sql("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


class WriterLock:
    """The right to write: held by the running node, or by one command while no node runs."""

    def __init__(self, path: Path, *, patience_seconds: float = _PATIENCE_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._file = path.open("a")

    def __enter__(self) -> Self:
        deadline = time.monotonic() + self._patience_seconds
        while not self._try():
            if time.monotonic() >= deadline:
                self._file.close()
                raise OperatorError(
                    "database.locked",
                    "another process of this node is writing",
                    hint="a running node takes commands itself; stop it for this one",
                )
            time.sleep(_POLL_SECONDS)  # a file lock has no waiting with a deadline
        return self

    def _try(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()


@contextmanager
def operating(path: Path) -> Iterator[None]:
    """Turn the database's own failures into errors that say what to do.

    Raises:
        OperatorError: `disk.full`, `database.unusable`, `database.contradiction` or
            `database.corrupt`.
    """
    try:
        yield
    except IntegrityError as error:
        raise OperatorError(
            "database.contradiction",
            f"{path}: {error.orig}",
            hint="nothing of this was written; see that no other program writes here, and report it",
        ) from error
    except OperationalError as error:
        full = "full" in str(error.orig)
        raise OperatorError(
            "disk.full" if full else "database.unusable",
            f"{path}: {error.orig}",
            hint="free disk space, then start the node again; nothing accepted is lost"
            if full
            else "check that the file and its folder belong to this user",
        ) from error
    except DatabaseError as error:
        raise OperatorError(
            "database.corrupt",
            f"{path}: {error.orig}",
            hint="stop, keep the file, restore from a backup, then open a new log epoch",
        ) from error


def _engine(path: Path) -> Engine:
    # No limit of connections: threads are limited, and one that waited for another's would end the node.
    engine = create_engine(f"sqlite:///{path}", isolation_level="AUTOCOMMIT", max_overflow=-1)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "recursive_triggers=ON",  # else REPLACE would delete an entry past its trigger
            f"busy_timeout={_BUSY_MS}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine


def _revision(connection: Connection) -> str:
    if not inspect(connection).has_table("alembic_version"):
        return _NONE
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))
