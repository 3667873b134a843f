import csv
import io
import json
from pathlib import Path

import pytest

from node.convert.columns import columns_of
from node.convert.template import (
    EXPLAINED,
    explained_rows,
    filled_rows,
    laid_out,
    published_templates,
    template_rows,
    written,
)
from node.message.document import DOCUMENT_TYPES

SCHEMAS = Path(__file__).parents[2] / "schemas"
EXAMPLES = {path.name: path.read_bytes() for path in (SCHEMAS / "examples").glob("*.json")}
NOTICE = "pre-arrival-notice/1"


def test_published_templates_are_those_in_the_tree():
    kept = {path.name: path.read_bytes() for path in (SCHEMAS / "templates").glob("*.csv")}
    assert kept == published_templates(EXAMPLES)


def test_published_templates_have_an_empty_and_a_filled_one_for_every_document():
    names = {one.partition("/")[0] for one in DOCUMENT_TYPES}
    expected = {f"{name}{end}.csv" for name in names for end in ("", "-filled")}
    assert published_templates(EXAMPLES).keys() == expected


def test_published_templates_without_examples_are_empty_ones():
    assert published_templates({}).keys() == {f"{one.partition('/')[0]}.csv" for one in DOCUMENT_TYPES}


@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
def test_template_rows_are_one_header_with_every_column(document_type):
    assert template_rows(document_type) == [list(columns_of(document_type))]


def test_filled_rows_have_only_the_columns_in_use():
    header, first = filled_rows("recall/1", [{"type": "recall/1", "reference": "R", "test": True}])
    assert (header, first) == (["type", "reference", "test"], ["recall/1", "R", "yes"])


def test_laid_out_lists_beside_each_other_share_lines():
    document = {
        "reference": "R",
        "recipients": ["A;B", "C"],
        "test": False,
        "equipment": [{"sequence": 1}, {"sequence": 2}],
        "consignments": [{"sequence": 1, "goods": [{"sequence": 1}, {"sequence": 2}]}, {"sequence": 2}],
    }
    lines = laid_out(columns_of(NOTICE), document)
    shown = ("equipment[].sequence", "consignments[].sequence", "consignments[].goods[].sequence")
    assert [tuple(line.get(path, "") for path in shown) for line in lines] == [
        ("1", "1", "1"),
        ("2", "", "2"),
        ("", "2", ""),
    ]
    assert all(line["reference"] == "R" for line in lines)
    assert (lines[0]["recipients"], lines[0]["test"]) == (r"A\;B; C", "no")


@pytest.mark.parametrize("document_type", DOCUMENT_TYPES)
def test_explained_rows_explain_each_column(document_type):
    head, *rows = explained_rows(document_type)
    assert head == list(EXPLAINED)
    assert [row[0] for row in rows] == list(columns_of(document_type))
    assert all(row[2] and row[4] and row[5] for row in rows)
    assert all(len(cell) <= 32_767 for row in rows for cell in row)  # the longest text of a cell


def test_explained_rows_say_short_name_codes_and_whether_required():
    rows = {row[0]: dict(zip(EXPLAINED, row, strict=True)) for row in explained_rows(NOTICE)}
    mode = rows["transport.mode"]
    assert (mode["Short name"], mode["Required"], mode["WCO id"]) == ("mode", "always", "T022")
    assert "1 = " in mode["Codes"]
    assert rows["consignments[].goods[].hs_code"]["Required"] == "with its part"
    assert rows["consignments[].ucr"]["Required"] == ""
    assert rows["recipients"]["Filled with"] == "text; several, with ; between them"
    assert rows["issued_at"]["Filled with"] == "date and time; 2026-11-24 06:00"
    assert rows["consignments[].goods[].package_type"]["Codes"].startswith("open list")


def test_written_is_csv_that_a_spreadsheet_knows_as_utf_8():
    raw = written([["a", "Баку, порт"]])
    assert raw.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""))) == [["a", "Баку, порт"]]


def test_filled_template_shows_the_smallest_example_first():
    raw = published_templates(EXAMPLES)["alert-filled.csv"].decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(raw, newline="")))
    assert rows[0]["reference"] == json.loads(EXAMPLES["alert-minimum.json"])["reference"]
