import pytest

from node.convert.columns import columns_of
from node.convert.completion import fill_in, with_header

COLUMNS = columns_of("pre-arrival-notice/1")


@pytest.mark.parametrize(
    ("party", "kind"),
    [({"organisation": {"name": "x"}}, "2"), ({"person": {"name": "x"}}, "1")],
    ids=["organisation", "person"],
)
def test_fill_in_tells_the_kind_of_a_party(party, kind):
    value = {"carrier": dict(party)}
    assert [pointer for pointer, _ in fill_in(value, COLUMNS)] == ["/carrier/type_of_person"]
    assert value["carrier"]["type_of_person"] == kind


def test_fill_in_leaves_the_kind_of_a_party_that_is_given():
    value = {"carrier": {"type_of_person": "3", "organisation": {"name": "x"}}}
    assert list(fill_in(value, COLUMNS)) == []


def test_fill_in_leaves_a_party_that_is_neither():
    value = {"carrier": {}}
    assert list(fill_in(value, COLUMNS)) == []
    assert value == {"carrier": {}}


def test_fill_in_takes_the_country_of_a_place_from_its_locode():
    value = {"consignments": [{}, {"place_of_loading": {"locode": "AZALA"}}]}
    assert [pointer for pointer, _ in fill_in(value, COLUMNS)] == [
        "/consignments/1/place_of_loading/country"
    ]
    assert value["consignments"][1]["place_of_loading"]["country"] == "AZ"


@pytest.mark.parametrize("place", [{"name": "Alat"}, {"locode": "AZALA", "country": "TM"}], ids=repr)
def test_fill_in_leaves_a_place_without_locode_or_with_country(place):
    value = {"consignments": [{"place_of_loading": dict(place)}]}
    assert list(fill_in(value, COLUMNS)) == []


HEADER = {
    "reference": "CNV-1",
    "recipients": ["TM-SCS"],
    "handling": {"purpose": "p", "legal_basis": "l"},
}


def test_with_header_keeps_what_the_table_says():
    value = {"reference": "AZ-1", "handling": {"purpose": "q", "tlp": "RED"}, "mode": "1"}
    merged, places, remarks = with_header(value, HEADER)
    assert merged == {
        "reference": "AZ-1",
        "recipients": ["TM-SCS"],
        "handling": {"purpose": "q", "legal_basis": "l", "tlp": "RED"},
        "mode": "1",
    }
    assert places == {"/recipients": "option --to", "/handling/legal_basis": "option --legal-basis"}
    assert [(one.concern, one.source, one.pointer) for one in remarks] == [
        ("defaulted", "option --to", "/recipients"),
        ("defaulted", "option --legal-basis", "/handling/legal_basis"),
    ]


def test_with_header_of_an_empty_table_is_the_header():
    merged, places, _ = with_header({}, HEADER | {"version": 1})
    assert merged == HEADER | {"version": 1}
    assert places["/version"] == "the options"
