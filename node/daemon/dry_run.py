"""A dry run: what would become of each document of a file if it were uploaded now.

Responsible for asking everything that would be asked, the agreements too. Must not record or send
anything: what is sealed here is thrown away.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from node.convert.options import Options
from node.daemon.node import Node
from node.daemon.sending_rules import rules_for
from node.daemon.upload_reading import read_upload
from node.errors import CallerError, NodeError, PeerError
from node.gateway.folder_documents import Contents, Piece
from node.message.document import Document, all_faults, read_document
from node.message.profile import completeness
from node.national.system import System
from node.transfer.outgoing import conflicting, prepare
from node.transfer.submission import Caller, Submission

MOST_TRIED: Final = 1000  # documents of one file: whoever asks waits for the answer

_Key = tuple[str, str, int]
_Taken = dict[_Key, tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Tried:
    """What would become of one document.

    Attributes:
        document: as it was read; None if it is none.
        is_new: False if it has been sent before.
        errors: why it would be refused.
    """

    piece: Piece
    document: Document | None
    is_new: bool
    errors: tuple[NodeError, ...]

    @property
    def completeness(self) -> dict[str, Any] | None:
        """How complete it is; None for one that has no profile."""
        found = completeness(self.document) if self.document else None
        if found is None:
            return None
        return {
            "minimum_percent": found.minimum.percent,
            "full_percent": found.full.percent,
            "missing_minimum": list(found.minimum.missing),
            "missing": list(found.full.missing),
        }


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would become of a file."""

    contents: Contents
    tried: tuple[Tried, ...]


def try_upload(node: Node, system: System, raw: bytes, options: Options) -> DryRun:
    """Try an upload; it takes a thread for as long as an upload of this size does.

    Raises:
        CallerError: `convert.option`.
        OperatorError: our own machine failed.
    """
    now = node.clock()
    contents = read_upload(node, raw, options, now=now, most=MOST_TRIED)
    taken: _Taken = {}
    tried = (_try_one(piece, node, system, taken, now=now) for piece in contents.pieces)
    return DryRun(contents, tuple(tried))


def _try_one(piece: Piece, node: Node, system: System, taken: _Taken, *, now: int) -> Tried:
    if piece.document is None:
        return Tried(piece, None, is_new=False, errors=piece.errors)
    try:
        document = read_document(piece.document).document
    except PeerError as error:
        return Tried(piece, None, is_new=False, errors=tuple(_faults(piece.document, error)))
    caller = Caller(system.id, "rest", "", b"", rules_for(system, node.database))
    sender = node.sender()
    prepared = prepare(Submission(piece.document, caller=caller), sender, now=now)
    if prepared.error is not None:
        return Tried(piece, document, is_new=False, errors=(prepared.error,))
    key = (document.type, document.reference, document.version)
    earlier = _earlier(node, key, taken, (prepared.id, piece.document))
    if earlier is not None and earlier[1] != piece.document:
        prepared = conflicting(prepared, earlier=earlier[0], sender=sender, now=now)
    errors = () if prepared.error is None else (prepared.error,)
    return Tried(piece, document, is_new=earlier is None, errors=errors)


def _earlier(node: Node, key: _Key, taken: _Taken, own: tuple[str, bytes]) -> tuple[str, bytes] | None:
    """Give what has this reference and version already, in our outbox or further up in the file."""
    sent = node.outbox.same_reference([key]).get(key)
    found = sent or taken.get(key)
    taken.setdefault(key, own)
    return found


def _faults(raw: bytes, first: PeerError) -> Iterator[NodeError]:
    """Give every fault of a document, not only the first."""
    try:
        faults = all_faults(raw)
    except PeerError:
        faults = ()
    if not faults:
        yield CallerError(first.code, first.message, hint=first.hint, pointer=first.pointer)
    for fault in faults:
        yield CallerError(fault.code, fault.text, pointer=fault.pointer)
