"""Envelopes, good and bad: sealed documents with the manifest that names them."""

import hashlib
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sources import AUTHORITIES, NOW, SteadyKey, fixed, stream

from node.audit.event import Entry, Kind, write_entry
from node.canonical import b64u, length_prefixed, un_b64u
from node.envelope import sealing
from node.envelope.sealing import Context, Sealed
from node.envelope.suite import PROTECTED, SX1
from node.errors import Refusal

AZ, TM, UZ = AUTHORITIES
_DAY_MS = 86_400_000


@dataclass(frozen=True)
class Envelope:
    """A sealed document and all that went into it."""

    name: str
    document: bytes
    to: tuple[str, ...]
    id: str
    sealed: Sealed
    manifest: Entry

    @property
    def context(self) -> Context:
        return Context(SX1, self.id, AZ.id)


def _key(authority: str) -> SteadyKey:
    """Give an authority's key; authorities beyond the three share the last one's."""
    found = {one.id: one for one in AUTHORITIES}
    return SteadyKey(found.get(authority, UZ).encryption.public)


def _uuid(name: str) -> str:
    raw = fixed(f"id {name}", 16).hex()
    return f"{raw[:8]}-{raw[8:12]}-7{raw[13:16]}-8{raw[17:20]}-{raw[20:]}"


def make(name: str, document: bytes, *to: str, **options: str) -> Envelope:
    """Seal a document and write its manifest."""
    message_id = _uuid(name)
    sealed = sealing.seal(
        document,
        context=Context(SX1, message_id, AZ.id),
        recipients=[(authority, _key(authority)) for authority in to],
        random_bytes=stream(f"envelope {name}"),
    )
    agreement = b64u(hashlib.sha256(b"agreement").digest())
    rows = [
        {"id": authority, "kid": _key(authority).kid, "wrap": b64u(wrap), "agreement": agreement}
        for authority, wrap in zip(to, sealed.wraps, strict=True)
    ]
    manifest = write_entry(
        Kind.MESSAGE_SEALED,
        at=NOW,
        log=AZ.origin,
        id=message_id,
        suite=SX1,
        from_=AZ.id,
        to=rows,
        type=options.get("type", "alert/1"),
        priority=options.get("priority", "urgent"),
        expires=NOW + _DAY_MS,
        directory=7,
        ref=options.get("ref"),
        body={"commit": b64u(sealed.commit), "jwe": b64u(sealed.digest)},
    )
    return Envelope(name, document, to, message_id, sealed, manifest)


_TEXT = b'{"alert":"stop and inspect","container":"CSQU3054383"}'

GOOD = (
    make("one recipient", _TEXT, TM.id),
    make("two recipients", _TEXT, TM.id, UZ.id),
    make("three recipients, the sender among them", _TEXT, AZ.id, TM.id, UZ.id),
    make("five recipients", _TEXT, "GE-RS", "KG-SCS", "KZ-SRC", TM.id, UZ.id),
    make("empty document", b"", TM.id),
    make("one byte", b"x", TM.id),
    make("document that fills its padding exactly", b"p" * 220, TM.id),
    make("document one byte longer than its padding", b"p" * 221, TM.id),
    make("document of zero bytes", bytes(300), TM.id),
    make("document that is not UTF-8", bytes(range(256)), UZ.id),
    make("Cyrillic and Turkmen", "Досмотр / barlag ýük".encode(), TM.id),
    make("four kilobytes", fixed("document", 4096), TM.id),
    make("answer", b'{"result":"nothing found"}', UZ.id, ref=_uuid("one recipient")),
    make("routine and opaque", _TEXT, UZ.id, type="document/1", priority="routine"),
)

_BY_NAME = {one.name: one for one in GOOD}


def good_rows() -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "document": one.document.hex(),
            "salt": one.sealed.salt.hex(),
            "to": list(one.to),
            "manifest": one.manifest.raw.decode(),
            "jwe": one.sealed.jwe,
        }
        for one in GOOD
    ]


Change = Callable[[dict[str, Any]], object]


def _row(of: str, changed: str, code: Refusal, change: Change, **asked: Any) -> dict[str, Any]:
    """Describe one bad envelope: `change` edits the JWE and may edit what is expected of it."""
    one = _BY_NAME[of]
    value: dict[str, Any] = {
        "jwe": deepcopy(one.sealed.jwe),
        "expected": {
            "suite": SX1,
            "id": one.id,
            "from": AZ.id,
            "digest": b64u(one.sealed.digest),
            "wraps": list(map(b64u, one.sealed.wraps)),
            "commit": b64u(one.sealed.commit),
        },
        "position": 0,
        "authority": one.to[0],
        "key": one.to[0],
    }
    change(value)
    return {"changed": changed, "code": code.value, "of": of, **value, **asked}


