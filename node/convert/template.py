"""Tables to be filled in: the header of a document, examples laid out in lines, each column explained.

Responsible for writing what `table_reader` reads. Must not know the format of a file beyond CSV.
"""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any, Final

from node.convert.aliases import ALIASES, HEADER_ALIASES
from node.convert.cell import join_list
from node.convert.columns import Column, Kind, columns_of
from node.message.document import DOCUMENT_TYPES
from node.message.schema import CODE_LISTS
from node.reference.codes import CodeList

EXPLAINED: Final = (
    "Column",
    "Short name",
    "Meaning",
    "Required",
    "Filled with",
    "Format",
    "WCO id",
    "Code list",
    "Codes",
)
_EXAMPLES: Final = ("minimum", "full")


def published_templates(examples: Mapping[str, bytes]) -> dict[str, bytes]:
    """Give each template file by name: an empty one for every document, and a filled one.

    Args:
        examples: published examples by file name; those that end with `-minimum.json` and
            `-full.json` are laid out.
    """
    files: dict[str, bytes] = {}
    for document_type in DOCUMENT_TYPES:
        name = document_type.partition("/")[0]
        files[f"{name}.csv"] = written(template_rows(document_type))
        shown = [
            document
            for end in _EXAMPLES
            for file, raw in sorted(examples.items())
            if file.endswith(f"-{end}.json") and (document := json.loads(raw))["type"] == document_type
        ]
        if shown:
            files[f"{name}-filled.csv"] = written(filled_rows(document_type, shown))
    return files


def template_rows(document_type: str) -> list[list[str]]:
    """Give the header with every column of a document."""
    return [list(columns_of(document_type))]


def filled_rows(document_type: str, documents: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Lay out documents of one type, below a header with the columns that they use."""
    columns = columns_of(document_type)
    lines = [line for document in documents for line in laid_out(columns, document)]
    header = [path for path in columns if any(path in line for line in lines)]
    return [header, *([line.get(path, "") for path in header] for line in lines)]


def laid_out(columns: Mapping[str, Column], document: Mapping[str, Any]) -> list[dict[str, str]]:
    """Lay a document out in lines of cells by path; lists beside each other share the lines."""
    lines = _lines(columns, "", document)
    return [{"reference": document["reference"]} | line for line in lines]


def explained_rows(document_type: str) -> list[list[str]]:
    """Give a line for each column: its short name, meaning, format, WCO id and codes."""
    names = {**HEADER_ALIASES, **ALIASES.get(document_type, {})}
    short = {path: name for name, path in reversed(names.items())}
    return [
        list(EXPLAINED),
        *(_explained(column, short.get(path, "")) for path, column in columns_of(document_type).items()),
    ]


def written(rows: Iterable[Sequence[str]]) -> bytes:
    """Write lines as CSV that every spreadsheet opens: UTF-8 with its mark, CRLF."""
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows(rows)
    return stream.getvalue().encode("utf-8-sig")


def _lines(columns: Mapping[str, Column], owner: str, part: Mapping[str, Any]) -> list[dict[str, str]]:
    own = {
        path: _cell(value)
        for path, column in columns.items()
        if column.owner == owner and (value := _found(part, path.removeprefix(f"{owner}."))) is not None
    }
    blocks = [[own]]
    for inner in dict.fromkeys(path for column in columns.values() for path in column.lists):
        above, mark, _ = inner.removesuffix("[]").rpartition("[]")
        if above + mark == owner:
            entries = _found(part, inner.removesuffix("[]").removeprefix(f"{owner}.")) or ()
            blocks.append([line for entry in entries for line in _lines(columns, inner, entry)])
    return [
        {path: cell for line in beside for path, cell in line.items()}
        for beside in zip_longest(*blocks, fillvalue={})
    ]


def _found(part: Any, path: str) -> Any:
    """Follow the steps of a path that has no list in it; None where it leads nowhere."""
    for step in path.split("."):
        part = part.get(step) if isinstance(part, Mapping) else None
    return part


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return join_list([_cell(one) for one in value])
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _explained(column: Column, short: str) -> list[str]:
    required = "always" if column.is_always else "with its part" if column.is_required else ""
    several = "; ".join(_kinds(column))
    list_, codes = _code_list(column)
    return [
        column.path,
        short,
        column.meaning,
        required,
        several,
        column.format,
        column.wco_id,
        list_,
        codes,
    ]


def _kinds(column: Column) -> Iterator[str]:
    yield column.kind.value
    if column.kind is Kind.INSTANT:
        yield "2026-11-24 06:00"
    if column.is_list:
        yield "several, with ; between them"


def _code_list(column: Column) -> tuple[str, str]:
    codes = CODE_LISTS.get(column.code_list)
    if codes is None:
        return "", ""
    title = f"{codes.name} ({codes.source}, {codes.version})"
    if not isinstance(codes, CodeList):
        return title, "open list: other codes are taken too"
    return title, "; ".join(f"{code} = {meaning}" for code, meaning in codes.codes.items())
