"""A garden of valid documents: every type, grown from its published schema, the same for each seed.

The schema says what each member may be: every member is sometimes there and sometimes not, every
code is picked, forms and lengths are tried at their edges. What the members must be to each other
is kept by `tending_parts` and `tending_documents`, in the words of the handbook and not by asking the program under test.
"""

import json
from functools import cache
from random import Random
from typing import Any

from node.message.schema import published_schemas
from tests.message.spelling import writer
from tests.message.tending_documents import DOCUMENTS
from tests.message.tending_parts import PARTS, instant

_PARTS = 250
"""Objects in one document, as a rule: then only what is required goes on growing."""

_MANY = 3_000
"""Objects in one of the few that test how much fits; still below the size of a document."""


@cache
def schema_of(document_type: str) -> dict[str, Any]:
    """Give the published schema of a type of document."""
    return json.loads(published_schemas()[f"{document_type.replace('/', '.v')}.schema.json"])


def document(document_type: str, seed: str) -> dict[str, Any]:
    """Grow one valid document; the same type and seed give the same one."""
    return Plant(document_type, Random(f"{document_type} {seed}")).grow()  # noqa: S311 - repeatable


class Plant:
    """One document while it grows: its schema, its luck, and how much may still be added."""

    def __init__(self, document_type: str, rng: Random) -> None:
        """Draw how lush it becomes: from required members only to everything there is."""
        self.rng = rng
        self._schema = schema_of(document_type)
        self._left = _MANY if rng.random() < 0.01 else _PARTS
        self._lushness = rng.choice((0.0, 0.1, 0.3, 0.5, 0.8, 1.0))

    def grow(self) -> dict[str, Any]:
        """Grow the whole document."""
        return self._object(self._schema)

    def part(self, name: str) -> dict[str, Any]:
        """Grow one part by its name."""
        return self._object(self._schema["$defs"][name])

    def member(self, part: str, name: str) -> Any:
        """Grow one member of a part, or of the document itself."""
        holder = self._schema if part == self._schema["title"] else self._schema["$defs"][part]
        return self.value(holder["properties"][name])

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

    def _boolean(self, schema: dict[str, Any]) -> bool:
        return self.rng.random() < 0.5


def _leave(plant: Plant, grown: dict[str, Any]) -> None:
    """Leave a part as it has grown: no rule binds its members."""




_TEND = {**PARTS, **DOCUMENTS}
