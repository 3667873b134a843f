"""What a person hands over to be sent: a file becomes documents, each with the place it came from.

Responsible for telling one document, an array and lines apart. Must not change a byte of a document
or judge one: what is sealed is what was written.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from node.cli.app import read_file
from node.cli.foreign import Foreign, is_foreign
from node.errors import CallerError

_SPACE: Final = re.compile(r"[ \t\n\r]*")  # RFC 8259 §2


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
        elements = _elements(raw) if raw.lstrip().startswith(b"[") else None
    except CallerError as error:
        yield name, error
        return
    if elements is not None:
        yield from ((f"{name}[{number}]", element) for number, element in enumerate(elements))
    elif name.endswith(".jsonl") or _is_lines(raw):
        for number, line in enumerate(raw.splitlines(), start=1):
            if line.strip():
                yield f"{name}:{number}", line
    else:
        yield name, raw


def _is_lines(raw: bytes) -> bool:
    """Say whether a file without a telling name holds one document a line."""
    first, _, rest = raw.strip().partition(b"\n")
    return first.startswith(b"{") and first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")


def _elements(raw: bytes) -> list[bytes]:
    """Take an array apart; the bytes of its elements stay as they are, for they are what is sealed.

    Raises:
        CallerError: `file.malformed`.
    """
    try:
        found = list(_spans(raw.decode("utf-8", "surrogateescape")))
    except (ValueError, IndexError, RecursionError) as error:
        raise CallerError(
            "file.malformed", f"not a JSON array: {error}", hint="it must be JSON in UTF-8"
        ) from error
    return [element.encode("utf-8", "surrogateescape") for element in found]


def _spans(text: str) -> Iterator[str]:
    scan = json.JSONDecoder().raw_decode
    place = _after_space(text, text.index("[") + 1)
    is_open = text[place] != "]"
    while is_open:
        _, end = scan(text, place)
        yield text[place:end]
        place = _after_space(text, end)
        is_open = text[place] == ","
        if is_open:
            place = _after_space(text, place + 1)
    if text[place] != "]" or _after_space(text, place + 1) != len(text):
        raise ValueError(f"no comma and no end of the array at character {place}")


def _after_space(text: str, place: int) -> int:
    space = _SPACE.match(text, place)
    return space.end() if space else place
