"""What a published type may become: a comparison of two of its schemas.

A program that knows only the published schema must be able to read what one with the newer schema
writes, as long as that uses nothing new, and the other way round. So a type gains optional members,
a code list of a new version gains codes, and words may be put better. Everything else is a break.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]

_WORDS = frozenset({"title", "description", "examples", "$defs", "x-code-lists"})
"""What only explains; and what is reached from where it is used."""

_JUDGED = frozenset({"properties", "required", "items", "oneOf", "enum", "x-code-list", "discriminator"})
"""Words with a rule of their own below; of every other word the value must stay."""


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that the newer schema does not keep.

    Attributes:
        where: the part or document by its title, and the member: `Related.type`.
        what: the change, in a few words.
    """

    where: str
    what: str


def breaks(published: Schema, newer: Schema) -> tuple[Break, ...]:
    """Give everything in which a newer schema of a type breaks the published one."""
    comparison = _Comparison(published, newer)
    lists = _list_breaks(published.get("x-code-lists", {}), newer.get("x-code-lists", {}))
    return (*comparison.of(published, newer, published.get("title", "")), *lists)


@dataclass(frozen=True, slots=True)
class _Comparison:
    """Two schemas of one type, and the pairs of parts already compared."""

    published: Schema
    newer: Schema
    done: set[tuple[str, str]] = field(default_factory=set)

    def of(self, old: Schema, new: Schema, where: str) -> Iterator[Break]:
        """Compare one node of each."""
        if "$ref" in old and "$ref" in new:
            yield from self._parts(old["$ref"], new["$ref"])
        for word in sorted((old.keys() | new.keys()) - _WORDS - _JUDGED - {"$ref"}):
            if old.get(word) != new.get(word) and not _is_harmless(word, old, new):
                yield Break(where, f"{word} was {old.get(word)}, is {new.get(word)}")
        if ("$ref" in old) != ("$ref" in new):
            yield Break(where, "a part became a value, or a value a part")
        yield from self._codes(old, new, where)
        yield from self._members(old, new, where)
        yield from self._alternatives(old.get("oneOf", []), new.get("oneOf", []), where)
        if "items" in old and "items" in new:
            yield from self.of(old["items"], new["items"], where)

    def _parts(self, old: str, new: str) -> Iterator[Break]:
        """Compare two parts, each pair once; the name of a part is not on the wire."""
        if (old, new) not in self.done:
            self.done.add((old, new))
            yield from self.of(_named(self.published, old), _named(self.newer, new), _last(old))

    def _members(self, old: Schema, new: Schema, where: str) -> Iterator[Break]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name in before.keys() - after.keys():
            yield Break(f"{where}.{name}", "the member is gone")
        for name in sorted(set(old.get("required", ())) ^ set(new.get("required", ()))):
            was = "required" if name in old.get("required", ()) else "optional or absent"
            yield Break(f"{where}.{name}", f"the member was {was}")
        for name in before.keys() & after.keys():
            yield from self.of(before[name], after[name], f"{where}.{name}")

    def _codes(self, old: Schema, new: Schema, where: str) -> Iterator[Break]:
        before, after = set(old.get("enum", ())), set(new.get("enum", ()))
        for code in sorted(before - after):
            yield Break(where, f"the code {code} is gone")
        if after - before and (not before or not self._is_new_version(old, new)):
            yield Break(where, "codes were added to a list of the same version")
        if old.get("x-code-list") != new.get("x-code-list") and not _gains_open_list(old, new):
            yield Break(where, f"the list was {old.get('x-code-list')}, is {new.get('x-code-list')}")

    def _is_new_version(self, old: Schema, new: Schema) -> bool:
        lists = self.published.get("x-code-lists", {}), self.newer.get("x-code-lists", {})
        before, after = (
            each.get(node.get("x-code-list"), {}).get("version")
            for each, node in zip(lists, (old, new), strict=True)
        )
        return None not in {before, after} and before != after

    def _alternatives(self, old: list[Schema], new: list[Schema], where: str) -> Iterator[Break]:
        if len(old) != len(new):
            yield Break(where, f"one of {len(old)} became one of {len(new)}")
        for before, after in zip(old, new, strict=False):
            yield from self.of(before, after, where)


def _list_breaks(published: Schema, newer: Schema) -> Iterator[Break]:
    """Compare the lists that are still there; one that is not was missed where it was used."""
    for name in sorted(published.keys() & newer.keys()):
        old, new = published[name], newer[name]
        before, after = set(old.get("codes", ())), set(new.get("codes", ()))
        if before - after or old.get("open") != new.get("open"):
            yield Break(name, "the list lost codes, or became open or closed")
        if after - before and old["version"] == new["version"]:
            yield Break(name, "the list gained codes without a new version")


def _gains_open_list(old: Schema, new: Schema) -> bool:
    """Say whether a member came to name an open list, by which nothing is ever refused."""
    return "x-code-list" not in old and "enum" not in new and new.get("x-code-list-open") is True


def _is_harmless(word: str, old: Schema, new: Schema) -> bool:
    return word == "x-code-list-open" and _gains_open_list(old, new)


def _named(schema: Schema, reference: str) -> Schema:
    part: Schema = schema["$defs"][_last(reference)]
    return part


def _last(reference: str) -> str:
    return reference.rpartition("/")[2]
