"""A file at hand becomes an attachment: taken in, described, and put into a document.

Responsible for what a person may leave out: kind, media type, name, size and hash. Must not judge the
document; whoever seals it does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from node.canonical import parse_strict
from node.errors import CallerError, PeerError, Refusal
from node.limits import MAX_DOCUMENT_BYTES, MAX_DOCUMENT_DEPTH
from node.message.file_kind import HEAD_BYTES, kind_of, media_type_of
from node.settings import Settings
from node.store.attachments import Attachments


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person says of a file: where it is, and perhaps what it is and shows."""

    path: Path
    kind: str | None = None
    description: str | None = None


def read_wish(text: str) -> Wish:
    """Read `FILE`, `FILE=KIND` or `FILE=KIND:DESCRIPTION`; a file may have `=` in its name."""
    if "=" not in text or Path(text).is_file():
        return Wish(Path(text))
    file, _, rest = text.rpartition("=")
    if not Path(file).is_file():  # the description may hold one too
        file, _, rest = text.partition("=")
    kind, _, description = rest.partition(":")
    return Wish(Path(file), kind or None, description or None)


def describe(wish: Wish, store: Attachments) -> dict[str, Any]:
    """Take a file in and give the description by which a document names it.

    Raises:
        CallerError: `file.unreadable`, `attachment.empty` or `attachment.oversize`.
    """
    try:
        with wish.path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            file.seek(0)
            kept = store.keep(file)
    except OSError as error:
        raise CallerError(
            "file.unreadable", f"{wish.path}: {error.strerror}", hint="check the path"
        ) from error
    media_type = media_type_of(head, wish.path.name)
    members: dict[str, Any] = {
        "kind": wish.kind or kind_of(media_type),
        "file_name": wish.path.name,
        "media_type": media_type,
        "size_bytes": kept.size_bytes,
        "sha256": kept.sha256,
    }
    return members if wish.description is None else {**members, "description": wish.description}


def attach_to_only(
    documents: Sequence[tuple[str, bytes | CallerError]], wishes: Sequence[str], settings: Settings
) -> list[tuple[str, bytes | CallerError]]:
    """Attach files to the one document that is to be sent; one that cannot be read stays as it is.

    Raises:
        CallerError: `attachment.whose`, or as `attach`.
    """
    if len(documents) != 1:
        raise CallerError(
            "attachment.whose",
            f"files can be attached to one document, here are {len(documents)}",
            hint="send the document with files by itself",
        )
    place, raw = documents[0]
    if isinstance(raw, bytes):
        raw = attach(raw, [read_wish(wish) for wish in wishes], Attachments(settings.data))
    return [(place, raw)]


def attach(raw: bytes, wishes: Sequence[Wish], store: Attachments) -> bytes:
    """Give a document with files attached behind those it has.

    Raises:
        CallerError: as `describe`; `document.malformed` if the document cannot be read.
    """
    try:
        document = parse_strict(
            raw,
            max_bytes=MAX_DOCUMENT_BYTES,
            max_depth=MAX_DOCUMENT_DEPTH,
            code=Refusal.DOCUMENT_MALFORMED,
        )
    except PeerError as error:
        raise CallerError(error.code, error.message, hint="it must be one JSON document") from error
    inner = document.get("document", document)  # an amendment carries the files of its new version
    described = inner.get("attachments", []) if isinstance(inner, dict) else None
    if not isinstance(described, list):
        raise CallerError(
            Refusal.DOCUMENT_MALFORMED, "not a document that files can be attached to", hint="look at it"
        )
    inner["attachments"] = [*described, *(describe(wish, store) for wish in wishes)]
    return orjson.dumps(document)
