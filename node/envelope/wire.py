"""The bundle: what one AMQP message carries, from values to padded, sealed bytes and back.

Responsible for the layout, the limits and the outer seal that keeps the broker blind. Must not judge
what is inside: checkpoints, paths and entries are text and bytes here.

Source: schemas/README.md §4.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from node.canonical import b64, length_prefixed, un_b64, un_b64u
from node.envelope.keys import EncryptionKey, EncryptionPublicKey
from node.errors import PeerError, Refusal
from node.limits import (
    MAX_BUNDLE_BYTES,
    MAX_BUNDLE_ITEMS,
    MAX_ENTRY_BYTES,
    MAX_NOTE_BYTES,
    MAX_PROOF_LINES,
)

MAGIC: Final = b"SBN1"
HASH_BYTES: Final = 32
HEADER_BYTES: Final = len(MAGIC) + HASH_BYTES  # magic, then the key id
SEAL_OVERHEAD_BYTES: Final = HEADER_BYTES + 1120 + 16 + 4  # header, X-Wing, tag, length
_MIN_CLASS_BYTES: Final = 4096
_MAX_CHAIN: Final = 64


@dataclass(frozen=True, slots=True)
class Item:
    """One entry with its place in the sender's log; a message also carries its JWE.

    Attributes:
        entry: the leaf's bytes.
        index: its zero-based index in the log.
        path: inclusion path to the bundle's checkpoint, leaf's sibling first.
        jwe: canonical JSON bytes when sending, the parsed object when received; None for a receipt.
    """

    entry: bytes
    index: int
    path: tuple[bytes, ...]
    jwe: Any = None


@dataclass(frozen=True, slots=True)
class Link:
    """One step of the chain: an earlier tree head, and its consistency with the one before."""

    size: int
    root: bytes
    path: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Witness:
    """What the sender, as witness, says of the receiver's log.

    Attributes:
        size: tree size the cosignature lines cover, or 0.
        cosignatures: signature lines, or "".
        conflict: where the receiver's last proof did not start at a head the sender knows: the
            receiver's own checkpoint that the sender last believed, as signed; "" if it knows none.
    """

    size: int = 0
    cosignatures: str = ""
    conflict: str | None = None


@dataclass(frozen=True, slots=True)
class Bundle:
    """The values of one bundle.

    Attributes:
        checkpoint: a C2SP tlog-witness add-checkpoint body: `old N`, consistency path, note.
        chain: heads sent between `old N` and this checkpoint and not yet known to be cosigned.
    """

    checkpoint: str
    items: tuple[Item, ...]
    chain: tuple[Link, ...] = ()
    witness: Witness = Witness()


def encode_bundle(bundle: Bundle) -> bytes:
    """Write a bundle as canonical JSON, ready to be sealed."""
    value = {
        "v": 1,
        "checkpoint": bundle.checkpoint,
        "chain": [
            {"size": link.size, "root": b64(link.root), "path": b64(b"".join(link.path))}
            for link in bundle.chain
        ],
        "witness": _encode_witness(bundle.witness),
        "items": [_encode_item(item) for item in bundle.items],
    }
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def decode_bundle(raw: bytes) -> Bundle:
    """Read a bundle, refusing every byte string that `encode_bundle` would not have written.

    Raises:
        PeerError: `bundle.malformed`.
    """
    try:
        value = orjson.loads(raw)
        canonical = orjson.dumps(value, option=orjson.OPT_SORT_KEYS) == raw
    except (ValueError, orjson.JSONEncodeError) as error:  # the second: nested too deep to write
        raise _malformed("not JSON") from error
    if not canonical:
        raise _malformed("not in canonical form (RFC 8785)")
    _members(value, {"v", "checkpoint", "chain", "witness", "items"})
    if _integer(value["v"]) != 1:
        raise _malformed("version is not 1")
    items, chain = _array(value["items"], MAX_BUNDLE_ITEMS), _array(value["chain"], _MAX_CHAIN)
    return Bundle(
        checkpoint=_text(value["checkpoint"], MAX_NOTE_BYTES + 4096),
        items=tuple(_decode_item(item) for item in items),
        chain=tuple(_decode_link(link) for link in chain),
        witness=_decode_witness(value["witness"]),
    )


def seal_bundle(plaintext: bytes, *, receiver: str, key: EncryptionPublicKey) -> bytes:
    """Pad a bundle to its size class and seal it to the receiving authority.

    The broker learns sizes and times; not who writes what to whom.
    """
    padded = len(plaintext).to_bytes(4, "big") + plaintext
    padded += bytes(_size_class(len(padded)) - len(padded))
    header = MAGIC + un_b64u(key.kid, code=Refusal.BUNDLE_MALFORMED)
    return header + key.seal(padded, info=_info(receiver, key.kid))


def open_bundle(raw: bytes, *, receiver: str, keys: Mapping[bytes, EncryptionKey]) -> bytes:
    """Open what `seal_bundle` sealed to one of our keys; `keys` is by raw key id.

    Raises:
        PeerError: `bundle.oversize` or `bundle.unreadable`.
    """
    if len(raw) > MAX_BUNDLE_BYTES:
        raise PeerError(Refusal.BUNDLE_OVERSIZE, f"{len(raw)} bytes, at most {MAX_BUNDLE_BYTES}")
    key = keys.get(raw[len(MAGIC) : HEADER_BYTES])
    if raw[: len(MAGIC)] != MAGIC or key is None:
        raise PeerError(Refusal.BUNDLE_UNREADABLE, "not a bundle sealed to one of our keys")
    try:
        padded = key.open(raw[HEADER_BYTES:], info=_info(receiver, key.kid))
    except PeerError as error:
        raise PeerError(Refusal.BUNDLE_UNREADABLE, error.message) from error
    end = 4 + int.from_bytes(padded[:4], "big")
    if end > len(padded) or padded[end:] != bytes(len(padded) - end):
        raise PeerError(Refusal.BUNDLE_UNREADABLE, "the length or padding inside is wrong")
    return padded[4:end]


def bundle_digest(raw: bytes) -> bytes:
    """Name a bundle by its bytes on the wire: SHA-256."""
    return hashlib.sha256(raw).digest()


def _size_class(size: int) -> int:
    """Round up to a multiple of 4 KiB, above 64 KiB of an eighth of the doubling: few sizes exist."""
    step = max(_MIN_CLASS_BYTES, 1 << max(size.bit_length() - 4, 0))
    return -(-size // step) * step


def _info(receiver: str, kid: str) -> bytes:
    return length_prefixed("sarbon bundle/1", receiver, kid)


def _encode_witness(witness: Witness) -> dict[str, Any]:
    value: dict[str, Any] = {"size": witness.size, "cosignatures": witness.cosignatures}
    if witness.conflict is not None:
        value["conflict"] = witness.conflict
    return value


def _decode_witness(value: Any) -> Witness:
    _members(value, {"size", "cosignatures"}, optional={"conflict"})
    conflict = _text(value["conflict"], MAX_NOTE_BYTES) if "conflict" in value else None
    return Witness(
        size=_integer(value["size"]),
        cosignatures=_text(value["cosignatures"], MAX_NOTE_BYTES),
        conflict=conflict,
    )


def _encode_item(item: Item) -> dict[str, Any]:
    value = {
        "entry": item.entry.decode(),
        "index": item.index,
        "path": b64(b"".join(item.path)),
    }
    if item.jwe is not None:
        value["jwe"] = orjson.Fragment(item.jwe)
    return value


def _decode_item(value: Any) -> Item:
    _members(value, {"entry", "index", "path"}, optional={"jwe"})
    jwe = value.get("jwe")
    if "jwe" in value and not isinstance(jwe, dict):
        raise _malformed("a JWE is not an object")
    return Item(
        entry=_text(value["entry"], MAX_ENTRY_BYTES).encode(),
        index=_integer(value["index"]),
        path=_path(value["path"]),
        jwe=jwe,
    )


def _decode_link(value: Any) -> Link:
    _members(value, {"size", "root", "path"})
    root = un_b64(_text(value["root"], 44), code=Refusal.BUNDLE_MALFORMED)
    if len(root) != HASH_BYTES:
        raise _malformed("a root is not 32 bytes")
    return Link(size=_integer(value["size"]), root=root, path=_path(value["path"]))


def _path(text: Any) -> tuple[bytes, ...]:
    longest = MAX_PROOF_LINES * HASH_BYTES * 4 // 3
    joined = un_b64(_text(text, longest), code=Refusal.BUNDLE_MALFORMED)
    if len(joined) % HASH_BYTES:
        raise _malformed("a path is not a whole number of hashes")
    return tuple(joined[i : i + HASH_BYTES] for i in range(0, len(joined), HASH_BYTES))


def _members(value: Any, required: set[str], *, optional: set[str] | None = None) -> None:
    if not isinstance(value, dict) or not required <= value.keys() <= required | (optional or set()):
        raise _malformed("missing or unknown members")


def _array(value: Any, most: int) -> list[Any]:
    if not isinstance(value, list) or len(value) > most:
        raise _malformed(f"not an array of at most {most}")
    return value


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise _malformed(f"not a string of at most {most} characters")
    return value


def _integer(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise _malformed("not a non-negative integer")
    return value


def _malformed(fact: str) -> PeerError:
    return PeerError(Refusal.BUNDLE_MALFORMED, fact)
