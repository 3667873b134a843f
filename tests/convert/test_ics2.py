import pytest

from node.convert.ics2 import FILINGS
from node.message.document import read_document
from tests.convert.messages import (
    ICS2_NAMESPACE,
    MASTER,
    PARTY,
    TRUCK,
    codes,
    concerns,
    ens,
    goods_item,
    house,
    sample,
    xml,
    xml_notice,
)

TRAILER = xml(
    "passiveBorderTransportMeans",
    xml("identificationNumber", "90-TR-771"),
    xml("typeOfIdentification", "31"),
)
BOX = xml("transportEquipment", xml("containerIdentificationNumber", "CSQU3054383"))


def first(draft):
    return draft.value["consignments"][0]


@pytest.mark.parametrize("name", ["ics2-ie3f50-road.xml", "ics2-ie3f51-rail.xml"])
def test_read_filing_sample_gives_a_document_without_doubt(name):
    draft = xml_notice(sample(name))
    assert draft.failures == ()
    assert read_document(draft.raw).doubts == ()


def test_read_filing_road_has_the_facts_of_the_truck():
    notice = xml_notice(sample("ics2-ie3f50-road.xml")).value
    assert notice["reference"] == "CNV-AZ-ENS-2026-5001"
    assert notice["office_of_entry"] == "TM001022"
    assert notice["transport"]["mode"] == "3"
    assert notice["transport"]["routing_countries"] == ["AZ", "IR", "TM"]
    assert notice["transport"]["passive_means"][0]["identification"] == "90-TR-771"
    assert [one["passive_means"] for one in notice["consignments"]] == [[1], [1]]
    consignee = notice["consignments"][0]["consignee"]
    assert (consignee["type_of_person"], "organisation" in consignee) == ("1", False)
    assert notice["consignments"][1]["goods"][0]["packages"] == 13


def test_read_filing_rail_has_the_box_on_its_wagon_of_the_train():
    notice = xml_notice(sample("ics2-ie3f51-rail.xml")).value
    assert notice["transport"]["active_means"]["identification_type"] == "21"
    assert notice["equipment"][0]["goods"] == [{"consignment": 1, "item": 1}]
    assert notice["consignments"][0]["consignor"]["organisation"]["name"] == "Kolkheti Trade LLC"


@pytest.mark.parametrize("root", sorted(FILINGS))
def test_read_filing_function_follows_from_the_message(root):
    draft = ens(*MASTER, house(), root=root)
    assert (draft.value["function"], draft.value["version"]) == (("5", 2) if "A" in root else ("9", 1))
    assert not draft.failures


def test_read_filing_amendment_has_the_number_of_its_declaration():
    draft = ens(*MASTER, house(), root="IE3A50", more=xml("MRN", "26AZ4567890123LJK3"))
    assert draft.value["declaration_mrn"] == "26AZ4567890123LJK3"


def test_read_filing_sea_has_voyage_and_ship():
    ship = (
        xml("identificationNumber", "9123453"),
        xml("typeOfIdentification", "10"),
        xml("ModeOfTransport", "1"),
        TRUCK[3],
        xml("conveyanceReferenceNumber", "QU-412"),
    )
    draft = ens(*MASTER, TRAILER, house(), means=ship, root="IE3F10")
    assert draft.value["transport"]["active_means"]["conveyance_reference"] == "QU-412"
    assert draft.value["transport"]["combined_mode"] == "17"
    assert not draft.failures


def test_read_filing_without_houses_the_master_is_the_consignment():
    parties = (xml("consignor", PARTY), xml("consignee", PARTY))
    draft = ens(*MASTER, *parties, xml("containerIndicator", "1"), BOX, goods_item())
    assert first(draft)["transport_document"] == {"number": "M-1", "type": "N730"}
    assert "master_document" not in first(draft)
    assert draft.value["equipment"][0]["goods"] == [{"consignment": 1, "item": 1}]
    assert not draft.failures


def test_read_filing_house_without_document_of_its_own_has_the_master():
    own = xml("transportDocumentHouseLevel", xml("documentNumber", "H-1"), xml("type", "N730"))
    draft = ens(*MASTER, house().replace(own, ""))
    assert first(draft)["transport_document"]["number"] == "M-1"


def test_read_filing_house_inherits_parties_of_the_master():
    draft = ens(
        *MASTER,
        xml("consignor", PARTY),
        house().replace(xml("consignor", PARTY), "").replace(xml("consignee", PARTY), ""),
    )
    assert first(draft)["consignor"]["organisation"]["name"] == "Sender"
    assert "/consignments/0/consignor" in [pointer for _, pointer in concerns(draft, "defaulted")]
    assert codes(draft) == ["rule.consignee_or_order"]


def test_read_filing_house_places_come_before_those_of_the_master():
    own = xml("placeOfLoading", xml("UNLOCODE", "AZAST"))
    draft = ens(*MASTER, house(None, own))
    assert first(draft)["place_of_loading"]["locode"] == "AZAST"
    assert first(draft)["place_of_unloading"]["locode"] == "TMASB"


def test_read_filing_box_of_the_master_is_listed():
    draft = ens(*MASTER, BOX, house())
    assert draft.value["equipment"][0]["identification"] == "CSQU3054383"


def test_read_filing_means_of_an_item_carries_its_consignment():
    item = goods_item(
        passiveBorderTransportMeans=xml("identificationNumber", "90-TR-771")
        + xml("typeOfIdentification", "31")
    )
    assert first(ens(*MASTER, house(item)))["passive_means"] == [1]


def test_read_filing_trader_reference_with_or_without_group():
    for reference in ("R-1", xml("referenceNumberUCR", "R-1")):
        draft = ens(*MASTER, house(None, xml("referenceNumberUCR", reference)))
        assert first(draft)["trader_reference"] == "R-1"


def test_read_filing_without_transport_document_fails_the_draft():
    own = xml("transportDocumentHouseLevel", xml("documentNumber", "H-1"), xml("type", "N730"))
    assert codes(ens(*MASTER[:3], house().replace(own, ""))) == ["member.missing"]


def test_read_filing_empty_root_names_what_is_missing():
    draft = xml_notice(f'<IE3F50 xmlns="{ICS2_NAMESPACE}"/>')
    assert codes(draft) == ["convert.reference_missing", *["convert.element_missing"] * 2]
