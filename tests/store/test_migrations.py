from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import node.store
from node.audit.merkle import EMPTY_ROOT
from node.store.database import REVISION, Database
from node.store.tables import metadata

MIGRATIONS = Path(node.store.__file__).parent / "migrations"


def test_upgrade_from_nothing_gives_the_tables_of_the_metadata(database):
    with database.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_upgrade_from_nothing_makes_the_first_head_and_the_triggers(rows):
    assert rows("SELECT one, size, root FROM head") == [(1, 0, EMPTY_ROOT)]
    triggers = rows("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name")
    assert triggers == [("entry_no_delete", "entry"), ("entry_no_update", "entry")]


def test_upgrade_twice_changes_nothing(tmp_path):
    path = tmp_path / "node.db"
    Database.create(path).close()
    once = Database.open(path)
    with once.reading() as connection:
        before = connection.exec_driver_sql("SELECT sql FROM sqlite_schema").all()
    once.close()
    Database.create(path).close()
    twice = Database.open(path)
    with twice.reading() as connection:
        assert connection.exec_driver_sql("SELECT sql FROM sqlite_schema").all() == before
    twice.close()


def test_revision_is_the_only_head_of_the_migrations():
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [REVISION]
    assert [script.revision for script in scripts.walk_revisions()] == [REVISION]
