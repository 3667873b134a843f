"""What a person hands over to be sent: a file becomes documents, each with the place it came from.

Responsible for telling one document, an array and lines apart. Must not change a byte of a document
or judge one: what is sealed is what was written.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from node.cli.app import read_file
from node.cli.foreign import Foreign, is_foreign
from node.errors import CallerError
from node.message.pieces import elements, is_lines


def read_documents(
    name: str, foreign: Foreign | None = None
) -> Iterator[tuple[str, bytes | CallerError]]:
    """Read a file as one document, an array of them, or one a line; a bad file spoils no other.

    Args:
        name: of the file; `-` for standard input.
        foreign: reads a file that is no JSON but of a format that can be converted.
    """
    try:
        raw = sys.stdin.buffer.read() if name == "-" else read_file(Path(name))
        if foreign is not None and is_foreign(name, raw):
            yield from foreign.documents(name, raw)
            return
        parts = _elements(raw) if raw.lstrip().startswith(b"[") else None
    except CallerError as error:
        yield name, error
        return
    if parts is not None:
        yield from ((f"{name}[{number}]", element) for number, element in enumerate(parts))
    elif name.endswith(".jsonl") or is_lines(raw):
        for number, line in enumerate(raw.splitlines(), start=1):
            if line.strip():
                yield f"{name}:{number}", line
    else:
        yield name, raw


def _elements(raw: bytes) -> list[bytes]:
    """Take an array apart.

    Raises:
        CallerError: `file.malformed`.
    """
    try:
        return list(elements(raw))
    except ValueError as error:
        raise CallerError(
            "file.malformed", f"not a JSON array: {error}", hint="it must be JSON in UTF-8"
        ) from error
