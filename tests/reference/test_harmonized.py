import re

import pytest

from node.reference.harmonized import HARMONIZED


@pytest.mark.parametrize("chapter", ["00", "77", "98", "99"])
def test_chapter_that_does_not_exist_is_not_known(chapter):
    assert not HARMONIZED.holds(f"{chapter}0110")


@pytest.mark.parametrize("code", ["010121", "0101", "01", "970110", "291524"])
def test_code_of_a_chapter_that_exists_is_known(code):
    assert HARMONIZED.holds(code)


def test_chapters_are_1_to_97_without_the_reserved_one():
    chapters = [code for code in HARMONIZED.codes if len(code) == 2]
    assert chapters == [f"{number:02d}" for number in range(1, 98) if number != 77]


def test_built_in_codes_have_the_form_and_stand_under_their_heading():
    for code in HARMONIZED.codes:
        assert re.fullmatch(HARMONIZED.shape, code)
        assert len(code) == 2 or code[:-2] in HARMONIZED.codes
