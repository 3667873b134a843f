"""Watch items as somebody writes them: one in JSON, or many in a table of identifiers.

Responsible for the faults of one item, and for the place of each kind of identifier in an item. Must not
keep anything.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import ValidationError

from node.canonical import parse_strict
from node.errors import CallerError, PeerError, Refusal
from node.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH
from node.matching.keys import keys_of
from node.matching.watch import WatchItem, watch_faults
from node.message.faults import Fault, faults_of

COLUMNS: Final = (
    "id",
    "kind",
    "value",
    "number",
    "country",
    "valid_from",
    "valid_until",
    "reason",
    "reason_text",
    "unit",
    "test",
)
"""Columns of a table, in any order; `value` is the name of a company, `number` its tax number."""

MOST_LINES: Final = 2000  # of a table taken in at once

_PLAIN: Final = ("valid_from", "valid_until", "reason", "reason_text", "unit")
_YES: Final = frozenset({"true", "yes", "1"})
_NO: Final = frozenset({"", "false", "no", "0"})

Members = dict[str, Any]
Row = Mapping[str, str]
Place = Callable[[Row], Members]


def _means(kind: str) -> Place:
    def place(row: Row) -> Members:
        means = {"identification": _value(row), "identification_type": kind}
        country = row.get("country")
        return {"passive_means": [means | ({"nationality": country} if country else {})]}

    return place


def _box(scheme: str) -> Place:
    return lambda row: {"equipment": [{"identification": _value(row), "identification_scheme": scheme}]}


def _listed(name: str) -> Place:
    return lambda row: {name: [_value(row)]}


def _ship(row: Row) -> Members:
    return {"active_means": {"identification": _value(row), "identification_type": "10"}}


def _document(row: Row) -> Members:
    return {"transport_documents": [{"number": _value(row), "type": "N730"}]}


def _company(row: Row) -> Members:
    organisation: Members = {"name": _value(row)}
    if row.get("number"):
        organisation["identification"] = row["number"]
    if row.get("country"):
        organisation["address"] = {"city": "-", "country": row["country"]}
    who = {"type_of_person": "2", "organisation": organisation}
    return {"parties": [{"role": "ZZ", "party": who}]}


def _value(row: Row) -> str:
    return row.get("value", "")


KINDS: Final[Mapping[str, Place]] = MappingProxyType(
    {
        "container": _box("iso6346"),
        "loading-unit": _box("ilu"),
        "wagon": _means("20"),
        "truck": _means("30"),
        "trailer": _means("31"),
        "ship": _ship,
        "transport-document": _document,
        "ucr": _listed("ucrs"),
        "mrn": _listed("declaration_mrns"),
        "declaration": _listed("declarations"),
        "tir": _listed("tir_carnets"),
        "company": _company,
    }
)
"""Kind of an identifier in a table to the members of the subject that say it."""


def read_watch_item(raw: bytes) -> WatchItem:
    """Read one item.

    Raises:
        CallerError: `watch.malformed` for what is not strict JSON, `watch.invalid` for the first rule
            broken, with the pointer, or `watch.thin` if nothing could ever be found by it.
    """
    try:
        parse_strict(
            raw,
            max_bytes=MAX_DOCUMENT_BYTES,
            max_depth=MAX_DOCUMENT_DEPTH,
            code=Refusal.DOCUMENT_MALFORMED,
        )
        item = WatchItem.model_validate_json(raw)
    except PeerError as error:
        raise CallerError(
            "watch.malformed", error.message, hint="one JSON object: docs/matching.md shows one"
        ) from None
    except ValidationError as error:
        raise _invalid(next(faults_of(error))) from None  # the cause would quote the item
    for fault in watch_faults(item):
        raise _invalid(fault)
    if "/" in item.id:
        raise _invalid(Fault("/id", "value.form", "no slash: the id stands in a path"))
    if not keys_of(item):
        raise CallerError(
            "watch.thin",
            "nothing could be found by this: a short or common name and no number",
            hint="add a number of the party, or an identifier of the cargo",
            pointer="/subject",
        )
    return item


def read_watch_table(raw: bytes) -> list[tuple[int, Row]]:
    """Read the lines of a table in CSV: the number of each, and its cells by column.

    Raises:
        CallerError: `watch.table`.
    """
    try:
        reader = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        header = [name.strip().lower() for name in next(reader, [])]
        lines = [(reader.line_num, cells) for cells in reader if any(cells)]
    except (UnicodeDecodeError, csv.Error):
        raise _table("it is no CSV in UTF-8") from None
    if not header or not set(header) <= set(COLUMNS) or len(set(header)) != len(header):
        raise _table("the first line does not name the columns, each once")
    if len(lines) > MOST_LINES:
        raise _table(f"at most {MOST_LINES} lines at once")
    return [
        (number, dict(zip(header, (cell.strip() for cell in cells), strict=False)))
        for number, cells in lines
    ]


def item_of_row(row: Row) -> WatchItem:
    """Read the item that a row of a table stands for.

    Args:
        row: cells by column; columns that are not there count as empty.

    Raises:
        CallerError: `watch.kind`, or as `read_watch_item`; the pointer leads into the item.
    """
    kind, test = row.get("kind", ""), row.get("test", "").lower()
    if kind not in KINDS:
        raise CallerError("watch.kind", "no such kind", hint=f"one of {', '.join(KINDS)}")
    if test not in _YES | _NO:
        raise _invalid(Fault("/test", "value.type", "expected true or false"))
    members: Members = {name: row[name] for name in _PLAIN if row.get(name)}
    members["id"] = row.get("id", "")
    members["subject"] = KINDS[kind](row)
    if test in _YES:
        members["test"] = True
    return read_watch_item(json.dumps(members).encode())


def _invalid(fault: Fault) -> CallerError:
    return CallerError(
        "watch.invalid",
        f"{fault.code}: {fault.text}",
        hint="docs/matching.md, The watch list",
        pointer=fault.pointer,
    )


def _table(fact: str) -> CallerError:
    return CallerError("watch.table", fact, hint=f"columns: {', '.join(COLUMNS)}")
