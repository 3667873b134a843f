import json

import pytest

from node.message.document import read_document


def found(document):
    doubts = read_document(json.dumps(document).encode()).doubts
    return [(doubt.pointer, doubt.code) for doubt in doubts]


def goods(notice):
    return notice["consignments"][0]["goods"][0]


@pytest.mark.parametrize("name", ["notice", "full_notice", "alert", "full_alert"])
def test_example_has_no_doubt(name, request):
    assert found(request.getfixturevalue(name)) == []


def test_mrn_with_wrong_check_digit_is_doubted(notice):
    notice["declaration_mrn"] = "26AZ1B2C3D4E5F6GK0"
    assert found(notice) == [("/declaration_mrn", "doubt.identifier")]


def test_office_of_entry_in_no_recipients_country_is_doubted(notice):
    notice["recipients"] = ["UZ-CC"]
    assert found(notice) == [("/office_of_entry", "doubt.office_of_entry")]


def test_arrival_not_after_issue_is_doubted(notice):
    notice["transport"]["estimated_arrival_at"] = notice["issued_at"]
    assert found(notice) == [("/transport/estimated_arrival_at", "doubt.late_notice")]


@pytest.mark.parametrize(("total", "is_doubted"), [("21236", False), ("21235.9", True)])
def test_total_mass_is_doubted_beyond_one_per_cent_below_the_sum(notice, total, is_doubted):
    notice["total_gross_mass"] = total
    assert found(notice) == [("/total_gross_mass", "doubt.total_gross_mass")] * is_doubted


@pytest.mark.parametrize(("total", "is_doubted"), [(858, False), (857, True)])
def test_total_packages_that_differ_are_doubted(notice, total, is_doubted):
    notice["total_packages"] = total
    assert found(notice) == [("/total_packages", "doubt.total_packages")] * is_doubted


def test_routing_that_begins_and_ends_elsewhere_is_doubted(notice):
    notice["transport"]["routing_countries"] = ["GE", "AZ", "UZ"]
    assert found(notice) == [
        ("/transport/routing_countries/0", "doubt.routing"),
        ("/transport/routing_countries/2", "doubt.routing"),
    ]


def test_routing_of_an_empty_means_is_not_doubted(notice):
    notice |= {"consignments": [], "total_gross_mass": "0"}
    notice["transport"]["routing_countries"] = ["GE", "AZ"]
    assert found(notice) == []


def test_transport_document_unusual_for_the_mode_is_doubted(notice):
    notice["consignments"][0]["transport_document"]["type"] = "N740"
    assert found(notice) == [("/consignments/0/transport_document/type", "doubt.document_fits_mode")]


def test_transport_document_of_a_mode_without_expectation_is_not_doubted(notice):
    notice["transport"] |= {"mode": "9", "passive_means": []}
    del notice["transport"]["combined_mode"]
    notice["consignments"][0]["transport_document"]["type"] = "N740"
    assert found(notice) == []


def test_tir_carnet_as_document_without_its_number_is_doubted(notice):
    notice["consignments"][0]["transport_document"]["type"] = "N952"
    assert found(notice) == [("/consignments/0/tir_carnet", "doubt.tir_carnet")]


def test_tir_carnet_in_look_alike_letters_is_doubted(notice):
    notice["consignments"][0]["tir_carnet"] = "\u0425B25123456"
    assert found(notice) == [("/consignments/0/tir_carnet", "doubt.identifier")]


def test_seal_count_that_differs_is_doubted(notice):
    notice["equipment"][0] |= {"seal_count": 2, "seals": [{"number": "a1"}]}
    assert found(notice) == [("/equipment/0/seal_count", "doubt.seal_count")]


def test_seal_count_that_agrees_is_not_doubted(notice):
    notice["equipment"][0] |= {"seal_count": 1, "seals": [{"number": "a1"}]}
    assert found(notice) == []


def test_container_with_wrong_check_digit_is_doubted(notice):
    notice["equipment"][0]["identification"] = "CSQU3054384"
    assert found(notice) == [("/equipment/0/identification", "doubt.identifier")]


def test_wagon_with_wrong_check_digit_is_doubted(notice):
    notice["transport"]["passive_means"][0]["identification"] = "45488854"
    assert found(notice) == [("/transport/passive_means/0/identification", "doubt.identifier")]


def test_truck_with_unusual_plate_is_doubted(notice):
    notice["transport"] |= {"combined_mode": "16"}
    notice["transport"]["passive_means"][0] |= {
        "identification": "XX 1",
        "identification_type": "30",
        "nationality": "AZ",
    }
    assert found(notice) == [("/transport/passive_means/0/identification", "doubt.plate")]


def test_truck_with_usual_plate_is_not_doubted(notice):
    notice["transport"] |= {"combined_mode": "16"}
    notice["transport"]["passive_means"][0] |= {
        "identification": "10-AB-123",
        "identification_type": "30",
        "nationality": "AZ",
    }
    assert found(notice) == []


def test_description_that_says_nothing_is_doubted(notice):
    goods(notice)["description"] = "Spare Parts"
    assert found(notice) == [("/consignments/0/goods/0/description", "doubt.vague_description")]


def test_hs_heading_is_doubted(notice):
    goods(notice)["hs_code"] = "3902"
    assert found(notice) == [("/consignments/0/goods/0/hs_code", "doubt.short_hs_code")]


@pytest.mark.parametrize(("number", "is_doubted"), [("0000", True), ("0004", False)])
def test_un_number_placeholder_is_doubted(notice, number, is_doubted):
    goods(notice)["un_number"] = number
    pointer = "/consignments/0/goods/0/un_number"
    assert found(notice) == [(pointer, "doubt.code")] * is_doubted


@pytest.mark.parametrize(("number", "is_doubted"), [("0000000-0", True), ("0010002-7", False)])
def test_cus_number_placeholder_is_doubted(notice, number, is_doubted):
    goods(notice)["cus_number"] = number
    pointer = "/consignments/0/goods/0/cus_number"
    assert found(notice) == [(pointer, "doubt.identifier")] * is_doubted


@pytest.mark.parametrize("member", ["tlp", "pap"])
def test_indicator_in_words_under_red_is_doubted(full_alert, member):
    full_alert["handling"][member] = "RED"
    full_alert["recommended_actions"] = [{"action": "observe"}]
    assert found(full_alert) == [("/indicators/0/text", "doubt.criterion_in_words")]


def test_subject_identifiers_that_do_not_check_are_doubted(alert):
    alert["subject"] = {
        "equipment": [{"identification": "CSQU3054384"}],
        "passive_means": [{"identification": "45488854", "identification_type": "20"}],
        "active_means": {"identification": "0000000", "identification_type": "10"},
        "declaration_mrns": ["26AZ1B2C3D4E5F6GK0"],
        "tir_carnets": ["\u0425B25123456"],
    }
    assert found(alert) == [
        ("/subject/declaration_mrns/0", "doubt.identifier"),
        ("/subject/tir_carnets/0", "doubt.identifier"),
        ("/subject/equipment/0/identification", "doubt.identifier"),
        ("/subject/passive_means/0/identification", "doubt.identifier"),
        ("/subject/active_means/identification", "doubt.identifier"),
    ]
