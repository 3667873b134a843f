"""`sarbon convert`, and `sarbon send` with files that are no JSON."""

import csv
import io
import re

import orjson
import pytest

from node.convert import archive, cell, table
from node.convert.xlsx_file import read_xlsx
from node.message.document import read_document
from tests.convert.tables import as_csv, notice_lines, workbook

GOOD = {"reference": "AZ-T-1", "colour": "red", "office": "UZ000001", "eta": "2026-11-25 07:30"}
BAD = {"reference": "AZ-T-2", "hs_code": "52051"}
OPTIONS = ("--to", "UZ-CC", "--unit", "PCU-AZ", "--zone", "+04:00", "--test")


@pytest.fixture
def tables(home):
    """The good notice alone, and both in one file, as CSV and as a workbook."""
    (home / "good.csv").write_bytes(as_csv(notice_lines(GOOD)))
    (home / "both.csv").write_bytes(as_csv(notice_lines(BAD, GOOD)))
    (home / "both.xlsx").write_bytes(workbook(notice_lines(BAD, GOOD)))
    return home


@pytest.mark.parametrize("name", ["both.csv", "both.xlsx"])
def test_convert_into_a_folder_writes_good_documents_and_reports_all(tables, sarbon, name):
    result = sarbon("convert", name, *OPTIONS, "-o", "out/today")
    assert result.code == 1
    assert [path.name for path in (tables / "out/today").iterdir()] == ["AZ-T-1.json"]
    document = read_document((tables / "out/today/AZ-T-1.json").read_bytes()).document
    assert document.recipients == ("UZ-CC",)
    assert document.test is True
    assert f"{name}: line 2: FAILED  AZ-T-2" in result.out
    assert "failed     line 2, column W hs_code: value.form: expected an HS code" in result.out
    assert f"{name}: line 3: ok  AZ-T-1" in result.out
    assert "defaulted  option --to: not in the table: /recipients" in result.out
    assert "no zone is given: read as UTC+04:00: /transport/estimated_arrival_at" in result.out
    assert result.out.endswith("1 document, 1 failed\n")
    assert result.err == ""


def test_convert_without_folder_prints_documents_and_reports_beside(tables, sarbon):
    assert (tables / "good.csv").is_file()
    result = sarbon("convert", "good.csv", *OPTIONS)
    assert result.code == 0
    assert [one["reference"] for one in result.json] == ["AZ-T-1"]
    assert "good.csv: line 2: ok" in result.err
    assert "dropped    column AA: no member has the name of this column" in result.err


def test_convert_reads_standard_input(tables, sarbon):
    result = sarbon("convert", "-", *OPTIONS, stdin=(tables / "good.csv").read_bytes())
    assert result.json[0]["reference"] == "AZ-T-1"


def test_convert_as_json_reports_for_machines(tables, sarbon):
    assert (tables / "both.csv").is_file()
    result = sarbon("convert", "both.csv", *OPTIONS, "-o", "out", "--json")
    head, bad, good = result.json
    assert head["remarks"][0]["concern"] == "dropped"
    assert (bad["source"], bad["reference"], bad["type"]) == ("line 2", "AZ-T-2", "pre-arrival-notice/1")
    assert [one["source"] for one in bad["failures"]] == ["line 2, column W hs_code"]
    assert good["failures"] == []
    assert good["counts"]["filled"] > 40
    assert good["counts"]["defaulted"] == sum(one["concern"] == "defaulted" for one in good["remarks"])


def test_convert_file_that_cannot_be_read_does_not_stop_the_next(tables, sarbon):
    (tables / "paper.pdf").write_bytes(b"%PDF-1.7")
    result = sarbon("convert", "paper.pdf", "absent.csv", "good.csv", *OPTIONS)
    assert result.code == 1
    assert "paper.pdf: convert.format_unknown: " in result.err
    assert "absent.csv: file.unreadable: " in result.err
    assert result.err.endswith("1 document, 2 failed\n")
    as_json = sarbon("convert", "paper.pdf", *OPTIONS, "--json")
    assert orjson.loads(as_json.err)["error"]["code"] == "convert.format_unknown"


def test_convert_of_two_files_with_one_reference_is_refused(tables, sarbon):
    (tables / "again.csv").write_bytes((tables / "good.csv").read_bytes())
    result = sarbon("convert", "good.csv", "again.csv", *OPTIONS, "-o", "out")
    assert result.code == 1
    assert "failed     line 2: convert.reference_twice: " in result.out
    assert len(list((tables / "out").iterdir())) == 1


def test_convert_reference_with_a_slash_stays_in_the_folder(home, sarbon):
    (home / "slash.csv").write_bytes(as_csv(notice_lines({"reference": "AZ/../1"})))
    assert sarbon("convert", "slash.csv", *OPTIONS, "-o", "out").code == 0
    assert [path.name for path in (home / "out").iterdir()] == ["AZ~..~1.json"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--zone", "Baku"),
        ("--zone", "+25:00"),
        ("--zone", "../../etc/passwd"),
        ("--prefix", "has space"),
        ("--type", "letter"),
        ("--arrival", "tomorrow"),
        ("--valid-days", "0"),
    ],
)
def test_convert_option_that_cannot_be_used_is_wrong_use(tables, sarbon, option, value):
    assert (tables / "good.csv").is_file()
    result = sarbon("convert", "good.csv", option, value)
    assert result.code == 2
    assert option in result.err


