"""A table becomes documents: lines with the same reference are one.

Responsible for the columns, the grouping of lines, what the options give and the report. Must not
know the format of the file.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from hashlib import sha256
from typing import Final

from node.convert.assembly import Assembly
from node.convert.columns import columns_of, is_known, type_named
from node.convert.completion import fill_in, with_header
from node.convert.conversion import Context, Conversion, Draft, Failure, Remark, judged, place
from node.convert.csv_file import read_csv
from node.convert.heading import Heading
from node.convert.table import Row, Table, letter, place_of
from node.convert.xlsx_file import read_xlsx
from node.errors import CallerError

_NUMBERS: Final = re.compile(r"/\d+(?=/|$)")


def read_csv_table(raw: bytes, context: Context) -> Conversion:
    """Read the documents of a CSV file.

    Raises:
        CallerError: `convert.*`, where nothing of the file can be read.
    """
    return read_table(read_csv(raw), context, digest_of(raw))


def read_xlsx_table(raw: bytes, context: Context) -> Conversion:
    """Read the documents of an Excel workbook.

    Raises:
        CallerError: `convert.*`, where nothing of the file can be read.
    """
    return read_table(read_xlsx(raw), context, digest_of(raw))


def read_table(table: Table, context: Context, digest: str) -> Conversion:
    """Read the documents of a table.

    Args:
        table: the file, as lines of cells.
        context: what the table does not say.
        digest: the same for the same file; part of every invented reference.

    Raises:
        CallerError: `convert.columns_unknown`, `convert.column_twice`, `convert.type_unknown`.
    """
    head = Heading(table.header)
    if not any(map(is_known, table.header)):
        raise CallerError(
            "convert.columns_unknown",
            "no column of the header has the name of a member",
            hint="'sarbon convert --template pre-arrival-notice' gives a header",
        )
    drafts = tuple(
        _draft(head, rows, context, f"{context.prefix}-{digest}-{number}")
        for number, rows in enumerate(head.groups(table.rows), start=1)
    )
    return Conversion(drafts, remarks=(*table.remarks, *head.unknown()))


def digest_of(raw: bytes) -> str:
    """Give twelve characters that are the same for the same file."""
    return sha256(raw).hexdigest()[:12].upper()


def _draft(head: Heading, rows: list[Row], context: Context, invented: str) -> Draft:
    """Make one document of its lines."""
    first, last = rows[0].line, rows[-1].line
    source = f"line {first}" if first == last else f"lines {first} to {last}"
    document_type = _type_of(head, rows, context)
    if isinstance(document_type, Failure):
        return Draft(source, {}, failures=(document_type,))
    columns = head.columns(document_type)
    every = columns_of(document_type)
    assembly = Assembly(columns, head.names, every, context.zone)
    assembly.failures.extend(_misplaced(head, rows))
    for row in rows:
        assembly.add(row)
    assembly.number_entries()
    value, places, header = with_header(assembly.value, context.header(document_type, invented))
    places |= assembly.places
    bare = Draft(source, value, places=places)
    filled = (
        Remark("defaulted", place(bare, pointer), pointer, text)
        for pointer, text in fill_in(value, every)
    )
    remarks = (*header, *assembly.remarks, *filled, *_not_of_type(head, rows, document_type))
    draft = judged(replace(bare, remarks=remarks), context.lists)
    found = [one for one in draft.failures if not _follows(one.pointer, assembly.unread)]
    located = map(partial(_located, head, document_type), found)
    return replace(draft, failures=(*assembly.failures, *located))


def _follows(pointer: str, unread: set[str]) -> bool:
    """Say whether a fault only comes from a cell that could not be read, and was named already."""
    path = _path(pointer)
    return any(one == path or one.startswith((f"{path}.", f"{path}[]")) for one in unread)


def _path(pointer: str) -> str:
    """Give the path of the column that a pointer leads to."""
    return _NUMBERS.sub("[]", pointer).removeprefix("/").replace("/", ".").replace(".[]", "[]")


def _type_of(head: Heading, rows: list[Row], context: Context) -> str | Failure:
    """Tell the type of a document: its own cells say it, or an option, or the columns.

    Raises:
        CallerError: `convert.type_unknown`, where nothing says it.
    """
    found = ""
    at = head.type_place
    for row in rows if at is not None else ():
        cell = row.cells.get(at or 0)
        if cell is None:
            continue
        source = place_of(row.line, at or 0, head.names[at or 0])
        named = type_named(str(cell))
        if named is None:
            return Failure(source, "/type", "convert.type_unknown", "there is no such type of document")
        if found and named != found:
            return Failure(source, "/type", "convert.differs", "one document is of one type")
        found = named
    found = found or type_named(context.document_type) or head.likely_type
    if not found:
        raise CallerError(
            "convert.type_unknown",
            "the columns do not tell which document it is",
            hint="add a column type, or name it with --type",
        )
    return found


def _misplaced(head: Heading, rows: list[Row]) -> Iterator[Failure]:
    """Name the cells that stand under no column, and a first line without reference."""
    at = head.reference_place
    if at is not None and at not in rows[0].cells:
        source = place_of(rows[0].line, at, head.names[at])
        yield Failure(source, "/reference", "convert.reference_absent", "no line above has a reference")
    for row in rows:
        beyond = [one for one in (*row.cells, *row.faults) if one >= len(head.names)]
        if beyond:
            text = "there are more cells than columns; a separator inside a cell needs quotes"
            yield Failure(place_of(row.line, min(beyond)), "", "convert.line_long", text)


def _not_of_type(head: Heading, rows: list[Row], document_type: str) -> Iterator[Remark]:
    """Name the filled cells whose column is a member of other documents only, once a column."""
    columns = head.columns(document_type)
    for at, name in enumerate(head.names):
        if at in columns or at == head.type_place or not is_known(name):
            continue
        line = next((row.line for row in rows if at in row.cells), None)
        if line is not None:
            text = f"{document_type} has no such member"
            yield Remark("dropped", place_of(line, at, name), "", text)


def _located(head: Heading, document_type: str, failure: Failure) -> Failure:
    """Name the column of a member that is absent, where its failure only names the lines."""
    if not failure.source.startswith("line") or "column" in failure.source or not failure.pointer:
        return failure
    path = _path(failure.pointer)
    columns = head.columns(document_type)
    at = next((one for one, column in columns.items() if column.path == path), None)
    if at is not None:
        where = f"column {letter(at)} {head.names[at]}"
    else:
        is_held = any(column.path.startswith((f"{path}.", f"{path}[]")) for column in columns.values())
        where = f"columns of {path}" if is_held else f"no column for {path}"
    return replace(failure, source=f"{failure.source}, {where}")
