"""Requests about messages: lists, records, content, proof, and what is done with them.

Responsible for naming one message: by its id, or by a reference with its originator. Must not read one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypedDict, Unpack

from node.client.call import JSON, Answer, Call, change, get, get_bytes, get_page, given, path, reading
from node.client.models.base import Page
from node.client.models.messages import (
    MessageAttachments,
    MessageRecord,
    MessageTimeline,
    ReceivedItem,
    SentItem,
    Verification,
)


class MessageFilter(TypedDict, total=False):
    """What both lists can be asked for; docs/rest.md, Lists of messages."""

    type: str
    priority: Literal["urgent", "routine"]
    since: datetime | str
    until: datetime | str
    reference: str
    unit: str
    limit: int


class InboxFilter(MessageFilter, total=False):
    """What the inbox can be asked for."""

    originator: str
    state: Literal["accepted", "refused"]


class SentFilter(MessageFilter, total=False):
    """What the sent messages can be asked for."""

    recipient: str
    state: Literal["sealed", "receipted", "returned", "expired"]


@dataclass(frozen=True, slots=True)
class Download:
    """A file of a message. Its hash proves who sent it, not that it is harmless.

    Attributes:
        media_type: as its originator has it.
    """

    media_type: str
    content: bytes


def inbox(**filters: Unpack[InboxFilter]) -> Call[Page[ReceivedItem]]:
    """List what peers sent, newest first."""
    return get_page("/inbox", ReceivedItem, **filters)


def sent(**filters: Unpack[SentFilter]) -> Call[Page[SentItem]]:
    """List what we sent, newest first."""
    return get_page("/sent", SentItem, **filters)


def message(message: str, *, originator: str | None = None) -> Call[MessageRecord]:
    """Read the record of a message: everything but the content.

    Args:
        message: its id, or the reference of its document.
        originator: whose it is, where several have used the reference.
    """
    return get(path("/messages/{}", message), MessageRecord, from_=originator)


def document(message: str, *, originator: str | None = None, masked: bool = False) -> Call[bytes]:
    """Read the document of a message, byte for byte; the look is recorded.

    Args:
        message: its id, or the reference of its document.
        originator: whose it is, where several have used the reference.
        masked: blot out natural persons.
    """
    place = path("/messages/{}/document", message)
    return get_bytes(place, from_=originator, masked=masked or None)


def timeline(message: str, *, originator: str | None = None) -> Call[MessageTimeline]:
    """Read the way of a message, and the conversations that it belongs to."""
    return get(path("/messages/{}/timeline", message), MessageTimeline, from_=originator)


def attachments(message: str, *, originator: str | None = None) -> Call[MessageAttachments]:
    """List the files of a message, and how far each has come; the look is recorded."""
    return get(path("/messages/{}/attachments", message), MessageAttachments, from_=originator)


def attachment(message: str, number: int, *, originator: str | None = None) -> Call[Download]:
    """Read a file of a message; the look is recorded."""
    call = get_bytes(path("/messages/{}/attachments/{}", message, number), from_=originator)
    return Call("GET", call.path, _download, call.query)


def proof(message: str, *, originator: str | None = None, manifest: bool = False) -> Call[bytes]:
    """Read the tlog-proof of our own entry about a message; or of its manifest."""
    place = path("/messages/{}/proof", message)
    return get_bytes(place, from_=originator, manifest=manifest or None)


def evidence(message: str, *, originator: str | None = None, disclose: bool = False) -> Call[bytes]:
    """Read the evidence file of a message.

    Args:
        message: its id, or the reference of its document.
        originator: whose it is, where several have used the reference.
        disclose: put the document in; the look is recorded.
    """
    place = path("/messages/{}/evidence", message)
    return get_bytes(place, from_=originator, disclose=disclose or None)


def verification(message: str, *, originator: str | None = None) -> Call[Verification]:
    """Let the node do every check of a message."""
    return get(path("/messages/{}/verification", message), Verification, from_=originator)


def verify(evidence: bytes) -> Call[Verification]:
    """Let the node check an evidence file of anybody, by the directory that it relies on."""
    headers = {"Content-Type": JSON}
    return Call("POST", "/verify", reading(Verification), headers=headers, body=evidence)


def mark_read(
    message: MessageRecord | str,
    *,
    unit: str | None = None,
    originator: str | None = None,
    etag: str | None = None,
) -> Call[MessageRecord]:
    """Record that an officer opened a message; its originator is told.

    Args:
        message: the record on which you decided, or an id or a reference.
        unit: whose officer it was.
        originator: whose message it is, where several have used the reference.
        etag: of the record on which you decided; left out: of the record given, or whatever it is now.
    """
    return _act("read", message, given(unit=unit), originator, etag)


def assign(
    message: MessageRecord | str, unit: str, *, originator: str | None = None, etag: str | None = None
) -> Call[MessageRecord]:
    """Give a message to a unit of ours, whose systems see it from then on; nobody outside is told."""
    return _act("assign", message, given(unit=unit), originator, etag)


def _act(
    act: str,
    message: MessageRecord | str,
    body: Mapping[str, str],
    originator: str | None,
    etag: str | None,
) -> Call[MessageRecord]:
    seen = etag or "*"
    if isinstance(message, MessageRecord):
        seen = etag or message.etag or "*"
        originator, message = message.originator, message.id
    place = path(f"/messages/{{}}/{act}", message)
    call = change("POST", place, MessageRecord, body, etag=seen, from_=originator)
    return replace(
        call, repeatable=seen == "*"
    )  # with an ETag, our own first try would stand in the way


def _download(answer: Answer) -> Download:
    return Download(answer.headers.get("content-type", ""), answer.body)
