import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys

import pytest
from sqlalchemy import text

from node.errors import OperatorError
from node.store import tables
from node.store.database import REVISION, Database, WriterLock
from node.store.journal import Batch, Journal
from node.store.record import Records

PAGE_BYTES = 4096


def pragma(database, name):
    with database.reading() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def code_of(call):
    with pytest.raises(OperatorError) as raised:
        call()
    assert raised.value.hint
    return raised.value.code


def read_all(path):
    database = Database.open(path)
    try:
        return list(Records(database).entries())
    finally:
        database.close()


def test_create_new_file_is_private_and_opens(tmp_path):
    path = tmp_path / "node.db"
    Database.create(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    database = Database.open(path)
    with database.reading() as connection:
        assert connection.execute(tables.head.select()).one().size == 0
    database.close()


def test_create_existing_database_keeps_what_is_in_it(database, commit, steps):
    commit(steps.opened())
    again = Database.create(database.path)
    assert len(list(Records(again).entries())) == 1
    again.close()


def test_open_any_connection_survives_a_power_cut(database):
    assert pragma(database, "journal_mode") == "wal"
    assert pragma(database, "synchronous") == 2  # FULL
    assert pragma(database, "foreign_keys") == 1
    assert pragma(database, "busy_timeout") == 10_000


def test_open_without_file_names_init(tmp_path):
    with pytest.raises(OperatorError, match=r"no database at .*node\.db") as raised:
        Database.open(tmp_path / "node.db")
    assert raised.value.code == "database.missing"
    assert "sarbon init" in raised.value.hint
    assert list(tmp_path.iterdir()) == []


def test_open_folder_in_its_place_is_missing(tmp_path):
    assert code_of(lambda: Database.open(tmp_path)) == "database.missing"


def test_open_garbage_is_corrupt(path):
    path.write_bytes(b"no database at all. " * 500)
    assert code_of(lambda: Database.open(path)) == "database.corrupt"


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_open_truncated_file_is_corrupt(path, share):
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * share)])
    assert code_of(lambda: read_all(path)) == "database.corrupt"


def test_read_overwritten_page_is_corrupt(path, steps):
    database = Database.open(path)
    Journal(database).commit(Batch([steps.opened(), *(steps.event() for _ in range(200))]))
    database.close()  # the last connection moves the WAL into the file
    with sqlite3.connect(path) as raw:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'entry'"
        page = raw.execute(query).fetchone()[0]
    raw.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE_BYTES)
        before = file.read(PAGE_BYTES)
        file.seek((page - 1) * PAGE_BYTES)
        file.write(bytes(byte ^ 0xFF for byte in before))
    assert code_of(lambda: read_all(path)) == "database.corrupt"


def test_open_database_of_other_revision_names_both(path):
    with sqlite3.connect(path) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(OperatorError, match=f"revision 9999, this program needs {REVISION}") as raised:
        Database.open(path)
    assert raised.value.code == "database.revision"


def test_open_empty_file_has_no_revision(path):
    path.write_bytes(b"")
    with pytest.raises(OperatorError, match="revision none") as raised:
        Database.open(path)
    assert raised.value.code == "database.revision"


def test_create_in_missing_folder_is_unusable(tmp_path):
    path = tmp_path / "absent" / "node.db"
    assert code_of(lambda: Database.create(path)) == "database.unusable"


def test_reading_during_a_write_sees_the_state_before(database):
    with database.reading() as connection:
        connection.exec_driver_sql("BEGIN")
        before = connection.execute(tables.head.select()).one()
        with database.writing() as writer:
            writer.execute(tables.head.update().values(size=5))
        assert connection.execute(tables.head.select()).one() == before
        connection.exec_driver_sql("ROLLBACK")


def test_writing_any_exception_leaves_nothing(database):
    def write():
        with database.writing() as connection:
            connection.execute(tables.head.update().values(size=5))
            raise LookupError

    with pytest.raises(LookupError):
        write()
    with database.reading() as connection:
        assert connection.execute(tables.head.select()).one().size == 0


def test_writing_row_twice_is_a_contradiction_not_a_corrupt_file(database):
    row = {"peer": "UZ-CC", "idx": 1}

    def write():
        with database.writing() as connection:
            connection.execute(tables.due.insert(), [row, row])

    assert code_of(write) == "database.contradiction"


