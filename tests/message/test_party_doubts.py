import json

import pytest

from node.message.document import read_document


def found(document):
    doubts = read_document(json.dumps(document).encode()).doubts
    return [(doubt.pointer, doubt.code) for doubt in doubts]


@pytest.fixture
def carrier(full_notice):
    organisation = full_notice["carrier"]["organisation"]
    for member in ("identification", "communications"):
        organisation.pop(member, None)
    return organisation


def test_number_without_its_kind_is_not_doubted(full_notice, carrier):
    carrier["identification"] = "1400057422"
    assert found(full_notice) == []


@pytest.mark.parametrize(
    ("kind", "number"), [("VOEN", "1400057421"), ("INN", "1234567894"), ("OTH", "anything")]
)
def test_number_of_a_kind_that_is_right_is_not_doubted(kind, number, full_notice, carrier):
    carrier |= {"identification": number, "identification_type": kind}
    assert found(full_notice) == []


def test_kind_without_a_number_is_not_doubted(full_notice, carrier):
    carrier["identification_type"] = "VOEN"
    assert found(full_notice) == []


def test_number_that_fails_the_check_of_its_kind_is_doubted(full_notice, carrier):
    carrier |= {"identification": "1400057411", "identification_type": "VOEN"}
    assert found(full_notice) == [("/carrier/organisation/identification", "doubt.identifier")]


@pytest.mark.parametrize(("end", "is_doubted"), [("15", False), ("16", True)])
def test_lei_is_doubted_by_its_check_digits(end, is_doubted, full_notice, carrier):
    carrier["lei"] = f"213800KUD8LAJWSQ9D{end}"
    assert found(full_notice) == [("/carrier/organisation/lei", "doubt.identifier")] * is_doubted


@pytest.mark.parametrize(("number", "is_doubted"), [("+994 12 000 00 00", False), ("012 000", True)])
def test_telephone_in_another_than_the_international_form_is_doubted(
    number, is_doubted, full_notice, carrier
):
    carrier["communications"] = [{"number": number, "type": "TE"}]
    pointer = "/carrier/organisation/communications/0/number"
    assert found(full_notice) == [(pointer, "doubt.communication")] * is_doubted
