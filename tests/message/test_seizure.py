import json

import pytest

from node.message.document import all_faults, read_document
from node.message.doubts import parts_of
from node.message.party import Party, Person
from node.message.seizure import Seizure


def faults(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


@pytest.mark.parametrize(
    "member",
    ["answers", "seized_at", "office", "place", "direction", "mode", "goods", "evidence_use"],
)
def test_seizure_without_its_essentials_is_refused(published, member):
    seizure = published("seizure-minimum")
    del seizure[member]
    assert faults(seizure) == [(f"/{member}", "member.missing")]


def test_seizure_tells_goods_route_and_hiding(published):
    seizure = read_document(json.dumps(published("seizure-full")).encode()).document
    assert isinstance(seizure, Seizure)
    assert (seizure.goods[0].quantity, seizure.goods[0].unit) == ("3135", "KGM")
    assert seizure.route.transit == ("GE", "AZ", "TM")
    assert seizure.concealments[0].code == "false-description"
    assert (seizure.persons_count, seizure.arrests_count) == (2, 1)


def test_seizure_has_no_part_in_which_a_person_could_stand():
    parts = set(Seizure.model_json_schema()["$defs"])
    assert parts.isdisjoint({Party.__name__, Person.__name__, "Contact", "Organisation"})


def test_seizure_in_full_holds_no_person(published):
    seizure = read_document(json.dumps(published("seizure-full")).encode()).document
    assert not [part for _, part in parts_of(seizure) if isinstance(part, Party | Person)]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [({"goods": []}, "/goods"), ({"persons_count": -1}, "/persons_count"), ({"mode": "x"}, "/mode")],
)
def test_seizure_value_that_cannot_be_is_refused(published, change, pointer):
    assert [at for at, _ in faults({**published("seizure-minimum"), **change})] == [pointer]
