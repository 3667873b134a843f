"""Files that were uploaded and wait to be read: one folder, beside the database.

Responsible for bytes on the disk under the id of their job, whole and durable or not there. Must not
know what is in them. Once its job has come to its end, nobody needs a file, and it goes.
"""

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from node.errors import OperatorError
from node.store.disk import operating_on, sync_folder

FOLDER: Final = "uploads"  # in the data folder
_PIECE_BYTES: Final = 262_144  # 256 KiB: nobody holds a whole file before it is read


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that is kept."""

    sha256: bytes
    size_bytes: int


class Uploads:
    """The folder of one node."""

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def keep(self, job: str, source: BinaryIO) -> Upload:
        """Take in the file of a job, durable; if we crash before that job is made, it is swept away.

        Raises:
            OperatorError: `disk.full` or `upload.folder`.
        """
        with _operating(self._folder):
            self._folder.mkdir(mode=0o700, exist_ok=True)
            part = self._folder / f"{job}.part"
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as copy:
                    kept = _copy(source, copy)
                    copy.flush()
                    os.fsync(descriptor)
                part.replace(self._folder / job)
            except BaseException:
                part.unlink(missing_ok=True)
                raise
            sync_folder(self._folder)
        return kept

    def read(self, job: str) -> bytes:
        """Give the file of a job.

        Raises:
            OperatorError: `upload.lost`.
        """
        try:
            return (self._folder / job).read_bytes()
        except OSError as error:
            raise OperatorError(
                "upload.lost",
                f"the file of the job cannot be read: {error.strerror or error}",
                hint="upload it again; see that nothing else removes files from the data folder",
            ) from error

    def drop(self, job: str) -> None:
        """Remove the file of a job, if it is there."""
        (self._folder / job).unlink(missing_ok=True)

    def sweep(self, unfinished: Collection[str], *, before_seconds: float) -> int:
        """Remove files that no unfinished job needs; gives how many.

        Args:
            unfinished: ids of jobs.
            before_seconds: POSIX seconds; a younger file may be about to get its job.
        """
        old = [
            path
            for path in self._files()
            if path.name not in unfinished and path.stat().st_mtime < before_seconds
        ]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def _files(self) -> Iterator[Path]:
        return self._folder.iterdir() if self._folder.is_dir() else iter(())


def _copy(source: BinaryIO, into: BinaryIO) -> Upload:
    digest, size = hashlib.sha256(), 0
    while piece := source.read(_PIECE_BYTES):
        digest.update(piece)
        into.write(piece)
        size += len(piece)
    return Upload(digest.digest(), size)


def _operating(path: Path) -> AbstractContextManager[None]:
    """Turn the disk's failures into errors that say what to do."""
    return operating_on(
        path,
        code="upload.folder",
        whose="the folder of uploads",
        after_space="upload the file again",
    )
