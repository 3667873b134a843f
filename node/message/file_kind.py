"""A file at hand: its media type by how it begins, what kind of attachment it is, a name that is safe.

Responsible for what may be left out when a file is described, and for names that a peer gave. Must not
read a file.
"""

import mimetypes
import re
from typing import Final

HEAD_BYTES: Final = 132
"""How much of a file tells its media type."""

UNKNOWN: Final = "application/octet-stream"

_SIGNS: Final = (  # (where, what stands there, media type)
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (4, b"ftyp", "video/mp4"),
    (128, b"DICM", "application/dicom"),
)
_ENDINGS: Final = mimetypes.MimeTypes(filenames=())  # Python's own table: the same on every machine
_UNSAFE: Final = re.compile(r"[^\w.() -]", re.ASCII)
_MOST_NAME: Final = 100


def media_type_of(head: bytes, name: str) -> str:
    """Tell a file's media type by how it begins, else by its name."""
    for start, sign, media_type in _SIGNS:
        if head[start : start + len(sign)] == sign:
            return media_type
    return _ENDINGS.guess_type(name)[0] or UNKNOWN


def kind_of(media_type: str) -> str:
    """Say what kind of attachment a file of a media type most likely is."""
    if media_type in {"image/tiff", "application/dicom"}:
        return "scan"
    if media_type.startswith("image/"):
        return "photo"
    is_paper = media_type == "application/pdf" or media_type.startswith("text/")
    return "document" if is_paper else "other"


def safe_name(name: str, number: int) -> str:
    """Make a file name of what a peer calls a file: no path, nothing hidden or strange.

    Args:
        name: as the document has it.
        number: of the attachment, for a name of which nothing is left.
    """
    plain = _UNSAFE.sub("_", re.split(r"[/\\]", name)[-1]).lstrip(". -").rstrip(". ")
    stem, dot, ending = plain.rpartition(".")
    if len(plain) > _MOST_NAME:
        plain = f"{stem[: _MOST_NAME - 10]}{dot}{ending[:9]}" if stem else plain[:_MOST_NAME]
    return (plain.strip("_ ") and plain) or f"attachment-{number}"
