"""The folder door: systems that drop files, and find there what has come for them.

Responsible for one drop for each folder that the settings name. Must not touch a disk itself
(`node.gateway`), nor decide on a document (`admission`) or on what is told (`deliverer`).
"""

import asyncio
import hashlib
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import orjson

from node.convert.conversion import Conversion
from node.convert.reader import read_foreign
from node.daemon.admission import Admission
from node.daemon.bell import Bell
from node.daemon.deliverer import Deliverer, NotTakenError
from node.daemon.folder_options import FolderOptions, load_options
from node.daemon.node import Node
from node.daemon.supervisor import Supervisor
from node.errors import CallerError, OperatorError
from node.gateway.folder import Folder, FolderParts
from node.gateway.folder_out import FolderOut
from node.gateway.folder_result import Accepted
from node.national.event import TYPE_PREFIX, Event
from node.reference.editions import Lists
from node.settings import FolderSettings
from node.store.accounts import Accounts
from node.store.codebook import Codebook

DOOR: Final = "folder"
_NO_NAME: Final = re.compile(r"[^A-Za-z0-9._-]")  # in a reference, but not in a file's name


async def serve_folders(supervisor: Supervisor, folders: Mapping[str, FolderSettings]) -> None:
    """Serve every folder until cancelled: a door of the running node.

    Raises:
        OperatorError: `folder.system`, `folder.file_systems`, or our own machine failed.
    """
    node = supervisor.node
    await node.in_worker(_check_systems, Accounts(node.database), folders)
    admission = Admission(node, supervisor.submitter, DOOR)
    bell = Bell(node)
    try:
        async with asyncio.TaskGroup() as group:
            for system, settings in folders.items():
                drop = Drop(node, admission, system, settings.path)
                group.create_task(drop.folder.run(settings.poll_seconds))
                sink = FolderSink(settings.path)
                deliverer = Deliverer(node, bell, sink, system=system, door=DOOR, content_way=DOOR)
                group.create_task(deliverer.run())
    except BaseExceptionGroup as failed:
        raise failed.exceptions[0] from None


def _check_systems(accounts: Accounts, folders: Mapping[str, FolderSettings]) -> None:
    for system in folders:
        if accounts.system(system) is None:
            raise OperatorError(
                "folder.system",
                f"the settings name a folder of {system}, which is no national system here",
                hint=f"'sarbon systems add {system}' adds it; or take [folders.{system}] out",
            )


class Drop:
    """One system's drop: what is done with the files that its folder takes up.

    Attributes:
        folder: takes them up.
    """

    def __init__(self, node: Node, admission: Admission, system: str, root: Path) -> None:
        self._node, self._admission, self._system, self._root = node, admission, system, root
        self._lists: Lists | None = None
        self._converted, self._mark = "", ""
        self.folder = Folder(
            root,
            FolderParts(
                system=system,
                owner=node.authority.lower(),
                submit=self.submit,
                convert=self.convert,
                clock=node.clock,
            ),
        )

    async def submit(self, document: bytes, key: str, digest: bytes) -> Accepted:
        """Submit a document of a file.

        Raises:
            CallerError: it is refused.
            OperatorError: not now; the file is taken up again.
        """
        # The key stands for a place in a file. What a conversion makes of it depends on the options as
        # well: a file that was refused because of them is asked for anew once they are set right.
        if self._mark and key.partition("-")[0] == self._converted:
            key = f"{key}-{self._mark}"
        done = await self._admission.submit(self._system, key, document, digest=digest)
        return Accepted(done.id, done.is_new and not done.is_replayed)

    def convert(self, raw: bytes) -> Conversion:
        """Turn a file that is no JSON into drafts; runs in the folder's own thread.

        Raises:
            CallerError: as the reader of its format, or the options of the folder are wrong.
        """
        options = load_options(self._root)
        if self._lists is None:
            self._lists = Codebook(self._node.settings.data / "codes").lists()
        now = datetime.fromtimestamp(self._node.clock() / 1000, UTC)
        context = options.conversion.context(self._node.authority, now=now, lists=self._lists)
        # One file after the other: its documents are submitted before the next is converted.
        self._converted, self._mark = hashlib.sha256(raw).hexdigest(), options.mark
        return read_foreign(raw, context)


class FolderSink:
    """The folder `out/` of one system, as its deliverer sees it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._out = FolderOut(root)
        # A share that hangs holds up this thread and nobody else's.
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="folder-options")

    async def put(self, event: Event, document: bytes | None) -> None:
        """Write the document of an event, and the event itself where the options name its kind.

        Raises:
            NotTakenError: the folder is away, or its options are wrong.
        """
        try:
            options = await self._options()
            for stem, raw in files_of(event, document, options):
                await self._out.put(stem, raw)
        except (OSError, CallerError) as error:
            raise NotTakenError(_reason(error)) from error

    async def _options(self) -> FolderOptions:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._disk, load_options, self._root)


def files_of(
    event: Event, document: bytes | None, options: FolderOptions
) -> Iterator[tuple[str, bytes]]:
    """Give what is written of an event: names without their ending, which sort as the log does."""
    message, sequence = event.value["data"]["message"], event.value["sequence"]
    reference = _NO_NAME.sub("_", message["reference"])
    if document is not None:
        yield f"{sequence}-{message['type'].partition('/')[0]}-{reference}", document
    kind = event.type.removeprefix(TYPE_PREFIX)
    if kind in options.events:
        written = orjson.dumps(event.value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        yield f"{sequence}-{kind}-{reference}.event", written


def _reason(error: OSError | CallerError) -> str:
    if isinstance(error, CallerError):
        return error.code
    return error.strerror or type(error).__name__
