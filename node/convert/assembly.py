"""Lines of a table become one document: which cell goes where, and when a list gets a new entry.

Responsible for nesting. Must not know the header from the options, nor judge the result.

A list's own cells are those of its entries, without those of lists inside. On each line, for each
list from the outside in:
    no own cells                                  the entry above goes on
    own cells with the number of the entry        the entry of that number, or a new one
    own cells that repeat all of the entry above  the entry above goes on
    own cells that repeat a part of it, and cells of a list inside are filled   it goes on
    anything else                                 a new entry
A line that thereby adds nothing is refused: it may be a second, equal entry.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from node.convert.cell import CellError, Plain, read_cell
from node.convert.columns import Column
from node.convert.conversion import Concern, Failure, Remark
from node.convert.table import Row, place_of


@dataclass(frozen=True, slots=True)
class _Said:
    """What one cell says, and where it stands."""

    source: str
    value: Plain | list[Plain]
    remarks: tuple[tuple[Concern, str], ...]


@dataclass(slots=True)
class _Entry:
    """An entry of a list, or the document itself, in the making.

    Attributes:
        depth: how many steps of a path lead to it.
        own: what its own cells said, by path of the column.
        current: the entry that a line without own cells goes on with, by path of the list.
        numbered: entries by path of the list and sequence number.
    """

    value: dict[str, Any]
    pointer: str
    source: str
    depth: int = 0
    own: dict[str, Any] = field(default_factory=dict)
    entries: dict[str, list["_Entry"]] = field(default_factory=dict)
    current: dict[str, "_Entry"] = field(default_factory=dict)
    numbered: dict[tuple[str, Any], "_Entry"] = field(default_factory=dict)


class Assembly:
    """A document in the making.

    Attributes:
        places: JSON Pointer to the place in the table, of members and of entries.
        unread: paths of the columns with a cell that cannot be used.
    """

    def __init__(
        self,
        columns: Mapping[int, Column],
        header: tuple[str, ...],
        every: Mapping[str, Column],
        zone: tzinfo,
    ) -> None:
        """Begin a document.

        Args:
            columns: of the table, by place.
            header: of the table.
            every: column of the type of document, by path.
            zone: of times without one.
        """
        self._columns = columns
        self._header = header
        self._zone = zone
        self._numbers = {column.owner: path for path, column in every.items() if column.is_position}
        lists = {path: None for column in columns.values() for path in column.lists}
        self._lists = sorted(lists, key=lambda path: path.count("[]"))
        self._root = _Entry({}, "", "")
        self.places: dict[str, str] = {}
        self.unread: set[str] = set()
        self.remarks: list[Remark] = []
        self.failures: list[Failure] = []

    @property
    def value(self) -> dict[str, Any]:
        """The document so far, as JSON values."""
        return self._root.value

    def add(self, row: Row) -> None:
        """Take the cells of one line."""
        failed = len(self.failures)
        said = self._read(row)
        is_new = self._tell(self._root, said.get("", {}))
        here = {"": self._root}
        inside = {path for own in said for path in _around(own)}
        for path in self._lists:
            own = said.get(path, {})
            if not own and path not in inside:
                continue
            parent = here[_parent(path)]
            number = self._numbers.get(path, "")
            entry = _chosen(parent, path, own, number, has_inside=path in inside)
            if entry is None:
                entry = self._begin(parent, path, row.line)
                is_new = True
            parent.current[path] = here[path] = entry
            is_new |= self._tell(entry, own)
            parent.numbered.setdefault((path, entry.own.get(number)), entry)
        if not is_new and said.keys() - {""} and len(self.failures) == failed:
            self._fail(
                f"line {row.line}",
                "convert.line_repeats",
                "it only repeats what stands above; entries that are equal must be numbered",
            )

    def number_entries(self) -> None:
        """Fill in the numbers of entries that no cell gives."""
        self._number(self._root)

    def _number(self, entry: _Entry) -> None:
        for path, entries in entry.entries.items():
            name = self._numbers.get(path, "").rpartition(".")[2]
            for position, one in enumerate(entries, start=1):
                if name and name not in one.value:
                    one.value[name] = position
                    pointer = f"{one.pointer}/{name}"
                    self.remarks.append(Remark("defaulted", one.source, pointer, "numbered in order"))
                self._number(one)

    def _read(self, row: Row) -> dict[str, dict[str, _Said]]:
        """Read the cells of a line, by owner and path of their columns."""
        said: dict[str, dict[str, _Said]] = {}
        for place, fault in row.faults.items():
            if place in self._columns:
                self._refuse(row.line, place, fault)
        for place in row.doubts.keys() & self._columns.keys() - row.cells.keys():
            self.remarks.append(Remark("doubtful", self._place(row.line, place), "", row.doubts[place]))
        for place, cell in row.cells.items():
            column = self._columns.get(place)
            if column is None or place in row.faults:
                continue
            try:
                reading = read_cell(column, cell, self._zone)
            except CellError as error:
                self._refuse(row.line, place, str(error))
                continue
            source = self._place(row.line, place)
            said.setdefault(column.owner, {})[column.path] = _Said(
                source, reading.value, reading.remarks
            )
        return said

    def _tell(self, entry: _Entry, own: Mapping[str, _Said]) -> bool:
        """Put what cells say into an entry; gives whether any of it is new."""
        is_new = False
        for path, said in own.items():
            steps = path.split(".")[entry.depth :]
            pointer = f"{entry.pointer}/{'/'.join(steps)}"
            if path not in entry.own:
                is_new = True
                entry.own[path] = said.value
                _holder(entry.value, steps)[steps[-1]] = said.value
                self.places[pointer] = said.source
                self.remarks += (Remark(word, said.source, pointer, text) for word, text in said.remarks)
            elif entry.own[path] != said.value:
                self._fail(
                    said.source, "convert.differs", f"differs from {self.places[pointer]}", pointer
                )
        return is_new

    def _begin(self, parent: _Entry, path: str, line: int) -> _Entry:
        steps = path.removesuffix("[]").split(".")
        inner = steps[parent.depth :]
        array = _holder(parent.value, inner).setdefault(inner[-1], [])
        pointer = f"{parent.pointer}/{'/'.join(inner)}/{len(array)}"
        entry = _Entry({}, pointer, f"line {line}", len(steps))
        array.append(entry.value)
        parent.entries.setdefault(path, []).append(entry)
        self.places[pointer] = entry.source
        return entry

    def _refuse(self, line: int, place: int, text: str) -> None:
        self.unread.add(self._columns[place].path)
        self._fail(self._place(line, place), "convert.cell", text)

    def _place(self, line: int, place: int) -> str:
        return place_of(line, place, self._header[place])

    def _fail(self, source: str, code: str, text: str, pointer: str = "") -> None:
        self.failures.append(Failure(source, pointer, code, text))


def _chosen(
    parent: _Entry, path: str, own: Mapping[str, _Said], number: str, *, has_inside: bool
) -> _Entry | None:
    """Find the entry that a line goes on with; None where it begins a new one."""
    above = parent.current.get(path)
    if number in own:
        return parent.numbered.get((path, own[number].value))
    if above is None or not own:
        return above
    if any(column not in above.own or above.own[column] != said.value for column, said in own.items()):
        return None
    is_whole = len(own) == len(above.own.keys() - {number})
    return above if is_whole or has_inside else None


def _holder(value: dict[str, Any], steps: list[str]) -> dict[str, Any]:
    """Give the object that holds the last step, making those on the way."""
    for step in steps[:-1]:
        value = value.setdefault(step, {})
    return value


def _parent(path: str) -> str:
    """Give the path of the list around a list; empty at the top of the document."""
    above, mark, _ = path.removesuffix("[]").rpartition("[]")
    return above + mark


def _around(owner: str) -> Iterator[str]:
    """Give the paths of the lists around a list, itself not among them."""
    while owner := _parent(owner):
        yield owner
