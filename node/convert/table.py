"""A table: a header and lines of cells, as any kind of file gives them.

Responsible for the values between a file and its documents, and for the limits of a table. Must not
know the format of the file nor any member of a document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from node.convert.cell import CellValue, is_filled
from node.convert.conversion import Remark
from node.errors import CallerError

MAX_TABLE_BYTES: Final = 16 * 1_048_576  # 16 MiB, a file as it comes
MAX_ROWS: Final = 20_000  # lines below the header
MAX_COLUMNS: Final = 1_000  # the widest document has about half of that


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table with the cells that say something.

    Attributes:
        line: counted from 1 as the program that wrote the file shows it.
        cells: by place of the column, from 0.
        faults: why a cell cannot be used, by place of the column.
        doubts: why a cell is empty that should not be, by place of the column.
    """

    line: int
    cells: Mapping[int, CellValue]
    faults: Mapping[int, str] = field(default_factory=dict)
    doubts: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """A header and the lines below it that say something.

    Attributes:
        header: the text at the head of each column, empty where there is none.
        remarks: about the file as a whole.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    remarks: tuple[Remark, ...] = ()


def letter(place: int) -> str:
    """Name a column as spreadsheets do: A to Z, AA, AB …; the first is 0."""
    name = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def place_of(line: int, column: int, name: str = "") -> str:
    """Say where a cell is, for a person: line, letter and, where it is known, name of the column."""
    return f"line {line}, column {letter(column)}{f' {name}' if name else ''}"


def check_bytes(raw: bytes) -> None:
    """Refuse a file that is empty or too large.

    Raises:
        CallerError: `convert.empty`, `convert.too_large`.
    """
    if not raw.strip():
        raise CallerError("convert.empty", "there is nothing in the file", hint="look at it again")
    if len(raw) > MAX_TABLE_BYTES:
        raise too_large(f"{len(raw)} bytes, at most {MAX_TABLE_BYTES} are read")


def make_table(lines: list[Row], remarks: tuple[Remark, ...] = ()) -> Table:
    """Make a table of lines; the first that says something is the header.

    Raises:
        CallerError: `convert.empty`, `convert.too_large`.
    """
    filled = [
        row for row in lines if row.faults or row.doubts or any(map(is_filled, row.cells.values()))
    ]
    if not filled:
        raise CallerError(
            "convert.empty", "there is no header", hint="'sarbon convert --template' gives one"
        )
    head, *rows = filled
    width = 1 + max((*head.cells, *head.faults, *head.doubts))
    if width > MAX_COLUMNS:
        raise too_large(f"{width} columns, at most {MAX_COLUMNS} are read")
    if len(rows) > MAX_ROWS:
        raise too_large(f"{len(rows)} lines, at most {MAX_ROWS} are read")
    return Table(
        tuple(str(head.cells.get(place, "")).strip() for place in range(width)), tuple(rows), remarks
    )


def too_large(fact: str) -> CallerError:
    """Make the error of a file beyond a limit."""
    return CallerError("convert.too_large", fact, hint="split it into several files")
