"""Completeness: what each profile wants of a notice and of an alert."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.message.document import read_document
from node.message.profile import completeness

EXAMPLES = Path(__file__).parents[2] / "schemas" / "examples"
PROFILED = ("notice", "alert", "amendment")
PARTY = {"type_of_person": "2", "organisation": {"name": "Araz Aqro Ticaret MMC"}}
PERSON = {"type_of_person": "1", "person": {"name": "Aylar Nusgayeva"}}


def example(name):
    return json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))


def measured(value):
    return completeness(read_document(json.dumps(value).encode()).document)


def missing(value):
    return set(measured(value).full.missing)


@pytest.mark.parametrize("name", ["notice-full", "alert-full", "amendment-full", "notice-empty-truck"])
def test_example_with_everything_is_complete(name):
    found = measured(example(name))
    assert (found.minimum.percent, found.full.percent, found.full.missing) == (100, 100, ())


def test_shortest_notice_lacks_what_partners_agreed_on():
    found = measured(example("notice-minimum"))
    assert (found.minimum.filled, found.minimum.wanted, found.minimum.percent) == (18, 25, 72)
    assert found.minimum.missing == (
        "/declaration_mrn",
        "/declarant/organisation/name",
        "/declarant/organisation/identification",
        "/transport/estimated_departure_at",
        "/consignments/0/consignor/organisation/identification",
        "/consignments/0/consignee/organisation/address",
        "/consignments/0/goods/0/country_of_origin",
    )


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_document_without_choice_has_no_completeness(path):
    found = completeness(read_document(path.read_bytes()).document)
    assert (found is not None) == path.stem.startswith(PROFILED)


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(EXAMPLES.glob("*.json")) if path.stem.startswith(PROFILED)],
    ids=lambda path: path.stem,
)
def test_full_profile_holds_the_minimum_and_names_each_member_once(path):
    found = completeness(read_document(path.read_bytes()).document)
    assert set(found.minimum.missing) <= set(found.full.missing)
    assert len(set(found.full.missing)) == len(found.full.missing)
    assert found.minimum.wanted < found.full.wanted


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_member_taken_out_of_a_complete_notice_is_named_if_anything_is(data):
    value = example("notice-full")
    names = ["declaration_mrn", "previous_documents", "office_of_exit", "office_of_declaration"]
    taken = data.draw(st.sets(st.sampled_from(names)))
    for name in taken:
        del value[name]
    expected = {f"/{name}" for name in taken if name.startswith("office")}
    if {"declaration_mrn", "previous_documents"} <= taken:  # either of them says it
        expected.add("/declaration_mrn")
    assert missing(value) == expected


def test_percent_is_100_only_when_nothing_is_missing():
    value = example("notice-consolidated-container")
    found = measured(value)
    assert found.full.missing
    assert found.full.percent == found.full.filled * 100 // found.full.wanted < 100


def test_amended_notice_is_measured_where_it_stands():
    found = measured(example("amendment-minimum"))
    assert found.full.missing
    assert all(pointer.startswith("/document/") for pointer in found.full.missing)


@pytest.mark.parametrize(
    ("change", "pointer", "is_wanted"),
    [
        ({"packed_status": "5"}, "/equipment/0/seals", True),
        ({"packed_status": "4"}, "/equipment/0/seals", False),
        ({}, "/equipment/0/packed_status", True),
        ({"packed_status": "5"}, "/equipment/0/packed_status", False),
    ],
)
def test_empty_box_needs_no_seals(change, pointer, is_wanted):
    value = example("notice-minimum")
    value["equipment"][0].update(change)
    assert (pointer in missing(value)) is is_wanted


@pytest.mark.parametrize(
    ("mode", "combined", "on_board", "boxes", "wanted"),
    [
        ("1", None, [], [], {"/transport/passive_means"}),
        ("1", None, [], ["CSQU3054383"], set()),
        ("1", None, [("24512345", "20")], [], {"/transport/combined_mode"}),
        ("1", "12", [("24512345", "20")], [], set()),
        ("2", None, [], ["CSQU3054383"], {"/transport/passive_means"}),
        ("2", None, [("24512345", "20")], [], set()),
        ("2", None, [("10-AB-123", "30")], [], {"/transport/combined_mode"}),
        ("3", None, [], [], set()),
    ],
)
def test_means_on_board_are_wanted_where_there_must_be_some(mode, combined, on_board, boxes, wanted):
    value = example("notice-minimum")
    kind = {"1": "10", "2": "21", "3": "30"}[mode]
    transport = {**value["transport"], "mode": mode}
    transport["active_means"]["identification_type"] = kind
    transport.pop("combined_mode")
    if combined:
        transport["combined_mode"] = combined
    transport["passive_means"] = [
        {"sequence": number, "identification": name, "identification_type": type_}
        for number, (name, type_) in enumerate(on_board, start=1)
    ]
    value["transport"] = transport
    value["equipment"] = [
        {"sequence": number, "identification": box} for number, box in enumerate(boxes, start=1)
    ]
    value["consignments"][0]["container_indicator"] = "1" if boxes else "0"
    about = {"/transport/passive_means", "/transport/combined_mode"}
    assert missing(value) & about == wanted


@pytest.mark.parametrize(
    ("mode", "kind", "wanted"),
    [
        ("3", "30", {"nationality"}),
        ("2", "21", {"conveyance_reference"}),
        ("1", "10", {"nationality"}),
    ],
)
def test_truck_needs_no_voyage_and_train_no_flag(mode, kind, wanted):
    value = example("notice-minimum")
    value["transport"]["mode"] = mode
    value["transport"].pop("combined_mode")
    value["transport"]["active_means"]["identification_type"] = kind
    if mode != "1":
        value["transport"]["active_means"].pop("conveyance_reference")
    of_means = {pointer.rpartition("/")[2] for pointer in missing(value) if "/active_means/" in pointer}
    assert of_means == wanted


@pytest.mark.parametrize(
    ("where", "type_"),
    [("transport_document", "N952"), ("additional_documents", "N952"), ("previous_documents", "N952")],
)
def test_tir_carnet_is_wanted_under_tir_only(where, type_):
    value = example("notice-full")
    consignment = value["consignments"][0]
    consignment.pop("tir_carnet")
    assert missing(value) == set()
    if where == "transport_document":
        consignment[where]["type"] = type_
    elif where == "additional_documents":
        consignment[where][0]["type"] = type_
    else:
        value[where][0]["type"] = type_
    assert missing(value) == {"/consignments/0/tir_carnet"}


def test_consignor_stands_for_the_exporter_where_nobody_else_is_named():
    value = example("notice-minimum")
    identification = "/consignments/0/{}/organisation/identification"
    assert identification.format("consignor") in measured(value).minimum.missing
    value["consignments"][0]["exporter"] = PARTY
    found = measured(value).minimum.missing
    assert identification.format("exporter") in found
    assert identification.format("consignor") not in found


def test_consignee_is_not_wanted_of_a_document_to_order():
    value = example("notice-minimum")
    value["consignments"][0].pop("consignee")
    value["consignments"][0]["to_order"] = True
    assert not [pointer for pointer in missing(value) if "/consignee" in pointer]


@pytest.mark.parametrize("role", ["consignee", "carrier"])
def test_natural_person_is_complete_with_a_name(role):
    value = example("notice-minimum")
    holder = value if role == "carrier" else value["consignments"][0]
    holder[role] = PERSON
    assert not [pointer for pointer in missing(value) if f"/{role}" in pointer]


def test_absent_declarant_lacks_every_member_of_one():
    value = example("notice-minimum")
    lacking = {pointer for pointer in missing(value) if pointer.startswith("/declarant")}
    assert lacking == {
        "/declarant/type_of_person",
        "/declarant/organisation/name",
        "/declarant/organisation/identification",
        "/declarant/organisation/address",
    }


def test_notice_without_goods_is_not_asked_for_a_declaration():
    value = example("notice-minimum")
    value["consignments"] = []
    assert not {"/declaration_mrn", "/office_of_declaration", "/total_packages"} & missing(value)


def test_suspicious_members_are_wanted_of_an_alert_about_a_notice():
    value = example("alert-minimum")
    assert "/suspicious_members" not in missing(value)
    value["subject"]["notices"] = [{"authority": "AZ-SCC", "reference": "AZ-PAN-1"}]
    assert "/suspicious_members" in missing(value)


def test_way_of_hiding_may_be_coded_or_told():
    value = example("alert-minimum")
    assert "/concealments" in missing(value)
    value["modus_operandi"] = "Hidden among bags of the same kind."
    assert "/concealments" not in missing(value)
