import re
from pathlib import Path

import pytest

from node.message.faults import _FAULTS, _OTHER
from node.message.tables import code_tables, field_tables, rewritten

ROOT = Path(__file__).parents[2]
HANDBOOK = (ROOT / "docs" / "documents.md").read_text(encoding="utf-8")


def test_handbook_is_up_to_date():
    assert rewritten(HANDBOOK) == HANDBOOK


def test_rewritten_stale_region_is_replaced_and_the_rest_kept():
    fresh = rewritten("before\n<!-- begin codes -->\n(stale)\n<!-- end codes -->\nafter\n")
    assert fresh.startswith("before\n<!-- begin codes -->\n\n### `message-function`")
    assert fresh.endswith("\n<!-- end codes -->\nafter\n")
    assert "(stale)" not in fresh


def test_rewritten_unknown_region_is_refused():
    with pytest.raises(KeyError):
        rewritten("<!-- begin nothing -->\n<!-- end nothing -->")


def test_handbook_names_every_rule_and_doubt_of_the_program():
    source = "".join(path.read_text() for path in (ROOT / "node" / "message").glob("*.py"))
    named = set(re.findall(r'"((?:rule|doubt)\.[a-z_]+)"', source))
    told = set(re.findall(r"^\| `((?:rule|doubt)\.[a-z_]+)` \|", HANDBOOK, re.MULTILINE))
    assert told == named


def test_handbook_names_every_fault_of_a_member():
    told = set(re.findall(r"^\| `((?:member|value|list)\.[a-z]+)` \|", HANDBOOK, re.MULTILINE))
    assert told == {code for code, _ in (*_FAULTS.values(), _OTHER)}


def test_field_tables_say_id_format_and_occurrence():
    tables = field_tables()
    assert "| `reference` | D026 | an..35 | 1 |  | Stable, unique per originator. |" in tables
    assert "| `recipients` |  | an..15 | 1..64 |" in tables
    assert "| `goods` | 68A | [GoodsItem](#goodsitem) | 0..999 |" in tables
    assert "| `routing_countries` | 064 | a2 | 0..99 | `country` |" in tables


def test_code_tables_define_every_code():
    assert "| `9` | Original: the first version of this document. |" in code_tables()


def test_field_tables_name_each_document_that_a_member_may_hold():
    assert "| [PreArrivalNotice](#prearrivalnotice) or [Alert](#alert) | 1 |" in field_tables()


def test_field_tables_hold_each_document_once():
    headings = re.findall(r"^### (.+)$", field_tables(), re.MULTILINE)
    assert len(headings) == len(set(headings))
