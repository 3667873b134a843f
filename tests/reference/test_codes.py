import typing

import pytest
from pydantic import TypeAdapter, ValidationError

from node.reference import cargo_codes, codes
from node.reference.codes import CodeList, OpenList

LISTED = CodeList("sample", "1", "test", {"a": "First.", "b": "Second."})
OPEN = OpenList("large", "1", "test", lambda: {"x": "Loaded."})


def test_code_list_member_is_accepted():
    assert TypeAdapter(typing.Annotated[str, LISTED]).validate_json('"a"') == "a"


def test_code_list_stranger_is_refused_with_the_name_of_the_list():
    with pytest.raises(ValidationError) as refused:
        TypeAdapter(typing.Annotated[str, LISTED]).validate_json('"c"')
    (error,) = refused.value.errors()
    assert (error["type"], error["ctx"]) == ("code_unknown", {"list": "sample (1)"})


def test_code_list_schema_enumerates_its_codes():
    schema = TypeAdapter(typing.Annotated[str, LISTED]).json_schema()
    assert schema == {"type": "string", "enum": ["a", "b"], "x-code-list": "sample"}


def test_open_list_stranger_is_accepted():
    assert TypeAdapter(typing.Annotated[str, OPEN]).validate_json('"c"') == "c"


def test_open_list_schema_names_the_list():
    schema = TypeAdapter(typing.Annotated[str, OPEN]).json_schema()
    assert schema == {"type": "string", "x-code-list": "large", "x-code-list-open": True}


def test_open_list_knows_what_it_holds_and_what_it_admits():
    wide = OpenList("wide", "1", "test", lambda: {"x": "Held."}, admits=lambda code: code > "x")
    assert [code for code in "wxy" if OPEN.holds(code)] == ["x"]
    assert [code for code in "wxy" if wide.holds(code)] == ["x", "y"]


def test_open_list_is_loaded_once():
    assert OPEN.codes is OPEN.codes


ALIASES = [
    (name, typing.get_args(typing.get_args(alias)[0]), listed)
    for module in (codes, cargo_codes)
    for name, alias in vars(module).items()
    for listed in getattr(alias, "__metadata__", ())
    if isinstance(listed, CodeList) and typing.get_args(typing.get_args(alias)[0])
]


@pytest.mark.parametrize(("name", "literals", "listed"), ALIASES, ids=lambda value: str(value)[:20])
def test_literal_of_an_alias_is_its_list(name, literals, listed):
    assert list(literals) == list(listed.codes), name
