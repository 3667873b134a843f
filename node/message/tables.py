"""The tables of docs/documents.md, generated from the published schemas and the code lists.

Responsible for the parts of the handbook that must never differ from the program. They stand
between markers; the sentences around them are written by hand.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from node.message.schema import CODE_LISTS, published_schemas
from node.reference.codes import CodeList, OpenList

_REGION = re.compile(r"(<!-- begin (?P<name>[a-z-]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)
_HEAD = (
    "| Member | WCO id | Format | Occurs | Code list | Meaning |\n"
    "| --- | --- | --- | --- | --- | --- |\n"
)


def rewritten(handbook: str) -> str:
    """Give the handbook's text with every generated region brought up to date.

    Raises:
        KeyError: a region names no table.
    """
    tables = {"fields": field_tables(), "codes": code_tables()}
    return _REGION.sub(lambda found: f"{found[1]}\n{tables[found['name']]}\n{found[3]}", handbook)


def field_tables() -> str:
    """Write one table for each document and one for each part, in the order they are met."""
    schemas = [json.loads(raw) for raw in published_schemas().values()]
    parts: dict[str, Any] = {}
    for schema in schemas:
        _gather(schema, schema["$defs"], parts)
    documents = {schema["title"]: schema for schema in schemas}
    below = {name: part for name, part in parts.items() if name not in documents}
    return "\n".join(_table(name, schema) for name, schema in {**documents, **below}.items())


def code_tables() -> str:
    """Write one table for each closed list, and one that names the open ones."""
    closed = [codes for codes in CODE_LISTS.values() if isinstance(codes, CodeList)]
    opened = [codes for codes in CODE_LISTS.values() if isinstance(codes, OpenList)]
    return "\n".join([*map(_code_table, closed), _open_table(opened)])


def _code_table(codes: CodeList) -> str:
    rows = "".join(f"| `{code}` | {meaning} |\n" for code, meaning in codes.codes.items())
    return (
        f"### `{codes.name}` ({codes.source}, {codes.version})\n\n"
        f"| Code | Definition |\n| --- | --- |\n{rows}"
    )


def _open_table(lists: list[OpenList]) -> str:
    rows = "".join(f"| `{codes.name}` | {codes.source} | {codes.version} |\n" for codes in lists)
    return f"### Open lists\n\n| List | Source | Loaded |\n| --- | --- | --- |\n{rows}"


def _gather(schema: Mapping[str, Any], definitions: Mapping[str, Any], into: dict[str, Any]) -> None:
    """Collect the parts a schema refers to, depth first."""
    for member in schema["properties"].values():
        for name in _part_names(member):
            if name not in into:
                into[name] = definitions[name]
                _gather(definitions[name], definitions, into)


def _table(name: str, schema: Mapping[str, Any]) -> str:
    about = schema["description"].replace("\n\n", "\n")
    return f"### {name}\n\n{about}\n\n{_HEAD}{''.join(_rows(schema))}"


def _rows(schema: Mapping[str, Any]) -> Iterator[str]:
    required = schema.get("required", ())
    for name, member in schema["properties"].items():
        parts = " or ".join(f"[{part}](#{part.lower()})" for part in _part_names(member))
        cells = (
            f"`{name}`",
            member.get("x-wco-id", ""),
            parts or member["x-format"],
            _occurs(member, is_required=name in required),
            _list_name(member),
            member["description"],
        )
        yield f"| {' | '.join(cells)} |\n"


def _part_names(member: Mapping[str, Any]) -> list[str]:
    """Name the part that a member holds, or the several of which it holds one."""
    held = member.get("items", member)
    return [each["$ref"].rpartition("/")[2] for each in held.get("oneOf", [held]) if "$ref" in each]


def _list_name(member: Mapping[str, Any]) -> str:
    name = member.get("items", member).get("x-code-list", "")
    return f"`{name}`" if name else ""


def _occurs(member: Mapping[str, Any], *, is_required: bool) -> str:
    least = int(is_required)
    if member.get("type") == "array":
        return f"{max(least, member.get('minItems', 0)) if is_required else 0}..{member['maxItems']}"
    return "1" if least else "0..1"
