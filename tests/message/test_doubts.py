import json
from datetime import date

import pytest

from node.message.document import read_document
from node.message.doubts import Doubt, doubts_of, parts_of
from node.message.goods import GoodsItem
from node.reference.editions import Edition, Entry, Lists


def read(document):
    return read_document(json.dumps(document).encode()).document


def test_doubts_of_unknown_country_names_the_list(notice):
    notice["consignments"][0]["country_of_destination"] = "XK"
    (doubt,) = doubts_of(read(notice))
    assert doubt == Doubt(
        "/consignments/0/country_of_destination",
        "doubt.code",
        "not in the loaded list country (ISO 3166-1, pycountry 26)",
    )


def test_doubts_of_unknown_code_in_a_list_points_at_the_entry(notice):
    notice["consignments"][0]["routing_countries"] = ["AZ", "XX", "TM"]
    (doubt,) = doubts_of(read(notice))
    assert doubt.pointer == "/consignments/0/routing_countries/1"


def test_doubts_of_known_codes_in_every_open_list_are_none(full_notice):
    assert doubts_of(read(full_notice)) == ()


def test_doubts_of_unknown_place_package_and_unit_are_three(notice):
    consignment = notice["consignments"][0]
    consignment["place_of_loading"]["locode"] = "AZXXX"
    consignment["goods"][0] |= {
        "package_type": "ZZ",
        "supplementary": {"quantity": "1", "unit": "ZZZ"},
    }
    assert [doubt.pointer for doubt in doubts_of(read(notice))] == [
        "/consignments/0/place_of_loading/locode",
        "/consignments/0/goods/0/package_type",
        "/consignments/0/goods/0/supplementary/unit",
    ]


def hs(edition, *codes, until=None):
    return Edition("hs", edition, lambda: [Entry(code, "Words.", None, until) for code in codes])


def hs_doubts(document, *editions):
    doubts = doubts_of(read(document), Lists(editions))
    return [doubt.text for doubt in doubts if doubt.pointer.endswith("/hs_code")]


@pytest.mark.parametrize("chapter", ["00", "77", "98"])
def test_doubts_of_a_chapter_that_does_not_exist_need_no_loaded_list(notice, chapter):
    notice["consignments"][0]["goods"][0]["hs_code"] = f"{chapter}0110"
    assert hs_doubts(notice) == ["not in the loaded list hs (2022, chapters)"]


def test_doubts_of_a_code_by_the_loaded_list(notice):
    notice["consignments"][0]["goods"][0]["hs_code"] = "390211"
    assert hs_doubts(notice) == []
    assert hs_doubts(notice, hs("2022", "390210")) == ["not in the loaded list hs (2022)"]
    assert hs_doubts(notice, hs("2022", "390211")) == []


def test_doubts_of_a_code_by_the_edition_that_the_item_names(notice):
    notice["consignments"][0]["goods"][0] |= {"hs_code": "390211", "hs_edition": "2017"}
    assert hs_doubts(notice, hs("2022", "390210"), hs("2017", "390211")) == []
    assert hs_doubts(notice, hs("2022", "390210")) == [
        "not in the loaded list hs (2022); the document names edition 2017, which is not loaded"
    ]


def test_doubts_of_a_code_on_the_day_of_issue(notice):
    code = notice["consignments"][0]["goods"][0]["hs_code"]
    assert hs_doubts(notice, hs("2022", code, until=date(2020, 12, 31))) == [
        "valid until 2020-12-31 only, says the list hs (2022)"
    ]


def test_doubts_of_a_reading_are_those_of_the_lists_it_was_given(notice):
    raw = json.dumps(notice).encode()
    pointers = [doubt.pointer for doubt in read_document(raw, Lists((hs("2022", "01"),))).doubts]
    assert pointers == ["/consignments/0/goods/0/hs_code"]
    assert read_document(raw).doubts == ()


def test_doubts_of_free_text_with_personal_data_say_which(alert):
    alert["summary"] = "The driver answers at +994 50 000 00 00."
    (doubt,) = doubts_of(read(alert))
    assert doubt == Doubt("/summary", "doubt.personal_data", "free text looks like a telephone number")


def test_doubts_of_plain_text_are_none(alert):
    alert["summary"] = "Three pallets on the left side."
    assert doubts_of(read(alert)) == ()


def test_parts_of_document_gives_every_part_with_its_steps(full_notice):
    document = read(full_notice)
    parts = dict(parts_of(document))
    assert parts[()] is document
    assert isinstance(parts["consignments", 0, "goods", 1], GoodsItem)
    assert parts["consignments", 0, "consignee", "person"].name == "Aylar Nusgayeva"


@pytest.mark.parametrize(
    ("name", "member"),
    [
        ("information-request-minimum", "facts"),
        ("refusal-minimum", "reason_text"),
        ("refusal-minimum", "what_would_help"),
        ("extension-minimum", "reason_text"),
        ("amendment-minimum", "reason_text"),
        ("recall-minimum", "reason_text"),
        ("recall-answer-minimum", "note"),
        ("consent-minimum", "conditions"),
        ("statistics-minimum", "note"),
    ],
)
def test_doubts_of_sentences_with_personal_data_are_seen_in_every_document(published, name, member):
    document = published(name) | {member: "Ask for Mr Nobody."}
    (doubt,) = doubts_of(read(document))
    assert (doubt.pointer, doubt.code) == (f"/{member}", "doubt.personal_data")
