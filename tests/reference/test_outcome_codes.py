import re
from typing import get_args

import pytest

from node.reference import outcome_codes
from node.reference.codes import CodeList

LISTS = {name: member for name, member in vars(outcome_codes).items() if isinstance(member, CodeList)}
MEMBERS = [
    member
    for member in vars(outcome_codes).values()
    if hasattr(member, "__metadata__") and isinstance(member.__metadata__[0], CodeList)
]


@pytest.mark.parametrize("codes", LISTS.values(), ids=LISTS)
def test_every_code_has_a_definition_in_words(codes):
    for code, meaning in codes.codes.items():
        assert re.fullmatch("[a-z]+(-[a-z]+)*|nii-scan|[AB][1-5]", code)
        assert meaning.endswith(".")


@pytest.mark.parametrize("member", MEMBERS, ids=lambda member: member.__metadata__[0].name)
def test_literal_codes_are_those_of_the_list(member):
    literal = get_args(get_args(member)[0])
    assert literal in ((), tuple(member.__metadata__[0].codes))


def test_every_list_is_used_as_a_member():
    assert {member.__metadata__[0].name for member in MEMBERS} == {
        codes.name for codes in LISTS.values()
    }


def test_commodity_groups_are_thirteen():
    assert len(outcome_codes.COMMODITY_GROUPS.codes) == 13


@pytest.mark.parametrize(
    "codes",
    [outcome_codes.NO_CONTROL_REASONS, outcome_codes.TRIGGERS, outcome_codes.INCIDENT_KINDS],
    ids=lambda codes: codes.name,
)
def test_list_an_officer_may_not_find_a_code_in_has_other(codes):
    assert "other" in codes.codes
