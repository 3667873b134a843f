"""An entry, which records one event of the catalogue as one leaf of a log.

Responsible for entry bytes <-> values, held to the catalogue both ways. Must not say which events
there are (`catalogue`).

Source: schemas/README.md §1.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from node.audit.catalogue import CATALOGUE, Kind
from node.audit.forms import is_count, is_line
from node.audit.merkle import leaf_hash
from node.canonical import decode, encode
from node.errors import PeerError, Refusal
from node.limits import MAX_ENTRY_BYTES

__all__ = ["CATALOGUE", "Entry", "Kind", "read_entry", "reread_entry", "write_entry"]

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
