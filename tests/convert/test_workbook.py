import io

from openpyxl import load_workbook

from node.convert.template import explained_rows, template_rows
from node.convert.workbook import write_workbook
from node.convert.xlsx_file import read_xlsx

NOTICE = "pre-arrival-notice/1"


def test_write_workbook_is_read_as_the_table_it_was_made_of():
    table = read_xlsx(write_workbook([["reference", "eta"], ["A", ""], ["", "x"]], []))
    assert table.header == ("reference", "eta")
    assert [dict(row.cells) for row in table.rows] == [{0: "A"}, {1: "x"}]


def test_write_workbook_has_a_second_sheet_that_explains_each_column():
    rows = explained_rows(NOTICE)
    book = load_workbook(io.BytesIO(write_workbook(template_rows(NOTICE), rows)))
    assert book.sheetnames == ["Table", "Columns"]
    read = [[value or "" for value in line] for line in book["Columns"].iter_rows(values_only=True)]
    assert read == rows


def test_write_workbook_cells_and_columns_are_text_so_that_codes_stay_codes():
    book = load_workbook(io.BytesIO(write_workbook([["hs_code"], ["=1+1"]], [])))
    cell = book["Table"]["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == ("=1+1", "s", "@")
    assert book["Table"].column_dimensions["A"].number_format == "@"
    assert book["Table"].freeze_panes == "A2"
