"""An uploaded file is read: its documents, and everything there is to say about them.

Responsible for reading a file as the folder drop does, with the options of its upload and the loaded
code lists. Must not send anything. It runs in a thread, and takes as long as it takes.
"""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from node.convert.conversion import Conversion, Remark
from node.convert.options import Options
from node.convert.reader import read_foreign
from node.daemon.node import Node
from node.errors import PeerError
from node.gateway.folder_documents import Contents, Piece, read_contents
from node.message.document import read_document
from node.reference.editions import Lists
from node.store.codebook import Codebook

MAX_UPLOAD_BYTES: Final = 16 * 1_048_576  # 16 MiB: as much as any reader of foreign files takes
MAX_DOCUMENTS: Final = 10_000  # in one file


def read_upload(
    node: Node, raw: bytes, options: Options, *, now: int, most: int = MAX_DOCUMENTS
) -> Contents:
    """Take a file apart.

    Args:
        node: whose authority sends it.
        raw: the file.
        options: for what it does not say.
        now: Unix ms; the same moment gives the same documents again.
        most: documents in one file; with more, none is taken.

    Raises:
        CallerError: `convert.option`.
        OperatorError: `codes.damaged`.
    """
    lists = Codebook(node.settings.data / "codes").lists()
    moment = datetime.fromtimestamp(now / 1000, UTC)
    context = options.context(node.authority, now=moment, lists=lists)
    converted: list[Conversion] = []

    def convert(foreign: bytes) -> Conversion:
        converted.append(read_foreign(foreign, context))
        return converted[-1]

    contents = read_contents(raw, convert, most=most)
    if converted:  # then its doubts are among its remarks
        return contents
    return replace(contents, pieces=tuple(_doubted(piece, lists) for piece in contents.pieces))


def _doubted(piece: Piece, lists: Lists) -> Piece:
    """Say what is doubtful in a document that came as JSON; its faults are found when it is sent."""
    try:
        doubts = read_document(piece.document or b"", lists).doubts
    except PeerError:
        return piece
    remarks = (Remark("doubtful", piece.place, doubt.pointer, doubt.text) for doubt in doubts)
    return replace(piece, remarks=tuple(remarks))
