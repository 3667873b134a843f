from datetime import date, datetime

import pytest
from openpyxl.workbook.protection import WorkbookProtection

from node.convert import xlsx_file
from node.convert.table import MAX_ROWS
from node.convert.xlsx_file import EXPLANATION, read_xlsx
from node.errors import CallerError
from tests.convert.tables import notice_lines, repacked, workbook

MAIN = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRINGS = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
SHEET = "xl/worksheets/sheet1.xml"


def made(change, lines=None):
    return read_xlsx(workbook(lines or [{"a": "x", "b": "y"}], change=change))


def cell_of(value, form=None):
    """Give what is read of one cell."""

    def change(_, sheet):
        sheet["A2"] = value
        if form is not None:
            sheet["A2"].number_format = form

    return made(change).rows[0].cells[0]


@pytest.mark.parametrize("value", ["text", "080610", 40, 1500.5, True])
def test_read_xlsx_gives_values_as_they_are(value):
    assert cell_of(value) == value


def test_read_xlsx_number_shown_with_leading_zeros_keeps_them():
    assert cell_of(80610, "000000") == "080610"
    assert cell_of(80610, "0") == 80610


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("dd.mm.yyyy", date(2026, 11, 25)),
        ("[$-419]dd/mm/yyyy", date(2026, 11, 25)),
        ("yyyy-mm-dd hh:mm", datetime(2026, 11, 25)),  # noqa: DTZ001 - a spreadsheet knows no zone
    ],
)
def test_read_xlsx_date_has_a_clock_only_where_its_format_shows_one(form, value):
    assert cell_of(datetime(2026, 11, 25), form) == value  # noqa: DTZ001


def test_read_xlsx_date_with_a_time_keeps_it_whatever_its_format():
    moment = datetime(2026, 11, 25, 3, 30)  # noqa: DTZ001
    assert cell_of(moment, "dd.mm.yyyy") == moment


def test_read_xlsx_lines_are_those_of_the_spreadsheet():
    def change(_, sheet):
        sheet["A7"] = "z"

    assert [row.line for row in made(change).rows] == [2, 7]


def test_read_xlsx_formula_gives_its_last_value_or_a_doubt():
    def change(_, sheet):
        sheet["A2"] = "=1+1"
        sheet["A4"] = "=B2"

    first, second = made(change).rows
    assert (first.cells, list(first.doubts)) == ({1: "y"}, [0])
    assert (second.cells, list(second.doubts)) == ({}, [0])
    raw = workbook([{"a": "x", "b": "y"}], change=change)
    kept = repacked(
        raw, {SHEET: lambda old: old.replace(b"<v></v>", b"<v>2</v>").replace(b"<v />", b"<v>2</v>")}
    )
    row = read_xlsx(kept).rows[0]
    assert (row.cells, row.doubts) == ({0: 2, 1: "y"}, {})


def test_read_xlsx_error_of_the_spreadsheet_is_a_fault():
    def change(_, sheet):
        sheet["A2"] = "#N/A"

    assert list(made(change).rows[0].faults) == [0]


def test_read_xlsx_cells_merged_over_columns_are_faults_and_over_lines_are_not():
    def change(_, sheet):
        sheet.append(["x", "y"])
        sheet.merge_cells("A2:A3")
        sheet.append(["x", "y"])
        sheet.merge_cells("A4:B4")

    assert [list(row.faults) for row in made(change).rows] == [[], [], [0, 1]]


def test_read_xlsx_hidden_sheet_is_not_read_and_named():
    def change(book, _):
        other = book.create_sheet("Other")
        other["A1"] = "x"
        other.sheet_state = "hidden"

    table = made(change)
    assert table.header == ("a", "b")
    assert [(one.concern, one.text) for one in table.remarks] == [
        ("dropped", "hidden sheets are not read: 1")
    ]


def test_read_xlsx_explanation_of_a_template_is_passed_over():
    def change(book, _):
        book.create_sheet(EXPLANATION)["A1"] = "x"

    assert made(change).remarks == ()


def test_read_xlsx_empty_sheets_beside_it_do_not_matter():
    assert made(lambda book, _: book.create_sheet("Empty")).header == ("a", "b")


def test_read_xlsx_protection_against_changes_does_not_matter():
    def change(book, sheet):
        book.security = WorkbookProtection(lockStructure=True)
        sheet.protection.enable()

    assert made(change).header == ("a", "b")


def several(book, _):
    book.create_sheet("Second")["A1"] = "x"


def only_hidden(book, sheet):
    book.create_sheet("Empty")
    sheet.sheet_state = "hidden"


def long(_, sheet):
    for line in range(MAX_ROWS + 2):
        sheet.cell(line + 1, 1, "x")


def wide(_, sheet):
    sheet.cell(1, 1_001, "x")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (several, "convert.sheets_several"),
        (only_hidden, "convert.empty"),
        (lambda _, sheet: sheet.delete_rows(1, 9), "convert.empty"),
        (long, "convert.too_large"),
        (wide, "convert.too_large"),
    ],
    ids=["several sheets", "hidden", "empty", "long", "wide"],
)
def test_read_xlsx_without_one_table_is_refused_by_name(change, code):
    with pytest.raises(CallerError) as refused:
        made(change)
    assert refused.value.code == code


def sheet_of(cells):
    return b'<worksheet xmlns="%s"><sheetData><row r="1">%s</row></sheetData></worksheet>' % (
        MAIN,
        cells,
    )


def test_read_xlsx_text_in_the_table_of_strings_is_found():
    strings = b'<sst xmlns="%s"><si><t>reference</t></si></sst>' % MAIN
    sheet = sheet_of(b'<c r="A1" t="s"><v>0</v></c>')
    changes = {
        "xl/sharedStrings.xml": strings,
        SHEET: sheet,
        "[Content_Types].xml": lambda old: old.replace(b"</Types>", STRINGS + b"</Types>"),
    }
    raw = repacked(workbook(notice_lines()), changes)
    assert read_xlsx(raw).header == ("reference",)


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("xl/workbook.xml", b"<workbook/>"),
        ("xl/_rels/workbook.xml.rels", b"<Relationships/>"),
        ("[Content_Types].xml", b"<Types/>"),
        (SHEET, sheet_of(b'<c r="ZZZZ1"><v>1</v></c>')),
        (SHEET, sheet_of(b'<c r="A1" t="s"><v>7</v></c>')),
        (SHEET, sheet_of(b'<c r="A1" s="999"><v>7</v></c>')),
    ],
)
def test_read_xlsx_with_a_part_that_says_nonsense_is_malformed(part, content):
    raw = repacked(workbook(notice_lines()), {part: content})
    with pytest.raises(CallerError) as refused:
        read_xlsx(raw)
    assert refused.value.code in {"convert.xlsx_malformed", "convert.empty"}


def test_read_xlsx_cells_far_apart_are_refused(monkeypatch):
    monkeypatch.setattr(xlsx_file, "_MAX_WIDTHS", 1_000)

    def change(_, sheet):
        sheet["AZZ2"] = "x"

    with pytest.raises(CallerError, match="too far apart"):
        made(change)
