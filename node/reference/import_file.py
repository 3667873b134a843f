"""Published code lists as CSV: bytes in, the entries of one edition out, or one error and nothing.

Responsible for the layouts in which lists are published, and for refusing a file as a whole when
anything in it is not what the list needs: half a list would raise doubts about half the world.
Must not open files, and must not repeat a cell in an error: it names the line.

Source: UNECE, UN/LOCODE as CSV (12 columns without a head); its copy `datasets/un-locode` (with
one); `datasets/harmonized-system`. Every other list: code, name, and the days it is valid.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from typing import Final

from node.errors import CallerError
from node.reference.codes import OpenList
from node.reference.editions import Entry
from node.reference.forms import FORMS

MAX_FILE_BYTES: Final = 67_108_864  # 64 MiB; UN/LOCODE, the largest published list, has 7
MAX_ENTRIES: Final = 500_000  # four times UN/LOCODE
MAX_NAME_CHARACTERS: Final = 2_000  # the longest words of the HS have 900
ENCODINGS: Final = ("utf-8", "utf-16", "windows-1251", "windows-1252", "iso-8859-1")

_FAULTS_SHOWN = 5
_DELIMITERS = ",;\t"
_LOCODE_COLUMNS = 12
_UTF_8_MARK = "\ufeff"

Row = Sequence[str]


class _RowError(Exception):
    """What is wrong with one row, in words."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the rows of a file are written: the width, and what one row says (None: it is no code)."""

    width: int
    read: Callable[[Row], Entry | None]
    has_head: bool = True
    may_repeat: bool = False  # the same code again is another name of it, as in UN/LOCODE


@dataclass(frozen=True, slots=True)
class ListFile:
    """What a file held.

    Attributes:
        entries: sorted by code.
        skipped: rows that are no codes: countries and cross references, totals.
    """

    entries: tuple[Entry, ...]
    skipped: int


def read_list(raw: bytes, codes: OpenList, *, encoding: str = "utf-8") -> ListFile:
    """Read the file of one edition of a list.

    Raises:
        CallerError: `codes.oversize`, `codes.encoding`, `codes.columns`, `codes.row`,
            `codes.conflict` or `codes.empty`; each names the lines at fault.
    """
    if len(raw) > MAX_FILE_BYTES:
        raise oversize(MAX_FILE_BYTES)
    text = _text(raw, encoding)
    delimiter, layout = _layout(text, codes)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    faults: list[str] = []
    found: dict[str, tuple[int, Entry]] = {}
    skipped = 0
    for line, entry in _entries(rows, layout, re.compile(codes.shape), faults):
        if entry is None:
            skipped += 1
        elif entry.code not in found:
            found[entry.code] = line, entry
        else:
            found[entry.code] = found[entry.code][0], _joined(found[entry.code], line, entry, layout)
        if len(found) > MAX_ENTRIES:
            raise oversize(MAX_ENTRIES, "codes")
    if faults:
        raise _row_error(faults)
    if not found:
        raise CallerError("codes.empty", "there is no code in the file", hint="check what was saved")
    return ListFile(tuple(found[code][1] for code in sorted(found)), skipped)


def oversize(limit: int, unit: str = "bytes") -> CallerError:
    """Make the error for a file beyond what any list needs."""
    return CallerError(
        "codes.oversize", f"more than {limit} {unit}", hint="no published list is as large as that"
    )


def _text(raw: bytes, encoding: str) -> str:
    try:
        text = raw.decode(encoding).removeprefix(_UTF_8_MARK)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise _not_text(f"line {line}: not {encoding}") from None
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise _not_text(f"line {line}: a NUL character")
    return text


def _not_text(fact: str) -> CallerError:
    return CallerError(
        "codes.encoding", fact, hint=f"name the file's encoding: --encoding {', '.join(ENCODINGS)}"
    )


def _layout(text: str, codes: OpenList) -> tuple[str, _Layout]:
    """Find the layout by the first row, and with it the character between columns."""
    first = text.partition("\n")[0].rstrip("\r")
    for delimiter in _DELIMITERS:
        try:
            row = next(csv.reader([first], delimiter=delimiter), [])
        except csv.Error:  # a line beyond any head
            continue
        layout = _layout_of([cell.strip().lower() for cell in row], codes)
        if layout is not None:
            return delimiter, layout
    if not text.strip():
        raise CallerError("codes.empty", "the file is empty", hint="check what was saved")
    raise CallerError(
        "codes.columns",
        "line 1: not the columns of this list",
        hint=f"the first line must be {_EXPECTED.get(codes.name, _GENERIC)}",
    )


