import json

from node.message.document import read_document
from node.message.doubts import Doubt, doubts_of, parts_of
from node.message.goods import GoodsItem


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
