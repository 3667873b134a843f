import copy
import json

import pytest

from node.message.document import all_faults

ITEM = "/consignments/0/goods/0"


def found(document):
    return [(fault.pointer, fault.code) for fault in all_faults(json.dumps(document).encode())]


def goods(notice):
    return notice["consignments"][0]["goods"][0]


def by_road(notice):
    notice["transport"] = {
        "mode": "3",
        "active_means": {"identification": "10-AB-123", "identification_type": "30"},
        "estimated_arrival_at": notice["transport"]["estimated_arrival_at"],
    }
    return notice


def test_full_notice_has_no_fault(full_notice):
    assert found(full_notice) == []


def test_notice_by_road_has_no_fault(notice):
    assert found(by_road(notice)) == []


def test_mrn_of_wrong_structure_is_a_fault(notice):
    notice["declaration_mrn"] = "26AZ-0000-0000-0000-00"
    assert found(notice) == [("/declaration_mrn", "rule.identifier_structure")]


def test_total_items_that_differ_is_a_fault(notice):
    notice["total_items"] = 2
    assert found(notice) == [("/total_items", "rule.total_items")]


def test_empty_means_with_no_items_is_no_fault(notice):
    by_road(notice).update(consignments=[], equipment=[], total_gross_mass="0", total_items=0)
    assert found(notice) == []


@pytest.mark.parametrize(
    ("mode", "kind"), [("1", "30"), ("2", "10"), ("3", "20"), ("4", "10"), ("8", "11")]
)
def test_identification_that_does_not_fit_the_mode_is_a_fault(notice, mode, kind):
    active = {"identification": "9319466", "identification_type": kind}
    notice = by_road(notice)
    notice["transport"] |= {"mode": mode, "active_means": active | {"conveyance_reference": "1"}}
    codes = [code for _, code in found(notice)]
    assert "rule.identification_fits_mode" in codes


def test_mode_without_usual_identification_accepts_any(notice):
    by_road(notice)["transport"]["mode"] = "9"
    assert found(notice) == []


def test_ferry_without_voyage_is_a_fault(notice):
    del notice["transport"]["active_means"]["conveyance_reference"]
    assert found(notice) == [("/transport/active_means/conveyance_reference", "rule.voyage_stated")]


def test_ship_number_of_wrong_structure_is_a_fault(notice):
    notice["transport"]["active_means"]["identification"] = "QIZIL ULDUZ"
    assert found(notice) == [("/transport/active_means/identification", "rule.identifier_structure")]


def test_wagon_number_of_wrong_structure_is_a_fault(notice):
    notice["transport"]["passive_means"][0]["identification"] = "123"
    assert found(notice) == [("/transport/passive_means/0/identification", "rule.identifier_structure")]


@pytest.mark.parametrize(("combined", "kind"), [("12", "20"), ("16", "30"), ("17", "31")])
def test_combined_mode_on_a_ferry_with_what_it_carries_is_no_fault(notice, combined, kind):
    notice["transport"]["combined_mode"] = combined
    notice["transport"]["passive_means"][0] |= {"identification_type": kind}
    assert found(notice) == []


@pytest.mark.parametrize(("combined", "kind"), [("12", "30"), ("16", "31"), ("17", "20")])
def test_combined_mode_without_what_it_carries_is_a_fault(notice, combined, kind):
    notice["transport"]["combined_mode"] = combined
    notice["transport"]["passive_means"][0] |= {"identification_type": kind}
    assert found(notice) == [("/transport/passive_means", "rule.carried_means_listed")]


def test_combined_mode_of_an_inland_vessel_needs_no_list(notice):
    notice["transport"] |= {"combined_mode": "18", "passive_means": []}
    assert found(notice) == []


def test_combined_mode_on_another_mode_is_a_fault(notice):
    notice["transport"] |= {"combined_mode": "23"}
    notice["transport"]["passive_means"][0] |= {"identification_type": "30"}
    assert found(notice) == [("/transport/combined_mode", "rule.combined_mode")]


def test_both_departures_are_a_fault(notice):
    notice["transport"] |= {
        "estimated_departure_at": "2026-11-24T08:00:00Z",
        "actual_departure_at": "2026-11-24T09:00:00Z",
    }
    assert found(notice) == [("/transport/estimated_departure_at", "rule.one_departure")]


@pytest.mark.parametrize("member", ["estimated_departure_at", "actual_departure_at"])
def test_arrival_before_departure_is_a_fault(notice, member):
    notice["transport"][member] = "2026-11-25T03:30:01Z"
    assert found(notice) == [("/transport/estimated_arrival_at", "rule.arrival_after_departure")]


@pytest.mark.parametrize("kind", ["equipment", "consignments"])
def test_sequence_with_a_gap_is_a_fault(notice, kind):
    notice[kind][0]["sequence"] = 2
    assert (f"/{kind}/0/sequence", "rule.sequence") in found(notice)


def test_container_number_of_wrong_structure_is_a_fault(notice):
    notice["equipment"][0]["identification"] = "CSQA3054383"
    assert found(notice) == [("/equipment/0/identification", "rule.identifier_structure")]


@pytest.mark.parametrize(("scheme", "number"), [("ilu", "SARA1234563"), ("other", "crate no 7")])
def test_box_of_another_scheme_is_no_fault(notice, scheme, number):
    notice["equipment"][0] |= {"identification": number, "identification_scheme": scheme}
    assert found(notice) == []


def test_box_on_a_means_that_is_not_there_is_a_fault(notice):
    notice["equipment"][0]["passive_means"] = 2
    assert found(notice) == [("/equipment/0/passive_means", "rule.reference_exists")]


