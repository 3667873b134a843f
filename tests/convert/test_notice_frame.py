import pytest

from node.convert.drafting import Drafting, Found
from node.convert.notice_frame import begin_notice, finish_notice
from tests.convert.messages import CARGO, CONTEXT, HEAD, concerns, notice_of


@pytest.mark.parametrize(
    ("number", "reference"),
    [
        ("M-1/26", "CNV-M-1/26"),
        ("№ 77 (b)", "CNV--77-b-"),
        ("x" * 60, "CNV-" + "x" * 31),
    ],
)
def test_begin_notice_reference_follows_from_the_number(number, reference):
    drafting = Drafting("here")
    begin_notice(drafting, CONTEXT, Found(number, "segment 3 BGM"), "CUSCAR", "9")
    assert drafting.value["reference"] == reference
    assert drafting.value["external_references"] == [{"system": "CUSCAR", "reference": number}]


def test_begin_notice_without_a_number_fails_the_draft():
    drafting = Drafting("here")
    begin_notice(drafting, CONTEXT, None, "CUSCAR", "9")
    assert [one.code for one in finish_notice(drafting, CONTEXT).failures] == [
        "convert.reference_missing"
    ]


@pytest.mark.parametrize(
    ("carried", "combined"),
    [
        (("EQD+RR+24512345",), "12"),
        (("EQD+TE+90-TR-771",), "17"),
        (("EQD+TE+90-TR-771", "EQD+RR+24512345"), "12"),
        ((), None),
    ],
)
def test_finish_notice_combined_mode_follows_from_what_is_carried(carried, combined):
    transport = notice_of(head=(*HEAD, *carried)).value["transport"]
    assert transport.get("combined_mode") == combined


def test_finish_notice_countries_are_those_of_the_places():
    draft = notice_of()
    consignment = draft.value["consignments"][0]
    assert (consignment["country_of_exportation"], consignment["country_of_destination"]) == ("AZ", "TM")
    pointers = [pointer for _, pointer in concerns(draft, "defaulted")]
    assert "/consignments/0/country_of_exportation" in pointers


def test_finish_notice_total_is_the_sum_of_the_items():
    more = ("CNI+2", "RFF+BM:BL-2", *CARGO[2:])
    draft = notice_of(*more)
    assert draft.value["total_gross_mass"] == "2000"
    assert "/total_gross_mass" in [pointer for _, pointer in concerns(draft, "defaulted")]


def test_finish_notice_nothing_on_board_weighs_nothing():
    draft = notice_of(head=(*HEAD, "EQD+CN+CSQU3054383++++4"), cargo=())
    assert draft.value["total_gross_mass"] == "0"
    assert not draft.failures


@pytest.mark.parametrize(
    ("box", "goods", "indicator", "told"),
    [
        ((), (), "0", False),
        (("EQD+CN+CSQU3054383",), (), "1", True),
        (("EQD+CN+CSQU3054383",), ("SGP+CSQU3054383",), "1", False),
    ],
)
def test_finish_notice_container_indicator_follows_from_the_boxes(box, goods, indicator, told):
    draft = notice_of(*goods, head=(*HEAD, *box))
    assert draft.value["consignments"][0]["container_indicator"] == indicator
    pointer = "/consignments/0/container_indicator"
    assert (pointer in [where for _, where in concerns(draft, "defaulted")]) == told


def test_finish_notice_loose_goods_beside_a_box_are_not_in_it():
    more = ("SGP+CSQU3054383", "CNI+2", "RFF+BM:BL-2", *CARGO[2:])
    draft = notice_of(*more, head=(*HEAD, "EQD+CN+CSQU3054383"))
    indicators = [one["container_indicator"] for one in draft.value["consignments"]]
    assert indicators == ["1", "0"]
