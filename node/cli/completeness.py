"""Completeness on the screen: how much of what a notice or an alert should have is filled.

Responsible for the words. What counts is decided in `message.profile`; nothing is refused for it.
"""

from typing import Any, Final

from node.errors import PeerError
from node.message.document import read_document
from node.message.profile import completeness

_NAMED: Final = 3  # members named on the screen; machines get all of them


def completeness_of(raw: bytes | None) -> dict[str, Any] | None:
    """Say how complete a document is; None for one that has no profile, or is no document of ours."""
    if raw is None:
        return None
    try:
        found = completeness(read_document(raw).document)
    except PeerError:
        return None
    if found is None:
        return None
    return {
        "minimum_percent": found.minimum.percent,
        "full_percent": found.full.percent,
        "missing_minimum": list(found.minimum.missing),
        "missing": list(found.full.missing),
    }


def completeness_line(found: dict[str, Any]) -> str:
    """Write it as one line: `complete: minimum 100 %, full 94 %; missing /office_of_exit`."""
    line = f"complete: minimum {found['minimum_percent']} %, full {found['full_percent']} %"
    wanted = found["missing_minimum"] or found["missing"]
    if not wanted:
        return line
    more = len(found["missing"]) - len(wanted[:_NAMED])
    return f"{line}; missing {' '.join(wanted[:_NAMED])}{f' and {more} more' if more else ''}"
