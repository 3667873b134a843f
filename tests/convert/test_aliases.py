import re
from pathlib import Path

import pytest

from node.convert.aliases import ALIASES, HEADER_ALIASES
from node.convert.columns import columns_of, folded
from node.message.document import DOCUMENT_TYPES

SHORT = [(type_, name, path) for type_, names in ALIASES.items() for name, path in names.items()]


@pytest.mark.parametrize(("document_type", "name", "path"), SHORT)
def test_alias_names_a_column_of_its_document(document_type, name, path):
    assert path in columns_of(document_type)
    assert folded(name) == name


@pytest.mark.parametrize(("name", "path"), HEADER_ALIASES.items())
def test_alias_of_the_header_names_a_column_of_some_document(name, path):
    assert any(path in columns_of(one) for one in DOCUMENT_TYPES)
    assert folded(name) == name


@pytest.mark.parametrize(("document_type", "name", "path"), SHORT)
def test_alias_hides_no_member_of_the_same_name(document_type, name, path):
    assert columns_of(document_type).keys() & {name} <= {path}
    assert HEADER_ALIASES.get(name, path) == path


def test_alias_tables_of_the_handbook_are_those_of_the_program():
    page = (Path(__file__).parents[2] / "docs" / "convert.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| `([a-z_]+)` \| `([a-z_.\[\]]+)` \|$", page, re.MULTILINE)
    every = (HEADER_ALIASES, ALIASES["pre-arrival-notice/1"], ALIASES["alert/1"])
    assert shown == [row for names in every for row in names.items()]
