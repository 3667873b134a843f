"""The five folders of a drop, and that a file can be renamed from each to the next.

Responsible for making and checking them. Must not look at what lies in them.
"""

import errno
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from node.errors import OperatorError
from node.gateway.folder_files import write_new

NAMES: Final = ("in", "work", "done", "failed", "out")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where one system drops and fetches."""

    root: Path

    @property
    def incoming(self) -> Path:
        """The system renames its finished files to here."""
        return self.root / "in"

    @property
    def work(self) -> Path:
        """Files that are being read, each in a folder of its own."""
        return self.root / "work"

    @property
    def out(self) -> Path:
        """The node writes what is for the system here."""
        return self.root / "out"

    def finished(self, *, is_done: bool) -> Path:
        """Give the folder of files that were accepted, or were not."""
        return self.root / ("done" if is_done else "failed")


def make_folders(root: Path) -> None:
    """Make the folders of a drop, once, when it is set up.

    A running node makes none: on a share that is not mounted it would write beside it.

    Raises:
        OperatorError: `folder.unusable`, or as `check_renames`.
    """
    try:
        for name in NAMES:
            (root / name).mkdir(mode=0o770, exist_ok=True)
        check_renames(root)
    except OSError as error:
        raise OperatorError(
            "folder.unusable",
            f"{root}: {error.strerror or error}",
            hint="the folder must be there, and the node must be allowed to write in it",
        ) from error


def check_renames(root: Path, owner: str = "setup") -> None:
    """Rename a file through all folders; only a rename on one file system happens whole or not.

    Raises:
        OperatorError: `folder.file_systems`.
        OSError: a folder is not there or may not be written.
    """
    places = [root / name / f".{owner}.part" for name in NAMES]  # of the kind that is left alone
    try:
        write_new(places[0], b"")
        for here, there in pairwise(places):
            here.rename(there)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        raise OperatorError(
            "folder.file_systems",
            f"{root}: {', '.join(NAMES)} are not on one file system",
            hint="a file must be renamed from one to the other in one go: put them on one",
        ) from error
    finally:
        for place in places:  # one that a crash has left, too
            place.unlink(missing_ok=True)
