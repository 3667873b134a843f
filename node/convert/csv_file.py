"""A CSV file becomes a table, whatever program and country it comes from.

Responsible for the encoding, the separator and the quotes. Must not know what the columns mean,
beyond which separator makes known columns of the header.
"""

import csv
import io
from itertools import pairwise
from typing import Final

from node.convert.cell import is_filled
from node.convert.columns import is_known
from node.convert.conversion import Remark
from node.convert.table import MAX_COLUMNS, MAX_ROWS, Row, Table, check_bytes, make_table, too_large
from node.errors import CallerError

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_ASCII: Final = 0x7F
_SEPARATORS: Final = (",", ";", "\t")
_HINT: Final = "save it as CSV in UTF-8"


def read_csv(raw: bytes) -> Table:
    """Read a CSV file.

    Raises:
        CallerError: `convert.empty`, `convert.too_large`, `convert.encoding`, `convert.nul`,
            `convert.csv_malformed`.
    """
    check_bytes(raw)
    text, remarks = decode(raw)
    separator, text, skipped = _separated(text)
    return make_table(_rows(text, separator, skipped), remarks)


def decode(raw: bytes) -> tuple[str, tuple[Remark, ...]]:
    """Find the encoding of a text: by its mark, as UTF-8, by its zeros, or by its letters.

    Raises:
        CallerError: `convert.encoding`, `convert.nul`.
    """
    encoding = _encoding(raw)
    remarks: tuple[Remark, ...] = ()
    if encoding.startswith("windows"):
        remarks = (Remark("doubtful", "the file", "", f"not UTF-8: read as {encoding}"),)
    try:
        text = raw.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise CallerError("convert.encoding", f"it is not {encoding} throughout", hint=_HINT) from None
    if "\0" in text:
        raise CallerError("convert.nul", "there are zero bytes in the text", hint=_HINT)
    return text, remarks


def header_of(text: str) -> list[str]:
    """Give the header as its likeliest separator parts it; empty where there is none."""
    separator, text, _ = _separated(text)
    return _header(text, separator)


def _encoding(raw: bytes) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return encoding
    start = raw[:512]
    # Every second byte of plain text in UTF-16 is zero: which one says the order of the bytes.
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if len(start) > 1 and start[first::2].count(0) > len(start) // 4 > start[1 - first :: 2].count(
            0
        ):
            return encoding
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return _code_page(raw)
    return "utf-8"


def _code_page(raw: bytes) -> str:
    """Tell Cyrillic from Turkish: Cyrillic words have their high bytes side by side."""
    high = [place for place, byte in enumerate(raw) if byte > _ASCII]
    beside = sum(1 for one, next_ in pairwise(high) if next_ == one + 1)
    return "windows-1251" if 2 * beside > len(high) else "windows-1254"


def _separated(text: str) -> tuple[str, str, int]:
    """Choose the separator, and drop a line `sep=;` that Excel writes above the header."""
    first, end, rest = text.partition("\n")
    if first.rstrip("\r").startswith("sep=") and len(first.rstrip("\r")) == len("sep=;"):
        return first[4], rest, len(end)
    known = {one: sum(map(is_known, _header(text, one))) for one in _SEPARATORS}
    return max(_SEPARATORS, key=lambda one: known[one]), text, 0


def _header(text: str, separator: str) -> list[str]:
    try:
        for cells in csv.reader(io.StringIO(text[:262_144], newline=""), delimiter=separator):
            if any(map(is_filled, cells)):
                return cells[: MAX_COLUMNS + 1]
    except csv.Error:
        pass  # the reading itself will say what is wrong
    return []


def _rows(text: str, separator: str, skipped: int) -> list[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Row] = []
    line = 1
    try:
        for cells in reader:
            found = {place: cell for place, cell in enumerate(cells) if is_filled(cell)}
            if found:
                rows.append(Row(line + skipped, found))
            if len(rows) > MAX_ROWS + 1:
                raise too_large(f"more than {MAX_ROWS} lines")
            line = reader.line_num + 1
    except csv.Error:
        raise CallerError(
            "convert.csv_malformed",
            f"a quote is not closed, or text follows one, from line {line + skipped} on",
            hint='a quote inside a quoted cell is written twice: ""',
        ) from None
    return rows
