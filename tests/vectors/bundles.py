"""Bundles, good and bad: the plaintext, and the sealed bytes that a broker carries."""

import json
from typing import Any

from envelopes import TM, UZ
from logs import AZ, LOG, MESSAGE, MESSAGE_INDEX, TM_LOG, cosign_line
from sources import Authority, SteadyKey, as_text

from node.audit.witness import Request
from node.canonical import b64, encode, length_prefixed
from node.envelope.wire import (
    HEADER_BYTES,
    MAGIC,
    Bundle,
    Item,
    Link,
    Witness,
    encode_bundle,
    seal_bundle,
)
from node.errors import Refusal


def _body(old: int, new: int) -> str:
    return Request(old, LOG.steps(old, new), LOG.note(new)).encode()


def _message() -> Item:
    path = LOG.path(MESSAGE_INDEX, 300)
    return Item(MESSAGE.manifest.raw, MESSAGE_INDEX, path, encode(MESSAGE.sealed.jwe))


def _receipt() -> Item:
    return Item(TM_LOG.entries[1].raw, 1, TM_LOG.path(1, 5))


def _link(old: int, new: int) -> Link:
    return Link(new, LOG.root(new), LOG.steps(old, new))


_MESSAGE = Bundle(_body(256, 300), (_message(),))
_CHAINED = Bundle(
    _body(257, 300),
    (),
    (_link(255, 256), _link(256, 257)),
    Witness(size=5, cosignatures=cosign_line(TM_LOG, 5, AZ)),
)
_RECEIPT = Bundle(
    Request(0, (), TM_LOG.note(5)).encode(),
    (_receipt(),),
    (),
    Witness(conflict=LOG.note(8).encode()),
)
_EMPTY = Bundle("", ())

GOOD_BUNDLES = (
    ("a message", AZ, TM, _MESSAGE),
    ("a chain and a cosignature", AZ, TM, _CHAINED),
    ("a receipt and a conflict", TM, AZ, _RECEIPT),
    ("a conflict, and no head known", TM, UZ, Bundle("", (), (), Witness(conflict=""))),
    ("nothing", AZ, UZ, _EMPTY),
)


def _seal(plaintext: bytes, receiver: Authority) -> bytes:
    return seal_bundle(plaintext, receiver=receiver.id, key=_steady(receiver))


def _steady(receiver: Authority) -> Any:
    return SteadyKey(receiver.encryption.public)


def _seal_padded(padded: bytes, receiver: Authority, *, name: str | None = None) -> bytes:
    """Seal padded bytes as they are, well or badly padded, to a name that may be another's."""
    key = _steady(receiver)
    info = length_prefixed("sarbon bundle/1", name or receiver.id, key.kid)
    return _seal(b"", receiver)[:HEADER_BYTES] + key.seal(padded, info=info)


def good_rows() -> list[dict[str, Any]]:
    rows = []
    for name, _, receiver, bundle in GOOD_BUNDLES:
        plaintext = encode_bundle(bundle)
        rows.append(
            {
                "name": name,
                "receiver": receiver.id,
                "plaintext": plaintext.decode(),
                "sealed": b64(_seal(plaintext, receiver)),
            }
        )
    return rows


def bad_sealed() -> list[dict[str, Any]]:
    """Give sealed bundles that must not open for their receiver."""
    plaintext = encode_bundle(_EMPTY)
    good, code = _seal(plaintext, UZ), Refusal.BUNDLE_UNREADABLE
    size = len(plaintext).to_bytes(4, "big")
    padding = bytes(4096 - 4 - len(plaintext))
    rows = [
        ("nothing", b""),
        ("the magic alone", MAGIC),
        ("another magic", b"SBN2" + good[4:]),
        ("a key id that is not ours", MAGIC + bytes(32) + good[HEADER_BYTES:]),
        ("the header alone", good[:HEADER_BYTES]),
        ("the last byte left out", good[:-1]),
        ("a byte more", good + b"\0"),
        ("a bit of the encapsulated key", _flip(good, HEADER_BYTES)),
        ("a bit of the X25519 half", _flip(good, HEADER_BYTES + 1100)),
        ("a bit of the content", _flip(good, HEADER_BYTES + 1200)),
        ("a bit of the tag", _flip(good, len(good) - 1)),
        ("an encapsulated point of order one", _zero_point(good)),
        ("sealed to another name", _seal_padded(size + plaintext + padding, UZ, name=TM.id)),
        ("length beyond the end", _seal_padded(b"\0\0\x10\0" + plaintext + padding, UZ)),
        ("padding that is not zero", _seal_padded(size + plaintext + padding[:-1] + b"\1", UZ)),
        ("no length", _seal_padded(b"\0\0", UZ)),
    ]
    return [
        {"changed": changed, "code": code.value, "receiver": UZ.id, "sealed": b64(sealed)}
        for changed, sealed in rows
    ]


