from node.convert.xml_parts import MAX_BOXES, MAX_LINKS, MAX_MEANS
from tests.convert.messages import (
    MASTER,
    TRUCK,
    codes,
    concerns,
    ens,
    goods_item,
    house,
    sample,
    transit,
    xml,
)

WAGON = xml(
    "passiveBorderTransportMeans",
    xml("identificationNumber", "24930489"),
    xml("typeOfIdentification", "20"),
)


def box(number, *more):
    return xml("transportEquipment", xml("containerIdentificationNumber", number), *more)


def carrier_of(*parts):
    draft = ens(xml("carrier", *parts), *MASTER[1:], house())
    return draft, draft.value.get("carrier")


def first(draft):
    return draft.value["consignments"][0]


def test_put_party_natural_person_is_a_person():
    draft, carrier = carrier_of(
        xml("name", "Aylar Nusgayeva"),
        xml("identificationNumber", "I-AH000000"),
        xml("typeOfPerson", "1"),
    )
    assert carrier == {
        "type_of_person": "1",
        "person": {"name": "Aylar Nusgayeva", "identification": "I-AH000000"},
    }
    assert not draft.failures


def test_put_party_kind_of_person_absent_is_told():
    draft, carrier = carrier_of(xml("name", "Xezer"))
    assert carrier == {"type_of_person": "2", "organisation": {"name": "Xezer"}}
    assert "/carrier/type_of_person" in [pointer for _, pointer in concerns(draft, "defaulted")]


def test_put_party_number_alone_stands_for_the_name():
    draft, carrier = carrier_of(xml("identificationNumber", "AZ17"), xml("typeOfPerson", "2"))
    assert carrier["organisation"] == {"name": "AZ17", "identification": "AZ17"}
    assert "/carrier/organisation/name" in [pointer for _, pointer in concerns(draft, "defaulted")]


def test_put_party_empty_fails_the_draft():
    draft, _ = carrier_of()
    assert codes(draft) == ["rule.party_kind"]


def test_put_party_address_lines_become_the_street():
    address = {"street": "Nizami", "number": "5", "poBox": "12", "city": "Baku", "country": "AZ"}
    parts = "".join(xml(name, text) for name, text in address.items())
    _, carrier = carrier_of(xml("name", "Xezer"), xml("address", parts))
    assert carrier["organisation"]["address"] == {
        "street": "Nizami 5 12",
        "city": "Baku",
        "country": "AZ",
    }


def test_put_party_address_without_a_street_is_kept():
    _, carrier = carrier_of(xml("name", "X"), xml("address", xml("city", "Baku"), xml("country", "AZ")))
    assert carrier["organisation"]["address"] == {"city": "Baku", "country": "AZ"}


def test_put_party_address_without_a_city_is_dropped():
    draft, carrier = carrier_of(xml("name", "X"), xml("address", xml("country", "AZ")))
    assert "address" not in carrier["organisation"]
    assert any("/address/country" in source for source, _ in concerns(draft, "dropped"))


def test_put_party_communications_of_known_kinds_are_kept():
    draft, carrier = carrier_of(
        xml("name", "X"),
        xml("communication", xml("identifier", "+994 1"), xml("type", "TE")),
        xml("communication", xml("identifier", "x"), xml("type", "TL")),
    )
    assert carrier["organisation"]["communications"] == [{"number": "+994 1", "type": "TE"}]
    assert any("/communication" in source for source, _ in concerns(draft, "dropped"))


def test_put_party_contact_person_is_reached_but_not_named():
    draft = transit(sample("ncts-cc015c-ferry.xml"))
    declarant = draft.value["declarant"]["organisation"]
    assert [one["type"] for one in declarant["communications"]] == ["TE", "EM"]
    assert any("ContactPerson/name" in source for source, _ in concerns(draft, "dropped"))


def test_put_place_country_is_stated_or_that_of_the_locode():
    places = (
        xml("placeOfLoading", xml("location", "Baku"), xml("address", xml("country", "AZ"))),
        xml("placeOfUnloading", xml("UNLOCODE", "TMASB")),
    )
    consignment = first(ens(MASTER[0], *places, MASTER[3], house()))
    assert consignment["place_of_loading"] == {"name": "Baku", "country": "AZ"}
    assert consignment["place_of_unloading"] == {"locode": "TMASB", "country": "TM"}


def test_put_place_without_any_country_fails_the_draft():
    places = (xml("placeOfLoading", xml("location", "Baku")), *MASTER[2:])
    assert "member.missing" in codes(ens(MASTER[0], *places, house()))


def test_put_time_without_a_zone_is_told():
    arrival = xml("estimatedDateAndTimeOfArrival", "2026-11-26T06:30:00")
    draft = ens(*MASTER, house(), means=(*TRUCK[:3], arrival))
    pointer = "/transport/estimated_arrival_at"
    assert pointer in [where for _, where in concerns(draft, "defaulted")]
    assert not draft.failures


