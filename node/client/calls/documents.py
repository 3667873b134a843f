"""Requests that send documents, and files of them.

Responsible for a key on whatever sends, and for documents that travel byte for byte. Must not judge a
document.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final, TypedDict, Unpack

from node.client.call import JSON, KEY, Call, Plan, new_key, query_of, reading
from node.client.models.documents import (
    Accepted,
    BatchAnswer,
    BatchItem,
    DryRun,
    Failure,
    JobDetails,
)
from node.client.models.messages import Attachment

Document = Mapping[str, Any] | bytes | str
"""A document: as values, or written. What is written travels byte for byte."""

BATCH_DOCUMENTS: Final = 1000  # in one request; docs/rest.md, Limits
BATCH_BYTES: Final = 33_554_432
_LINES: Final = "application/x-ndjson"
_ANY: Final = "application/octet-stream"
_NO_JSON: Final = BatchItem(
    index=0,
    error=Failure(
        code="document.malformed", detail="the document is no JSON; it was not sent", hint="", pointer=""
    ),
)


class UploadOptions(TypedDict, total=False):
    """What a file of documents does not say itself; docs/convert.md."""

    to: Sequence[str]
    unit: str
    purpose: str
    legal_basis: str
    prefix: str
    valid_days: int
    test: bool
    zone: str
    type: str
    office: str
    arrival: str


def submit(document: Document, *, key: str | None = None) -> Call[Accepted]:
    """Submit one document. When this answers, it is sealed, durable and on its way.

    Args:
        document: as values, or written.
        key: your own, kept with the document, where the program itself may crash and come again.
    """
    headers = {KEY: key or new_key(), "Content-Type": JSON}
    return Call("POST", "/documents", reading(Accepted), headers=headers, body=_written(document))


def submit_many(documents: Iterable[Document], *, key: str | None = None) -> Plan[list[BatchItem]]:
    """Submit documents, as many as there are, in as few requests as the node takes.

    What is wrong with one stops no other. Gives what became of each, in their order.

    Args:
        documents: as values, or written.
        key: of all of them: the same documents under the same key are sent once.
    """
    asked, items = key or new_key(), list[BatchItem]()
    for number, batch in enumerate(_batches(map(_written, documents))):
        is_lines = not any(b"\n" in one for one in batch)
        places = [place for place, one in enumerate(batch) if _can_travel(one, is_lines=is_lines)]
        told = dict[int, BatchItem]()
        if places:
            call = _batch([batch[place] for place in places], f"{asked}.{number}" if number else asked)
            answer: BatchAnswer = yield call
            told = {places[item.index]: item for item in answer.items}
        for place in range(len(batch)):
            item = told.get(place, _NO_JSON)
            items.append(item.model_copy(update={"index": len(items)}))
    return items


def _can_travel(document: bytes, *, is_lines: bool) -> bool:
    """Say whether a document can stand among others: as a line, or as an element of an array."""
    if is_lines:
        return bool(document.strip())
    try:
        json.loads(document)
    except (ValueError, RecursionError):
        return False
    return True


def _batch(batch: Sequence[bytes], key: str) -> Call[BatchAnswer]:
    """Describe one request for some documents: a line each, or an array where some have several."""
    is_lines = not any(b"\n" in one for one in batch)
    media, body = (_LINES, b"\n".join(batch)) if is_lines else (JSON, b"[" + b",".join(batch) + b"]")
    headers = {KEY: key, "Content-Type": media}
    return Call("POST", "/documents/batch", reading(BatchAnswer), headers=headers, body=body)


def _batches(documents: Iterable[bytes]) -> Iterator[list[bytes]]:
    batch, size = list[bytes](), 0
    for one in documents:
        if batch and (len(batch) == BATCH_DOCUMENTS or size + len(one) + 1 > BATCH_BYTES - 2):
            yield batch
            batch, size = [], 0
        batch.append(one)
        size += len(one) + 1
    if batch:
        yield batch


def upload(
    content: bytes,
    *,
    media_type: str = _ANY,
    key: str | None = None,
    **options: Unpack[UploadOptions],
) -> Call[JobDetails]:
    """Send every document of a file: CSV, Excel, EDIFACT, XML or JSON. A job does it, and tells."""
    headers = {KEY: key or new_key(), "Content-Type": media_type}
    query = query_of(options)
    return Call("POST", "/documents/upload", reading(JobDetails), query, headers, content)


def try_upload(
    content: bytes, *, media_type: str = _ANY, **options: Unpack[UploadOptions]
) -> Call[DryRun]:
    """Say what would become of a file; nothing is sent."""
    query = query_of({**options, "dry_run": True})
    headers = {"Content-Type": media_type}
    return Call("POST", "/documents/upload", reading(DryRun), query, headers, content)


def take_in(
    content: bytes,
    name: str,
    *,
    kind: str | None = None,
    description: str | None = None,
    media_type: str = _ANY,
) -> Call[Attachment]:
    """Take a file in, for the `attachments` of a document.

    Args:
        content: of the file.
        name: of it; a path before it is left out.
        kind: photo, scan, document or other.
        description: what it shows.
        media_type: what it is, where its first bytes do not tell.
    """
    query = query_of({"name": PurePath(name).name, "kind": kind, "description": description})
    headers = {"Content-Type": media_type}
    return Call("POST", "/attachments", reading(Attachment), query, headers, content)


def _written(document: Document) -> bytes:
    if isinstance(document, bytes):
        return document
    if isinstance(document, str):
        return document.encode()
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
