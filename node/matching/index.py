"""Index: which alerts and watch items may concern a notice, and the other way round.

Responsible for the order in which candidates are compared and for how many there may be. `ranked` is
the rule; the store follows it in SQL. `Index` is the same in memory, for tests, figures and tools.

A key that few things have tells more than one that many have; two keys in common tell more than one. A
key that more than `COMMON` things have is not followed at all, and no more candidates are compared than
the caller asks for. What that costs: an alert that names a voyage and nothing else is not found in a
notice whose rarer keys already gave so many others, nor is any of them if more than `COMMON` name that
voyage. What names a box, a wagon, a document or a notice has a key of its own, and comes first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from node.matching.keys import Key
from node.matching.kinds import Kind

MOST_FOR_NOTICE: Final = 100
"""Alerts and watch items that one notice is compared with: it must be done while it arrives."""

MOST_FOR_WANTED: Final = 2_000
"""Notices that one alert or watch item is compared with: there is more time, and one firm sends many."""

COMMON: Final = 5_000

Entry = tuple[Kind, str]
"""Kind and value of a key, as they are stored."""


def ranked(holders: Mapping[Entry, Sequence[str]], most: int) -> tuple[str, ...]:
    """Give the candidates, the most telling first.

    Args:
        holders: for each key looked up the ids that have it; of a key with more than `COMMON`, any
            `COMMON + 1` of them are enough.
        most: how many are wanted.
    """
    rarest: dict[str, int] = {}
    shared: dict[str, int] = {}
    for ids in holders.values():
        if len(ids) <= COMMON:
            for id_ in ids:
                rarest[id_] = min(rarest.get(id_, COMMON), len(ids))
                shared[id_] = shared.get(id_, 0) + 1
    return tuple(sorted(rarest, key=lambda id_: (rarest[id_] // shared[id_], id_))[:most])


@dataclass(slots=True)
class Index:
    """Keys of many things, in memory."""

    _ids: dict[Entry, list[str]] = field(default_factory=dict)

    def add(self, id_: str, keys: Iterable[Key]) -> None:
        """Take up a thing under its keys."""
        for key in keys:
            self._ids.setdefault((key.kind, key.value), []).append(id_)

    def candidates(self, keys: Iterable[Key], most: int) -> tuple[str, ...]:
        """Give the ids of the things that share a key with these, the most telling first."""
        entries = {(key.kind, key.value) for key in keys}
        return ranked({entry: self._ids[entry] for entry in entries if entry in self._ids}, most)