def _set(*path: Any) -> Change:
    """Set the JWE's member at a path to the last argument."""
    *way, name, value = path

    def change(row: dict[str, Any]) -> None:
        target = row["jwe"]
        for step in way:
            target = target[step]
        target[name] = value

    return change


def _drop(*path: Any) -> Change:
    *way, name = path

    def change(row: dict[str, Any]) -> None:
        target = row["jwe"]
        for step in way:
            target = target[step]
        del target[name]

    return change


def _flip(*path: Any) -> Change:
    """Flip the lowest bit of the first byte of a base64url member of the JWE."""
    *way, name = path

    def change(row: dict[str, Any]) -> None:
        target = row["jwe"]
        for step in way:
            target = target[step]
        data = un_b64u(target[name], code=Refusal.ENVELOPE_MALFORMED)
        target[name] = b64u(bytes([data[0] ^ 1]) + data[1:])

    return change


def _refit(*changes: Change) -> Change:
    """Change the JWE and fit the manifest to it, as a dishonest originator would."""

    def change(row: dict[str, Any]) -> None:
        for one in changes:
            one(row)
        jwe, code = row["jwe"], Refusal.ENVELOPE_MALFORMED
        iv, text, tag = (un_b64u(jwe[name], code=code) for name in ("iv", "ciphertext", "tag"))
        digest = hashlib.sha256(length_prefixed(PROTECTED, jwe["aad"], iv, text + tag)).digest()
        wraps = [
            un_b64u(row["header"]["ek"], code=code) + un_b64u(row["encrypted_key"], code=code)
            for row in jwe["recipients"]
        ]
        row["expected"]["digest"] = b64u(digest)
        row["expected"]["wraps"] = [b64u(hashlib.sha256(wrap).digest()) for wrap in wraps]

    return change


def _encrypt(inner: bytes) -> Change:
    """Encrypt other bytes under the message's own content key."""

    def change(row: dict[str, Any]) -> None:
        random_bytes = stream("envelope one recipient")  # salt, content key, iv: the order of `seal`
        _, key, iv = random_bytes(32), random_bytes(32), random_bytes(12)
        associated = f"{PROTECTED}.{row['jwe']['aad']}".encode()
        text = AESGCM(key).encrypt(iv, inner, associated)
        row["jwe"] |= {"ciphertext": b64u(text[:-16]), "tag": b64u(text[-16:])}

    return change


def _expect(name: str, value: Any) -> Change:
    return lambda row: row["expected"].__setitem__(name, value)


def _swap(row: dict[str, Any]) -> None:
    row["jwe"]["recipients"].reverse()


def _malformed() -> list[dict[str, Any]]:
    one, bad = "one recipient", Refusal.ENVELOPE_MALFORMED
    header = ("recipients", 0, "header")
    other = b64u(b'{"enc":"A128GCM","typ":"sarbon+jwe"}')
    return [
        _row(one, "no tag", bad, _drop("tag")),
        _row(one, "an unprotected header", bad, _set("unprotected", {"alg": "dir"})),
        _row(one, "another protected header", bad, _set("protected", other)),
        _row(one, "no recipients", bad, _set("recipients", [])),
        _row(one, "recipients are an object", bad, _set("recipients", {})),
        _row(one, "65 recipients", bad, _set("recipients", [{}] * 65)),
        _row(one, "a recipient is a string", bad, _set("recipients", 0, "TM-SCS")),
        _row(one, "a recipient without encrypted_key", bad, _drop("recipients", 0, "encrypted_key")),
        _row(one, "a recipient's header is null", bad, _set(*header, None)),
        _row(one, "a recipient's header without ek", bad, _drop(*header, "ek")),
        _row(one, "a recipient's header with crit", bad, _set(*header, "crit", ["alg"])),
        _row(one, "alg of the larger suite", bad, _set(*header, "alg", "HPKE-10-KE")),
        _row(one, "alg dir", bad, _set(*header, "alg", "dir")),
        _row(one, "kid is a number", bad, _set(*header, "kid", 7)),
        _row(one, "ek one byte short", bad, _set(*header, "ek", b64u(bytes(1119)))),
        _row(one, "encrypted_key one byte long", bad, _set("recipients", 0, "encrypted_key", "A" * 66)),
        _row(one, "iv of 16 bytes", bad, _set("iv", b64u(bytes(16)))),
        _row(one, "tag of 12 bytes", bad, _set("tag", b64u(bytes(12)))),
        _row(one, "iv with padding", bad, _set("iv", b64u(bytes(11)) + "=")),
        _row(one, "iv with a character of base64", bad, _set("iv", "+" * 16)),
        _row(one, "tag with slack bits", bad, _set("tag", "A" * 21 + "B")),
        _row(one, "ciphertext is null", bad, _set("ciphertext", None)),
        _row(one, "ciphertext of impossible length", bad, _set("ciphertext", "AAAAA")),
    ]


