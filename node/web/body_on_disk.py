"""Bodies that are too large to be held in memory: taken to the disk as they come.

Responsible for a file without a name that is gone once it is closed, and for leaving the last of the
disk to the node's own log. Must not look at what is in it; how large it may be is the guard's business.
"""

import asyncio
import errno
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import BinaryIO, cast

from fastapi import Request

from node.store.disk import FREE_BYTES, operating_on


@asynccontextmanager
async def body_on_disk(request: Request, folder: Path) -> AsyncIterator[BinaryIO]:
    """Lend the body of a request as a file, at its beginning.

    Args:
        request: its body has not been read.
        folder: on the disk that is to hold it.

    Raises:
        OperatorError: `disk.full` or `attachment.folder`.
    """
    with _operating(folder):
        file = await asyncio.to_thread(_file, folder)
    try:
        async for piece in request.stream():
            with _operating(folder):
                await asyncio.to_thread(_write, file, piece)
        with _operating(folder):
            await asyncio.to_thread(file.seek, 0)
        yield file
    finally:
        file.close()


def _file(folder: Path) -> BinaryIO:
    return cast(BinaryIO, tempfile.TemporaryFile(dir=folder))


def _write(file: BinaryIO, piece: bytes) -> None:
    """Write a piece, while there is room for it and for what the node must write itself."""
    disk = os.fstatvfs(file.fileno())
    if disk.f_bavail * disk.f_frsize < FREE_BYTES + len(piece):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    file.write(piece)


def _operating(folder: Path) -> AbstractContextManager[None]:
    """Turn the disk's failures into errors that say what to do."""
    return operating_on(
        folder,
        code="attachment.folder",
        whose="the data folder",
        after_space="send it again; nothing of this was taken in",
    )