@pytest.mark.parametrize("place", [(1, 2), (2, 1)])
def test_box_with_goods_that_are_not_there_is_a_fault(notice, place):
    notice["equipment"][0]["goods"] = [
        {"consignment": 1, "item": 1},
        {"consignment": place[0], "item": place[1]},
    ]
    assert found(notice) == [("/equipment/0/goods/1", "rule.reference_exists")]


def test_empty_box_with_goods_is_a_fault(notice):
    notice["equipment"][0] |= {"packed_status": "4", "goods": [{"consignment": 1, "item": 1}]}
    assert found(notice) == [("/equipment/0/goods", "rule.empty_has_no_goods")]


def test_empty_box_without_goods_is_no_fault(notice):
    notice["equipment"][0] |= {"packed_status": "4"}
    assert found(notice) == []


def test_transport_document_twice_is_a_fault(notice):
    again = copy.deepcopy(notice["consignments"][0]) | {"sequence": 2}
    notice["consignments"].append(again)
    assert found(notice) == [("/consignments/1/transport_document", "rule.transport_document_unique")]


def test_same_number_under_another_type_is_no_fault(notice):
    again = copy.deepcopy(notice["consignments"][0]) | {"sequence": 2}
    again["transport_document"]["type"] = "N720"
    notice["consignments"].append(again)
    assert found(notice) == []


def test_container_indicator_without_a_box_is_a_fault(notice):
    notice["equipment"] = []
    assert found(notice) == [("/consignments/0/container_indicator", "rule.container_listed")]


def test_consignment_on_a_means_that_is_not_there_is_a_fault(notice):
    notice["consignments"][0]["passive_means"] = [1, 2]
    assert found(notice) == [("/consignments/0/passive_means/1", "rule.reference_exists")]


def test_tir_carnet_of_wrong_structure_is_a_fault(notice):
    notice["consignments"][0]["tir_carnet"] = "99999999"
    assert found(notice) == [("/consignments/0/tir_carnet", "rule.identifier_structure")]


@pytest.mark.parametrize("member", ["place_of_acceptance", "place_of_unloading"])
def test_place_without_code_and_name_is_a_fault(notice, member):
    notice["consignments"][0][member] = {"country": "TM"}
    assert found(notice) == [(f"/consignments/0/{member}", "rule.place_named")]


def test_place_in_another_country_than_its_code_is_a_fault(notice):
    notice["consignments"][0]["place_of_loading"]["country"] = "UZ"
    assert found(notice) == [("/consignments/0/place_of_loading/country", "rule.place_country")]


def test_consignee_missing_is_a_fault(notice):
    del notice["consignments"][0]["consignee"]
    assert found(notice) == [("/consignments/0/consignee", "rule.consignee_or_order")]


def test_consignee_and_to_order_is_a_fault(notice):
    notice["consignments"][0]["to_order"] = True
    assert found(notice) == [("/consignments/0/consignee", "rule.consignee_or_order")]


def test_to_order_without_consignee_is_no_fault(notice):
    del notice["consignments"][0]["consignee"]
    notice["consignments"][0]["to_order"] = True
    assert found(notice) == []


def test_party_of_a_consignment_in_the_wrong_place_is_a_fault(notice):
    notice["consignments"][0]["buyer"] = {"type_of_person": "2"}
    assert found(notice) == [("/consignments/0/buyer/organisation", "rule.party_kind")]


@pytest.mark.parametrize("description", ["123", "a1b2", "--- -"])
def test_description_without_three_letters_is_a_fault(notice, description):
    goods(notice)["description"] = description
    assert found(notice) == [(f"{ITEM}/description", "rule.description_worded")]


@pytest.mark.parametrize("description", ["tea", "1a2b3c", "\u0447\u0430\u0439 20 kg"])
def test_description_with_three_letters_is_no_fault(notice, description):
    goods(notice)["description"] = description
    assert found(notice) == []


def test_national_code_of_another_heading_is_a_fault(notice):
    goods(notice)["national_code"] = "39011000"
    assert found(notice) == [(f"{ITEM}/national_code", "rule.national_code")]


@pytest.mark.parametrize("mass", ["0", "0.000"])
def test_gross_mass_of_zero_is_a_fault(notice, mass):
    goods(notice)["gross_mass"] = mass
    assert found(notice) == [(f"{ITEM}/gross_mass", "rule.gross_mass")]


def test_net_mass_above_gross_is_a_fault(notice):
    goods(notice)["net_mass"] = "21450.500001"
    assert found(notice) == [(f"{ITEM}/net_mass", "rule.net_within_gross")]


def test_net_mass_above_gross_by_the_last_of_sixteen_digits_is_a_fault(notice):
    goods(notice).update(gross_mass="9999999999.999998", net_mass="9999999999.999999")
    assert found(notice) == [(f"{ITEM}/net_mass", "rule.net_within_gross")]


def test_net_mass_equal_to_gross_is_no_fault(notice):
    goods(notice)["net_mass"] = "21450.50"
    assert found(notice) == []


def test_packages_of_zero_in_bags_is_a_fault(notice):
    goods(notice)["packages"] = 0
    assert found(notice) == [(f"{ITEM}/packages", "rule.packages_counted")]


def test_packages_of_zero_in_bulk_is_no_fault(notice):
    goods(notice).update(packages=0, package_type="VL")
    assert found(notice) == []


def test_packages_of_zero_packed_with_another_item_is_no_fault(notice):
    notice["consignments"][0]["goods"].append(goods(notice) | {"sequence": 2, "packages": 0})
    assert found(notice) == []
