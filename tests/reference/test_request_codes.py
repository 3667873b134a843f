import typing

import pytest

from node.reference import request_codes
from node.reference.codes import CodeList

LISTS = [member for member in vars(request_codes).values() if isinstance(member, CodeList)]
ALIASES = [
    (literals, listed)
    for alias in vars(request_codes).values()
    for listed in getattr(alias, "__metadata__", ())
    if (literals := typing.get_args(typing.get_args(alias)[0]))
]


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: listed.name)
def test_every_code_has_a_definition_in_a_sentence(listed):
    assert all(meaning[-1] in ".?;" for meaning in listed.codes.values())


@pytest.mark.parametrize(("literals", "listed"), ALIASES, ids=lambda value: str(value)[:20])
def test_literal_of_an_alias_is_its_list(literals, listed):
    assert list(literals) == list(listed.codes)


def test_aliases_with_literals_were_found():
    assert {listed.name for _, listed in ALIASES} == {
        "urgency",
        "finding",
        "refusal-extent",
        "recall-use",
        "use-kind",
    }


@pytest.mark.parametrize(
    "listed",
    [
        request_codes.REFUSAL_REASONS,
        request_codes.EXTENSION_REASONS,
        request_codes.AMENDMENT_REASONS,
        request_codes.RECALL_REASONS,
        request_codes.RECALL_ACTS,
    ],
    ids=lambda listed: listed.name,
)
def test_list_of_reasons_leaves_room_for_another(listed):
    assert list(listed.codes)[-1] == "other"
