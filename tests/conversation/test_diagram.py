import re
from pathlib import Path

import pytest

from node.conversation.course import COUNTED, Outcome
from node.conversation.diagram import draw, redrawn
from node.conversation.tables import TABLES

PAGE = Path(__file__).parents[2] / "docs" / "conversations.md"


def test_page_is_up_to_date():
    text = PAGE.read_text(encoding="utf-8")
    assert redrawn(text) == text


def test_page_draws_each_side_of_an_alert_and_the_other_leading_documents():
    text = PAGE.read_text(encoding="utf-8")
    for name in TABLES:
        assert f"<!-- begin {name}-" in text
    assert "<!-- begin alert-sender -->" in text
    assert "<!-- begin alert-recipient -->" in text


def test_drawing_names_every_row():
    table = TABLES["alert"][1]
    text = draw(table)
    assert "  [*] --> sealed\n" in text
    assert "  open" not in text
    assert "  accepted --> controlled: controlled, seized\n" in text
    assert "| sealed | *delivered* | delivered |\n" in text


def test_redrawn_unknown_region_is_refused():
    with pytest.raises(KeyError):
        redrawn("<!-- begin nothing -->\n<!-- end nothing -->")


def test_page_names_every_outcome_and_whether_it_counts():
    rows = re.findall(r"^\| `([a-z-]+)` \| .* \| (yes|no) \|$", PAGE.read_text(), re.MULTILINE)
    assert dict(rows) == {each.value: "yes" if each in COUNTED else "no" for each in Outcome}


def test_page_names_every_deadline():
    section = PAGE.read_text().partition("## Deadlines")[2].partition("\n## ")[0]
    named = re.findall(r"^\| `([a-z-]+)` \|", section, re.MULTILINE)
    assert named == ["receipt", "read", "acceptance", "feedback", "answer", "recall-answer"]