def _flip(sealed: bytes, at: int) -> bytes:
    return sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]


def _zero_point(sealed: bytes) -> bytes:
    start = HEADER_BYTES + 1088
    return sealed[:start] + bytes(32) + sealed[start + 32 :]


def bad_plaintexts() -> list[dict[str, Any]]:
    """Give plaintexts that are no bundles."""
    rows = [*_bad_frames(), *_bad_items(), *_bad_chains(), *_bad_witnesses()]
    return [
        {"changed": changed, "code": Refusal.BUNDLE_MALFORMED.value} | as_text("plaintext", raw)
        for changed, raw in rows
    ]


def _with(changed: str, /, **members: Any) -> tuple[str, bytes]:
    value = json.loads(encode_bundle(_EMPTY)) | members
    return changed, encode({name: member for name, member in value.items() if member is not ...})


def _bad_frames() -> list[tuple[str, bytes]]:
    raw = encode_bundle(_EMPTY)
    return [
        ("nothing", b""),
        ("not JSON", b"bundle"),
        ("an array", b"[]"),
        ("not UTF-8", raw.replace(b'"checkpoint":""', b'"checkpoint":"\xff"')),
        ("a newline at the end", raw + b"\n"),
        ("a member twice", raw.replace(b'"v":1', b'"v":1,"v":1')),
        ("version 1.0", raw.replace(b'"v":1', b'"v":1.0')),
        ("300 levels", raw.replace(b'"v":1', b'"v":' + b"[" * 300 + b"]" * 300)),
        ("version 2", raw.replace(b'"v":1', b'"v":2')),
        _with("version true", v=True),
        _with("no version", v=...),
        _with("an unknown member", x=1),
        _with("checkpoint is null", checkpoint=None),
        _with("items are an object", items={}),
        _with("257 items", items=[0] * 257),
        _with("65 links", chain=[0] * 65),
    ]


def _bad_items() -> list[tuple[str, bytes]]:
    item: dict[str, Any] = {"entry": "{}", "index": 0, "path": ""}
    hashes = b64(bytes(32 * 64))
    changes: list[tuple[str, Any]] = [
        ("an item is a string", "x"),
        ("an item without path", {"entry": "{}", "index": 0}),
        ("an item with another member", item | {"x": 1}),
        ("entry is an object", item | {"entry": {}}),
        ("entry of more than 16 KiB", item | {"entry": "x" * 16_385}),
        ("index is negative", item | {"index": -1}),
        ("index is true", item | {"index": True}),
        ("path is an array", item | {"path": []}),
        ("path is no base64", item | {"path": "?"}),
        ("path with slack bits", item | {"path": "AB=="}),
        ("path of 31 bytes", item | {"path": b64(bytes(31))}),
        ("path of 64 hashes", item | {"path": hashes}),
        ("jwe is null", item | {"jwe": None}),
        ("jwe is a string", item | {"jwe": "x"}),
    ]
    return [_with(changed, items=[one]) for changed, one in changes]


def _bad_chains() -> list[tuple[str, bytes]]:
    link: dict[str, Any] = {"size": 1, "root": b64(bytes(32)), "path": ""}
    changes: list[tuple[str, Any]] = [
        ("a link without root", {"size": 1, "path": ""}),
        ("a root of 31 bytes", link | {"root": b64(bytes(31))}),
        ("a root of 34 bytes", link | {"root": b64(bytes(34))}),
        ("a size in a string", link | {"size": "1"}),
    ]
    return [_with(changed, chain=[one]) for changed, one in changes]


def _bad_witnesses() -> list[tuple[str, bytes]]:
    witness: dict[str, Any] = {"size": 0, "cosignatures": ""}
    changes: list[tuple[str, Any]] = [
        ("witness is null", None),
        ("witness without size", {"cosignatures": ""}),
        ("a conflict that is null", witness | {"conflict": None}),
        ("a conflict that is a number", witness | {"conflict": 3}),
        ("cosignatures are null", witness | {"cosignatures": None}),
    ]
    return [_with(changed, witness=one) for changed, one in changes]
