"""A table as an Excel workbook: one sheet to fill in, one that explains its columns.

Responsible for writing workbooks that `xlsx_file` reads. Must not know what stands in the cells.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from node.convert.xlsx_file import EXPLANATION

_TEXT: Final = "@"  # the format of cells that a spreadsheet must not turn into numbers or dates
_WIDEST: Final = 60  # characters of a column
_MADE_AT: Final = datetime(2026, 1, 1)  # noqa: DTZ001 - the same in every file; workbooks know no zone


def write_workbook(rows: Iterable[Sequence[str]], explained: Iterable[Sequence[str]]) -> bytes:
    """Write a workbook of a table and the explanation of its columns; all cells are text."""
    book = Workbook()
    book.properties.created = _MADE_AT
    table = book.active
    table.title = "Table"
    _fill(table, rows, wrap=False)
    _fill(book.create_sheet(EXPLANATION), explained, wrap=True)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(sheet: Any, rows: Iterable[Sequence[str]], *, wrap: bool) -> None:
    widths: dict[int, int] = {}
    for line, cells in enumerate(rows, start=1):
        for column, text in enumerate(cells, start=1):
            if not text:
                continue
            cell = sheet.cell(line, column, text)
            cell.data_type = "s"  # never a formula, whatever the text begins with
            cell.number_format = _TEXT
            cell.alignment = Alignment(wrap_text=wrap, vertical="top")
            cell.font = Font(bold=line == 1)
            widths[column] = min(_WIDEST, max(widths.get(column, 10), len(text) + 2))
    for column, width in widths.items():
        dimension = sheet.column_dimensions[get_column_letter(column)]
        dimension.width = width
        dimension.number_format = _TEXT
    sheet.freeze_panes = "A2"
