"""The columns a table may have: one for each plain member of a document, read from its schema.

Responsible for the path, kind and description of each column, and for finding the column that a
header names. Must not read a table.

A path is the member's names with dots between, and `[]` after each list of parts:
`consignments[].goods[].hs_code`. A list of plain values (`recipients`) is one column.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache, cached_property
from itertools import accumulate
from types import MappingProxyType
from typing import Any, Final

from node.convert.aliases import ALIASES, HEADER_ALIASES
from node.message.document import DOCUMENT_TYPES
from node.message.schema import published_schemas

_NUMBERED: Final = "1, 2, 3 …"  # how the schemas describe a member that numbers the entries of a list
_SPACES: Final = re.compile(r"[\s-]+")


class Kind(Enum):
    """How a cell of a column is read."""

    TEXT = "text"
    INTEGER = "whole number"
    DECIMAL = "number"
    BOOLEAN = "yes or no"
    INSTANT = "date and time"


@dataclass(frozen=True)
class Column:
    """A plain member of a document, wherever it stands.

    Attributes:
        path: as written in a header.
        is_list: several values stand in one cell.
        is_required: in the part that holds it; the part itself may be optional.
        is_always: in every document.
        format: customs notation.
        code_list: name, empty where the values are no codes.
        codes: of a closed list.
    """

    path: str
    kind: Kind
    is_list: bool
    is_required: bool
    is_always: bool
    format: str
    wco_id: str
    meaning: str
    code_list: str
    codes: tuple[str, ...]

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """The member names from the top of the document, `[]` kept after lists of parts."""
        return tuple(self.path.split("."))

    @cached_property
    def lists(self) -> tuple[str, ...]:
        """The paths of the lists around it, outermost first; each ends with `[]`."""
        return tuple(path for path in accumulate(self.steps, "{}.{}".format) if path.endswith("[]"))

    @property
    def is_position(self) -> bool:
        """Whether it numbers the entries of the list around it: 1, 2, 3 …, each once."""
        return self.kind is Kind.INTEGER and _NUMBERED in self.meaning

    @property
    def owner(self) -> str:
        """The path of the innermost list around it; empty at the top of the document."""
        return self.lists[-1] if self.lists else ""


@cache
def columns_of(document_type: str) -> Mapping[str, Column]:
    """Give every column of a type of document by its path, in the order of the schema.

    Raises:
        KeyError: no such type.
    """
    schema = _schemas()[document_type]
    found = _columns(schema, schema["$defs"], "", is_sure=True)
    unique: dict[str, Column] = {}
    for column in found:  # the alternatives of a union share members: the first one counts
        unique.setdefault(column.path, column)
    return MappingProxyType(unique)


def column_named(document_type: str, header: str) -> Column | None:
    """Find the column that a header names by its path or by a short name."""
    name = folded(header)
    names = (_folded_paths(document_type), ALIASES.get(document_type, {}), HEADER_ALIASES)
    path = next((known[name] for known in names if name in known), "")
    return columns_of(document_type).get(path)


def is_known(header: str) -> bool:
    """Say whether a header names a column of any document."""
    return any(column_named(document_type, header) for document_type in DOCUMENT_TYPES)


def folded(header: str) -> str:
    """Bring a header to the form in which headers are compared."""
    return _SPACES.sub("_", header.strip().casefold())


def type_named(text: str) -> str | None:
    """Find the type of document that a person names, with or without its edition."""
    wanted = text.strip().casefold()
    editions = [one for one in DOCUMENT_TYPES if wanted in {one, one.partition("/")[0]}]
    return editions[-1] if editions else None


@cache
def _schemas() -> Mapping[str, dict[str, Any]]:
    read = (json.loads(raw) for raw in published_schemas().values())
    return {schema["properties"]["type"]["const"]: schema for schema in read}


@cache
def _folded_paths(document_type: str) -> Mapping[str, str]:
    return {folded(path): path for path in columns_of(document_type)}


def _columns(
    part: Mapping[str, Any], definitions: Mapping[str, Any], prefix: str, *, is_sure: bool
) -> Iterator[Column]:
    """Give the columns of a part and of the parts inside it."""
    for name, member in part.get("properties", {}).items():
        is_list = member.get("type") == "array"
        is_required = name in part.get("required", ())
        held = member["items"] if is_list else member
        inner = tuple(_parts(held, definitions))
        for one in inner:
            path = f"{prefix}{name}{'[]' if is_list else ''}."
            yield from _columns(one, definitions, path, is_sure=is_sure and is_required)
        if not inner:
            yield Column(
                path=prefix + name,
                kind=_kind(held, member.get("x-format", "")),
                is_list=is_list,
                is_required=is_required,
                is_always=is_sure and is_required,
                format=member.get("x-format", ""),
                wco_id=member.get("x-wco-id", ""),
                meaning=member.get("description", ""),
                code_list=held.get("x-code-list", ""),
                codes=tuple(held.get("enum", ())),
            )


def _parts(member: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Give the parts a member may hold: none for a plain value, several for a union."""
    for one in (member, *member.get("oneOf", ()), *member.get("anyOf", ())):
        if "$ref" in one:
            yield definitions[one["$ref"].rpartition("/")[2]]


def _kind(held: Mapping[str, Any], form: str) -> Kind:
    if held.get("type") == "integer":
        return Kind.INTEGER
    if held.get("type") == "boolean":
        return Kind.BOOLEAN
    if held.get("format") == "date-time":
        return Kind.INSTANT
    # `n..16,6` is a quantity; `n4` and `n..2` are codes whose digits are their spelling.
    return Kind.DECIMAL if form.startswith("n..") and "," in form else Kind.TEXT
