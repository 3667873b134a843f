"""The closed catalogue of audit events, and the entry that records one.

Responsible for which kinds exist, which members each has, and entry bytes <-> values. Anything
that is not in this catalogue cannot be in a log. Entries hold identifiers, digests and commitments:
no content and no personal data.

Source: schemas/README.md §1; a test compares the table there with `CATALOGUE`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from node.audit.merkle import leaf_hash
from node.canonical import decode, encode
from node.errors import PeerError, Refusal
from node.limits import MAX_ENTRY_BYTES, MAX_RECIPIENTS


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
    PEER_FORKED = "peer.forked"
    NETWORK_FOUNDED = "network.founded"
    AUTHORITY_ADDED = "authority.added"
    AUTHORITY_SUSPENDED = "authority.suspended"
    AGREEMENT_ADDED = "agreement.added"


Check = Callable[[Any], bool]

_HASH: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # base64url of 32 bytes
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_AUTHORITY: Final = re.compile(r"[A-Z]{2}-[A-Z0-9]{2,12}")
_WORD: Final = re.compile(r"[\x21-\x7e]{1,128}")
_POINTER: Final = re.compile(r"[\x21-\x7e]{0,256}")
_LINE: Final = re.compile(r"[^\x00-\x1f]{1,256}")


def _matches(pattern: re.Pattern[str]) -> Check:
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_count(value: Any) -> bool:
    return type(value) is int and value >= 0


def _one_of(*words: str) -> Check:
    return lambda value: isinstance(value, str) and value in words


def _is_body(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"commit", "jwe"}
        and all(map(_is_hash, value.values()))
    )


def _is_recipients(value: Any) -> bool:
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_RECIPIENTS:
        return False
    if not all(_is_recipient(row) for row in value):
        return False
    ids = [row["id"] for row in value]
    return ids == sorted(set(ids))


def _is_recipient(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() == {"id", "kid", "wrap", "agreement"}
        and is_authority(row["id"])
        and all(_is_hash(row[name]) for name in ("kid", "wrap", "agreement"))
    )


def _is_strings(value: Any) -> bool:
    return isinstance(value, list) and len(value) <= MAX_RECIPIENTS and all(map(_is_line, value))


def _is_keys(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(map(_is_text, value))  # noqa: PLR2004 - both keys


def _is_holders(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= MAX_RECIPIENTS and all(map(_is_holder, value))


def _is_holder(row: Any) -> bool:
    return (
        isinstance(row, dict)
        and row.keys() == {"id", "key"}
        and is_authority(row["id"])
        and _is_hash(row["key"])
    )


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


_is_hash = _matches(_HASH)
_is_id = _matches(_UUID)
is_authority = _matches(_AUTHORITY)
_is_word = _matches(_WORD)
_is_line = _matches(_LINE)
_is_status = _one_of("accepted", "refused")

CATALOGUE: Final[Mapping[Kind, tuple[dict[str, Check], dict[str, Check]]]] = MappingProxyType(
    {  # kind: (members that must be there, members that may be)
        Kind.LOG_OPENED: ({"authority": is_authority}, {"previous": _is_text}),
        Kind.NODE_STARTED: ({"version": _is_word}, {}),
        Kind.NODE_STOPPED: ({}, {}),
        Kind.CARD_ISSUED: ({"card": _is_hash}, {}),
        Kind.DIRECTORY_ADOPTED: ({"size": _is_count, "root": _is_hash}, {}),
        Kind.AGREEMENT_ADOPTED: ({"agreement": _is_hash, "name": _is_word}, {}),
        Kind.MESSAGE_SEALED: (
            {
                "id": _is_id,
                "suite": _is_word,
                "from": is_authority,
                "to": _is_recipients,
                "type": _is_word,
                "priority": _one_of("urgent", "routine"),
                "expires": _is_count,
                "directory": _is_count,
                "body": _is_body,
            },
            {"ref": _is_id},
        ),
        Kind.MESSAGE_REFUSED: (
            {"id": _is_id, "code": _is_word},
            {"type": _is_word, "to": _is_strings, "pointer": _matches(_POINTER)},
        ),
        Kind.MESSAGE_RECEIVED: (
            {"from": is_authority, "manifest": _is_hash, "index": _is_count, "status": _is_status},
            {
                "re": _is_id,
                "commit": _is_hash,
                "code": _one_of(*Refusal),
                "pointer": _matches(_POINTER),
            },
        ),
        Kind.MESSAGE_DUPLICATE: ({"re": _is_id, "from": is_authority, "manifest": _is_hash}, {}),
        Kind.MESSAGE_RECEIPTED: (
            {
                "re": _is_id,
                "by": is_authority,
                "receipt": _is_hash,
                "index": _is_count,
                "status": _is_status,
            },
            {"code": _one_of(*Refusal)},
        ),
        Kind.MESSAGE_EXPIRED: ({"re": _is_id, "to": is_authority}, {}),
        Kind.RECEIPT_REFUSED: (
            {"from": is_authority, "receipt": _is_hash, "code": _one_of(*Refusal)},
            {},
        ),
        Kind.BUNDLE_REFUSED: (
            {"digest": _is_hash, "from": is_authority, "code": _one_of(*Refusal)},
            {},
        ),
        Kind.BUNDLE_RETURNED: (
            {"digest": _is_hash, "by": is_authority, "code": _one_of(*Refusal)},
            {},
        ),
        Kind.PEER_FORKED: ({"peer": is_authority, "size": _is_count, "evidence": _is_hash}, {}),
        Kind.NETWORK_FOUNDED: (
            {
                "network": _is_word,
                "keys": _is_keys,
                "holders": _is_holders,
                "threshold": _is_count,
                "fresh_days": _is_count,
                "grace_days": _is_count,
            },
            {},
        ),
        Kind.AUTHORITY_ADDED: ({"card": _is_text}, {}),
        Kind.AUTHORITY_SUSPENDED: ({"authority": is_authority, "reason": _is_line}, {}),
        Kind.AGREEMENT_ADDED: (
            {"agreement": _is_hash, "name": _is_word, "parties": _is_strings},
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


def _check_common(at: Any, log: Any) -> None:
    if not _is_count(at) or not _is_line(log):
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
