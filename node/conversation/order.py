"""The order in which documents count, whatever the order they came in.

Responsible for which message bears which version, and for putting each document after what it
answers. Must not know states or tables.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator

from node.conversation.facts import Ref, Spoken, Version


class Bearers:
    """All that was said, by the versions it brings.

    Attributes:
        said: each message once, by time of sealing and id.
        waiting: those whose target has not arrived, known once `in_order` has been exhausted.
    """

    def __init__(self, said: Iterable[Spoken]) -> None:
        once = {each.id: each for each in said}
        self.said = sorted(once.values(), key=lambda each: (each.at, each.id))
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
        return any(
            each.name == "recall"
            and each.target is not None
            and each.author == version.ref.authority
            and each.target.ref == version.ref
            and each.target.number <= version.number
            for each in self.said
        )

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
    ready = [(each.at, each.id, each) for each in bearers.said if not needs[each.id]]
    heapq.heapify(ready)
    while ready:
        _, done, said = heapq.heappop(ready)
        del needs[done]
        yield said
        for each in after[done]:
            needs[each.id] -= 1
            if not needs[each.id]:
                heapq.heappush(ready, (each.at, each.id, each))
    bearers.waiting = tuple(each for each in bearers.said if each.id in needs)
