import io
import zipfile

import pytest

from node.convert import archive
from node.convert.archive import LAST_LINE, MAX_ELEMENTS, MAX_PARTS, MAX_SHEETS, area_of, look_through
from node.errors import CallerError
from tests.convert.tables import notice_lines, repacked, workbook

SHEET = "xl/worksheets/sheet1.xml"
BOOK = workbook(notice_lines())
DTD = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'


def code_of(raw):
    with pytest.raises(CallerError) as refused:
        look_through(raw)
    return refused.value.code


def merged(ref):
    """Give the change of a sheet that merges a range, as no spreadsheet would write it."""
    return lambda old: old.replace(
        b"</sheetData>", b"</sheetData>" + b'<mergeCells><mergeCell ref="%s"/></mergeCells>' % ref
    )


def bomb():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/workbook.xml", b"<workbook/>")
        for number in range(5):
            book.writestr(f"xl/{number}.bin", b"\0" * 14_000_000)
    return stream.getvalue()


def with_flag():
    """Give a workbook whose first part says that it is encrypted."""
    raw = bytearray(BOOK)
    place = raw.index(b"PK\x01\x02")
    raw[place + 8] |= 1
    return bytes(raw)


def many_parts():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        for number in range(MAX_PARTS + 1):
            book.writestr(f"{number}", b"")
    return stream.getvalue()


def twice():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as book:
        book.writestr("xl/workbook.xml", b"<workbook/>")
        with pytest.warns(UserWarning, match="Duplicate"):
            book.writestr("xl/workbook.xml", b"<workbook/>")
    return stream.getvalue()


BAD = {
    "old Excel": (archive.OLE_MAGIC + b"\0" * 600, "convert.xls_old"),
    "password": (archive.OLE_MAGIC + "EncryptedPackage".encode("utf-16-le"), "convert.encrypted"),
    "password of the archive": (with_flag(), "convert.encrypted"),
    "cut off": (BOOK[:-200], "convert.xlsx_malformed"),
    "damaged": (BOOK.replace(BOOK[60:70], b"\xff" * 10, 1), "convert.xlsx_malformed"),
    "other archive": (repacked(BOOK, {}, leave_out=("xl/workbook.xml",)), "convert.xlsx_malformed"),
    "part twice": (twice(), "convert.xlsx_malformed"),
    "no XML": (repacked(BOOK, {SHEET: b"<worksheet"}), "convert.xlsx_malformed"),
    "document type": (repacked(BOOK, {SHEET: DTD + b"<x>&b;</x>"}), "convert.xlsx_hostile"),
    "external entity": (
        repacked(BOOK, {SHEET: b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'}),
        "convert.xlsx_hostile",
    ),
    "UTF-16 inside": (
        repacked(BOOK, {SHEET: '<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-16")}),
        "convert.xlsx_hostile",
    ),
    "bomb": (bomb(), "convert.too_large"),
    "many parts": (many_parts(), "convert.too_large"),
    "many sheets": (
        repacked(
            BOOK, {"xl/workbook.xml": b"<workbook>" + b"<sheet/>" * (MAX_SHEETS + 1) + b"</workbook>"}
        ),
        "convert.too_large",
    ),
    "many cells": (repacked(BOOK, {SHEET: b"<x>" + b"<c/>" * 500_001 + b"</x>"}), "convert.too_large"),
    "deep": (repacked(BOOK, {SHEET: b"<x>" * 100 + b"</x>" * 100}), "convert.xlsx_hostile"),
    "many elements": (
        repacked(BOOK, {SHEET: b"<x>" + b"<y/>" * (MAX_ELEMENTS + 1) + b"</x>"}),
        "convert.too_large",
    ),
    "endless merge": (repacked(BOOK, {SHEET: merged(b"A1:XFD1048576")}), "convert.too_large"),
    "merge of nothing": (repacked(BOOK, {SHEET: merged(b"somewhere")}), "convert.xlsx_malformed"),
    "lines out of order": (
        repacked(BOOK, {SHEET: b'<x><row r="2"/><row r="2"/></x>'}),
        "convert.xlsx_malformed",
    ),
    "line beyond the last": (
        repacked(BOOK, {SHEET: b'<x><row r="%d"/></x>' % (LAST_LINE + 1)}),
        "convert.xlsx_malformed",
    ),
}


@pytest.mark.parametrize(("raw", "code"), BAD.values(), ids=BAD)
def test_look_through_refuses_by_name(raw, code):
    assert code_of(raw) == code


def test_look_through_counts_cells_and_sheets():
    seen = look_through(BOOK)
    assert (seen.cells, seen.sheets) == (2 * len(notice_lines()[0]), 1)
    assert not seen.has_formulas
    assert seen.merged == {}


def test_look_through_notes_formulas_and_merged_ranges():
    def change(_, sheet):
        sheet["A3"] = "=A2"
        sheet.merge_cells("B3:C4")

    seen = look_through(workbook(notice_lines(), change=change))
    assert seen.has_formulas
    assert seen.merged == {SHEET: [(3, 4, 1, 2)]}


def test_look_through_counts_lines_without_number_on():
    raw = repacked(BOOK, {SHEET: b'<x><row/><row r="2"/><row r="x"/></x>'})
    assert look_through(raw).cells == 0


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("A1:C3", (1, 3, 0, 2)),
        ("C3:A1", (1, 3, 0, 2)),
        ("$B$2", (2, 2, 1, 1)),
        ("AA10:AB10", (10, 10, 26, 27)),
    ],
)
def test_area_of_reads_a_range(text, area):
    assert area_of(text) == area
