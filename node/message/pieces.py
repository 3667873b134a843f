"""Several documents in one piece of JSON, taken apart; each stays as it was written.

Responsible for arrays and for telling lines from one document. Must not read a document: a fault in one
is no fault of the others, and what is sealed are the very bytes that somebody wrote.
"""

import json
from collections.abc import Iterator
from typing import Final

_SPACES: Final = frozenset(" \t\n\r")  # RFC 8259 §2


def elements(raw: bytes) -> Iterator[bytes]:
    """Take a JSON array apart, one element after the other: whoever has enough may stop.

    Raises:
        ValueError: it is none, or not whole.
    """
    try:
        for element in _spans(raw.decode("utf-8", "surrogateescape")):
            yield element.encode("utf-8", "surrogateescape")
    except (IndexError, RecursionError) as error:
        raise ValueError("the array is not whole, or too deep") from error


def is_lines(raw: bytes) -> bool:
    """Say whether there is one document a line: the first line is one, and more follows."""
    first, _, rest = raw.strip().partition(b"\n")
    return first.startswith(b"{") and first.rstrip().endswith(b"}") and rest.lstrip().startswith(b"{")


def _spans(text: str) -> Iterator[str]:
    scan = json.JSONDecoder().raw_decode
    place = _after_space(text, 0)
    if text[place] != "[":
        raise ValueError("it does not begin with a bracket")
    place = _after_space(text, place + 1)
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
    while text[place : place + 1] in _SPACES:
        place += 1
    return place
