import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.reference.identifiers import doubt
from node.reference.party_numbers import BY_NUMBER_TYPE, LEI, communication_doubt


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("VOEN", "1400057421"),
        ("VOEN", "140 005 7421"),
        ("INN", "1234567894"),
        ("INN", "123456789047"),
        ("OGRN", "1022200525819"),
        ("OGRN", "385768585948949"),
        ("BIN", "123456789013"),
        ("STIR", "305678901"),
        ("VKN", "4540536920"),
    ],
)
def test_party_number_right_raises_no_doubt(kind, number):
    assert doubt(number, BY_NUMBER_TYPE[kind]) == ""


@pytest.mark.parametrize(
    ("kind", "number", "reason"),
    [
        ("VOEN", "1400057411", "the check digit should be 2; sent as written"),
        ("VOEN", "1400057424", "expected a VOEN: 10 digits, the last one 1 or 2"),
        ("VOEN", "140005742", "expected a VOEN: 10 digits, the last one 1 or 2"),
        ("INN", "1234567895", "the check digit should be 4; sent as written"),
        ("INN", "123456789037", "the check digits should be 47; sent as written"),
        ("INN", "12345678904", "expected an INN: 10 or 12 digits"),
        ("OGRN", "1022200525818", "the check digit should be 9; sent as written"),
        ("BIN", "123456789014", "the check digit should be 3; sent as written"),
        ("STIR", "30567890", "expected a STIR: 9 digits"),
        ("VKN", "4540536921", "the check digit should be 0; sent as written"),
    ],
)
def test_party_number_wrong_is_doubted_in_plain_words(kind, number, reason):
    assert doubt(number, BY_NUMBER_TYPE[kind]) == reason


def test_number_that_no_check_digit_fits_says_so():
    voen = next(f"{number:08d}" for number in range(10**7, 10**7 + 100) if not _check("VOEN", number))
    assert (
        doubt(f"{voen}01", BY_NUMBER_TYPE["VOEN"]) == "no check digit fits this number; sent as written"
    )


def _check(kind, number):
    return BY_NUMBER_TYPE[kind].check(f"{number:08d}00")


def test_business_number_uses_its_second_weights_where_the_first_give_ten():
    check = BY_NUMBER_TYPE["BIN"].check
    assert check("000000000100") == "1"  # first weights: 10; second: 1
    assert check("000000000010") == "0"  # first weights: 11
    assert "" in {check(f"{number:011d}0") for number in range(2_000)}  # both give 10: no such number


def test_lei_is_checked_by_its_two_digits():
    assert doubt("213800KUD8LAJWSQ9D15", LEI) == ""
    assert doubt("213800KUD8LAJWSQ9D16", LEI) == "the check digits should be 15; sent as written"
    assert doubt("213800KUD8LAJWSQ9D1", LEI).startswith("expected an LEI")


@given(st.data())
def test_lei_with_any_one_digit_changed_is_doubted(data):
    right = "213800KUD8LAJWSQ9D15"
    place = data.draw(st.sampled_from([n for n, letter in enumerate(right) if letter.isdigit()]))
    digit = data.draw(st.sampled_from(sorted(set("0123456789") - {right[place]})))
    assert doubt(right[:place] + digit + right[place + 1 :], LEI)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("+994 50 000 00 00", "TE"),
        ("+998(71)000-00-00", "FX"),
        ("desk@az-scc.example", "EM"),
        ("anything", "XX"),
    ],
)
def test_communication_in_its_form_raises_no_doubt(number, kind):
    assert communication_doubt(number, kind) == ""


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("050 000 00 00", "TE"),
        ("+994", "TE"),
        ("+0 500 000 000", "FX"),
        ("desk at az", "EM"),
        ("a@b", "EM"),
    ],
)
def test_communication_of_another_form_is_doubted(number, kind):
    reason = communication_doubt(number, kind)
    assert reason.startswith("not a")
    assert number not in reason
