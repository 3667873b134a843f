"""Files on a disk or a network share: written whole or not at all, read without following anything.

Responsible for single files. Must not know what they are for.
"""

import errno
import os
import stat
from pathlib import Path
from typing import Final

from node.errors import CallerError

MODE: Final = 0o660  # owner and group, less what the umask takes: others read nothing of cargo

_NOT_SUPPORTED: Final = frozenset(
    {errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL, errno.EMLINK, errno.EXDEV}
)


def write_new(path: Path, raw: bytes) -> None:
    """Write a file under a name of ours, and make sure that it is on the disk.

    What has the name is removed, not opened: it may be a link that somebody else put there.
    """
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, MODE)
    with os.fdopen(file, "wb") as stream:
        stream.write(raw)
        stream.flush()
        os.fsync(file)


def place_new(temporary: Path, final: Path) -> bool:
    """Give a file its final name unless that is taken; says whether it could.

    A hard link cannot overwrite, whoever else writes there. Where a file system has none, the name
    is looked at first: two that come at the same instant could then meet.
    """
    try:
        os.link(temporary, final, follow_symlinks=False)
    except FileExistsError:
        return False
    except OSError as error:
        if error.errno not in _NOT_SUPPORTED:
            raise
        if os.path.lexists(final):
            return False
        temporary.rename(final)
    else:
        temporary.unlink()
    return True


def sync_folder(path: Path) -> None:
    """Make sure that the names in a folder are on the disk, where the file system knows how."""
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in _NOT_SUPPORTED:
            raise
    finally:
        os.close(folder)


def read_regular(path: Path, *, most: int) -> bytes:
    """Read a file, never what a link leads to, nor a pipe or a device, and no more than allowed.

    Raises:
        CallerError: `folder.not_a_file` or `folder.oversize`.
        OSError: it cannot be read now.
    """
    _check_regular(path.lstat())  # before it is opened: opening a device may set it going
    file = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(file, "rb") as stream:
        found = os.fstat(file)
        _check_regular(found)  # it may have been exchanged since
        raw = stream.read(most + 1) if found.st_size <= most else b""
    if found.st_size > most or len(raw) > most:
        raise CallerError(
            "folder.oversize", f"the file has more than {most} bytes", hint="split the file"
        )
    return raw


def _check_regular(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise CallerError(
            "folder.not_a_file",
            f"it is {_kind(found.st_mode)}, not a file",
            hint="put the file itself into in/",
        )


def _kind(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "a symbolic link"
    return "a folder" if stat.S_ISDIR(mode) else "a pipe, a socket or a device"
