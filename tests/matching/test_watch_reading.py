import json

import pytest

from node.errors import CallerError
from node.matching import watch_reading
from node.matching.keys import keys_of
from node.matching.kinds import Kind
from node.matching.watch_reading import (
    COLUMNS,
    KINDS,
    item_of_row,
    read_watch_item,
    read_watch_table,
)
from tests.matching.making import BOX, company, named, party, watch

VALUES = {
    "container": (BOX, Kind.CONTAINER),
    "loading-unit": ("ABCA1234566", Kind.LOADING_UNIT),
    "wagon": ("24512345", Kind.WAGON),
    "truck": ("10-AB-123", Kind.PLATE),
    "trailer": ("10-CD-456", Kind.PLATE),
    "ship": ("9123453", Kind.SHIP),
    "transport-document": ("SMGS-24117730", Kind.DOCUMENT),
    "ucr": ("6AZ1700456781-0042", Kind.UCR),
    "mrn": ("26AZRFA54YLZ4K5EL4", Kind.MRN),
    "declaration": ("D/123456", Kind.DECLARATION),
    "tir": ("21345678", Kind.TIR),
    "company": ("Abseron Polimer MMC", Kind.NAME),
}


def row(**more):
    return {
        "id": "W-1",
        "kind": "container",
        "value": BOX,
        "valid_from": "2026-11-01T00:00:00Z",
        "valid_until": "2026-12-01T00:00:00Z",
        "reason": "drugs",
        "unit": "PCU-ALYAT",
        **more,
    }


def written(item, **more):
    return json.dumps({**item.model_dump(mode="json", exclude_unset=True), **more}).encode()


def refused(read, *given):
    with pytest.raises(CallerError) as raised:
        read(*given)
    return raised.value.code, raised.value.pointer


def test_item_is_read_as_it_was_written():
    item = watch(named("20", "24512345"))
    assert read_watch_item(written(item)) == item


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"", ("watch.malformed", "")),
        (b"[]", ("watch.malformed", "")),
        (written(watch(named("20", "24512345")), more=1), ("watch.invalid", "/more")),
        (written(watch(named("20", "24512345")), unit="pcu"), ("watch.invalid", "/unit")),
        (written(watch(named("20", "24512345")), id="A/1"), ("watch.invalid", "/id")),
        (
            written(watch(named("20", "24512345")), valid_until="2026-01-01T00:00:00Z"),
            ("watch.invalid", "/valid_from"),
        ),
        (written(watch(party(company("Ali", "AZ")))), ("watch.thin", "/subject")),
    ],
)
def test_item_that_breaks_a_rule_is_refused_where_it_does(raw, expected):
    assert refused(read_watch_item, raw) == expected


def test_refusal_of_an_item_repeats_nothing_of_it():
    raw = written(watch(named("20", "24512345")), reason="SECRET")
    with pytest.raises(CallerError) as raised:
        read_watch_item(raw)
    assert "SECRET" not in str(raised.value)


def test_values_cover_each_kind_of_a_table():
    assert VALUES.keys() == KINDS.keys()


@pytest.mark.parametrize("kind", VALUES)
def test_row_of_each_kind_is_found_by_what_it_names(kind):
    value, expected = VALUES[kind]
    item = item_of_row(row(kind=kind, value=value))
    assert keys_of(item)[0].kind is expected


def test_row_of_a_plate_says_its_country():
    (means,) = item_of_row(row(kind="truck", value="10-AB-123", country="AZ")).subject.passive_means
    assert means.nationality == "AZ"


def test_row_of_a_company_says_its_number_and_country():
    item = item_of_row(row(kind="company", value="Abseron Polimer", number="1700456781", country="AZ"))
    assert next(key.kind for key in keys_of(item)) is Kind.PARTY_NUMBER
    organisation = item.subject.parties[0].party.organisation
    assert (organisation.identification, organisation.address.country) == ("1700456781", "AZ")


@pytest.mark.parametrize(
    ("written_", "meant"), [("", False), ("no", False), ("TRUE", True), ("1", True)]
)
def test_row_says_whether_it_is_test_traffic(written_, meant):
    assert item_of_row(row(test=written_)).test is meant


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"kind": "spaceship"}, ("watch.kind", "")),
        ({"test": "perhaps"}, ("watch.invalid", "/test")),
        ({"reason": "other"}, ("watch.invalid", "/reason_text")),
        ({"value": ""}, ("watch.invalid", "/subject/equipment/0/identification")),
        ({"id": ""}, ("watch.invalid", "/id")),
    ],
)
def test_row_that_breaks_a_rule_is_refused_where_it_does(cells, expected):
    assert refused(item_of_row, row(**cells)) == expected


def test_row_without_kind_is_refused():
    assert refused(item_of_row, {})[0] == "watch.kind"


def test_table_gives_its_lines_with_their_numbers():
    raw = "\ufeffID, Kind ,value\nW-1,wagon, 24512345 \n\n,,\nW-2,truck\n".encode()
    assert read_watch_table(raw) == [
        (2, {"id": "W-1", "kind": "wagon", "value": "24512345"}),
        (5, {"id": "W-2", "kind": "truck"}),
    ]


def test_table_takes_every_column():
    assert read_watch_table(",".join(COLUMNS).encode()) == []


@pytest.mark.parametrize(
    "raw", [b"", b"id,colour\nW-1,red", b"id,id\nW-1,W-1", b'id,kind\nW-1,"open', b"\xff\xfe\xff"]
)
def test_table_that_is_none_is_refused(raw):
    assert refused(read_watch_table, raw)[0] == "watch.table"


def test_table_of_too_many_lines_is_refused(monkeypatch):
    monkeypatch.setattr(watch_reading, "MOST_LINES", 1)
    assert refused(read_watch_table, b"id\nW-1\nW-2")[0] == "watch.table"
