"""The index of matching: what is written, what is found, in which order, and by which plan."""

import json
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from node.matching import index as rule
from node.matching.index import ranked
from node.matching.keys import keys_of
from node.store import match_index, tables
from node.store.database import Database
from node.store.match_index import (
    EndIndexed,
    Indexed,
    MatchIndex,
    Name,
    PutIndexed,
    Side,
    Standing,
    values_of,
)
from node.store.watch_list import KeptItem, PutItem
from tests.matching.making import BOX, alert, named, watch

RAW = b'{"said": "by the peer"}'
NOW = 1_000


def indexed(side=Side.ALERT, reference="R-1", **more):
    members = {
        "name": Name(side, "" if side is Side.WATCH else "UZ-CC", reference),
        "version": 1,
        "originator": "" if side is Side.WATCH else "UZ-CC",
        "id": reference,
        "type": "alert/1",
        "is_test": False,
        "until": NOW,
        "standing": Standing.IN_FORCE,
    }
    return Indexed(**{**members, **more})


NOTICE = indexed(Side.NOTICE, "asking")


class Shelf:
    """A database with documents of a peer, and the index over them."""

    def __init__(self, database):
        self.database = database
        self.index = MatchIndex(database)
        self._numbers = count()

    def put(self, one, *keys, raw=RAW):
        with self.database.writing() as connection:
            if one.originator:
                connection.execute(tables.received.insert().prefix_with("OR IGNORE"), self.row(one, raw))
            PutIndexed(one, keys).write(connection)

    def row(self, one, raw):
        number = next(self._numbers)
        return {
            "originator": one.originator,
            "id": one.id,
            "manifest": b"",
            "leaf": b"",
            "source_idx": number,
            "path": b"",
            "size": 0,
            "idx": number,
            "type": one.type,
            "reference": one.name.reference,
            "version": one.version,
            "priority": "urgent",
            "received_at": 0,
            "state": "accepted",
            "document": raw,
        }

    def write(self, *records):
        with self.database.writing() as connection:
            for record in records:
                record.write(connection)

    def found(self, *keys, asking=NOTICE, most=10):
        return [one.indexed.name.reference for one in self.index.candidates(asking, keys, most=most)]


@pytest.fixture
def shelf(database):
    return Shelf(database)


def test_document_is_kept_as_it_was_put(shelf):
    one = indexed()
    shelf.put(one, "container:X")
    assert shelf.index.get(one.name) == one
    assert shelf.index.get(Name(Side.NOTICE, "UZ-CC", "R-1")) is None


def test_document_is_found_by_any_key_of_it_with_its_bytes(shelf):
    shelf.put(indexed(), "container:X", "ship:Y")
    (one,) = shelf.index.candidates(NOTICE, ["ship:Y", "ship:Z"], most=1)
    assert (one.indexed, one.raw) == (indexed(), RAW)


def test_newer_version_is_found_by_its_own_keys_only(shelf):
    shelf.put(indexed(), "container:X")
    newer = indexed(version=2, id="R-1b")
    shelf.put(newer, "container:Y")
    assert (shelf.found("container:X"), shelf.found("container:Y")) == ([], ["R-1"])
    assert shelf.index.get(newer.name) == newer


def test_document_without_keys_is_known_and_not_found(shelf):
    one = indexed(standing=Standing.RECALLED)
    shelf.put(one)
    assert (shelf.found("container:X"), shelf.index.get(one.name).standing) == ([], Standing.RECALLED)


def test_notice_is_not_found_among_what_is_wanted(shelf):
    shelf.put(indexed(Side.NOTICE, "N-1"), "container:X")
    assert shelf.found("container:X") == []
    assert shelf.found("container:X", asking=indexed()) == ["N-1"]


def test_test_traffic_is_apart(shelf):
    shelf.put(indexed(is_test=True), "container:X")
    assert shelf.found("container:X") == []
    assert shelf.found("container:X", asking=indexed(Side.NOTICE, "N", is_test=True)) == ["R-1"]