def test_put_documents_without_number_is_dropped():
    documents = (
        xml("supportingDocuments", xml("referenceNumber", "INV-1"), xml("type", "N380")),
        xml("supportingDocuments", xml("type", "N380")),
    )
    draft = ens(*MASTER, house(None, *documents))
    assert first(draft)["additional_documents"] == [{"reference": "INV-1", "type": "N380"}]
    assert any(
        "supportingDocuments[2]" in s or "supportingDocuments/type" in s
        for s, _ in concerns(draft, "dropped")
    )


def test_put_statements_code_and_text_are_kept():
    information = xml("additionalInformation", xml("code", "00100"), xml("text", "Keep dry"))
    draft = ens(*MASTER, house(None, information))
    assert first(draft)["statements"] == [{"code": "00100", "text": "Keep dry"}]


def test_put_actors_role_is_kept_or_dropped():
    actors = (
        xml("additionalSupplyChainActor", xml("identificationNumber", "A1"), xml("role", "CZ")),
        xml("additionalSupplyChainActor", xml("identificationNumber", "A2"), xml("role", "FW")),
        xml("additionalSupplyChainActor", xml("role", "FW")),
    )
    draft = ens(*MASTER, house(None, *actors))
    assert first(draft)["mutual_recognition"] == [
        {"identification": "A1", "role": "CZ"},
        {"identification": "A2", "role": "ZZ"},
    ]
    assert any(source.endswith("2 times") for source, _ in concerns(draft, "dropped"))


def test_put_means_named_twice_is_one():
    houses = (house(None, WAGON), house(goods_item(), WAGON, WAGON))
    draft = ens(*MASTER, *houses)
    assert len(draft.value["transport"]["passive_means"]) == 1
    assert [one["passive_means"] for one in draft.value["consignments"]] == [[1], [1]]


def test_put_means_without_number_is_dropped():
    means = xml("passiveBorderTransportMeans", xml("typeOfIdentification", "20"))
    draft = ens(*MASTER, house(None, means))
    assert "passive_means" not in draft.value["transport"]
    assert not draft.failures


def test_put_box_with_its_details():
    details = {
        "containerSizeAndType": "45G1",
        "containerPackedStatus": "B",
        "containerSupplierType": "2",
        "numberOfSeals": "1",
    }
    more = "".join(xml(name, text) for name, text in details.items())
    seals = xml("seal", xml("identifier", "")) + xml("seal", xml("identifier", "kL-1"))
    draft = ens(*MASTER, house(None, box("CSQU3054383", more, seals)))
    assert draft.value["equipment"] == [
        {
            "sequence": 1,
            "identification": "CSQU3054383",
            "identification_scheme": "iso6346",
            "size_type": "45G1",
            "packed_status": "5",
            "supplier_type": "2",
            "seal_count": 1,
            "seals": [{"number": "kL-1"}],
            "goods": [{"consignment": 1, "item": 1}],
        }
    ]
    assert not draft.failures


def test_put_box_status_unknown_is_dropped():
    draft = ens(*MASTER, house(None, box("CSQU3054383", xml("containerPackedStatus", "Q"))))
    assert "packed_status" not in draft.value["equipment"][0]


def test_put_box_without_number_is_no_box():
    draft = ens(*MASTER, house(None, xml("transportEquipment", xml("numberOfSeals", "1"))))
    assert "equipment" not in draft.value
    assert not draft.failures


def test_add_goods_named_by_house_and_item_are_linked_once():
    item = goods_item(transportEquipment=xml("containerIdentificationNumber", "CSQU3054383"))
    draft = ens(*MASTER, house(item, box("CSQU3054383")))
    assert draft.value["equipment"][0]["goods"] == [{"consignment": 1, "item": 1}]


def test_put_means_beyond_all_measure_are_refused_by_the_rules():
    means = "".join(WAGON.replace("24930489", str(number)) for number in range(24930400, 24930510))
    draft = ens(*MASTER, house(None, means))
    assert len(draft.value["transport"]["passive_means"]) == MAX_MEANS
    assert "list.length" in codes(draft)


def test_put_box_beyond_all_measure_is_refused_by_the_rules():
    boxes = "".join(box(f"CSQU{number}") for number in range(1_000_000, 1_001_010))
    draft = ens(*MASTER, boxes, house())
    assert len(draft.value["equipment"]) == MAX_BOXES
    assert codes(draft) == ["list.length"]


def test_add_goods_product_of_boxes_and_items_is_cut_short():
    boxes = "".join(box(f"CSQU{number}") for number in range(1_000_000, 1_000_150))
    draft = ens(*MASTER, house(goods_item() * 100, boxes))
    assert codes(draft) == ["convert.too_large"]
    assert sum(len(one.get("goods", ())) for one in draft.value["equipment"]) == MAX_LINKS
