"""Scopes and roles: what a national system may ask of the node.

Responsible for the closed list of scopes, and for the most that each role may have. Must not know a
document: which of them a system sees is decided by `entitlement`.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from node.errors import CallerError


class Scope(StrEnum):
    """One thing that may be allowed: subject, then act."""

    DOCUMENTS_SEND = "documents:send"
    DOCUMENTS_READ = "documents:read"
    MESSAGES_READ = "messages:read"
    MESSAGES_HANDLE = "messages:handle"
    EVIDENCE_READ = "evidence:read"
    EVENTS_READ = "events:read"
    WEBHOOKS_MANAGE = "webhooks:manage"
    MATCHES_READ = "matches:read"
    MATCHES_DECIDE = "matches:decide"
    WATCHLIST_MANAGE = "watchlist:manage"
    STATISTICS_READ = "statistics:read"
    NETWORK_READ = "network:read"
    LOG_READ = "log:read"
    ACCESS_MANAGE = "access:manage"


MEANINGS: Final[Mapping[Scope, str]] = MappingProxyType(
    {
        Scope.DOCUMENTS_SEND: "submit documents",
        Scope.DOCUMENTS_READ: "read the content of documents and their files",
        Scope.MESSAGES_READ: "lists, records, timelines, conversations, cases, deadlines; no content",
        Scope.MESSAGES_HANDLE: "record that a message was read, give it to a unit",
        Scope.EVIDENCE_READ: "proofs, evidence files, verification",
        Scope.EVENTS_READ: "the events of the messages it sees",
        Scope.WEBHOOKS_MANAGE: "make, change and remove its own webhooks",
        Scope.MATCHES_READ: "what matching has found, and why",
        Scope.MATCHES_DECIDE: "confirm or dismiss what matching has found",
        Scope.WATCHLIST_MANAGE: "change the watch list",
        Scope.STATISTICS_READ: "figures of a period, the corridor view",
        Scope.NETWORK_READ: "peers and agreements",
        Scope.LOG_READ: "entries and signed heads of the whole log",
        Scope.ACCESS_MANAGE: "make systems and tokens, and end them",
    }
)
"""What each scope allows, in words."""


class Role(StrEnum):
    """What kind of system it is. A token never has more than the role of its system."""

    SYSTEM = "system"
    PUBLISHER = "publisher"
    RECEIVER = "receiver"
    ANALYST = "analyst"
    AUDITOR = "auditor"
    OPERATOR = "operator"


ROLES: Final[Mapping[Role, frozenset[Scope]]] = MappingProxyType(
    {
        Role.SYSTEM: frozenset(
            {
                Scope.DOCUMENTS_SEND,
                Scope.DOCUMENTS_READ,
                Scope.MESSAGES_READ,
                Scope.MESSAGES_HANDLE,
                Scope.EVIDENCE_READ,
                Scope.EVENTS_READ,
                Scope.WEBHOOKS_MANAGE,
                Scope.STATISTICS_READ,
                Scope.NETWORK_READ,
            }
        ),
        Role.PUBLISHER: frozenset(
            {Scope.DOCUMENTS_SEND, Scope.MESSAGES_READ, Scope.EVENTS_READ, Scope.NETWORK_READ}
        ),
        Role.RECEIVER: frozenset(
            {
                Scope.DOCUMENTS_READ,
                Scope.MESSAGES_READ,
                Scope.MESSAGES_HANDLE,
                Scope.EVIDENCE_READ,
                Scope.EVENTS_READ,
                Scope.WEBHOOKS_MANAGE,
                Scope.NETWORK_READ,
            }
        ),
        Role.ANALYST: frozenset(
            {
                Scope.DOCUMENTS_SEND,  # the hit that follows what it confirms
                Scope.DOCUMENTS_READ,
                Scope.MESSAGES_READ,
                Scope.EVENTS_READ,
                Scope.MATCHES_READ,
                Scope.MATCHES_DECIDE,
                Scope.WATCHLIST_MANAGE,
                Scope.STATISTICS_READ,
                Scope.NETWORK_READ,
            }
        ),
        Role.AUDITOR: frozenset(
            {
                Scope.DOCUMENTS_READ,
                Scope.MESSAGES_READ,
                Scope.EVIDENCE_READ,
                Scope.EVENTS_READ,
                Scope.MATCHES_READ,
                Scope.STATISTICS_READ,
                Scope.NETWORK_READ,
                Scope.LOG_READ,
            }
        ),
        Role.OPERATOR: frozenset({Scope.ACCESS_MANAGE, Scope.NETWORK_READ, Scope.LOG_READ}),
    }
)
"""The most that a system of each role may do."""


def read_role(name: str) -> Role:
    """Give the role of a name.

    Raises:
        CallerError: `role.unknown`.
    """
    try:
        return Role(name)
    except ValueError:
        raise CallerError(
            "role.unknown", "there is no such role", hint=f"one of {_list(Role)}"
        ) from None


def read_scopes(names: Iterable[str], role: Role) -> frozenset[Scope]:
    """Give the scopes of some names, all of which the role must have; of none, all of the role's.

    Raises:
        CallerError: `scope.unknown`, or `scope.beyond_role`.
    """
    try:
        asked = frozenset(map(Scope, names))
    except ValueError:
        raise CallerError("scope.unknown", "there is no such scope", hint=f"of {_list(Scope)}") from None
    beyond = asked - ROLES[role]
    if beyond:
        raise CallerError(
            "scope.beyond_role",
            f"the role {role} has no {_list(sorted(beyond))}",
            hint=f"it has {_list(sorted(ROLES[role]))}",
        )
    return asked or ROLES[role]


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