def test_watch_list_item_is_found_beside_alerts(shelf):
    item = watch(named("20", "24512345"))
    shelf.write(PutItem(KeptItem(item, 1, "analysts", NOW)))
    shelf.put(indexed(Side.WATCH, "W-1"), "wagon:24512345")
    (one,) = shelf.index.candidates(NOTICE, ["wagon:24512345"], most=1)
    assert json.loads(one.raw)["id"] == "W-1"


def test_document_that_was_erased_is_no_candidate(shelf):
    shelf.put(indexed(), "container:X", raw=None)
    assert shelf.found("container:X") == []


def test_documents_are_given_by_name_ended_or_not(shelf):
    names = []
    for number, standing in enumerate((Standing.IN_FORCE, Standing.ENDED)):
        one = indexed(reference=f"R-{number}", standing=standing)
        shelf.put(one)
        names.append(one.name)
    found = shelf.index.named([*names, Name(Side.ALERT, "UZ-CC", "none")])
    assert sorted(one.indexed.name for one in found) == sorted(names)
    assert shelf.index.named([]) == []


def test_what_has_lapsed_is_taken_out_and_remembered(shelf):
    shelf.put(indexed(), "container:X")
    shelf.put(indexed(reference="R-2", until=NOW + 1), "container:X")
    shelf.write(EndIndexed(NOW + 1))
    assert shelf.found("container:X") == ["R-2"]
    assert shelf.index.get(indexed().name).standing is Standing.ENDED


def test_recalled_document_is_not_ended(shelf):
    one = indexed(standing=Standing.RECALLED)
    shelf.put(one)
    shelf.write(EndIndexed(NOW * 2))
    assert shelf.index.get(one.name).standing is Standing.RECALLED


def test_rarest_key_comes_first_and_two_keys_before_one(shelf):
    for number in range(3):
        shelf.put(indexed(reference=f"common-{number}"), "voyage:V")
    shelf.put(indexed(reference="rare"), "container:X")
    shelf.put(indexed(reference="both"), "voyage:V", "container:Y", "ship:S")
    assert shelf.found("voyage:V", "container:X", "container:Y", "ship:S", most=3) == [
        *("both", "rare"),
        "common-0",
    ]


def test_key_that_too_many_have_is_not_followed(shelf, monkeypatch):
    monkeypatch.setattr(match_index, "COMMON", 2)
    for number in range(3):
        shelf.put(indexed(reference=f"R-{number}"), "voyage:V", f"container:{number}")
    assert shelf.found("voyage:V") == []
    assert shelf.found("voyage:V", "container:1") == ["R-1"]


LETTERS = st.sampled_from("abcde")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.frozensets(LETTERS), max_size=8), st.frozensets(LETTERS), st.integers(1, 5))
def test_order_is_that_of_the_rule(tmp_path_factory, held, asked, most):
    database = Database.create(tmp_path_factory.mktemp("index") / "node.db")
    shelf = Shelf(database)
    for number, keys in enumerate(held):
        shelf.put(indexed(reference=f"{number}"), *sorted(keys))
    holders = {
        ("", key): [f"{number}" for number, keys in enumerate(held) if key in keys]
        for key in sorted(asked)
    }
    expected = ranked({key: ids for key, ids in holders.items() if ids}, most)
    found = shelf.found(*sorted(asked), most=most)
    database.close()
    assert found == list(expected)


def test_limit_of_common_keys_is_that_of_the_rule():
    assert match_index.COMMON == rule.COMMON


def test_keys_are_stored_by_kind_and_value():
    assert values_of(keys_of(alert())) == (f"container:{BOX}",)


@pytest.mark.parametrize("name", ["_CANDIDATES", "_NAMED", "_ONE"])
def test_statement_walks_no_table(shelf, name):
    ran = []
    event.listen(
        shelf.database.engine,
        "before_cursor_execute",
        lambda _c, _cursor, sql, values, *_: ran.append((sql, values)),
    )
    shelf.index.candidates(NOTICE, ["container:X"], most=1)
    shelf.index.named([indexed().name])
    shelf.index.get(indexed().name)
    sql, values = ran[["_CANDIDATES", "_NAMED", "_ONE"].index(name)]
    with shelf.database.reading() as connection:
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    real = ("match_key", "match_document", "received", "sent", "watch_item")
    assert plan
    assert [step for step in plan if step.startswith("SCAN ") and step.split()[1] in real] == []
