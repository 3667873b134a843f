import json

import pytest

from node.message.document import all_faults, read_document


def faults(notice, **members):
    notice["consignments"][0]["goods"][0] |= members
    return [fault.pointer.rpartition("/")[2] for fault in all_faults(json.dumps(notice).encode())]


@pytest.mark.parametrize("code", ["390210", "3902"])
def test_hs_code_of_six_or_four_digits_is_accepted(notice, code):
    assert faults(notice, hs_code=code) == []


@pytest.mark.parametrize("code", ["39021", "39021000", "3902.10", "ABCDEF", ""])
def test_hs_code_otherwise_is_refused(notice, code):
    assert faults(notice, hs_code=code) == ["hs_code"]


def test_hs_edition_travels_with_the_code(full_notice):
    item = read_document(json.dumps(full_notice).encode()).document.consignments[0].goods[0]
    assert item.hs_edition == "2022"


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("cus_number", "10001-6"),
        ("un_number", "UN2789"),
        ("national_code", "390210000"),
        ("packages", -1),
        ("gross_mass", "21450,5"),
        ("description", "ab"),
    ],
)
def test_member_of_wrong_form_is_refused(notice, member, value):
    assert faults(notice, **{member: value}) == [member]


def test_value_without_currency_is_refused(notice):
    assert faults(notice, value={"amount": "1"}) == ["currency"]