@pytest.mark.parametrize("zone", ["UTC", "Asia/Baku", "+04:00", "-0330"])
def test_convert_zone_may_be_a_name_or_an_offset(tables, sarbon, zone):
    assert (tables / "good.csv").is_file()
    assert (
        sarbon("convert", "good.csv", *OPTIONS, "--zone", zone, "--arrival", "2026-11-25 06:00").code
        == 0
    )


def test_convert_without_file_or_template_is_wrong_use(home, sarbon):
    assert home.is_dir()
    assert sarbon("convert").code == 2


def test_convert_template_is_the_published_one(sarbon, request):
    result = sarbon("convert", "--template", "alert")
    published = request.config.rootpath / "schemas" / "templates" / "alert.csv"
    assert result.out.encode() == published.read_bytes()


def test_convert_template_filled_is_an_example_that_converts(home, sarbon):
    result = sarbon("convert", "--template", "alert.csv", "--filled")
    (home / "alerts.csv").write_bytes(result.out.encode())
    converted = sarbon("convert", "alerts.csv")
    assert converted.code == 0
    assert {one["type"] for one in converted.json} == {"alert/1"}


def test_convert_template_as_workbook_has_the_same_columns(home, sarbon):
    assert sarbon("convert", "--template", "alert.xlsx", "-o", "alert.xlsx").code == 0
    read = read_xlsx((home / "alert.xlsx").read_bytes())
    text = sarbon("convert", "--template", "alert").out.removeprefix("\ufeff")
    assert list(read.header) == next(csv.reader(io.StringIO(text)))


def test_convert_template_of_no_document_is_wrong_use(sarbon):
    assert sarbon("convert", "--template", "letter").code == 2
    assert sarbon("convert", "--template", "alert.pdf").code == 2


def test_send_of_a_table_sends_good_lines_and_names_bad_cells(tables, sarbon):
    assert (tables / "both.csv").is_file()
    result = sarbon("send", "both.csv", "alert.json", *OPTIONS)
    assert result.code == 1
    sent = [line.split("  ", 1)[1] for line in result.out.splitlines()]
    assert sent == ["both.csv: line 3", "alert.json"]
    assert "both.csv: line 2, column W hs_code: value.form" in result.err
    assert "both.csv: line 3:  dropped    column AA: no member has the name of this column" in result.err
    (shown,) = sarbon("show", "AZ-T-1", "--json").json
    assert shown["document"]["consignments"][0]["goods"][0]["hs_code"] == "520512"


def test_send_of_a_table_as_json_has_remarks_for_machines(tables, sarbon):
    assert (tables / "both.csv").is_file()
    rows = sarbon("send", "both.csv", *OPTIONS, "--json").json
    good = next(row for row in rows if "id" in row)
    bad = next(row for row in rows if "error" in row)
    assert good["document"] == "both.csv: line 3"
    assert {one["concern"] for one in good["remarks"]} >= {"defaulted", "dropped"}
    assert (bad["document"], bad["error"]["code"]) == (
        "both.csv: line 2, column W hs_code",
        "value.form",
    )


def test_send_of_a_damaged_workbook_is_named_by_its_file(home, sarbon):
    (home / "damaged.xlsx").write_bytes(workbook(notice_lines())[:-100])
    result = sarbon("send", "damaged.xlsx", *OPTIONS)
    assert result.code == 1
    assert result.err.startswith("damaged.xlsx: convert.xlsx_malformed: ")


def test_send_of_json_has_no_remarks_and_needs_no_option(home, sarbon):
    assert (home / "alert.json").is_file()
    (row,) = sarbon("send", "alert.json", "--json").json
    assert "remarks" not in row


def test_convert_failures_in_the_handbook_are_those_of_the_program(request):
    root = request.config.rootpath
    names = ("assembly", "table_reader")
    sources = [(root / "node" / "convert" / f"{name}.py").read_text() for name in names]
    sources.append((root / "node" / "cli" / "convert.py").read_text())
    made = {code for text in sources for code in re.findall(r'"(convert\.[a-z_]+)"', text)}
    pages = [(root / "docs" / name).read_text() for name in ("convert.md", "operators.md")]
    shown = {
        code for text in pages for code in re.findall(r"^\| `(convert\.[a-z_]+)`", text, re.MULTILINE)
    }
    assert made <= shown


def test_convert_limits_in_the_handbook_are_those_of_the_program(request):
    page = (request.config.rootpath / "docs" / "convert.md").read_text()
    shown = dict(re.findall(r"^\| ([a-z ,]+) \| ([\d,]+)", page, re.MULTILINE))
    assert {name: int(value.replace(",", "")) for name, value in shown.items()} == {
        "size of a file": table.MAX_TABLE_BYTES // 2**20,
        "lines below the header": table.MAX_ROWS,
        "columns": table.MAX_COLUMNS,
        "characters in a cell": cell.MAX_CELL_CHARACTERS,
        "all parts of a workbook, unpacked": archive.MAX_UNPACKED_BYTES // 2**20,
        "cells in all sheets of a workbook": archive.MAX_CELLS,
        "sheets of a workbook": archive.MAX_SHEETS,
    }
