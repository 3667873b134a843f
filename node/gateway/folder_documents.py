"""What a dropped file holds: its documents, each with its place, its key and its digest.

Responsible for telling JSON, an array, lines and foreign formats apart by content. Must not judge a
document, nor change a byte of one that came as JSON: what is sealed is what was written.
"""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from node.convert.conversion import Conversion, Failure, Remark
from node.convert.reader import detect
from node.errors import CallerError, NodeError
from node.message.pieces import elements, is_lines

Convert = Callable[[bytes], Conversion]
"""Turns a file that is no JSON into drafts of documents, as `node.convert.reader` does."""

_BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"  # of the file, not of the document in it
_SPACE: Final = b" \t\n\r"  # RFC 8259 §2


@dataclass(frozen=True, slots=True)
class Piece:
    """One document of a file, or the reasons why there is none.

    Attributes:
        place: where in the file: `[3]`, `line 7`; empty for a file that is one document.
        document: to be submitted; None if it cannot be.
        key: the same for the same place of the same content, whatever the file is called.
        digest: SHA-256 of what the key stands for.
        errors: why there is no document.
        remarks: what a conversion filled in, dropped or doubts.
    """

    place: str
    document: bytes | None
    key: str
    digest: bytes
    errors: tuple[NodeError, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Contents:
    """What a file holds.

    Attributes:
        sha256: of the file, in hexadecimal digits.
        pieces: in the order of the file.
        errors: what belongs to no single document.
        remarks: of a conversion, on the file as a whole.
    """

    sha256: str
    pieces: tuple[Piece, ...] = ()
    errors: tuple[NodeError, ...] = ()
    remarks: tuple[Remark, ...] = field(default=())


def read_contents(raw: bytes, convert: Convert, *, most: int) -> Contents:
    """Take a file apart.

    Args:
        raw: the file.
        convert: reads what is no JSON.
        most: documents in one file; with more, none is taken.
    """
    sha256 = hashlib.sha256(raw).hexdigest()
    text = raw.removeprefix(_BYTE_ORDER_MARK).strip(_SPACE)
    try:
        if text[:1] not in {b"{", b"["} and detect(raw) is not None:
            return _converted(raw, convert(raw), sha256, most)
        pieces = tuple(islice(_json_pieces(text, sha256), most + 1))
        _check_number(len(pieces), most)
    except CallerError as error:
        return Contents(sha256, errors=(error,))
    return Contents(sha256, pieces)


def _check_number(found: int, most: int) -> None:
    if not found:
        raise CallerError("file.empty", "the file holds no document", hint="an empty list sends nothing")
    if found > most:
        raise CallerError(
            "file.documents", f"more than {most} documents in one file", hint="split the file"
        )


def _json_pieces(text: bytes, sha256: str) -> Iterator[Piece]:
    for number, (place, document) in enumerate(_documents(text)):
        digest = hashlib.sha256(document).digest()
        yield Piece(place, document, _key(sha256, number), digest)


def _documents(text: bytes) -> Iterator[tuple[str, bytes]]:
    if text.startswith(b"["):
        yield from ((f"[{number}]", element) for number, element in enumerate(_elements(text)))
    elif is_lines(text):
        for number, line in enumerate(text.split(b"\n"), start=1):
            if document := line.strip(_SPACE):
                yield f"line {number}", document
    elif text:
        yield "", text


def _elements(text: bytes) -> Iterator[bytes]:
    """Take an array apart.

    Raises:
        CallerError: `file.malformed`.
    """
    try:
        yield from elements(text)
    except ValueError as error:
        raise CallerError(
            "file.malformed", "the array is not whole, or no JSON", hint="it must be JSON in UTF-8"
        ) from error


def _converted(raw: bytes, conversion: Conversion, sha256: str, most: int) -> Contents:
    """Give the drafts of a conversion.

    A conversion writes the time into what it makes, so the digest is that of the file: the same file
    dropped tomorrow asks for the same.
    """
    if not conversion.failures:
        _check_number(len(conversion.drafts), most)
    digest = hashlib.sha256(raw).digest()
    pieces = tuple(
        Piece(
            draft.source,
            None if draft.failures else draft.raw,
            _key(sha256, number),
            digest,
            tuple(map(_error, draft.failures)),
            draft.remarks,
        )
        for number, draft in enumerate(conversion.drafts)
    )
    return Contents(sha256, pieces, tuple(map(_error, conversion.failures)), conversion.remarks)


def _error(failure: Failure) -> CallerError:
    return CallerError(failure.code, f"{failure.source}: {failure.text}", pointer=failure.pointer)


def _key(sha256: str, number: int) -> str:
    return f"{sha256}-{number}"
