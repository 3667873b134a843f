"""Files that were taken from `in/`, until they lie finished beside their result.

Responsible for one node at a time having a file, and for every crash leaving it where the next start
finds it. Must not read what is in it.

A claim is a folder `work/<owner>.<ticket>/` with the file in it. Each step is one rename:

    in/a.json  →  work/az-scc.3f9a1c2e/a.json  →  failed/a.json, beside failed/a.json.result.json

The result is put in place before the file follows it; it names the ticket, so that after a crash
between the two the file follows its own result and no other.
"""

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.errors import CallerError
from node.gateway.folder_files import place_new, read_regular, sync_folder, write_new
from node.gateway.folder_layout import Layout
from node.gateway.folder_names import is_left_alone, name_with, result_name, shown
from node.gateway.folder_result import MAX_RESULT_BYTES, Result, read_ticket

_DRAFT: Final = ".result"  # in the claim's folder; a dropped file of such a name is left alone


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that is ours to read.

    Attributes:
        folder: in `work/`, of this file alone.
        name: as it was dropped.
    """

    folder: Path
    name: str

    @property
    def ticket(self) -> str:
        """What tells this file from others of its name."""
        return self.folder.name.rpartition(".")[2]

    @property
    def path(self) -> Path:
        """Where the file is now."""
        return self.folder / self.name


class Claims:
    """Takes files, and puts them where they end; each method raises `OSError` when it cannot now."""

    def __init__(self, layout: Layout, owner: str) -> None:
        """Claim for a node.

        Args:
            layout: the folders.
            owner: tells this node's claims from those of another one at the same share.
        """
        self._layout = layout
        self._prefix = f"{owner}."

    def take(self, name: str) -> Claim | None:
        """Take a file from `in/`; None if another node, or its own system, was quicker."""
        claim = Claim(self._layout.work / f"{self._prefix}{secrets.token_hex(4)}", name)
        claim.folder.mkdir(mode=0o770)
        try:
            (self._layout.incoming / name).rename(claim.path)
        except FileNotFoundError:
            claim.folder.rmdir()
            return None
        except OSError:
            with contextlib.suppress(OSError):
                claim.folder.rmdir()  # not empty if the rename was done and only its answer lost
            raise
        return claim

    def left(self) -> list[Claim]:
        """Give the files that are in `work/`, the oldest first: after a crash, or to be tried again."""
        claims = []
        for folder in self._folders():
            names = [path.name for path in folder.iterdir() if not is_left_alone(path.name)]
            claims += [Claim(folder, name) for name in names]
            if not names:
                _remove(folder)  # the file has gone to its end; or had not come yet
        return sorted(claims, key=_age)

    def settle(self, claim: Claim) -> bool:
        """Let a file follow its result, if that was put in place before a crash."""
        for is_done in (True, False):
            folder = self._layout.finished(is_done=is_done)
            for name in _names(claim):
                is_free = not os.path.lexists(folder / name)
                if is_free and _ticket_in(folder / result_name(name)) == claim.ticket:
                    _follow(claim, folder / name)
                    return True
        return False

    def finish(self, claim: Claim, result: Result) -> None:
        """Put the result in place, then the file beside it; nothing there is ever overwritten."""
        folder = self._layout.finished(is_done=result.is_done)
        draft = claim.folder / _DRAFT
        write_new(draft, result.write(shown(claim.name)))
        for name in _names(claim):
            is_free = not os.path.lexists(folder / name)
            if is_free and place_new(draft, folder / result_name(name)):
                sync_folder(folder)
                _follow(claim, folder / name)
                return
        raise FileExistsError(errno.EEXIST, "both names for it are taken", str(folder))

    def _folders(self) -> Iterator[Path]:
        with os.scandir(self._layout.work) as entries:
            for entry in entries:
                if entry.name.startswith(self._prefix) and entry.is_dir(follow_symlinks=False):
                    yield Path(entry.path)


def _names(claim: Claim) -> tuple[str, str]:
    return claim.name, name_with(claim.name, claim.ticket)


def _age(claim: Claim) -> tuple[int, str]:
    return claim.path.lstat().st_mtime_ns, claim.name


def _follow(claim: Claim, final: Path) -> None:
    """Move a file to its end; its result is there already, so nobody else takes this name."""
    claim.path.rename(final)
    sync_folder(final.parent)
    _remove(claim.folder)


def _remove(folder: Path) -> None:
    """Remove the folder of a claim that is over; what cannot be removed now is so another time."""
    with contextlib.suppress(OSError):
        (folder / _DRAFT).unlink(missing_ok=True)
        folder.rmdir()


def _ticket_in(path: Path) -> str | None:
    try:
        return read_ticket(read_regular(path, most=MAX_RESULT_BYTES))
    except (FileNotFoundError, CallerError):
        return None
