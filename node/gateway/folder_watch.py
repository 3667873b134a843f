"""Looking at what was dropped, by polling: network shares tell nobody of a new file.

Responsible for which files are complete, in which order they come, and for bounded memory however many
there are. Must not move or open any.
"""

import heapq
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.gateway.folder_names import is_left_alone

MOST_WATCHED: Final = 4096  # the oldest; the others come when these have gone
POLLS_ALIKE: Final = 2  # size and time of change are the same in so many polls: nobody writes
POLLS_ALIKE_EMPTY: Final = 10  # many programs make a file first and fill it a while later


@dataclass(frozen=True, slots=True, order=True)
class _Look:
    """How a file was found; in the order in which files are taken."""

    changed_ns: int
    name: str
    size: int
    kind: int

    @property
    def polls_needed(self) -> int:
        is_empty = stat.S_ISREG(self.kind) and not self.size
        return POLLS_ALIKE_EMPTY if is_empty else POLLS_ALIKE


class Watch:
    """Watches one folder; each look compares with the one before."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._alike: dict[_Look, int] = {}

    def look(self) -> list[str]:
        """Give the names that are complete, the oldest first.

        Raises:
            OSError: the folder cannot be read now.
        """
        found = heapq.nsmallest(MOST_WATCHED, self._looks())
        self._alike = {look: self._alike.get(look, 0) + 1 for look in found}
        return [look.name for look, polls in self._alike.items() if polls >= look.polls_needed]

    def check(self) -> None:
        """Look whether the folder is there.

        Raises:
            OSError: it is not, or cannot be read now.
        """
        with os.scandir(self._folder) as entries:
            next(entries, None)

    def _looks(self) -> Iterator[_Look]:
        with os.scandir(self._folder) as entries:
            for entry in entries:
                if is_left_alone(entry.name):
                    continue
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue  # another node, or the system itself, was quicker
                yield _Look(found.st_mtime_ns, entry.name, found.st_size, stat.S_IFMT(found.st_mode))
