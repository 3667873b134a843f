"""Files beside the database: durable folders, and the disk's failures in our own words.

Responsible for what attachments and uploads share. Must not know what a file holds.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from node.errors import OperatorError

FREE_BYTES: Final = 268_435_456  # 256 MiB: below it, the disk is as good as full for the log


def sync_folder(folder: Path) -> None:
    """Force a folder's names to the disk: only then does a file that was made or renamed stay."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def operating_on(path: Path, *, code: str, whose: str, after_space: str) -> Iterator[None]:
    """Turn the disk's failures into errors that say what to do.

    Args:
        path: of the file or folder.
        code: for every failure but a full disk.
        whose: what must belong to this user, in words.
        after_space: what to do once there is space again.

    Raises:
        OperatorError: `disk.full`, or the code given.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        raise OperatorError(
            "disk.full" if full else code,
            f"{path}: {error.strerror or error}",
            hint=f"free disk space, then {after_space}"
            if full
            else f"check that {whose} belongs to this user",
        ) from error
