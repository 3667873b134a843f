from dataclasses import replace

import pytest

from node.message.document import read_document
from tests.convert.messages import (
    CONTEXT,
    NCTS_NAMESPACE,
    codes,
    concerns,
    sample,
    transit,
    without,
    xml_notice,
)

FERRY = sample("ncts-cc015c-ferry.xml")
RAIL = sample("ncts-cc029c-rail.xml")


def pointers(draft, concern="defaulted"):
    return [pointer for _, pointer in concerns(draft, concern)]


def road(*changes):
    """Give the ferry's declaration as one of a truck that drives, with more changes."""
    text = without(FERRY, "ActiveBorderTransportMeans")
    mode = ("modeOfTransportAtTheBorder>1<", "modeOfTransportAtTheBorder>3<")
    return transit(text, mode, *changes)


@pytest.mark.parametrize("text", [FERRY, RAIL], ids=["CC015C", "CC029C"])
def test_read_declaration_sample_gives_a_document(text):
    draft = xml_notice(text)
    assert draft.failures == ()
    assert {one.code for one in read_document(draft.raw).doubts} <= {"doubt.document_fits_mode"}


def test_read_declaration_ferry_carries_truck_and_trailer():
    draft = xml_notice(FERRY)
    transport = draft.value["transport"]
    assert transport["active_means"]["conveyance_reference"] == "QU-412"
    assert [one["identification"] for one in transport["passive_means"]] == ["10-AB-123", "90-TR-771"]
    assert transport["combined_mode"] == "16"
    assert draft.value["consignments"][0]["tir_carnet"] == "XB30749712"
    assert draft.value["reference"] == "CNV-AZT1-2026-0815"
    assert pointers(draft, "doubtful") == ["/transport/passive_means"] * 2


def test_read_declaration_release_is_known_by_its_mrn():
    notice = xml_notice(RAIL).value
    assert notice["declaration_mrn"] == "26AZ4567890123LJK3"
    assert notice["reference"] == "CNV-26AZ4567890123LJK3"
    assert notice["external_references"][0]["system"] == "NCTS MRN"
    assert notice["office_of_exit"] == "AZ002015"
    assert notice["previous_documents"] == [{"number": "26AZ0000456789LJA1", "type": "N830"}]


def test_read_declaration_amendment_replaces():
    draft = transit(FERRY, ("CC015C", "CC013C"))
    assert (draft.value["function"], draft.value["version"]) == ("5", 2)
    assert not draft.failures


def test_read_declaration_secrets_of_the_guarantee_stay_behind():
    draft = xml_notice(RAIL)
    assert "0000" not in draft.raw.decode().replace("26AZ00000100000G5", "").replace(
        "26AZ0000456789", ""
    )
    assert draft.value["consignments"][0]["guarantee_reference"] == "26AZ00000100000G5"


def test_read_declaration_office_of_entry_is_the_recipients():
    assert xml_notice(FERRY).value["office_of_entry"] == "TM001004"
    only = replace(CONTEXT, recipients=("UZ-CC",))
    draft = xml_notice(without(FERRY, "CustomsOfficeOfTransitDeclared"), only)
    assert draft.value["office_of_entry"] == "UZ001604"


def test_read_declaration_office_of_nobody_is_doubted():
    draft = xml_notice(FERRY, replace(CONTEXT, recipients=("GE-RS",)))
    assert draft.value["office_of_entry"] == "TM001004"
    assert "/office_of_entry" in pointers(draft, "doubtful")


def test_read_declaration_without_any_office_fails_the_draft():
    text = without(
        without(FERRY, "CustomsOfficeOfTransitDeclared"), "CustomsOfficeOfDestinationDeclared"
    )
    assert "/office_of_entry" in [one.pointer for one in xml_notice(text).failures]


def test_read_declaration_office_without_number_fails_the_draft():
    text = without(FERRY, "CustomsOfficeOfDestinationDeclared")
    draft = transit(text, ("<referenceNumber>TM001004</referenceNumber>", ""))
    assert "/office_of_entry" in [one.pointer for one in draft.failures]


def test_read_declaration_without_time_of_arrival_asks_the_person():
    draft = xml_notice(without(FERRY, "arrivalDateAndTimeEstimated"))
    assert [one.pointer for one in draft.failures] == ["/transport/estimated_arrival_at"]


def test_read_declaration_without_carrier_takes_the_holder():
    draft = xml_notice(FERRY)
    assert draft.value["carrier"] == draft.value["declarant"]
    assert "/carrier" in pointers(draft)


def test_read_declaration_without_carrier_and_holder_fails_the_draft():
    draft = xml_notice(without(FERRY, "HolderOfTheTransitProcedure"))
    assert [one.pointer for one in draft.failures] == ["/carrier"]


def test_read_declaration_without_mode_fails_the_draft():
    assert codes(xml_notice(without(FERRY, "modeOfTransportAtTheBorder"))) == ["convert.mode_unknown"]


def test_read_declaration_mode_of_two_digits_gives_the_combined_mode():
    draft = transit(FERRY, ("modeOfTransportAtTheBorder>1<", "modeOfTransportAtTheBorder>16<"))
    assert (draft.value["transport"]["mode"], draft.value["transport"]["combined_mode"]) == ("1", "16")


def test_read_declaration_truck_of_departure_crosses_the_border():
    draft = road()
    assert draft.value["transport"]["active_means"]["identification"] == "10-AB-123"
    assert [one["identification"] for one in draft.value["transport"]["passive_means"]] == ["90-TR-771"]
    assert "/transport/active_means" in pointers(draft)
    assert not draft.failures


def test_read_declaration_no_means_at_the_border_fails_the_draft():
    draft = road(("typeOfIdentification>30<", "typeOfIdentification>41<"))
    assert codes(draft) == ["convert.means_unidentified"]


def test_read_declaration_other_means_of_departure_is_kept_once():
    other = ("typeOfIdentification>30<", "typeOfIdentification>81<")
    transport = transit(FERRY, other).value["transport"]
    assert transport["departure_means"] == {
        "mode": "3",
        "identification": "10-AB-123",
        "identification_type": "81",
    }
    twice = transit(FERRY, other, ("typeOfIdentification>31<", "typeOfIdentification>80<"))
    assert "passive_means" not in twice.value["transport"]
    assert any(
        "DepartureTransportMeans[2]" in source
        or "2 times" in source
        or "DepartureTransportMeans/" in source
        for source, _ in concerns(twice, "dropped")
    )


def test_read_declaration_means_of_departure_without_mode_is_dropped():
    other = ("typeOfIdentification>30<", "typeOfIdentification>81<")
    draft = transit(without(FERRY, "inlandModeOfTransport"), other)
    assert "departure_means" not in draft.value["transport"]


def test_read_declaration_empty_root_names_what_is_missing():
    draft = xml_notice(f'<n:CC015C xmlns:n="{NCTS_NAMESPACE}"/>')
    assert codes(draft) == ["convert.reference_missing", "convert.element_missing"]
