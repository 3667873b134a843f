"""The folder drop: a system renames a file into `in/` and finds it again with its result.

Responsible for taking complete files in order, for handing their documents over, and for going on after
whatever happens to the disk or the share. Must not know how a document is sent; it is given a function.
"""

import asyncio
import traceback
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, ParamSpec, Protocol, TypeVar

import structlog

from node.errors import CallerError, NodeError, OperatorError
from node.gateway.folder_claims import Claim, Claims
from node.gateway.folder_documents import Contents, Convert, Piece, read_contents
from node.gateway.folder_files import read_regular
from node.gateway.folder_layout import Layout, check_renames
from node.gateway.folder_names import shown
from node.gateway.folder_result import Accepted, Result
from node.gateway.folder_watch import Watch
from node.transfer.retry import delay_ms

_BROKEN: Final = CallerError(
    "folder.unreadable", "the file could not be read", hint="report it: this is a fault of the node"
)
_MOST_LEFT: Final = 1_000  # files in work/ that wait for another try: no more are taken meanwhile

P = ParamSpec("P")
T = TypeVar("T")

_Answer = Accepted | tuple[NodeError, ...]


class Submit(Protocol):
    """Sends a document for the system whose folder it is."""

    async def __call__(self, document: bytes, key: str, digest: bytes) -> Accepted:
        """Return once the message is durable; the same key gives the first answer again.

        Raises:
            CallerError: it is refused, and will be so however often it is asked for.
            OperatorError: our own machine failed; it will be asked for again.
        """


@dataclass(frozen=True, slots=True)
class FolderLimits:
    """How much one file may be.

    Attributes:
        file_bytes: a larger file is not read.
        documents: with more of them in one file, none is sent.
        at_once: documents of one file that are under way together.
    """

    file_bytes: int = 16 * 1_048_576  # as much as any reader of foreign files takes
    documents: int = 10_000
    at_once: int = 64


@dataclass(frozen=True, slots=True)
class FolderParts:
    """What a folder drop is given.

    Attributes:
        system: whose folder it is, for log lines.
        owner: tells this node from others at the same share: letters, digits and hyphens.
        submit: sends a document.
        convert: turns a file that is no JSON into drafts.
        clock: the time, Unix ms.
        limits: how much one file may be.
    """

    system: str
    owner: str
    submit: Submit
    convert: Convert
    clock: Callable[[], int]
    limits: FolderLimits = FolderLimits()


class _AwayError(Exception):
    """The whole folder is away, not one file."""

    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error


