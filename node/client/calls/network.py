"""Requests about peers, agreements, code lists, schemas and the node's own log.

Responsible for their parameters. Must not judge what may be sent: the node does.
"""

from collections.abc import Sequence
from typing import TypedDict, Unpack

from node.client.call import Call, get, get_bytes, get_page, path
from node.client.models.base import Page
from node.client.models.network import AgreementDetail, AgreementItem, Explanation, Peer, PeerItem
from node.client.models.reference import CodeDetail, CodeItem, CodeListItem, LogEntry, Schemas


class Question(TypedDict, total=False):
    """What makes the question narrower whether something may be sent."""

    purpose: str
    from_: str
    size_bytes: int
    lifetime_hours: int


def peers(*, limit: int | None = None) -> Call[Page[PeerItem]]:
    """List the other authorities."""
    return get_page("/peers", PeerItem, limit=limit)


def peer(authority: str) -> Call[Peer]:
    """Read one of the other authorities: keys, log, agreements."""
    return get(path("/peers/{}", authority), Peer)


def agreements(*, limit: int | None = None) -> Call[Page[AgreementItem]]:
    """List the agreements of this authority."""
    return get_page("/agreements", AgreementItem, limit=limit)


def agreement(name: str) -> Call[AgreementDetail]:
    """Read an agreement, by its name or by the digest that manifests name."""
    return get(path("/agreements/{}", name), AgreementDetail)


def explain(recipient: str, document_type: str, **question: Unpack[Question]) -> Call[Explanation]:
    """Ask whether documents of a type may be sent to somebody, and by which agreement, or why not."""
    return get("/agreements/explain", Explanation, to=recipient, type=document_type, **question)


def code_lists(*, limit: int | None = None) -> Call[Page[CodeListItem]]:
    """List the code lists."""
    return get_page("/code-lists", CodeListItem, limit=limit)


def codes(
    name: str, *, words: str | None = None, edition: str | None = None, limit: int | None = None
) -> Call[Page[CodeItem]]:
    """List the codes of a list.

    Args:
        name: of the list.
        words: only where all of them are in the code or its name.
        edition: another one than that in use.
        limit: of one page.
    """
    return get_page(path("/code-lists/{}", name), CodeItem, q=words, edition=edition, limit=limit)


def code(name: str, code: str, *, edition: str | None = None) -> Call[CodeDetail]:
    """Read a code with what stands above it and directly below it."""
    return get(path("/code-lists/{}/{}", name, code), CodeDetail, edition=edition)


def schemas() -> Call[Schemas]:
    """List the types of documents that the node takes."""
    return get("/schemas", Schemas)


def schema(document_type: str) -> Call[bytes]:
    """Read the JSON Schema of a type and edition: `alert/1`."""
    name, _, edition = document_type.partition("/")
    return get_bytes(path("/schemas/{}/{}", name, edition))


def checkpoint() -> Call[bytes]:
    """Read the newest signed head of the node's own log."""
    return get_bytes("/log/checkpoint")


def log_entries(
    *, first: int | None = None, kinds: Sequence[str] = (), limit: int | None = None
) -> Call[Page[LogEntry]]:
    """List the entries of the whole log, in order, from a number on."""
    return get_page("/log/entries", LogEntry, first=first, kind=kinds, limit=limit)


def log_proof(index: int) -> Call[bytes]:
    """Read the tlog-proof of an entry."""
    return get_bytes(path("/log/proof/{}", index))
