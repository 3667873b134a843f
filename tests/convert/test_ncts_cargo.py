import pytest

from tests.convert.messages import codes, concerns, sample, transit, without, xml, xml_notice

FERRY = sample("ncts-cc015c-ferry.xml")
RAIL = sample("ncts-cc029c-rail.xml")
HOUSE = "<HouseConsignment>\n      <sequenceNumber>1</sequenceNumber>"


def first(draft):
    return draft.value["consignments"][0]


def in_house(text, *parts):
    """Put elements into the first house consignment."""
    return transit(text, (HOUSE, HOUSE + "".join(parts)))


def means(kind, number):
    return xml(
        "DepartureTransportMeans",
        xml("typeOfIdentification", kind),
        xml("identificationNumber", number),
    )


def test_read_cargo_goods_are_linked_to_their_box():
    assert xml_notice(RAIL).value["equipment"][0]["goods"] == [
        {"consignment": 1, "item": 1},
        {"consignment": 2, "item": 1},
    ]


def test_read_cargo_reference_without_number_is_left_out():
    text = RAIL.replace(
        "<declarationGoodsItemNumber>2</declarationGoodsItemNumber>\n      </GoodsReference>",
        "</GoodsReference>",
    )
    assert text != RAIL
    draft = xml_notice(text)
    assert draft.value["equipment"][0]["goods"] == [{"consignment": 1, "item": 1}]


def test_read_cargo_number_of_an_item_out_of_order_still_links():
    text = RAIL.replace("declarationGoodsItemNumber>2<", "declarationGoodsItemNumber>5<")
    draft = xml_notice(text)
    assert draft.value["equipment"][0]["goods"][1] == {"consignment": 2, "item": 1}
    assert any("declarationGoodsItemNumber" in source for source, _ in concerns(draft, "dropped"))


def test_read_cargo_single_house_has_the_document_of_the_consignment():
    assert first(xml_notice(FERRY))["transport_document"] == {"number": "XB30749712", "type": "N952"}
    assert "master_document" not in first(xml_notice(FERRY))


def test_read_cargo_house_document_has_the_other_above_it():
    consignment = first(xml_notice(RAIL))
    assert consignment["transport_document"] == {"number": "SMGS-54922974-1", "type": "N722"}
    assert consignment["master_document"] == {"number": "SMGS-54922974", "type": "N722"}


def test_read_cargo_house_without_document_is_named_by_the_declaration():
    draft = xml_notice(RAIL)
    second = draft.value["consignments"][1]["transport_document"]
    assert second == {"number": "26AZ4567890123LJK3/2", "type": "N821"}
    pointers = [pointer for _, pointer in concerns(draft, "defaulted")]
    assert "/consignments/1/transport_document/number" in pointers


def test_read_cargo_house_without_document_before_release_is_named_by_the_lrn():
    draft = xml_notice(without(FERRY, "TransportDocument"))
    assert first(draft)["transport_document"]["number"] == "AZT1-2026-0815/1"


def test_read_cargo_house_values_come_before_those_of_the_consignment():
    draft = in_house(
        FERRY,
        xml("countryOfDispatch", "GE"),
        xml("referenceNumberUCR", "6GE1-1"),
        xml("TransportCharges", xml("methodOfPayment", "A")),
    )
    consignment = first(draft)
    assert (consignment["country_of_exportation"], consignment["ucr"]) == ("GE", "6GE1-1")
    assert consignment["country_of_destination"] == "UZ"
    assert consignment["transport_charges_method"] == "A"
    assert any("Consignment/countryOfDispatch" in source for source, _ in concerns(draft, "dropped"))


def test_read_cargo_places_absent_are_the_offices():
    draft = xml_notice(without(without(FERRY, "PlaceOfLoading"), "PlaceOfUnloading"))
    assert first(draft)["place_of_loading"] == {"name": "AZ002011", "country": "AZ"}
    assert first(draft)["place_of_unloading"] == {"name": "UZ001604", "country": "UZ"}
    assert not draft.failures


def test_read_cargo_places_and_offices_absent_fail_the_draft():
    text = without(without(FERRY, "PlaceOfLoading"), "CustomsOfficeOfDeparture")
    assert "/consignments/0/place_of_loading" in [one.pointer for one in xml_notice(text).failures]


def test_read_cargo_consignor_absent_is_the_holder():
    draft = xml_notice(without(FERRY, "Consignor"))
    assert first(draft)["consignor"] == draft.value["declarant"]
    assert "/consignments/0/consignor" in [pointer for _, pointer in concerns(draft, "defaulted")]


def test_read_cargo_consignor_and_holder_absent_fail_the_draft():
    text = without(without(FERRY, "Consignor"), "HolderOfTheTransitProcedure")
    assert "/consignments/0/consignor" in [one.pointer for one in xml_notice(text).failures]


def test_read_cargo_consignee_absent_fails_the_draft():
    assert codes(xml_notice(without(FERRY, "Consignee"))) == ["rule.consignee_or_order"]


@pytest.mark.parametrize(("kind", "number", "held"), [("20", "24512345", [2]), ("41", "J2-8", None)])
def test_is_carried_means_of_a_house_are_its_own(kind, number, held):
    draft = in_house(RAIL, means(kind, number))
    assert first(draft).get("passive_means") == held


def test_is_carried_truck_on_a_train_is():
    assert first(in_house(RAIL, means("30", "10-AB-123")))["passive_means"] == [2]


def test_read_cargo_lists_of_house_item_and_all():
    more = (
        xml("AdditionalReference", xml("type", "C400"), xml("referenceNumber", "CITES-1")),
        xml("AdditionalInformation", xml("code", "00100"), xml("text", "Keep dry")),
        xml("AdditionalSupplyChainActor", xml("role", "CA"), xml("identificationNumber", "A1")),
        xml("PreviousDocument", xml("type", "N830"), xml("referenceNumber", "EX-2")),
    )
    draft = in_house(RAIL, *more)
    consignment = first(draft)
    assert consignment["additional_documents"] == [
        {"reference": "CITES-1", "type": "C400"},
        {"reference": "INV-917022/26", "type": "N380"},
    ]
    assert consignment["statements"] == [{"code": "00100", "text": "Keep dry"}]
    assert consignment["mutual_recognition"] == [{"identification": "A1", "role": "CA"}]
    assert [one["number"] for one in draft.value["previous_documents"]] == ["26AZ0000456789LJA1", "EX-2"]
    assert not draft.failures


def test_read_cargo_location_of_goods_is_kept():
    assert first(xml_notice(RAIL))["goods_location"] == {"code": "AZAST"}


def test_read_cargo_without_houses_is_an_empty_notice():
    draft = xml_notice(without(without(FERRY, "HouseConsignment"), "DepartureTransportMeans"))
    assert "consignments" not in draft.value
    assert not draft.failures


def test_read_cargo_seals_without_a_container_are_no_box():
    draft = xml_notice(without(RAIL, "containerIdentificationNumber"))
    assert "equipment" not in draft.value
    assert any("Seal/identifier" in source for source, _ in concerns(draft, "dropped"))
