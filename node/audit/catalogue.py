"""The closed catalogue of audit events: which kinds exist, and which members each has.

Responsible for what may be in a log: anything that is not in this catalogue cannot. Entries hold
identifiers, digests and commitments: no content and no personal data. Must not read or write an entry
(`event`).

Source: schemas/README.md §1; a test compares the table there with `CATALOGUE`.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from node.audit.forms import (
    Check,
    is_authority,
    is_body,
    is_count,
    is_hash,
    is_holders,
    is_id,
    is_keys,
    is_line,
    is_ordinal,
    is_pointer,
    is_recipients,
    is_status,
    is_strings,
    is_text,
    is_word,
    one_of,
)
from node.errors import Refusal

_DOOR: Final = one_of("rest", "amqp", "folder")


class Kind(StrEnum):
    """What can be recorded: subject, then what happened to it."""

    LOG_OPENED = "log.opened"
    NODE_STARTED = "node.started"
    NODE_STOPPED = "node.stopped"
    CARD_ISSUED = "card.issued"
    DIRECTORY_ADOPTED = "directory.adopted"
    AGREEMENT_ADOPTED = "agreement.adopted"
    MESSAGE_SEALED = "message.sealed"
    MESSAGE_REFUSED = "message.refused"
    MESSAGE_RECEIVED = "message.received"
    MESSAGE_DUPLICATE = "message.duplicate"
    MESSAGE_RECEIPTED = "message.receipted"
    MESSAGE_EXPIRED = "message.expired"
    RECEIPT_REFUSED = "receipt.refused"
    BUNDLE_REFUSED = "bundle.refused"
    BUNDLE_RETURNED = "bundle.returned"
    MESSAGE_READ = "message.read"
    MESSAGE_ASSIGNED = "message.assigned"
    READ_RECEIPTED = "read.receipted"
    CONVERSATION_ADVANCED = "conversation.advanced"
    DEADLINE_REMINDED = "deadline.reminded"
    DEADLINE_OVERDUE = "deadline.overdue"
    DEADLINE_ESCALATED = "deadline.escalated"
    ATTACHMENT_RECEIVED = "attachment.received"
    ATTACHMENT_RECEIPTED = "attachment.receipted"
    ATTACHMENT_ABANDONED = "attachment.abandoned"
    PEER_FORKED = "peer.forked"
    NETWORK_FOUNDED = "network.founded"
    AUTHORITY_ADDED = "authority.added"
    AUTHORITY_SUSPENDED = "authority.suspended"
    AGREEMENT_ADDED = "agreement.added"
    DOCUMENT_SUBMITTED = "document.submitted"
    DOCUMENT_ACCESSED = "document.accessed"
    SYSTEM_CHANGED = "system.changed"
    TOKEN_ISSUED = "token.issued"  # noqa: S105 - the name of an event
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - the name of an event
    WEBHOOK_CHANGED = "webhook.changed"
    MATCH_FOUND = "match.found"
    MATCH_DECIDED = "match.decided"
    WATCH_CHANGED = "watch.changed"


_DEADLINE: Final[tuple[dict[str, Check], dict[str, Check]]] = (
    {
        "re": is_id,
        "peer": is_authority,
        "by": is_authority,
        "name": is_word,
        "due": is_count,
    },
    {},
)

CATALOGUE: Final[Mapping[Kind, tuple[dict[str, Check], dict[str, Check]]]] = MappingProxyType(
    {  # kind: (members that must be there, members that may be)
        Kind.LOG_OPENED: ({"authority": is_authority}, {"previous": is_text}),
        Kind.NODE_STARTED: ({"version": is_word}, {}),
        Kind.NODE_STOPPED: ({}, {}),
        Kind.CARD_ISSUED: ({"card": is_hash}, {}),
        Kind.DIRECTORY_ADOPTED: ({"size": is_count, "root": is_hash}, {}),
        Kind.AGREEMENT_ADOPTED: ({"agreement": is_hash, "name": is_word}, {}),
        Kind.MESSAGE_SEALED: (
            {
                "id": is_id,
                "suite": is_word,
                "from": is_authority,
                "to": is_recipients,
                "type": is_word,
                "priority": one_of("urgent", "routine"),
                "expires": is_count,
                "directory": is_count,
                "body": is_body,
            },
            {"ref": is_id},
        ),
        Kind.MESSAGE_REFUSED: (
            {"id": is_id, "code": is_word},
            {"type": is_word, "to": is_strings, "pointer": is_pointer},
        ),
        Kind.MESSAGE_RECEIVED: (
            {"from": is_authority, "manifest": is_hash, "index": is_count, "status": is_status},
            {
                "re": is_id,
                "commit": is_hash,
                "code": one_of(*Refusal),
                "pointer": is_pointer,
            },
        ),
        Kind.MESSAGE_DUPLICATE: ({"re": is_id, "from": is_authority, "manifest": is_hash}, {}),
        Kind.MESSAGE_RECEIPTED: (
            {
                "re": is_id,
                "by": is_authority,
                "receipt": is_hash,
                "index": is_count,
                "status": is_status,
            },
            {"code": one_of(*Refusal)},
        ),
        Kind.MESSAGE_EXPIRED: ({"re": is_id, "to": is_authority}, {}),
        Kind.RECEIPT_REFUSED: (
            {"from": is_authority, "receipt": is_hash, "code": one_of(*Refusal)},
            {},
        ),
        Kind.BUNDLE_REFUSED: (
            {"digest": is_hash, "from": is_authority, "code": one_of(*Refusal)},
            {},
        ),
        Kind.BUNDLE_RETURNED: (
            {"digest": is_hash, "by": is_authority, "code": one_of(*Refusal)},
            {},
        ),
        Kind.MESSAGE_READ: (
            {"from": is_authority, "re": is_id, "manifest": is_hash},
            {"unit": is_word},
        ),
        Kind.MESSAGE_ASSIGNED: ({"from": is_authority, "re": is_id, "unit": is_word}, {}),
        Kind.READ_RECEIPTED: (
            {"re": is_id, "by": is_authority, "receipt": is_hash, "index": is_count},
            {},
        ),
        Kind.CONVERSATION_ADVANCED: (
            {"re": is_id, "from": is_authority, "peer": is_authority, "outcome": is_word},
            {"lead": is_id, "state": is_word},
        ),
        Kind.DEADLINE_REMINDED: _DEADLINE,
        Kind.DEADLINE_OVERDUE: _DEADLINE,
        Kind.DEADLINE_ESCALATED: _DEADLINE,
        Kind.ATTACHMENT_RECEIVED: (
            {"from": is_authority, "re": is_id, "number": is_ordinal, "status": is_status},
            {"code": one_of(*Refusal)},
        ),
        Kind.ATTACHMENT_RECEIPTED: (
            {
                "re": is_id,
                "by": is_authority,
                "number": is_ordinal,
                "receipt": is_hash,
                "index": is_count,
                "status": is_status,
            },
            {"code": one_of(*Refusal)},
        ),
        Kind.ATTACHMENT_ABANDONED: ({"re": is_id, "to": is_authority, "number": is_ordinal}, {}),
        Kind.PEER_FORKED: ({"peer": is_authority, "size": is_count, "evidence": is_hash}, {}),
        Kind.NETWORK_FOUNDED: (
            {
                "network": is_word,
                "keys": is_keys,
                "holders": is_holders,
                "threshold": is_count,
                "fresh_days": is_count,
                "grace_days": is_count,
            },
            {},
        ),
        Kind.AUTHORITY_ADDED: ({"card": is_text}, {}),
        Kind.AUTHORITY_SUSPENDED: ({"authority": is_authority, "reason": is_line}, {}),
        Kind.AGREEMENT_ADDED: (
            {"agreement": is_hash, "name": is_word, "parties": is_strings},
            {},
        ),
        Kind.DOCUMENT_SUBMITTED: ({"re": is_id, "by": is_word, "door": _DOOR}, {}),
        Kind.DOCUMENT_ACCESSED: (
            {"re": is_id, "from": is_authority, "by": is_word, "door": _DOOR},
            {},
        ),
        Kind.SYSTEM_CHANGED: ({"system": is_word, "digest": is_hash, "by": is_word}, {}),
        Kind.TOKEN_ISSUED: (
            {"token": is_word, "system": is_word, "expires": is_count, "by": is_word},
            {},
        ),
        Kind.TOKEN_REVOKED: ({"token": is_word, "system": is_word, "by": is_word}, {}),
        Kind.WEBHOOK_CHANGED: (
            {"webhook": is_word, "system": is_word, "state": is_word},
            {"by": is_word},
        ),
        Kind.MATCH_FOUND: (
            {"match": is_word, "re": is_id, "from": is_authority, "score": is_count},
            {"alert": is_id, "by": is_authority, "watch": is_word},
        ),
        Kind.MATCH_DECIDED: (
            {
                "match": is_word,
                "re": is_id,
                "from": is_authority,
                "decision": one_of("confirmed", "dismissed", "withdrawn"),
                "by": is_word,
            },
            {"hit": is_id, "reason": is_word, "alert": is_id, "author": is_authority},
        ),
        Kind.WATCH_CHANGED: ({"watch": is_word, "by": is_word, "digest": is_hash}, {}),
    }
)
