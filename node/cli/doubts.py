"""Doubts on the screen: what to look at twice in a document that was sent or has arrived.

Responsible for asking with the code lists that this authority has loaded. A doubt stops nothing.
"""

import sys

from node.errors import PeerError
from node.message.document import read_document
from node.reference.editions import Lists


def doubts_about(raw: bytes | None, lists: Lists) -> list[dict[str, str]]:
    """Give the doubts about a document as it is shown; none about what is no document of ours."""
    if raw is None:
        return []
    try:
        found = read_document(raw, lists).doubts
    except PeerError:  # it was refused, and is shown with the reason for that
        return []
    return [{"pointer": one.pointer, "code": one.code, "text": one.text} for one in found]


def print_doubts(place: str, doubts: list[dict[str, str]]) -> None:
    """Say what is doubtful, on standard error: the answer itself stays what it was."""
    for doubt in doubts:
        print(f"{place}: {doubt['code']} at {doubt['pointer']}: {doubt['text']}", file=sys.stderr)
