"""The header of a table: which column is which member, and which lines are one document.

Responsible for the header alone and for the grouping of lines. Must not read other cells.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from node.convert.columns import Column, column_named, is_known
from node.convert.conversion import Remark
from node.convert.table import Row, letter
from node.errors import CallerError
from node.message.document import DOCUMENT_TYPES


@dataclass(frozen=True)
class Heading:
    """The header of a table, read for every type of document."""

    names: tuple[str, ...]

    @cached_property
    def type_place(self) -> int | None:
        """Where the column with the type is."""
        return self._place("type")

    @cached_property
    def reference_place(self) -> int | None:
        """Where the column with the reference is."""
        return self._place("reference")

    @cached_property
    def likely_type(self) -> str:
        """The only type that has every known column; empty where there are several or none."""
        known = [name for name in self.names if is_known(name)]
        having = [one for one in DOCUMENT_TYPES if all(column_named(one, name) for name in known)]
        return having[0] if len(having) == 1 else ""

    def columns(self, document_type: str) -> Mapping[int, Column]:
        """Give the columns of a type by place; its own column `type` is read apart.

        Raises:
            CallerError: `convert.column_twice`.
        """
        found: dict[int, Column] = {}
        paths: dict[str, int] = {}
        for place, name in enumerate(self.names):
            column = column_named(document_type, name)
            if column is None or place == self.type_place:
                continue
            if column.path in paths:
                twice = (
                    f"columns {letter(paths[column.path])} and {letter(place)} are both {column.path}"
                )
                raise CallerError("convert.column_twice", twice, hint="leave one of them out")
            paths[column.path] = place
            found[place] = column
        return found

    def groups(self, rows: Sequence[Row]) -> Iterator[list[Row]]:
        """Give the lines of each document, in the order in which the documents begin."""
        groups: dict[object, list[Row]] = {}
        key: object = None
        for row in rows:
            key = (row.line,) if self.reference_place is None else self._reference(row) or key
            groups.setdefault(key, []).append(row)
        yield from groups.values()

    def unknown(self) -> Iterator[Remark]:
        """Name the columns that no document has."""
        for place, name in enumerate(self.names):
            if not is_known(name):
                text = "the column has no name" if not name else "no member has the name of this column"
                yield Remark("dropped", f"column {letter(place)}", "", text)

    def _place(self, path: str) -> int | None:
        some = next(iter(DOCUMENT_TYPES))
        found = ((place, column_named(some, name)) for place, name in enumerate(self.names))
        return next((place for place, column in found if column and column.path == path), None)

    def _reference(self, row: Row) -> str:
        return str(row.cells.get(self.reference_place or 0, "")).strip()
