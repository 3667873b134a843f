"""The published JSON Schemas, generated from the models and never edited by hand.

Responsible for the bytes of `schemas/*.schema.json`. A schema says what each member may be by
itself; the rules between members are listed in docs/documents.md and asked by `read_document`.

Beyond the standard words a schema carries `x-wco-id` (WCO Data Model), `x-format` (customs
notation), `x-code-list` and, at its top, `x-code-lists` with every code and its definition.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from node.message.document import DOCUMENT_TYPES
from node.reference import (
    cargo_codes,
    codes,
    dangerous_goods,
    harmonized,
    offices,
    outcome_codes,
    places,
    request_codes,
    risk_codes,
    statistics_codes,
)
from node.reference.codes import CodeList, OpenList

CODE_LISTS: Mapping[str, CodeList | OpenList] = {
    member.name: member
    for module in (
        codes,
        cargo_codes,
        risk_codes,
        outcome_codes,
        request_codes,
        statistics_codes,
        places,
        offices,
        harmonized,
        dangerous_goods,
    )
    for member in vars(module).values()
    if isinstance(member, CodeList | OpenList)
}
"""Every code list by name."""


def published_schemas() -> dict[str, bytes]:
    """Give each schema file by name: JSON Schema 2020-12, indented, the same bytes every time."""
    return {
        f"{name}.v{edition}.schema.json": _written(_schema(f"{name}/{edition}"))
        for name, edition in (type_.split("/") for type_ in DOCUMENT_TYPES)
    }


def _schema(document_type: str) -> dict[str, Any]:
    generated = DOCUMENT_TYPES[document_type].model_json_schema()
    _drop_nulls(generated)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:sarbon:document:{document_type.replace('/', ':')}",
        **{word: generated.pop(word) for word in ("title", "description")},
        **generated,
        "x-code-lists": {name: _list(CODE_LISTS[name]) for name in sorted(set(_named(generated)))},
    }


def _list(codes_: CodeList | OpenList) -> dict[str, Any]:
    about = {"version": codes_.version, "source": codes_.source}
    if isinstance(codes_, OpenList):  # large: named, not copied
        return {**about, "open": True}
    return {**about, "codes": dict(codes_.codes)}


def _drop_nulls(schema: Any) -> None:
    """Remove `default: null`: an optional member is left out, never null."""
    if isinstance(schema, dict):
        if schema.get("default", ...) is None:
            del schema["default"]
        for member in schema.values():
            _drop_nulls(member)
    elif isinstance(schema, list):
        for member in schema:
            _drop_nulls(member)


def _named(schema: Any) -> Iterator[str]:
    """Give the names of the code lists used anywhere in a schema, with repetitions."""
    if isinstance(schema, dict):
        if "x-code-list" in schema:
            yield schema["x-code-list"]
        for member in schema.values():
            yield from _named(member)
    elif isinstance(schema, list):
        for member in schema:
            yield from _named(member)


def _written(schema: dict[str, Any]) -> bytes:
    return (json.dumps(schema, indent=2) + "\n").encode("ascii")
