"""Names in a folder drop: which are not finished yet, and under which names things end.

Responsible for names alone. Must not touch the disk.
"""

import hashlib
from typing import Final

MAX_NAME_BYTES: Final = 255  # of one name, on every file system in use
RESULT: Final = ".result.json"

_TICKET_BYTES: Final = 9  # a dot and eight characters, put into a name that is taken
_HIDDEN: Final = (".", "~")  # hidden files, and the locks that office programs leave beside theirs
_UNFINISHED: Final = (
    "~",
    ".part",
    ".partial",
    ".filepart",
    ".crdownload",
    ".download",
    ".upload",
    ".uploading",
    ".writing",
    ".inprogress",
    ".tmp",
    ".temp",
    ".swp",
    ".lck",
    ".lock",
)
_OF_THE_SYSTEM: Final = frozenset(
    {
        "$recycle.bin",
        "@eadir",
        "#recycle",
        "desktop.ini",
        "lost+found",
        "system volume information",
        "thumbs.db",
    }
)


def is_left_alone(name: str) -> bool:
    """Say whether a name belongs to a file that is still being written, or to the file system."""
    folded = name.casefold()
    return folded.startswith(_HIDDEN) or folded.endswith(_UNFINISHED) or folded in _OF_THE_SYSTEM


def result_name(name: str) -> str:
    """Name the result of a file; a name too long for that is cut and told apart by its hash."""
    return _fitted(name, len(RESULT)) + RESULT


def name_with(name: str, ticket: str) -> str:
    """Give a name for a file whose own is taken; the ending stays, for programs that go by it."""
    stem, dot, ending = _fitted(name, _TICKET_BYTES).rpartition(".")
    return f"{stem}.{ticket}.{ending}" if stem and dot else f"{ending}.{ticket}"


def shown(name: str) -> str:
    """Give a name as text that can be written anywhere; bytes that are no UTF-8 as escapes."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _fitted(name: str, more_bytes: int) -> str:
    """Cut a name, if need be, so that some bytes more fit."""
    raw = name.encode("utf-8", "surrogateescape")
    if len(raw) + more_bytes <= MAX_NAME_BYTES:
        return name
    mark = "~" + hashlib.sha256(raw).hexdigest()[:8]
    kept = raw[: MAX_NAME_BYTES - more_bytes - len(mark)]
    return kept.decode("utf-8", "ignore") + mark
