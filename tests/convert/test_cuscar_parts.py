import pytest

from tests.convert.messages import CARGO, HEAD, codes, concerns, notice_of


def head(*changes):
    """Give the head with segments put in place of those with the same beginning."""
    lines = list(HEAD)
    for change in changes:
        tag = change[:7]
        lines = [change if line.startswith(tag[:3]) and line[:7] == tag else line for line in lines]
    return tuple(lines)


def cargo(old, new):
    assert any(old in line for line in CARGO)
    return tuple(line.replace(old, new) for line in CARGO)


def test_put_time_without_a_zone_is_told():
    draft = notice_of(head=head("DTM+132:202611250330:203"))
    assert draft.value["transport"]["estimated_arrival_at"] == "2026-11-25T03:30:00Z"
    assert ("segment 7 DTM", "/transport/estimated_arrival_at") in concerns(draft, "defaulted")


def test_put_time_without_an_hour_is_doubted():
    draft = notice_of(head=head("DTM+132:20261125"))
    assert draft.value["transport"]["estimated_arrival_at"] == "2026-11-25T00:00:00Z"
    assert ("segment 7 DTM", "/transport/estimated_arrival_at") in concerns(draft, "doubtful")


def test_put_time_with_a_zone_is_not_told():
    pointers = [pointer for _, pointer in concerns(notice_of(), "defaulted")]
    assert "/transport/estimated_arrival_at" not in pointers


def test_put_office_second_of_a_kind_is_dropped():
    draft = notice_of(head=(*HEAD, "LOC+41+TM009999"))
    assert draft.value["office_of_entry"] == "TM001004"
    assert ("segment 8 LOC", "") in concerns(draft, "dropped")


@pytest.mark.parametrize("place", ["LOC+9+BAKU", "LOC+9+A-ALA", "LOC+9+1ZALA", "LOC+9+:::Alat", "LOC+9"])
def test_put_place_without_locode_fails_the_draft(place):
    draft = notice_of(cargo=cargo("LOC+9+AZALA", place))
    assert codes(draft) == ["convert.place_unknown"]


def test_put_party_structured_address_is_kept():
    nad = "NAD+CZ+1700456811:172:20++Name:Second line+Street 1:Block 2+Baku+Region+AZ1080+AZ"
    draft = notice_of(cargo=cargo("NAD+CZ+++Sender+Street+Baku+++AZ", nad))
    assert draft.value["consignments"][0]["consignor"] == {
        "organisation": {
            "name": "Name Second line",
            "identification": "1700456811",
            "address": {
                "street": "Street 1 Block 2",
                "city": "Baku",
                "subdivision": "Region",
                "postcode": "AZ1080",
                "country": "AZ",
            },
        },
        "type_of_person": "2",
    }
    assert not draft.failures


def test_put_party_unstructured_lines_after_the_name_are_dropped():
    draft = notice_of(cargo=cargo("NAD+CZ+++Sender+Street+Baku+++AZ", "NAD+CZ++Sender:Street 1:Baku"))
    organisation = draft.value["consignments"][0]["consignor"]["organisation"]
    assert organisation == {"name": "Sender"}
    assert ("segment 12 NAD", "") in concerns(draft, "dropped")


def test_put_party_number_alone_stands_for_the_name():
    draft = notice_of()
    assert draft.value["carrier"]["organisation"] == {"name": "XEZ", "identification": "XEZ"}
    assert ("segment 4 NAD", "/carrier/organisation/name") in concerns(draft, "defaulted")


def test_put_party_nobody_fails_the_draft():
    assert codes(notice_of(cargo=cargo("NAD+CZ+++Sender+Street+Baku+++AZ", "NAD+CZ"))) == [
        "convert.party_unnamed"
    ]


def test_put_party_communications_until_another_segment_are_kept():
    coms = ("CTA+IC", "COM+office@company.example:EM", "COM+12:TL", "COM+:TE", "RFF+AHP:1", "COM+9:TE")
    draft = notice_of(head=(*HEAD[:2], *coms, *HEAD[2:]))
    assert draft.value["carrier"]["organisation"]["communications"] == [
        {"number": "office@company.example", "type": "EM"}
    ]
    assert not draft.failures


@pytest.mark.parametrize("name", ["TO ORDER", "To the order of bank", "to bearer"])
def test_is_to_order_consignee_names_nobody(name):
    draft = notice_of(cargo=cargo("NAD+CN+++Receiver+Street+Ashgabat+++TM", f"NAD+CN+++{name}"))
    assert draft.value["consignments"][0]["to_order"] is True
    assert "consignee" not in draft.value["consignments"][0]
    assert not draft.failures


def test_put_declaration_kind_is_taken_and_told():
    draft = notice_of(head=(*HEAD, "RFF+ABT:26AZ4567890123LJK3"))
    assert draft.value["previous_documents"] == [{"number": "26AZ4567890123LJK3", "type": "N830"}]
    assert ("segment 8 RFF", "/previous_documents/0/type") in concerns(draft, "defaulted")


def test_put_statement_words_are_kept_and_empty_text_dropped():
    draft = notice_of(cargo=(*CARGO[:6], "FTX+AAI+++Keep dry:always", "FTX+AAI", *CARGO[6:]))
    assert draft.value["consignments"][0]["statements"] == [{"type": "AAI", "text": "Keep dry always"}]
    assert ("segment 15 FTX", "") in concerns(draft, "dropped")


def test_say_unused_names_elements_or_the_whole_segment():
    draft = notice_of("PCI+28+MARKS", "HAN+1", cargo=CARGO)
    texts = {one.source: one.text for one in draft.remarks if one.concern == "dropped"}
    assert texts["segment 18 PCI"] == "no member for element 1"
    assert texts["segment 19 HAN"] == "no member for all of it"
