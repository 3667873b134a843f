"""The order in which documents count, whatever the order they came in.

Responsible for which message bears which version, and for putting each document after what it
answers. Must not know states or tables.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from node.conversation.facts import Ref, Spoken, Version


class Bearers:
    """All that was said, by the versions it brings.

    Attributes:
        said: each message once, by time of sealing, author and place in the author's log.
        waiting: those whose target has not arrived, known once `in_order` has been exhausted.
    """

    def __init__(self, said: Iterable[Spoken]) -> None:
        once = {each.id: each for each in said}
        self.said = sorted(_never_earlier(once.values()), key=_rank)
        self.waiting: tuple[Spoken, ...] = ()
        self._of: dict[Version, Spoken] = {}
        self._numbers: dict[Ref, list[int]] = defaultdict(list)
        for each in self.said:
            for version in filter(None, (each.what, each.carries)):
                if version not in self._of:
                    self._of[version] = each
                    self._numbers[version.ref].append(version.number)
        for numbers in self._numbers.values():
            numbers.sort()
        self._recalled: dict[Ref, int] = {}
        for each in self.said:
            target = each.target
            if each.name == "recall" and target and each.author == target.ref.authority:
                lowest = self._recalled.get(target.ref, target.number)
                self._recalled[target.ref] = min(lowest, target.number)

    def bearer(self, wanted: Version) -> Spoken | None:
        """Give the message that brings a version, or the next above it that we hold."""
        number = next((n for n in self._numbers.get(wanted.ref, ()) if n >= wanted.number), None)
        return None if number is None else self._of[Version(wanted.ref, number)]

    def first(self, said: Spoken) -> Spoken:
        """Give the message that was first to bring what this one brings."""
        first = self._of[said.what]
        if first is said and said.carries is not None:
            return self._of[said.carries]
        return first

    def newest(self, ref: Ref) -> Spoken | None:
        """Give the message that brings the highest version of a document, of those that stand."""
        bearers = (self._of[Version(ref, n)] for n in reversed(self._numbers.get(ref, ())))
        return next((each for each in bearers if not self._is_taken_back(each, ref)), None)

    def _is_taken_back(self, said: Spoken, ref: Ref) -> bool:
        """Say whether an amendment that brings a version was itself recalled."""
        return said.what.ref != ref and self.is_recalled(said.what)

    def is_recalled(self, version: Version) -> bool:
        """Say whether the author of a version recalled it, or one it descends from."""
        return version.number >= self._recalled.get(version.ref, version.number + 1)

    def before(self, said: Spoken) -> Iterator[Spoken | None]:
        """Give what must come before a message; None for something that has not arrived."""
        if said.target is not None and said.carries is None:
            yield self.bearer(said.target)
        about = (self.bearer(Version(notice, 1)) for notice in said.notices)
        yield from (notice for notice in about if notice is not None)
        for version in filter(None, (said.what, said.carries)):
            lower = [n for n in self._numbers[version.ref] if n < version.number]
            if lower:
                yield self._of[Version(version.ref, lower[-1])]


def _never_earlier(said: Iterable[Spoken]) -> Iterator[Spoken]:
    """Let no author say a thing at an earlier time than what stands before it in the author's log.

    The log cannot be rewritten, a time in it can be made up: nobody gets before their own words.
    """
    latest: dict[str, int] = {}
    for each in sorted(said, key=lambda one: one.place):
        at = latest[each.author] = max(each.at, latest.get(each.author, each.at))
        yield each if at == each.at else replace(each, at=at)


def _rank(said: Spoken) -> tuple[int, str, tuple[str, int, int, str]]:
    return (said.at, said.author, said.place)


def in_order(bearers: Bearers) -> Iterator[Spoken]:
    """Give the messages, each after what it answers, else by time; leaves those that wait.

    What waits, and what answers each other in a circle, is left in `bearers.waiting`.
    """
    needs = {each.id: 0 for each in bearers.said}
    after: dict[str, list[Spoken]] = defaultdict(list)
    for each in bearers.said:
        for other in bearers.before(each):
            needs[each.id] += 1
            if other is not None:
                after[other.id].append(each)
    ready = [(_rank(each), each) for each in bearers.said if not needs[each.id]]
    heapq.heapify(ready)
    while ready:
        _, said = heapq.heappop(ready)
        del needs[said.id]
        yield said
        for each in after[said.id]:
            needs[each.id] -= 1
            if not needs[each.id]:
                heapq.heappush(ready, (_rank(each), each))
    bearers.waiting = tuple(each for each in bearers.said if each.id in needs)