def _mismatched() -> list[dict[str, Any]]:
    one, two, bad = "one recipient", "two recipients", Refusal.ENVELOPE_MISMATCH
    stranger = Context(SX1, _BY_NAME[one].id, UZ.id).encode()
    return [
        _row(one, "one bit of the ciphertext", bad, _flip("ciphertext")),
        _row(one, "one bit of the iv", bad, _flip("iv")),
        _row(one, "one bit of the tag", bad, _flip("tag")),
        _row(one, "one bit of the aad", bad, _flip("aad")),
        _row(one, "aad of another originator", bad, _set("aad", b64u(stranger))),
        _row(one, "aad is null", bad, _set("aad", None)),
        _row(one, "one bit of ek", bad, _flip("recipients", 0, "header", "ek")),
        _row(one, "one bit of encrypted_key", bad, _flip("recipients", 0, "encrypted_key")),
        _row(two, "recipients in another order", bad, _swap),
        _row(two, "a recipient left out", bad, _drop("recipients", 1)),
        _row(one, "kid of another key", bad, _set("recipients", 0, "header", "kid", UZ.encryption.kid)),
        _row(one, "manifest of another originator", bad, _expect("from", UZ.id)),
        _row(one, "manifest of another message", bad, _expect("id", _uuid("another"))),
        _row(one, "manifest of another suite", bad, _expect("suite", "sx1n")),
        _row(two, "read with the other recipient's key", bad, lambda _: None, key=UZ.id),
    ]


def _unopened() -> list[dict[str, Any]]:
    one, bad = "one recipient", Refusal.ENVELOPE_UNOPENED
    wrap = ("recipients", 0)
    other = _BY_NAME["one byte"].sealed.jwe["recipients"][0]
    stranger = Context(SX1, _BY_NAME[one].id, UZ.id)

    def reroute(row: dict[str, Any]) -> None:
        row["jwe"]["aad"] = b64u(stranger.encode())
        row["expected"]["from"] = UZ.id

    return [
        _row(one, "bit of ciphertext, manifest fitted", bad, _refit(_flip("ciphertext"))),
        _row(one, "bit of tag, manifest fitted", bad, _refit(_flip("tag"))),
        _row(one, "bit of ek, manifest fitted", bad, _refit(_flip(*wrap, "header", "ek"))),
        _row(one, "bit of encrypted_key, manifest fitted", bad, _refit(_flip(*wrap, "encrypted_key"))),
        _row(one, "wrap of another message, manifest fitted", bad, _refit(_set(*wrap, other))),
        _row(one, "sent on as one's own, manifest fitted", bad, _refit(reroute)),
        _row(one, "read as another authority", bad, lambda _: None, authority=UZ.id),
        _row(one, "no ciphertext, manifest fitted", bad, _refit(_set("ciphertext", ""))),
    ]


def _dishonest() -> list[dict[str, Any]]:
    one, bad, other = "one recipient", Refusal.ENVELOPE_UNOPENED, Refusal.COMMITMENT_MISMATCH
    salt, size = _BY_NAME[one].sealed.salt, len(_TEXT).to_bytes(4, "big")
    inner = salt + size + _TEXT
    full = inner + bytes(-len(inner) % 256)
    lied = (inner + _TEXT).replace(_TEXT, _TEXT.replace(b"stop", b"pass"), 1)[: len(inner)]

    def wrapped(plain: bytes) -> Change:
        return _refit(_encrypt(plain))

    return [
        _row(one, "padding that is not zero", bad, wrapped(full[:-1] + b"\1")),
        _row(one, "no padding", bad, wrapped(inner)),
        _row(one, "a block of padding too many", bad, wrapped(full + bytes(256))),
        _row(one, "length beyond the end", bad, wrapped(salt + b"\xff\xff\xff\xff" + full[36:])),
        _row(one, "shorter than salt and length", bad, wrapped(salt)),
        _row(one, "nothing inside", bad, wrapped(b"")),
        _row(one, "another document", other, wrapped(lied + bytes(-len(lied) % 256))),
        _row(one, "another salt", other, wrapped(bytes(32) + full[32:])),
        _row(one, "commitment to another document", other, _expect("commit", b64u(bytes(32)))),
    ]


def bad_rows() -> list[dict[str, Any]]:
    rows = [*_malformed(), *_mismatched(), *_unopened(), *_dishonest()]
    return json.loads(json.dumps(rows))
