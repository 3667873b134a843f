"""An Excel workbook becomes a table: one visible sheet, the values as they were last computed.

Responsible for what the cells of a workbook hold. Must not know what the columns mean, and must not
open an archive that has not been looked through.
"""

import io
import re
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, time
from typing import Any, Final

from openpyxl import load_workbook

from node.convert.archive import LAST_LINE, Area, Contents, look_through, malformed
from node.convert.cell import CellValue, is_filled
from node.convert.conversion import Remark
from node.convert.table import MAX_ROWS, Row, Table, check_bytes, make_table, too_large
from node.errors import CallerError

EXPLANATION: Final = "Columns"  # title of the sheet that explains our templates; it is not read
_MAX_WIDTHS: Final = 10_000_000  # cells a sheet may span, line by line, empty ones included
_ZEROS: Final = re.compile(r"0{2,32}")
_NOT_FORMAT: Final = re.compile(r'\[[^\]]*\]|"[^"]*"|\\.')  # colours, languages and text in a format
_HAS_CLOCK: Final = re.compile(r"[hHsS]")


def read_xlsx(raw: bytes) -> Table:
    """Read the only visible sheet of a workbook that holds anything.

    Raises:
        CallerError: `convert.empty`, `convert.too_large`, `convert.encrypted`, `convert.xls_old`,
            `convert.xlsx_malformed`, `convert.xlsx_hostile`, `convert.sheets_several`.
    """
    check_bytes(raw)
    contents = look_through(raw)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and extensions, of which we need none
            rows, remarks = _read(raw, contents)
    except CallerError:
        raise
    except Exception:  # noqa: BLE001 - openpyxl raises whatever a wrong part makes it trip over
        raise malformed("its parts are not those of an Excel workbook") from None
    return make_table(rows, remarks)


def _read(raw: bytes, contents: Contents) -> tuple[list[Row], tuple[Remark, ...]]:
    sheets = load_workbook(io.BytesIO(raw), read_only=True, data_only=True).worksheets
    hidden = sum(1 for sheet in sheets if sheet.sheet_state != "visible")
    shown = [sheet for sheet in sheets if sheet.sheet_state == "visible" and sheet.title != EXPLANATION]
    held = [(sheet, lines) for sheet in shown if (lines := _lines(sheet))]
    if len(held) != 1:
        raise _no_one_sheet(len(held))
    sheet, lines = held[0]
    formulas = _formulas(raw, sheet.title) if contents.has_formulas else {}
    # The name of its part is not public, and merged cells of other sheets do not matter.
    merged = _covered(contents.merged.get(sheet._worksheet_path, []))  # noqa: SLF001
    rows = [
        _row(line, lines.get(line, {}), formulas.get(line, ()), merged.get(line, ()))
        for line in sorted({*lines, *formulas})
    ]
    text = f"hidden sheets are not read: {hidden}"
    return rows, (Remark("dropped", "the file", "", text),) if hidden else ()


def _no_one_sheet(count: int) -> CallerError:
    if count:
        return CallerError(
            "convert.sheets_several",
            f"{count} visible sheets hold cells; only one can be the table",
            hint="hide or delete the others",
        )
    return CallerError("convert.empty", "no visible sheet holds a table", hint="show the sheet")


def _lines(sheet: Any) -> dict[int, dict[int, Any]]:
    """Give the cells of a sheet that hold anything, by line and place."""
    sheet.reset_dimensions()  # the size a sheet claims may be anything
    found: dict[int, dict[int, Any]] = {}
    seen = 0
    for line, cells in enumerate(sheet.iter_rows(max_row=LAST_LINE), start=1):
        seen += len(cells)
        if seen > _MAX_WIDTHS:
            raise too_large("the cells of a sheet are too far apart")
        held = {
            at: cell for at, cell in enumerate(cells) if cell.data_type in "ef" or is_filled(cell.value)
        }
        if held:
            found[line] = held
        if len(found) > MAX_ROWS + 1:
            raise too_large(f"more than {MAX_ROWS} lines")
    return found


def _formulas(raw: bytes, title: str) -> dict[int, set[int]]:
    """Find the cells that are formulas, whether or not they have a value."""
    sheet = load_workbook(io.BytesIO(raw), read_only=True)[title]
    lines = _lines(sheet)
    return _by_line(
        (line, at) for line in lines for at, cell in lines[line].items() if cell.data_type == "f"
    )


def _covered(areas: list[Area]) -> dict[int, set[int]]:
    """Give the cells of merged areas that go over columns; within one column merging does no harm.

    There the first cell has the value and the others are empty, which goes on with the line above.
    """
    return _by_line(
        (line, at)
        for first, last, left, right in areas
        if left < right
        for line in range(first, last + 1)
        for at in range(left, right + 1)
    )


def _by_line(places: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for line, at in places:
        found.setdefault(line, set()).add(at)
    return found


def _row(line: int, cells: Mapping[int, Any], formulas: Iterable[int], merged: Iterable[int]) -> Row:
    faults = dict.fromkeys(merged, "the cell is merged over columns; fill each by itself")
    values: dict[int, CellValue] = {}
    for at, cell in cells.items():
        if cell.data_type == "e":
            faults[at] = "the cell holds an error of the spreadsheet"
        else:
            values[at] = _value(cell)
    text = "the formula has no value: open the file in a spreadsheet and save it"
    return Row(line, values, faults, {at: text for at in formulas if at not in cells})


def _value(cell: Any) -> CellValue:
    """Give what a cell shows, where its format says more than its value."""
    value: CellValue = cell.value
    form = cell.number_format
    if isinstance(value, datetime) and value.time() == time():
        return value if _HAS_CLOCK.search(_NOT_FORMAT.sub("", form)) else value.date()
    if isinstance(value, int) and not isinstance(value, bool) and _ZEROS.fullmatch(form):
        return str(value).zfill(len(form))  # a code with leading zeros, kept as a number
    return value
