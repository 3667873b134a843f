"""A draft while it is being written: values put at their members, each with the place it came from.

Responsible for the rules all readers of messages share: what does not fit fails the draft with its
place, what is filled in or cut is said. Must not know any source format, nor what a member means.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from node.convert.conversion import Concern, Draft, Failure, Remark, judged
from node.message.faults import pointer_to
from node.reference.editions import BUILT_IN, Lists

Path = tuple[str | int, ...]


class Unfit(ValueError):  # noqa: N818  a verdict about one value, always caught by `Drafting.put`
    """A value that cannot become what its member needs; says what was expected, never the value.

    Attributes:
        code: of the failure, dotted.
    """

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True)
class Found:
    """A value as the source has it, and where.

    Attributes:
        source: `segment 12 GID`, or an XML path with its line.
    """

    text: str
    source: str


class Drafting:
    """One document in the making.

    Attributes:
        source: where in the file the document begins.
        value: the document so far, as JSON values.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.value: dict[str, Any] = {}
        self._remarks: list[Remark] = []
        self._failures: list[Failure] = []
        self._places: dict[str, str] = {}

    def put(self, path: Path, found: Found | None, read: Callable[[str], Any] = str) -> None:
        """Put a value of the source at a member; an absent or empty one leaves no member."""
        if found is None or not found.text:
            return
        try:
            value = read(found.text)
        except Unfit as unfit:
            self.fail(unfit.code, str(unfit), found.source, path)
            return
        self._places[pointer_to(*path)] = found.source
        self._set(path, value)

    def put_text(self, path: Path, found: Found | None, limit: int) -> None:
        """Put words: white space becomes single spaces, what is beyond the limit is cut and said."""
        if found is None:
            return
        words = " ".join(found.text.split())
        if len(words) > limit:
            self.say("dropped", "", f"the text after {limit} characters", found.source)
            words = words[:limit].rstrip()
        self.put(path, Found(words, found.source))

    def assume(self, path: Path, value: Any, text: str, source: str = "") -> None:
        """Fill in a member that the source does not have, and say so."""
        self._set(path, value)
        self.say("defaulted", pointer_to(*path), text, source)

    def say(self, concern: Concern, pointer: str, text: str, source: str = "") -> None:
        """Tell the person something about this draft."""
        self._remarks.append(Remark(concern, source or self.source, pointer, text))

    def fail(self, code: str, text: str, source: str = "", path: Path = ()) -> None:
        """Record why this draft is no document."""
        self._failures.append(Failure(source or self.source, pointer_to(*path), code, text))

    def get(self, *path: str | int) -> Any:
        """Give what stands at a member, or None."""
        holder: Any = self.value
        for step in path:
            if isinstance(holder, dict):
                holder = holder.get(str(step))
            elif isinstance(holder, list) and isinstance(step, int) and step < len(holder):
                holder = holder[step]
            else:
                return None
        return holder

    def count(self, *path: str | int) -> int:
        """Say how many entries a list has so far."""
        return len(self.get(*path) or ())

    def begin(self, *path: str | int, source: str) -> Path:
        """Begin the next entry of a numbered list and give its path."""
        index = self.count(*path)
        entry = (*path, index)
        self._places[pointer_to(*entry)] = source
        self._set((*entry, "sequence"), index + 1)
        return entry

    def finish(self, lists: Lists = BUILT_IN) -> Draft:
        """Give the draft, judged by the rules of the documents and the code lists given."""
        return judged(
            Draft(self.source, self.value, tuple(self._remarks), tuple(self._failures), self._places),
            lists,
        )

    def _set(self, path: Path, value: Any) -> None:
        holder: Any = self.value
        for step, following in pairwise(path):
            fresh: Any = [] if isinstance(following, int) else {}
            if isinstance(holder, dict):
                holder = holder.setdefault(step, fresh)
            else:
                if step == len(holder):
                    holder.append(fresh)
                holder = holder[step]
        if isinstance(holder, dict):
            holder[path[-1]] = value
        else:
            holder.append(value)


def without_repeats(drafts: Iterable[Draft]) -> tuple[Draft, ...]:
    """Fail each draft that has reference and version of an earlier one: they could not both be sent."""
    seen: set[tuple[Any, Any]] = set()
    kept = []
    for draft in drafts:
        identity = (draft.value.get("reference"), draft.value.get("version"))
        if identity in seen and identity[0] is not None:
            repeated = Failure(
                draft.source,
                "/reference",
                "convert.reference_repeated",
                "an earlier document of this file has the same reference and version",
            )
            kept.append(replace(draft, failures=(*draft.failures, repeated)))
        else:
            kept.append(draft)
        seen.add(identity)
    return tuple(kept)
