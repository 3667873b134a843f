"""The Python client: how a national system written in Python talks to its authority's node.

    from node.client import Client, Connection

    with Client(Connection("https://node.example:8443", token)) as node:
        accepted = node.submit(document)
        for event in node.events(after=position, on_position=remember):
            ...

`AsyncClient` has the same methods, to be awaited. docs/integration.md shows more.
"""

from node.client.asynchronous import AsyncClient, AsyncEvents
from node.client.blocking import Client, Events
from node.client.connection import Connection
from node.client.errors import (
    ApiError,
    ChangedError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RateLimitedError,
    RefusedError,
    SignatureError,
    UnansweredError,
    UnauthorizedError,
    UnavailableError,
    UnreadableError,
)
from node.client.retry import Luck, Retry
from node.client.verify import verify_evidence, verify_evidence_by, verify_webhook

__all__ = [
    "ApiError",
    "AsyncClient",
    "AsyncEvents",
    "ChangedError",
    "Client",
    "ConflictError",
    "Connection",
    "Events",
    "ForbiddenError",
    "Luck",
    "NotFoundError",
    "RateLimitedError",
    "RefusedError",
    "Retry",
    "SignatureError",
    "UnansweredError",
    "UnauthorizedError",
    "UnavailableError",
    "UnreadableError",
    "verify_evidence",
    "verify_evidence_by",
    "verify_webhook",
]