class Folder:
    """The drop of one system."""

    def __init__(self, root: Path, parts: FolderParts) -> None:
        layout = Layout(root)
        self._root = root
        self._parts = parts
        self._watch = Watch(layout.incoming)
        self._claims = Claims(layout, parts.owner)
        self._waits: dict[str, tuple[int, int]] = {}  # what failed: how often, and when it is due again
        self._is_lost = False
        self._is_checked = False
        # A share that hangs holds up this folder's thread and nobody else's.
        self._disk = ThreadPoolExecutor(1, thread_name_prefix=f"folder-{parts.system}")
        self._log = structlog.get_logger().bind(system=parts.system)

    async def run(self, every_seconds: float) -> None:
        """Look again and again, until cancelled.

        Raises:
            OperatorError: as `poll`.
        """
        while True:
            await self.poll()
            await asyncio.sleep(every_seconds)

    async def poll(self) -> int:
        """Look once, and take what is complete; says how many files came to their end.

        Raises:
            OperatorError: `folder.file_systems`, found when the folder is seen first.
        """
        try:
            left, ready = await self._on_disk(self._look)
        except OSError as error:
            self._note_lost(error)
            return 0
        self._note_there()
        try:
            return await self._work_through(left, ready)
        except _AwayError as away:
            self._note_lost(away.error)
            return 0

    def _look(self) -> tuple[list[Claim], list[str]]:
        if not self._is_checked:
            check_renames(self._root, self._parts.owner)
            self._is_checked = True
        return self._claims.left(), self._watch.look()

    async def _work_through(self, left: list[Claim], ready: list[str]) -> int:
        self._forget_waits([*(claim.ticket for claim in left), *map(_waiting, ready)])
        finished = 0
        for claim in left:
            if self._is_due(claim.ticket):
                finished += await self._attempt(claim.ticket, claim.name, self._take_up(claim))
        if len(left) >= _MOST_LEFT:
            return finished
        for name in ready:
            if self._is_due(_waiting(name)):
                finished += await self._attempt(_waiting(name), name, self._take(name))
        return finished

    async def _attempt(self, key: str, name: str, step: Awaitable[bool]) -> bool:
        """Do something with a file; what cannot be done now is tried again, after ever longer waits."""
        try:
            return await step
        except (OSError, OperatorError) as error:
            attempts = self._waits.get(key, (0, 0))[0] + 1
            wait_ms = delay_ms(attempts, jitter=1)
            self._waits[key] = attempts, self._parts.clock() + wait_ms
            self._log.warning(
                "folder.file_delayed",
                file=shown(name),
                reason=_reason(error),
                attempts=attempts,
                wait_ms=wait_ms,
            )
            if isinstance(error, OSError):
                await self._check_there()
            return False

    async def _take(self, name: str) -> bool:
        claim = await self._on_disk(self._claims.take, name)
        return claim is not None and await self._attempt(claim.ticket, name, self._read_and_send(claim))

    async def _take_up(self, claim: Claim) -> bool:
        """Go on with a file that was taken before: its result may be there already."""
        is_settled = await self._on_disk(self._claims.settle, claim)
        return is_settled or await self._read_and_send(claim)

    async def _read_and_send(self, claim: Claim) -> bool:
        parts = self._parts
        contents = await self._on_disk(self._read, claim)
        answers = await self._send(contents.pieces)
        result = Result(claim.ticket, contents, tuple(answers), parts.clock())
        await self._on_disk(self._claims.finish, claim, result)
        self._log.info(
            "folder.file_finished",
            file=shown(claim.name),
            status="done" if result.is_done else "failed",
            accepted=result.accepted,
            refused=len(answers) - result.accepted,
        )
        return True

    def _read(self, claim: Claim) -> Contents:
        limits = self._parts.limits
        try:
            raw = read_regular(claim.path, most=limits.file_bytes)
            return read_contents(raw, self._parts.convert, most=limits.documents)
        except CallerError as error:
            return Contents("", errors=(error,))
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - one file must not stop the node at each start
            self._note_fault(claim, error)
            return Contents("", errors=(_BROKEN,))

    def _note_fault(self, claim: Claim, error: Exception) -> None:
        """Say where it went wrong; the words of the error could quote the document."""
        frame = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(frame.filename).name}:{frame.lineno}"
        self._log.error(
            "folder.file_failed", file=shown(claim.name), error=type(error).__name__, where=where
        )

    async def _send(self, pieces: Sequence[Piece]) -> list[_Answer]:
        """Hand the documents over in their order, some at a time so that they are sealed together."""
        answers: list[_Answer] = []
        for start in range(0, len(pieces), self._parts.limits.at_once):
            some = pieces[start : start + self._parts.limits.at_once]
            # All must have ended before the file may be tried again.
            ended = await asyncio.gather(*map(self._ask, some), return_exceptions=True)
            for answer in ended:
                if isinstance(answer, BaseException):
                    raise answer
                answers.append(answer)
        return answers

    async def _ask(self, piece: Piece) -> _Answer:
        if piece.document is None:
            return piece.errors
        try:
            return await self._parts.submit(piece.document, piece.key, piece.digest)
        except OperatorError:
            raise  # our own fault, and no answer
        except NodeError as error:
            return (error,)

    async def _on_disk(self, step: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._disk, partial(step, *args, **kwargs))

    async def _check_there(self) -> None:
        try:
            await self._on_disk(self._watch.check)
        except OSError as error:
            raise _AwayError(error) from error

    def _is_due(self, key: str) -> bool:
        return self._waits.get(key, (0, 0))[1] <= self._parts.clock()

    def _forget_waits(self, present: Iterable[str]) -> None:
        self._waits = {key: self._waits[key] for key in present if key in self._waits}

    def _note_lost(self, error: OSError) -> None:
        if not self._is_lost:
            self._log.warning("folder.lost", path=str(self._root), reason=_reason(error))
        self._is_lost = True

    def _note_there(self) -> None:
        if self._is_lost:
            self._log.info("folder.found", path=str(self._root))
        self._is_lost = False


def _waiting(name: str) -> str:
    return f"in/{name}"


def _reason(error: OSError | OperatorError) -> str:
    return error.code if isinstance(error, OperatorError) else error.strerror or type(error).__name__