def _layout_of(cells: Row, codes: OpenList) -> _Layout | None:
    if codes.name == "hs" and list(cells) == _HS:
        return _Layout(len(_HS), _harmonized)
    if codes.name == "un-locode" and len(cells) == _LOCODE_COLUMNS:
        if list(cells[:5]) == _LOCODE:
            return _Layout(_LOCODE_COLUMNS, _place, may_repeat=True)
        if re.fullmatch("[a-z]{2}", cells[1]):
            return _Layout(_LOCODE_COLUMNS, _place, has_head=False, may_repeat=True)
    if list(cells) in (_CODES, [*_CODES, *_DAYS]):
        return _Layout(len(cells), _plain)
    return None


_HS = ["section", "hscode", "description", "parent", "level"]
_LOCODE = ["change", "country", "location", "name", "namewodiacritics"]
_CODES = ["code", "name"]
_DAYS = ["valid_from", "valid_until"]
_GENERIC = "code,name or code,name,valid_from,valid_until"
_EXPECTED: Mapping[str, str] = {
    "hs": f"{','.join(_HS)} or {_GENERIC}",
    "un-locode": f"{','.join(_LOCODE)} and 7 more, or 12 cells without a head, or {_GENERIC}",
}


def _entries(
    rows: Iterator[list[str]], layout: _Layout, shape: re.Pattern[str], faults: list[str]
) -> Iterator[tuple[int, Entry | None]]:
    """Give the entry of each row with its line; what is wrong with a row goes to the faults."""
    numbered = islice(_numbered(rows), int(layout.has_head), None)
    for line, row in numbered:
        if not any(cell.strip() for cell in row):
            continue
        try:
            yield line, _entry(row, layout, shape)
        except _RowError as error:
            faults.append(f"line {line}: {error}")
            if len(faults) > _FAULTS_SHOWN:  # of a file that is something else, there may be millions
                return


def _numbered(rows: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Number the rows by the line they begin on; cells of several lines are allowed."""
    begin = 1
    try:
        for row in rows:
            yield begin, row
            begin = rows.line_num + 1  # type: ignore[attr-defined]  # of csv.reader, whose type is private
    except csv.Error:
        raise _row_error([f"line {begin}: quotes that do not close, or a cell without end"]) from None


def _entry(row: Row, layout: _Layout, shape: re.Pattern[str]) -> Entry | None:
    if len(row) != layout.width:
        raise _RowError(f"{len(row)} columns instead of {layout.width}")
    entry = layout.read([" ".join(cell.split()) for cell in row])
    if entry is None:
        return None
    if shape.fullmatch(entry.code) is None:
        raise _RowError(f"the code is not {FORMS.get(shape.pattern, 'of the form')}")
    if not entry.name:
        raise _RowError("no name")
    if len(entry.name) > MAX_NAME_CHARACTERS or not entry.name.isprintable():
        raise _RowError("the name is too long, or has characters that cannot be shown")
    return entry


def _plain(row: Row) -> Entry:
    begins, ends = (_day(cell) for cell in (*row[2:], "", "")[:2])
    if begins is not None and ends is not None and ends < begins:
        raise _RowError("valid_until is before valid_from")
    return Entry(row[0], row[1], begins, ends)


def _day(cell: str) -> date | None:
    if not cell:
        return None
    if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", cell) is None:
        raise _RowError("a day is not written YYYY-MM-DD")
    try:
        return date.fromisoformat(cell)
    except ValueError:
        raise _RowError("there is no such day") from None


def _harmonized(row: Row) -> Entry | None:
    section, code, words, *_ = row
    return None if section == "TOTAL" else Entry(code, words)  # totals and "not specified": no HS codes


def _place(row: Row) -> Entry | None:
    country, location, name = row[1:4]
    return Entry(country + location, name) if location else None  # a country's name, a cross reference


def _joined(before: tuple[int, Entry], line: int, entry: Entry, layout: _Layout) -> Entry:
    """Give the entry for a code met again.

    Raises:
        CallerError: `codes.conflict`, when that is no other name of the same place.
    """
    first, known = before
    if known == entry:
        return known
    if layout.may_repeat:
        names = known.name.split(" / ")
        return known if entry.name in names else replace(known, name=" / ".join([*names, entry.name]))
    raise CallerError(
        "codes.conflict",
        f"lines {first} and {line} say different things of one code",
        hint="ask the publisher of the list which of them holds",
    )


def _row_error(faults: Sequence[str]) -> CallerError:
    more = "; and more" if len(faults) > _FAULTS_SHOWN else ""
    return CallerError(
        "codes.row",
        "; ".join(faults[:_FAULTS_SHOWN]) + more,
        hint="nothing was loaded; a spreadsheet may have dropped leading zeros",
    )
