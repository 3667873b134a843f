import pytest

from tests.convert.messages import CARGO, HEAD, codes, concerns, notice_of

INNER = ("CNI+1", "RFF+AAS:NOTE-1", "LOC+9+AZALA", "LOC+11+TMKRW", *CARGO[4:6])
GOODS = CARGO[6:]


def consignment_of(draft):
    return draft.value["consignments"][0]


def with_lines(*lines):
    return notice_of(cargo=(*CARGO[:6], *lines, *CARGO[6:]))


def test_read_consignment_master_and_house_document():
    draft = notice_of(cargo=("CNI+1", "RFF+MB:M-1", "RFF+BH:H-1", *CARGO[2:]))
    assert consignment_of(draft)["transport_document"] == {"number": "H-1", "type": "N714"}
    assert consignment_of(draft)["master_document"] == {"number": "M-1", "type": "N704"}


def test_read_consignment_third_document_is_dropped():
    draft = notice_of(cargo=("CNI+1", "RFF+MB:M-1", "RFF+BH:H-1", "RFF+BM:B-1", *CARGO[2:]))
    assert consignment_of(draft)["master_document"]["number"] == "B-1"
    assert ("segment 9 RFF", "") in concerns(draft, "dropped")


def test_read_consignment_number_of_cni_is_the_document_where_no_other_is():
    draft = notice_of(cargo=("CNI+1+B-77", *CARGO[2:]))
    assert consignment_of(draft)["transport_document"] == {"number": "B-77", "type": "N705"}
    pointer = "/consignments/0/transport_document/type"
    assert ("segment 8 CNI", pointer) in concerns(draft, "defaulted")


def test_read_consignment_without_any_document_fails_the_draft():
    draft = notice_of(cargo=("CNI+1", *CARGO[2:]))
    assert codes(draft) == ["member.missing"]


def test_read_consignment_number_out_of_order_is_dropped():
    draft = notice_of(cargo=("CNI+7", *CARGO[1:]))
    assert consignment_of(draft)["sequence"] == 1
    assert ("segment 8 CNI", "") in concerns(draft, "dropped")


@pytest.mark.parametrize(("mode", "kind"), [("2", "N722"), ("3", "N730")])
def test_read_consignment_kind_of_document_follows_the_means_inside(mode, kind):
    means = {"2": "24512345", "3": "10-AB-123"}[mode]
    draft = notice_of(cargo=(*INNER, f"TDT+20++{mode}+++++{means}", *GOODS))
    assert consignment_of(draft)["transport_document"]["type"] == kind
    assert consignment_of(draft)["passive_means"] == [1]


def test_read_consignment_same_truck_twice_is_one_means():
    truck = "TDT+20++3+++++10-AB-123::::AZ"
    second = ("CNI+2", "RFF+BM:BL-2", *CARGO[2:6], truck, *GOODS)
    draft = notice_of(*second, cargo=(*CARGO[:6], truck, truck, *GOODS))
    assert len(draft.value["transport"]["passive_means"]) == 1
    assert [one["passive_means"] for one in draft.value["consignments"]] == [[1], [1]]
    assert draft.value["transport"]["passive_means"][0]["nationality"] == "AZ"


@pytest.mark.parametrize("means", ["TDT+20++4+++++J2-8", "TDT+20++3", "TDT+10++3+++++10-AB-123"])
def test_read_consignment_means_that_no_ship_carries_is_dropped(means):
    draft = with_lines(means)
    assert "passive_means" not in draft.value["transport"]
    assert ("segment 14 TDT", "") in concerns(draft, "dropped")


def test_read_consignment_means_under_a_truck_is_dropped():
    road = (*HEAD[:2], "TDT+20++3+++++10-AB-123", *HEAD[3:])
    draft = notice_of(head=road, cargo=(*CARGO[:6], "TDT+20++3+++++10-AB-124", *GOODS))
    assert "passive_means" not in draft.value["transport"]


def test_read_consignment_references_and_countries():
    draft = with_lines("RFF+UCN:6AZ17-1", "RFF+CU:ORDER-5", "LOC+35+GE", "LOC+36+UZ", "RFF+AAE:D-1")
    found = consignment_of(draft)
    assert (found["ucr"], found["trader_reference"]) == ("6AZ17-1", "ORDER-5")
    assert (found["country_of_exportation"], found["country_of_destination"]) == ("GE", "UZ")
    assert draft.value["previous_documents"][0]["number"] == "D-1"
    assert not draft.failures


def test_read_consignment_second_of_a_kind_is_dropped():
    draft = with_lines("LOC+9+AZBAK", "LOC+35+GE", "LOC+35+AZ", "RFF+UCN:A", "RFF+UCN:B", "NAD+CZ+++X")
    dropped = [source for source, _ in concerns(draft, "dropped")]
    assert {"segment 14 LOC", "segment 16 LOC", "segment 18 RFF", "segment 19 NAD"} <= set(dropped)


def test_read_consignment_other_party_and_segment_is_dropped():
    draft = with_lines("NAD+NI+++Notify", "MOA+44:1:USD", "LOC+13+GEPTI", "RFF+XX:1")
    dropped = [source for source, _ in concerns(draft, "dropped")]
    assert {f"segment {number} {tag}" for number, tag in ((14, "NAD"), (15, "MOA"), (16, "LOC"))} <= set(
        dropped
    )


def test_read_consignment_without_places_takes_those_of_the_transport():
    head = (*HEAD, "DTM+137:1", "LOC+5+AZALA", "LOC+8+TMKRW")
    draft = notice_of(head=head, cargo=(*CARGO[:2], *CARGO[4:]))
    assert consignment_of(draft)["place_of_loading"] == {"locode": "AZALA", "country": "AZ"}
    assert consignment_of(draft)["place_of_unloading"] == {"locode": "TMKRW", "country": "TM"}
    pointers = [pointer for _, pointer in concerns(draft, "defaulted")]
    assert "/consignments/0/place_of_loading" in pointers


def test_read_consignment_without_any_place_fails_the_draft():
    assert codes(notice_of(cargo=(*CARGO[:2], *CARGO[4:]))) == ["member.missing"] * 4


def test_read_consignment_second_document_after_goods_is_a_consignment():
    draft = notice_of("RFF+BM:BL-2:1", *CARGO[2:])
    documents = [one["transport_document"]["number"] for one in draft.value["consignments"]]
    assert documents == ["BL-1", "BL-2"]
    assert not draft.failures