def test_writing_locked_by_another_process_is_unusable(database):
    with sqlite3.connect(database.path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")

        def write():
            with database.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA busy_timeout = 0")
            with database.writing():
                pass

        assert code_of(write) == "database.unusable"
        other.execute("ROLLBACK")
    other.close()


def fill(journal, steps):
    """Commit until the disk is full; gives the error and how many entries were committed."""
    for _ in range(1000):
        try:
            journal.commit(Batch([steps.sent(document=b"x" * 20_000) for _ in range(10)]))
        except OperatorError as error:
            return error, journal.tree.size
    raise AssertionError("the disk was never full")


def limit_pages(database, *, more):
    """Let the file grow by so many pages; SQLite then reports a full disk by itself."""
    with database.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + more}")


@pytest.mark.parametrize("more", [0, 1, 7, 60, 200])
def test_commit_on_full_disk_leaves_nothing_of_the_batch(database, journal, steps, rows, more):
    journal.commit(Batch([steps.opened()]))
    limit_pages(database, more=more)
    error, size = fill(journal, steps)
    assert error.code == "disk.full"
    assert "free disk space" in error.hint
    assert rows("SELECT size, root FROM head") == [(size, journal.tree.root)]
    assert rows("SELECT count(*) FROM entry") == [(size,)]
    assert rows("SELECT count(*) FROM sent") == [(size - 1,)]
    assert rows("SELECT count(*) FROM lane") == [(size - 1,)]


def test_commit_after_full_disk_was_freed_continues(database, journal, steps):
    limit_pages(database, more=20)
    _, size = fill(journal, steps)
    limit_pages(database, more=100_000)
    assert journal.commit(Batch([steps.event()])) == size


FULL = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from conftest import Steps
from node.errors import OperatorError
from node.store.database import Database
from node.store.journal import Batch, Journal
from node.store.record import Records
from node.store.tree import Tree

path, steps = Path(sys.argv[1]), Steps()
database = Database.create(path)
journal = Journal(database)
journal.commit(Batch([steps.opened()]))
try:
    while True:
        journal.commit(Batch([steps.sent(document=b"x" * 20_000) for _ in range(10)]))
except OperatorError as error:
    print(error.code)
database.close()
database = Database.open(path)
size = journal.tree.size
assert size > 1
assert len(list(Records(database).entries())) == size
assert len(list(Records(database).rows("sent", before=size))) == size - 1
assert (Tree(database).size, Tree(database).root) == (size, journal.tree.root)
"""


def can_mount():
    command = ["unshare", "--user", "--map-root-user", "--mount", "true"]
    return shutil.which("unshare") is not None and subprocess.run(command, check=False).returncode == 0


@pytest.mark.skipif(not can_mount(), reason="this machine lets no user mount a small disk")
def test_commit_on_a_disk_of_two_megabytes_says_disk_full_and_keeps_what_was_committed(
    tmp_path, request
):
    program = tmp_path / "full.py"
    program.write_text(FULL)
    disk = tmp_path / "disk"
    disk.mkdir()
    script = (
        f"mount -t tmpfs -o size=2m tmpfs {disk} && "
        f"exec {sys.executable} {program} {disk}/node.db {request.path.parent}"
    )
    result = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(request.config.rootpath)},
        check=False,
    )
    assert (result.stdout, result.returncode) == ("disk.full\n", 0), result.stderr


def test_writer_lock_held_elsewhere_is_refused(tmp_path):
    lock = tmp_path / "lock"
    with WriterLock(lock), pytest.raises(OperatorError) as raised, WriterLock(lock, patience_seconds=0):
        pass
    assert raised.value.code == "database.locked"


def test_writer_lock_released_can_be_taken(tmp_path):
    lock = tmp_path / "lock"
    for _ in range(2):
        with WriterLock(lock, patience_seconds=0):
            pass


def test_writer_lock_held_for_a_moment_is_waited_for(tmp_path):
    lock = tmp_path / "lock"
    program = "import fcntl, sys; f = open(sys.argv[1], 'a'); fcntl.flock(f, fcntl.LOCK_EX); print()"
    program += "; sys.stdout.flush(); sys.stdin.read()"
    command = [sys.executable, "-c", program, str(lock)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        with pytest.raises(OperatorError), WriterLock(lock, patience_seconds=0):
            pass
        holder.kill()  # a dead process holds no lock
        with WriterLock(lock):
            pass


def test_reading_by_very_many_at_once_lets_nobody_wait(database):
    with contextlib.ExitStack() as readers:
        sizes = [readers.enter_context(database.reading()).scalar(text("SELECT 1")) for _ in range(100)]
    assert sizes == [1] * 100
