"""The watch list on the disk: items with their versions, and who sees them."""

from dataclasses import replace

import pytest

from node.national.system import make_system
from node.store.watch_list import ItemFilter, KeptItem, PutItem, WatchList, reread_item, written
from tests.matching.making import company, named, party, watch

ITEM = watch(named("20", "24512345"))
KEPT = KeptItem(ITEM, 1, "analysts", 1_000)


def kept(item_id, **more):
    unit = more.pop("unit", ITEM.unit)
    return replace(KEPT, item=ITEM.model_copy(update={"id": item_id, "unit": unit}), **more)


@pytest.fixture
def watch_list(database):
    return WatchList(database)


def put(database, *items):
    with database.writing() as connection:
        for one in items:
            PutItem(one).write(connection)


def listed(watch_list, system=None, after=None, **filters):
    found = watch_list.items(system, ItemFilter(**filters), after=after, limit=2)
    return [one.item.id for one in found]


def system(*units):
    return make_system("analysts", title="A", role="analyst", units=units, types=["*"])


def test_item_is_read_back_as_it_was_put(database, watch_list):
    put(database, KEPT)
    assert watch_list.get("W-1") == KEPT
    assert watch_list.get("W-2") is None


def test_changed_item_takes_the_place_of_the_earlier_version(database, watch_list):
    put(database, KEPT, replace(KEPT, version=2, is_active=False))
    assert watch_list.get("W-1") == replace(KEPT, version=2, is_active=False)


def test_digest_differs_with_each_change():
    changes = (KEPT, replace(KEPT, version=2), replace(KEPT, is_active=False), kept("W-2"))
    assert len({one.digest for one in changes}) == len(changes)


@pytest.mark.parametrize("subject", [named("20", "24512345"), party(company())])
def test_item_is_written_and_read_back(subject):
    item = watch(subject, route={"office_of_entry": "TM001004"})
    assert reread_item(written(item)) == item


def test_list_is_by_id_and_goes_on_after_one(database, watch_list):
    put(database, *(kept(f"W-{number}") for number in (3, 1, 2)))
    assert listed(watch_list) == ["W-1", "W-2"]
    assert listed(watch_list, after="W-2") == ["W-3"]


def test_list_is_filtered(database, watch_list):
    put(database, kept("W-1"), kept("W-2", is_active=False), kept("W-3", unit="HQ"))
    assert listed(watch_list, is_active=False) == ["W-2"]
    assert listed(watch_list, unit="HQ") == ["W-3"]


def test_system_sees_the_items_of_its_units(database, watch_list):
    put(database, kept("W-1"), kept("W-3", unit="HQ"))
    assert listed(watch_list, system("HQ")) == ["W-3"]
    assert listed(watch_list, system("*")) == ["W-1", "W-3"]
    assert watch_list.get("W-1", system=system("HQ")) is None
    assert listed(watch_list, replace(system("*"), is_active=False)) == []
