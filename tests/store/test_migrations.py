from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import node.store
from node.audit.merkle import EMPTY_ROOT
from node.errors import OperatorError
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


def test_revision_is_the_only_head_and_each_follows_the_one_before():
    scripts = ScriptDirectory(str(MIGRATIONS))
    assert scripts.get_heads() == [REVISION]
    numbers = [int(script.revision) for script in scripts.walk_revisions()]
    assert numbers == list(range(len(numbers), 0, -1))


def made_by_the_first_program(path):
    """Make a database as the first revision left it, with a row in it."""
    database, config = Database(path), Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql("INSERT INTO adopted VALUES (1, 7, x'00')")
    database.close()


def test_open_database_of_an_older_program_is_refused_with_what_to_do(tmp_path):
    made_by_the_first_program(tmp_path / "node.db")
    with pytest.raises(OperatorError, match="revision 0001") as caught:
        Database.open(tmp_path / "node.db")
    assert "start the node once" in caught.value.hint


def test_open_current_brings_an_older_database_up_to_date_and_keeps_its_rows(tmp_path):
    made_by_the_first_program(tmp_path / "node.db")
    for _ in range(2):
        database = Database.open_current(tmp_path / "node.db")
        with database.reading() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
            rows = connection.exec_driver_sql("SELECT one, size, root FROM adopted").all()
            assert rows == [(1, 7, b"\0")]
        database.close()


def test_open_current_database_of_a_newer_program_is_refused(path):
    database = Database(path)
    with database.writing() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(OperatorError, match="revision 9999"):
        Database.open_current(path)


def test_open_current_without_a_database_makes_none(tmp_path):
    with pytest.raises(OperatorError) as caught:
        Database.open_current(tmp_path / "node.db")
    assert caught.value.code == "database.missing"
    assert not (tmp_path / "node.db").exists()
