import re

import pytest

from node.reference.dangerous_goods import UN_NUMBERS


@pytest.mark.parametrize("number", ["0004", "1715", "1203", "3551"])
def test_un_number_in_the_ranges_in_use_is_known(number):
    assert UN_NUMBERS.holds(number)


@pytest.mark.parametrize("number", ["0000", "0003", "0800", "1000", "9999"])
def test_un_number_outside_the_ranges_is_not_known(number):
    assert not UN_NUMBERS.holds(number)


def test_un_numbers_by_name_have_the_form_and_lie_in_the_ranges():
    for number, name in UN_NUMBERS.codes.items():
        assert re.fullmatch(UN_NUMBERS.shape, number)
        assert UN_NUMBERS.admits(number), name


def test_ammonium_picrate_is_0004():
    assert "picrate" in UN_NUMBERS.codes["0004"]
