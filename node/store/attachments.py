"""The files that follow messages: one folder, beside the database.

Responsible for bytes on the disk: those of ours under their hash, those of peers under whose they are.
Must not know what a file is good for. No name is ever taken from a document. Nobody holds a whole
file: it is read and written a piece at a time.

A file that has its final name is whole. If we crash before the renaming, the pieces are in a file whose
name ends in `.part`, which goes on where it stopped.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import BinaryIO, Final

from node.errors import CallerError
from node.limits import CHUNK_BYTES, MAX_ATTACHMENT_BYTES
from node.store.disk import operating_on, sync_folder

FOLDER: Final = "attachments"  # in the data folder
_PART: Final = ".part"

Place = tuple[str, str, int]
"""Whose file it is here: originator, message id, number."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A file of ours, as a document must describe it."""

    sha256: str
    size_bytes: int


class Attachments:
    """The folder of files of one node."""

    def __init__(self, data: Path) -> None:
        self._sent = data / FOLDER / "sent"
        self._received = data / FOLDER / "received"

    def keep(self, source: BinaryIO) -> Kept:
        """Take a file of ours in; the same file twice is kept once.

        Raises:
            CallerError: `attachment.empty` or `attachment.oversize`.
            OperatorError: `disk.full` or `attachment.folder`.
        """
        with _operating(self._sent):
            _make_folder(self._sent)
            with tempfile.NamedTemporaryFile(dir=self._sent, suffix=_PART, delete=False) as copy:
                try:
                    kept = _copy(source, copy)
                    copy.flush()
                    os.fsync(copy.fileno())
                    Path(copy.name).replace(self._sent / kept.sha256)
                except BaseException:
                    Path(copy.name).unlink(missing_ok=True)
                    raise
            sync_folder(self._sent)
        return kept

    def holds(self, sha256: str, size_bytes: int) -> bool:
        """Say whether a file of ours is here, by its hash and size."""
        with suppress(OSError):
            return (self._sent / sha256).stat().st_size == size_bytes
        return False

    def is_intact(self, sha256: str) -> bool:
        """Say whether a file of ours still has the hash under which it is kept."""
        with suppress(OSError):
            return _digest(self._sent / sha256) == sha256
        return False

    def piece(self, sha256: str, *, start: int) -> bytes:
        """Read at most one chunk of a file of ours.

        Raises:
            OperatorError: `attachment.folder`.
        """
        with _operating(self._sent), (self._sent / sha256).open("rb", buffering=0) as file:
            file.seek(start)
            return file.read(CHUNK_BYTES)

    def path_of_sent(self, sha256: str) -> Path:
        """Say where a file of ours is, if it is here."""
        return self._sent / sha256

    def path_of_received(self, place: Place) -> Path:
        """Say where a peer's file is once it is here whole."""
        originator, message_id, number = place
        return self._received / originator / message_id / str(number)

    def received_bytes(self, place: Place) -> int:
        """Say how much of a peer's file is here: all of it, or whole chunks of it."""
        with suppress(OSError):
            return self.path_of_received(place).stat().st_size
        with suppress(OSError):
            return self._part(place).stat().st_size  # a torn end is cut off by `append`
        return 0

    def append(self, place: Place, piece: bytes, *, start: int) -> None:
        """Put a piece where it belongs in a peer's file, unless that is whole; then it is durable.

        Raises:
            OperatorError: `disk.full` or `attachment.folder`.
        """
        part = self._part(place)
        if self.path_of_received(place).exists():  # we crashed before that was recorded
            return
        with _operating(part):
            _make_folder(part.parent)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                os.ftruncate(descriptor, start)
                file.seek(start)
                _write_all(file, piece)
                os.fsync(descriptor)
            if start == 0:
                sync_folder(part.parent)

    def complete(self, place: Place, sha256: str) -> bool:
        """Give a peer's file its final name if its hash is the declared one; say whether it is.

        Raises:
            OperatorError: `disk.full` or `attachment.folder`.
        """
        final, part = self.path_of_received(place), self._part(place)
        with _operating(final):
            if final.exists():  # we crashed after the renaming
                return _digest(final) == sha256
            if _digest(part) != sha256:
                return False
            part.replace(final)
            sync_folder(final.parent)
        return True

    def discard(self, place: Place) -> None:
        """Remove what is here of a peer's file."""
        for path in (self._part(place), self.path_of_received(place)):
            path.unlink(missing_ok=True)

    def discard_parts(self, *, before_seconds: float) -> int:
        """Remove unfinished files to which nothing was added since a moment (POSIX seconds)."""
        old = [
            path
            for folder in (self._received, self._sent)
            for path, status in _files(folder)
            if path.suffix == _PART and status.st_mtime < before_seconds
        ]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)

    def occupied_bytes(self) -> int:
        """Add up what peers' files take, unfinished ones included."""
        return sum(status.st_size for _, status in _files(self._received))

    def unfinished_bytes(self, originator: str) -> int:
        """Add up what the unfinished files of one peer take."""
        files = _files(self._received / originator)
        return sum(status.st_size for path, status in files if path.suffix == _PART)

    def _part(self, place: Place) -> Path:
        final = self.path_of_received(place)
        return final.with_name(final.name + _PART)


def _copy(source: BinaryIO, into: "tempfile._TemporaryFileWrapper[bytes]") -> Kept:
    """Copy a file and hash what was copied, so that hash and copy cannot differ."""
    digest, size = hashlib.sha256(), 0
    while piece := source.read(CHUNK_BYTES):
        size += len(piece)
        if size > MAX_ATTACHMENT_BYTES:
            raise CallerError(
                "attachment.oversize",
                f"more than {MAX_ATTACHMENT_BYTES} bytes",
                hint="an attachment has at most 20 MiB: make it smaller, or name it by a uri",
            )
        digest.update(piece)
        into.write(piece)
    if not size:
        raise CallerError("attachment.empty", "the file holds nothing", hint="check the path")
    return Kept(digest.hexdigest(), size)


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    """Give the files below a folder; somebody may move them, or whole folders, away meanwhile."""
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                path = Path(place, name)
                yield path, path.stat()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_all(file: FileIO, piece: bytes) -> None:
    """Write every byte: an unbuffered write may take fewer."""
    rest = memoryview(piece)
    while rest:
        rest = rest[file.write(rest) :]


def _make_folder(folder: Path) -> None:
    """Make a folder that only its owner may look into, with those above it; durable."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def _operating(path: Path) -> AbstractContextManager[None]:
    """Turn the disk's failures into errors that say what to do."""
    return operating_on(
        path,
        code="attachment.folder",
        whose="the folder of attachments",
        after_space="start the node again; nothing accepted is lost",
    )
