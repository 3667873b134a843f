"""What the node writes for a system into `out/`: each file whole or not there.

Responsible for writing once what is asked for twice. Must not decide what a system is told.
"""

import asyncio
import errno
import hashlib
import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from node.errors import CallerError
from node.gateway.folder_files import place_new, read_regular, sync_folder, write_new
from node.gateway.folder_layout import Layout
from node.gateway.folder_names import name_with

_STEM: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")


class FolderOut:
    """Writes for one system."""

    def __init__(self, root: Path) -> None:
        self._folder = Layout(root).out
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="folder-out")

    async def put(self, stem: str, raw: bytes) -> str:
        """Write a file `<stem>.json`, and return when it is on the disk.

        The same name with the same bytes is written once, as long as the system has not taken the file
        away. Where the name has other bytes, these are kept, and the new ones get a name of their own.

        Args:
            stem: letters, digits and `._-`.
            raw: what the file holds.

        Returns:
            The name that it has.

        Raises:
            OSError: it cannot be written now; a share may be away.
        """
        if not _STEM.fullmatch(stem):
            raise ValueError("a name that could lead elsewhere")
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._disk, self._put, f"{stem}.json", raw)

    def _put(self, plain: str, raw: bytes) -> str:
        digest = hashlib.sha256(raw).hexdigest()
        temporary = self._folder / f".{hashlib.sha256(plain.encode()).hexdigest()[:32]}.part"
        for name in (plain, name_with(plain, digest[:8])):
            final = self._folder / name
            if not os.path.lexists(final):
                write_new(temporary, raw)
                is_written = place_new(temporary, final)
            else:
                is_written = _holds(final, raw)
            if is_written:
                temporary.unlink(missing_ok=True)  # a crash may have left it
                sync_folder(self._folder)
                return name
        raise FileExistsError(errno.EEXIST, "both names for it are taken", str(self._folder))


def _holds(path: Path, raw: bytes) -> bool:
    try:
        return read_regular(path, most=len(raw)) == raw
    except (FileNotFoundError, CallerError):
        return False
