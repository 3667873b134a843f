"""Events: entries of our own log, as a national system is told of them.

Responsible for which kinds are told, to which roles, about which messages, and for the envelope
(CloudEvents 1.0 in JSON). Must not read the log, nor decide which messages a system sees
(`entitlement`).

Source: CloudEvents 1.0.2 §3, JSON format §3; its extension "sequence".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from node.audit.event import Entry, Kind
from node.message.concern import OURS
from node.national.scopes import ROLES, Scope
from node.national.system import System

TYPE_PREFIX: Final = "sarbon."
_SEQUENCE_DIGITS: Final = 16  # of 2^53: texts of one length order as their numbers do

Key = tuple[str, str]
"""Originator (`OURS` for ourselves) and message id."""

FEED_KINDS: Final[Mapping[Kind, Scope]] = MappingProxyType(
    {
        Kind.MESSAGE_SEALED: Scope.MESSAGES_READ,
        Kind.MESSAGE_RECEIVED: Scope.MESSAGES_READ,  # when it was accepted
        Kind.MESSAGE_RECEIPTED: Scope.MESSAGES_READ,
        Kind.MESSAGE_EXPIRED: Scope.MESSAGES_READ,
        Kind.MESSAGE_READ: Scope.MESSAGES_READ,
        Kind.MESSAGE_ASSIGNED: Scope.MESSAGES_READ,
        Kind.READ_RECEIPTED: Scope.MESSAGES_READ,
        Kind.CONVERSATION_ADVANCED: Scope.MESSAGES_READ,
        Kind.DEADLINE_REMINDED: Scope.MESSAGES_READ,
        Kind.DEADLINE_OVERDUE: Scope.MESSAGES_READ,
        Kind.DEADLINE_ESCALATED: Scope.MESSAGES_READ,
        Kind.ATTACHMENT_RECEIVED: Scope.MESSAGES_READ,
        Kind.ATTACHMENT_RECEIPTED: Scope.MESSAGES_READ,
        Kind.ATTACHMENT_ABANDONED: Scope.MESSAGES_READ,
        Kind.MATCH_FOUND: Scope.MATCHES_READ,
        Kind.MATCH_DECIDED: Scope.MATCHES_READ,
    }
)
"""The kinds that are told, and the scope that a system's role must have to be told."""

UNTOLD: Final = frozenset(
    {
        # What no message belongs to: the auditors' and the operator's, who read the log itself.
        Kind.LOG_OPENED,
        Kind.NODE_STARTED,
        Kind.NODE_STOPPED,
        Kind.CARD_ISSUED,
        Kind.DIRECTORY_ADOPTED,
        Kind.AGREEMENT_ADOPTED,
        Kind.BUNDLE_REFUSED,
        Kind.BUNDLE_RETURNED,
        Kind.RECEIPT_REFUSED,
        Kind.PEER_FORKED,
        Kind.NETWORK_FOUNDED,
        Kind.AUTHORITY_ADDED,
        Kind.AUTHORITY_SUSPENDED,
        Kind.AGREEMENT_ADDED,
        Kind.SYSTEM_CHANGED,
        Kind.TOKEN_ISSUED,
        Kind.TOKEN_REVOKED,
        Kind.WEBHOOK_CHANGED,
        Kind.WATCH_CHANGED,
        # What changes nothing for a message, or was answered at the door where it came in.
        Kind.MESSAGE_REFUSED,
        Kind.MESSAGE_DUPLICATE,
        Kind.DOCUMENT_SUBMITTED,
        # Who looked at what is not for those who look.
        Kind.DOCUMENT_ACCESSED,
    }
)
"""The kinds that are not. A test holds that every kind is in one of the two."""

_OF_OURS: Final = frozenset(
    {
        Kind.MESSAGE_RECEIPTED,
        Kind.MESSAGE_EXPIRED,
        Kind.READ_RECEIPTED,
        Kind.ATTACHMENT_RECEIPTED,
        Kind.ATTACHMENT_ABANDONED,
    }
)
_DEADLINES: Final = frozenset({Kind.DEADLINE_REMINDED, Kind.DEADLINE_OVERDUE, Kind.DEADLINE_ESCALATED})


@dataclass(frozen=True, slots=True)
class Subject:
    """The message that an event is about, without its content.

    Attributes:
        originator: authority id; our own for a message that we sent.
        type: type and edition.
        direction: `sent` or `received`.
    """

    originator: str
    id: str
    type: str
    reference: str
    version: int
    direction: str


@dataclass(frozen=True, slots=True)
class Event:
    """One entry, ready to be told.

    Attributes:
        index: of the entry in our log: the number of the event, and the cursor after it.
        type: as CloudEvents have it: `sarbon.message.received`.
        value: the CloudEvent as JSON.
    """

    index: int
    type: str
    value: dict[str, Any]


def kinds_for(system: System | None) -> frozenset[Kind]:
    """Give the kinds that a system is told by its role; None: the node's owner, who is told all."""
    if system is None:
        return frozenset(FEED_KINDS)
    allowed = ROLES[system.role]
    return frozenset(kind for kind, scope in FEED_KINDS.items() if scope in allowed)


def message_named_by(entry: Entry, *, own: str) -> Key | None:
    """Give the message that an event is about; None if the entry is not told.

    Args:
        entry: of our own log.
        own: our authority id.
    """
    members, kind = entry.members, entry.kind
    if kind not in FEED_KINDS:
        return None
    if kind is Kind.MESSAGE_RECEIVED and members["status"] != "accepted":
        return None
    if kind is Kind.MESSAGE_SEALED:
        return OURS, members["id"]
    if kind in _OF_OURS:
        return OURS, members["re"]
    if kind in _DEADLINES:  # who owes did not write the message that asks for it
        return _key(members["peer"] if members["by"] == own else own, members["re"], own)
    return _key(members["from"], members["re"], own)


_AUTHORS: Final = {Kind.MATCH_FOUND: "by", Kind.MATCH_DECIDED: "author"}


def alert_named_by(entry: Entry, *, own: str) -> Key | None:
    """Give the alert that a match names beside the notice: only who sees both is told of it."""
    author = _AUTHORS.get(entry.kind)
    if author is None or "alert" not in entry.members:
        return None
    return _key(entry.members[author], entry.members["alert"], own)


def tell(index: int, entry: Entry, subject: Subject, *, own: str) -> Event:
    """Write the event of an entry.

    Args:
        index: of the entry in our log.
        entry: of a kind that is told.
        subject: the message that `message_named_by` names.
        own: our authority id.
    """
    type_ = TYPE_PREFIX + entry.kind
    message = {
        "id": subject.id,
        "originator": subject.originator,
        "type": subject.type,
        "reference": subject.reference,
        "version": subject.version,
        "direction": subject.direction,
    }
    value = {
        "specversion": "1.0",
        "id": f"{entry.log}/{index}",
        "source": f"urn:sarbon:{own}",
        "type": type_,
        "time": _time(entry.at),
        "subject": f"{subject.originator}/{subject.id}",
        "datacontenttype": "application/json",
        "sequence": f"{index:0{_SEQUENCE_DIGITS}}",
        "data": {"message": message, **entry.members},
    }
    return Event(index, type_, value)


def _key(originator: str, message_id: str, own: str) -> Key:
    return (OURS if originator == own else originator), message_id


def _time(at: int) -> str:
    """Write Unix ms as RFC 3339."""
    return f"{datetime.fromtimestamp(at // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{at % 1000:03}Z"
