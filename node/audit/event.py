"""The closed catalogue of audit events, and the entry that records one.

Responsible for which kinds exist, which members each has, and entry bytes <-> values. Anything
that is not in this catalogue cannot be in a log. Entries hold identifiers, digests and commitments:
no content and no personal data.

Source: schemas/README.md §1; a test compares the table there with `CATALOGUE`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

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
from node.audit.merkle import leaf_hash
from node.canonical import decode, encode
from node.errors import PeerError, Refusal
from node.limits import MAX_ENTRY_BYTES


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
    }
)

_COMMON: Final = frozenset({"v", "kind", "at", "log"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One leaf of a log.

    Attributes:
        raw: the bytes that are hashed; never written again from the values.
        kind: what happened.
        at: Unix milliseconds, by the clock of the log's owner.
        log: origin of the log.
        members: what the kind adds.
        leaf: the leaf hash, by which others refer to this entry.
    """

    raw: bytes
    kind: Kind
    at: int
    log: str
    members: Mapping[str, Any]
    leaf: bytes = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "leaf", leaf_hash(self.raw))


def write_entry(kind: Kind, *, at: int, log: str, **members: Any) -> Entry:
    """Make an entry; members that are None are left out. `from_` writes `from`.

    Raises:
        ValueError: a member is not as its kind has it: a fault of this program.
    """
    _check_common(at, log)
    kept = {name.rstrip("_"): value for name, value in members.items() if value is not None}
    _check_members(kind, kept)
    raw = encode({"v": 1, "kind": kind.value, "at": at, "log": log, **kept})
    if len(raw) > MAX_ENTRY_BYTES:
        raise ValueError(f"entry of {len(raw)} bytes, at most {MAX_ENTRY_BYTES}")
    return Entry(raw, kind, at, log, kept)


def read_entry(raw: bytes) -> Entry:
    """Read an entry, refusing every byte string that `write_entry` would not have written.

    Raises:
        PeerError: `entry.oversize` or `entry.malformed`.
    """
    if len(raw) > MAX_ENTRY_BYTES:
        raise PeerError(Refusal.ENTRY_OVERSIZE, f"{len(raw)} bytes, at most {MAX_ENTRY_BYTES}")
    value = decode(raw, code=Refusal.ENTRY_MALFORMED)
    try:
        kind = Kind(value["kind"])
        members = {name: member for name, member in value.items() if name not in _COMMON}
        _check_members(kind, members)
        _check_common(value["at"], value["log"])
        version = value["v"]
    except (KeyError, ValueError) as error:
        raise PeerError(Refusal.ENTRY_MALFORMED, f"not an entry of the catalogue: {error}") from error
    if type(version) is not int or version != 1:  # True is 1, but is written otherwise
        raise PeerError(Refusal.ENTRY_MALFORMED, "version is not 1")
    return Entry(raw, kind, value["at"], value["log"], members)


def reread_entry(raw: bytes) -> Entry:
    """Read an entry that was checked when it was written or accepted, at less cost."""
    value = json.loads(raw)
    members = {name: member for name, member in value.items() if name not in _COMMON}
    return Entry(raw, Kind(value["kind"]), value["at"], value["log"], members)


def _check_common(at: Any, log: Any) -> None:
    if not is_count(at) or not is_line(log):
        raise ValueError("time or log is not as it must be")


def _check_members(kind: Kind, members: Mapping[str, Any]) -> None:
    required, optional = CATALOGUE[kind]
    if not required.keys() <= members.keys():
        raise ValueError(f"{kind} lacks {', '.join(sorted(required.keys() - members.keys()))}")
    for name, value in members.items():
        check = required.get(name) or optional.get(name)
        if check is None:
            raise ValueError(f"{kind} has an unknown member")
        if not check(value):
            raise ValueError(f"{kind}: {name} is not as it must be")
