"""Editions of open lists that an authority has loaded, and what a code is worth by them.

Responsible for one question: is this code in the list that the document means? Several editions of
a list stand side by side. Must not read files: an edition is told how to load itself, and does so
when it is first asked. There is no list in force by itself; whoever asks brings the lists along.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from node.reference.codes import OpenList

_COUNTRY = 2  # characters of ISO 3166-1 at the front of a code


@dataclass(frozen=True, slots=True)
class Entry:
    """One code of a loaded list.

    Attributes:
        valid_from: the first day on which it may be used; None: always.
        valid_until: the last one.
    """

    code: str
    name: str
    valid_from: date | None = None
    valid_until: date | None = None

    def doubt_on(self, day: date) -> str:
        """Say why the code is not to be used on a day; empty when it is."""
        if self.valid_from is not None and day < self.valid_from:
            return f"valid from {self.valid_from} only"
        if self.valid_until is not None and day > self.valid_until:
            return f"valid until {self.valid_until} only"
        return ""


@dataclass(frozen=True, eq=False)
class Edition:
    """One edition of a list, as loaded.

    Attributes:
        name: of the list.
        edition: its year or number, as the publisher writes it.
        load: gives the entries; called once, when first needed.
    """

    name: str
    edition: str
    load: Callable[[], Iterable[Entry]]

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Code to entry."""
        return {entry.code: entry for entry in self.load()}

    @cached_property
    def countries(self) -> frozenset[str]:
        """The countries whose codes are in it."""
        return frozenset(code[:_COUNTRY] for code in self.entries)


@dataclass(frozen=True, slots=True)
class Lists:
    """The loaded editions, the newest import last; a list without one is asked in its built-in part."""

    editions: tuple[Edition, ...] = ()

    def find(self, name: str, wanted: str = "") -> Edition | None:
        """Give the edition wanted; if that one is not loaded, the newest import of the list."""
        loaded = [edition for edition in self.editions if edition.name == name]
        right = [edition for edition in loaded if edition.edition == wanted] or loaded
        return right[-1] if right else None

    def doubt(self, codes: OpenList, code: str, *, day: date, wanted: str = "") -> str:
        """Say why a code is doubtful on a day; empty when the list knows it.

        Args:
            codes: the list its member is tied to.
            code: as the document has it.
            day: on which the document was issued.
            wanted: the edition that the document names, if it does.
        """
        edition = self.find(codes.name, wanted or codes.edition)
        if edition is None or (codes.by_country and code[:_COUNTRY] not in edition.countries):
            return "" if codes.holds(code) else _absent(codes.name, codes.version, "")
        entry = edition.entries.get(code)
        if entry is None:
            other = wanted if wanted != edition.edition else ""
            return _absent(codes.name, edition.edition, other)
        reason = entry.doubt_on(day)
        return f"{reason}, says the list {codes.name} ({edition.edition})" if reason else ""


BUILT_IN = Lists()
"""Nothing loaded: each list is asked in the part that this program brings."""


def _absent(name: str, edition: str, wanted: str) -> str:
    asked = f"; the document names edition {wanted}, which is not loaded" if wanted else ""
    return f"not in the loaded list {name} ({edition}){asked}"
