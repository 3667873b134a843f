import pytest

from node.reference.places import COUNTRIES, CURRENCIES, LOCODES


@pytest.mark.parametrize("code", ["AZ", "UZ", "TM", "KZ", "GE", "IR", "CN"])
def test_countries_of_the_corridor_are_loaded(code):
    assert code in COUNTRIES.codes


@pytest.mark.parametrize("code", ["AZN", "UZS", "TMT", "KZT", "USD"])
def test_currencies_of_the_corridor_are_loaded(code):
    assert code in CURRENCIES.codes


def test_every_locode_lies_in_a_known_country():
    assert {code[:2] for code in LOCODES.codes} <= set(COUNTRIES.codes)


def test_alat_of_azerbaijan_is_no_place_in_uzbekistan():
    assert [code for code, name in LOCODES.codes.items() if "Alat" in name] == ["AZALA"]
