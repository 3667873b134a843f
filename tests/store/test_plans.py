"""No statement on the way of a message may walk a table that only grows."""

import pytest
from sqlalchemy import event

from node.store import inbox, outbox, register, submissions, transfers
from node.store.database import Database

STATEMENTS = {
    name: getattr(module, name)
    for module, names in (
        (outbox, ("_MESSAGES", "_OLDEST", "_RECEIPTS_DUE", "_LANES", "_EXPIRED", "_SAME_REFERENCE")),
        (inbox, ("_EARLIER",)),
        (submissions, ("_FOUND",)),
        (register, ("_PAGES", "_TURNS")),
        (transfers, ("_NEXT", "_OVER", "_FILE_LANE", "_ENDED", "_ACCEPTED")),
    )
    for name in names
}
VALUES = {
    "places": ["UZ-CC/alert/UZ-CC/R", "UZ-CC/alert/UZ-CC/S"],
    "of_peer": "UZ-CC",
    "of_priority": "urgent",
    "after": 0,
    "before": 9,
    "most": 5,
    "moment": 1,
    "manifests": [bytes(32), bytes(32)],
    "references": ["R", "S"],
    "originators": ["TM-SCS", "UZ-CC"],
    "systems": ["declarations", "risk-engine"],
    "ids": ["one", "two"],
    "keys": ["rest/one", "rest/two"],
    "of_id": "id",
    "of_number": 1,
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_statement_uses_an_index_for_every_table(tmp_path, name):
    database = Database.create(tmp_path / "node.db")
    ran = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, sql, values, *_: ran.append((sql, values)),
    )
    wanted = STATEMENTS[name].compile().params
    with database.reading() as connection:
        connection.execute(STATEMENTS[name], {key: VALUES[key] for key in wanted})
        sql, values = ran[-1]
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values).all()
    database.close()

    steps = [row[3] for row in plan]
    assert steps
    walks = [step for step in steps if step.startswith("SCAN ") and step != "SCAN CONSTANT ROW"]
    assert walks == []
