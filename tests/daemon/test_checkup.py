"""Somebody with the database file changes it: the complete check says where."""

import sqlite3

import pytest

from node.daemon.checkup import check_node, export_evidence
from node.daemon.node import load_directory
from node.errors import CallerError, OperatorError
from node.store.database import Database
from tests.daemon.pair import documents, settle, sides

pytestmark = pytest.mark.broker


async def exchanged(make_stage):
    stage = make_stage()
    async with sides(stage, "AZ-SCC", "UZ-CC") as (az, uz):
        for document in documents(stage, "AZ-SCC", 3, recipients=["UZ-CC"]):
            await az.submit(document)
        await settle(az, uz)
    return stage


def check(stage, authority: str):
    settings = stage.settings(authority)
    database = Database.open(settings.data / "node.db")
    try:
        return check_node(database, load_directory(settings), authority)
    finally:
        database.close()


def change(stage, authority: str, *statements: str) -> None:
    with sqlite3.connect(stage.home(authority) / "data" / "node.db") as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


async def test_untouched_databases_hold(make_stage):
    stage = await exchanged(make_stage)

    sender, recipient = check(stage, "AZ-SCC"), check(stage, "UZ-CC")

    assert (sender.sent, sender.receipts, recipient.received) == (3, 3, 3)
    assert sender.log.cosignatures > 0


@pytest.mark.parametrize(
    ("authority", "statements"),
    [
        (
            "AZ-SCC",
            [
                "DROP TRIGGER entry_no_update",
                "UPDATE entry SET raw = replace(raw, 'a', 'b') WHERE idx = 3",
            ],
        ),
        ("AZ-SCC", ["DROP TRIGGER entry_no_delete", "DELETE FROM entry WHERE idx = 4"]),
        ("AZ-SCC", ["UPDATE head SET size = size - 1"]),
        ("AZ-SCC", ["UPDATE sent SET document = replace(document, 'TEST', 'TSET')"]),
        ("AZ-SCC", ["UPDATE sent SET salt = zeroblob(32)"]),
        ("AZ-SCC", ["UPDATE receipt SET entry = replace(entry, 'accepted', 'refused')"]),
        ("AZ-SCC", ["UPDATE receipt SET idx = idx + 1"]),
        ("AZ-SCC", ["UPDATE receipt SET path = zeroblob(length(path))"]),
        ("AZ-SCC", ["UPDATE checkpoint SET note = replace(note, '2026', '2027')"]),
        ("AZ-SCC", ["UPDATE cosignature SET line = replace(line, 'A', 'B')"]),
        ("UZ-CC", ["UPDATE received SET document = replace(document, 'TEST', 'TSET')"]),
        ("UZ-CC", ["UPDATE received SET manifest = replace(manifest, 'routine', 'urgent')"]),
        ("UZ-CC", ["UPDATE received SET source_idx = source_idx + 1"]),
        ("UZ-CC", ["UPDATE peer_head SET note = replace(note, '2026', '2027')"]),
        ("UZ-CC", ["DELETE FROM peer_head"]),
    ],
)
async def test_changed_database_is_found_out(make_stage, authority, statements):
    stage = await exchanged(make_stage)
    change(stage, authority, *statements)

    with pytest.raises(OperatorError) as caught:
        check(stage, authority)

    assert caught.value.code == "log.broken"


async def test_evidence_of_an_unknown_message_is_the_callers_error(make_stage):
    stage = await exchanged(make_stage)
    settings = stage.settings("AZ-SCC")
    database = Database.open(settings.data / "node.db")

    with pytest.raises(CallerError) as caught:
        export_evidence(database, load_directory(settings), b"", wanted="absent", disclose=False)

    assert caught.value.code == "message.unknown"
    database.close()
