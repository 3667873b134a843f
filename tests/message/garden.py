"""A garden of valid documents: every type, grown from its published schema, the same for each seed.

The schema says what each member may be: every member is sometimes there and sometimes not, every
code is picked, forms and lengths are tried at their edges. What the members must be to each other
is kept by `tending_parts` and `tending_documents`, after the words of the handbook and not by asking
the program under test.
"""

import json
from collections.abc import Iterator
from functools import cache
from random import Random
from typing import Any

from node.message.schema import published_schemas
from tests.message.spelling import luck, writer
from tests.message.tending_documents import DOCUMENTS
from tests.message.tending_parts import PARTS, instant

Schema = dict[str, Any]
Part = dict[str, Any]

_PARTS = 80
"""Objects in one document, as a rule: then only what is required goes on growing."""

_MANY = 1_500
"""Objects in one of the few that test how much fits; still below the size of a document."""


@cache
def schema_of(document_type: str) -> dict[str, Any]:
    """Give the published schema of a type of document."""
    return json.loads(published_schemas()[f"{document_type.replace('/', '.v')}.schema.json"])


def document(document_type: str, seed: str) -> dict[str, Any]:
    """Grow one valid document; the same type and seed give the same one."""
    return Plant(document_type, luck(f"{document_type} {seed}")).grow()


def described(value: dict[str, Any], schema: Schema, parts: Schema) -> Iterator[tuple[Schema, Part]]:
    """Give every object of a document with the schema of its part, the document itself first."""
    yield schema, value
    for name, member in value.items():
        about = schema["properties"][name]
        held = about.get("items", about)
        for each in member if about.get("type") == "array" else [member]:
            if "$ref" in held or "oneOf" in held:
                yield from described(each, _part_of(each, held, parts), parts)


def _part_of(value: Part, held: Schema, parts: Schema) -> Schema:
    """Give the schema of a part; of the several that a member may hold, the one named by `type`."""
    named = [each["$ref"].rpartition("/")[2] for each in held.get("oneOf", [held])]
    if len(named) == 1:
        return parts[named[0]]
    return next(
        parts[name] for name in named if parts[name]["properties"]["type"]["const"] == value["type"]
    )


class Plant:
    """One document while it grows: its schema, its luck, and how much may still be added."""

    def __init__(self, document_type: str, rng: Random) -> None:
        """Draw how lush it becomes: from required members only to everything there is."""
        self.rng = rng
        self._schema = schema_of(document_type)
        self._left = _MANY if rng.random() < 0.005 else _PARTS
        self._lushness = rng.choice((0.0, 0.1, 0.2, 0.4, 0.7, 1.0))

    def grow(self) -> dict[str, Any]:
        """Grow the whole document."""
        return self._object(self._schema)

    def part(self, name: str) -> dict[str, Any]:
        """Grow one part by its name."""
        return self._object(self._schema["$defs"][name])

    def needed(self, part: str, name: str) -> Any:
        """Grow one member that a rule asks for: of a list, one entry at least."""
        holder = self._schema if part == self._schema["title"] else self._schema["$defs"][part]
        member = holder["properties"][name]
        grown = self.value(member)
        return [self.value(member["items"])] if grown == [] else grown

    def value(self, schema: dict[str, Any]) -> Any:
        """Grow whatever a schema describes."""
        if "$ref" in schema:
            return self.part(schema["$ref"].rpartition("/")[2])
        if "oneOf" in schema:
            return self.value(self.rng.choice(schema["oneOf"]))
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self.rng.choice(schema["enum"])
        if schema["type"] == "boolean":
            return self.rng.random() < 0.5
        return getattr(self, f"_{schema['type']}")(schema)

    def has(self) -> bool:
        """Say by luck whether something optional is there."""
        return self._left > 0 and self.rng.random() < self._lushness

    def _object(self, schema: dict[str, Any]) -> dict[str, Any]:
        self._left -= 1
        required = schema.get("required", ())
        grown = {
            name: self.value(member)
            for name, member in schema["properties"].items()
            if name in required or self.has()
        }
        _TEND.get(schema["title"], _leave)(self, grown)
        return grown

    def _array(self, schema: dict[str, Any]) -> list[Any]:
        least, most = schema.get("minItems", 0), schema["maxItems"]
        if self._left <= 0:
            return [self.value(schema["items"]) for _ in range(least)]
        if self.rng.random() < 0.005:  # a full list, of bare entries where they are parts
            return self._full(schema["items"], min(most, max(least, self._left)))
        length = self.rng.choice((least, 1, 1, 2, 3, self.rng.randint(1, 9)))
        return [self.value(schema["items"]) for _ in range(max(least, min(length, most)))]

    def _full(self, schema: dict[str, Any], length: int) -> list[Any]:
        lushness, self._lushness = self._lushness, 0.0
        grown = [self.value(schema) for _ in range(length)]
        self._lushness = lushness
        return grown

    def _string(self, schema: dict[str, Any]) -> str:
        if schema.get("format") == "date-time":
            return instant(self.rng)
        limits = schema.get("minLength", 0), schema.get("maxLength")
        return writer(schema["pattern"], *limits)(self.rng)

    def _integer(self, schema: dict[str, Any]) -> int:
        least, most = schema["minimum"], schema["maximum"]
        small = self.rng.randint(least, min(most, least + 20))
        return self.rng.choice((least, most, small, small, self.rng.randint(least, most)))


def _leave(_plant: Plant, _grown: dict[str, Any]) -> None:
    """Leave a part as it has grown: no rule binds its members."""


_TEND = {**PARTS, **DOCUMENTS}
