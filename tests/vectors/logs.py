"""Logs and what is proved from them: entries, heads, paths, a fork, evidence."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from envelopes import GOOD, TM, UZ
from sources import AUTHORITIES, NOW, SECONDS, Authority

from node.audit import merkle
from node.audit.checkpoint import Checkpoint
from node.audit.event import Entry, Kind, write_entry
from node.audit.evidence import Disclosed, Evidence, write_evidence
from node.audit.merkle import check_consistency, check_inclusion, leaf_hash
from node.audit.note import Note
from node.audit.proof import Proof
from node.audit.witness import Request, cosign
from node.canonical import b64, b64u
from node.envelope.wire import Link

AZ = AUTHORITIES[0]
SIZES = (1, 2, 3, 7, 8, 255, 256, 257, 300)


@dataclass(frozen=True)
class Log:
    """A whole log in memory."""

    owner: Authority
    entries: tuple[Entry, ...]

    @cached_property
    def nodes(self) -> merkle.Nodes:
        return merkle.append(0, [entry.leaf for entry in self.entries], self._never)

    @staticmethod
    def _never(height: int, index: int) -> bytes:
        raise LookupError(height, index)

    def _read(self, height: int, index: int) -> bytes:
        return self.nodes[height, index]

    def root(self, size: int) -> bytes:
        return merkle.root(size, self._read)

    def path(self, index: int, size: int) -> tuple[bytes, ...]:
        return merkle.inclusion_path(index, size, self._read)

    def steps(self, old: int, new: int) -> tuple[bytes, ...]:
        return merkle.consistency_path(old, new, self._read)

    def head(self, size: int) -> Checkpoint:
        return Checkpoint(self.owner.origin, size, self.root(size))

    def note(self, size: int, *witnesses: Authority) -> Note:
        note = self.owner.sign(self.head(size).encode(), seconds=SECONDS + size)
        lines = [one.witness.sign(note.text, seconds=SECONDS + size + 5) for one in witnesses]
        return Note(note.text, (*note.signatures, *lines))

    def proof(self, index: int, size: int, *witnesses: Authority) -> Proof:
        note = self.note(size, *witnesses).encode()
        return Proof(index, self.path(index, size), note, self.entries[index].raw)


def _log(owner: Authority, entries: Sequence[Entry], size: int) -> Log:
    """Fill a log up to `size` entries: opened, then the given ones, then starts and stops."""
    first = write_entry(Kind.LOG_OPENED, at=NOW, log=owner.origin, authority=owner.id)
    filling = [
        write_entry(Kind.NODE_STARTED, at=NOW + number, log=owner.origin, version="0.1.0")
        if number % 2
        else write_entry(Kind.NODE_STOPPED, at=NOW + number, log=owner.origin)
        for number in range(1 + len(entries), size)
    ]
    return Log(owner, (first, *entries, *filling))


LOG = _log(AZ, [one.manifest for one in GOOD], SIZES[-1])
FORKED = Log(
    AZ, (*LOG.entries[:200], replace(LOG.entries[200], raw=LOG.entries[198].raw), *LOG.entries[201:])
)
MESSAGE = GOOD[2]
MESSAGE_INDEX = 3


def _receipt(by: Authority, **members: Any) -> Entry:
    manifest = {
        "re": MESSAGE.id,
        "from_": AZ.id,
        "manifest": b64u(MESSAGE.manifest.leaf),
        "index": MESSAGE_INDEX,
        "commit": b64u(MESSAGE.sealed.commit),
        "status": "accepted",
    }
    return write_entry(Kind.MESSAGE_RECEIVED, at=NOW + 2000, log=by.origin, **manifest | members)


TM_LOG = _log(TM, [_receipt(TM)], 5)
UZ_LOG = _log(UZ, [_receipt(UZ, status="refused", code="agreement.denied", pointer="/purpose")], 2)


def log_vector() -> dict[str, Any]:
    pairs = [(old, new) for old in SIZES for new in SIZES if old <= new]
    places = [(i, size) for size in SIZES for i in sorted({0, 1, size // 2, size - 1}) if i < size]
    return {
        "origin": LOG.owner.origin,
        "log": [AZ.ed25519.verifier.encode(), AZ.mldsa44.verifier.encode()],
        "witnesses": [TM.witness.verifier.encode(), UZ.witness.verifier.encode()],
        "entries": [entry.raw.decode() for entry in LOG.entries],
        "checkpoints": [
            {"size": size, "root": b64(LOG.root(size)), "note": LOG.note(size, TM, UZ).encode()}
            if size == SIZES[-1]
            else {"size": size, "root": b64(LOG.root(size)), "note": LOG.note(size).encode()}
            for size in SIZES
        ],
        "inclusion": [
            {"index": i, "size": size, "path": list(map(b64, LOG.path(i, size)))} for i, size in places
        ],
        "consistency": [
            {"old": old, "new": new, "path": list(map(b64, LOG.steps(old, new)))} for old, new in pairs
        ],
        "proofs": [LOG.proof(3, 300, TM, UZ).encode(), LOG.proof(0, 1).encode()],
        "bad_inclusion": _bad_inclusion(),
        "bad_consistency": _bad_consistency(),
    }


def _bad_inclusion() -> list[dict[str, Any]]:
    path, size, extra = LOG.path(100, 257), 257, hashlib.sha256(b"extra").digest()
    rows = [
        ("another index", 101, size, path),
        ("index beyond the tree", 257, size, path),
        ("another size", 100, 256, path),
        ("the last hash left out", 100, size, path[:-1]),
        ("one hash more", 100, size, (*path, extra)),
        ("no path", 100, size, ()),
        ("two hashes exchanged", 100, size, (path[1], path[0], *path[2:])),
        ("one hash replaced", 100, size, (extra, *path[1:])),
        ("a path in a tree of one", 0, 1, (extra,)),
        ("an empty tree", 0, 0, ()),
    ]
    return [
        {"changed": changed, "index": i, "size": size, "path": list(map(b64, path))}
        for changed, i, size, path in rows
    ]


def _bad_consistency() -> list[dict[str, Any]]:
    path, extra = LOG.steps(7, 300), hashlib.sha256(b"extra").digest()
    rows = [
        ("another old size", 8, 300, path),
        ("another new size", 7, 257, path),
        ("sizes exchanged", 300, 7, path),
        ("the last hash left out", 7, 300, path[:-1]),
        ("one hash more", 7, 300, (*path, extra)),
        ("no path", 7, 300, ()),
        ("one hash replaced", 7, 300, (extra, *path[1:])),
        ("a path where the sizes are equal", 7, 7, path),
        ("a path that is too long for a power of two", 1, 2, (*LOG.steps(1, 2), extra)),
    ]
    return [
        {"changed": changed, "old": old, "new": new, "path": list(map(b64, path))}
        for changed, old, new, path in rows
    ]


def fork_vector() -> dict[str, Any]:
    known = {str(size): b64(LOG.root(size)) for size in (8, 256)}
    return {
        "origin": AZ.origin,
        "log": [AZ.ed25519.verifier.encode(), AZ.mldsa44.verifier.encode()],
        "heads": [LOG.note(300).encode(), FORKED.note(300).encode()],
        "judgements": [
            _judgement("grows from the newest head", known, LOG, 256, 300, None),
            _judgement("grows from an older head, through the newest", known, LOG, 8, 300, None, 256),
            _judgement("is the newest head again", known, LOG, 256, 256, None),
            _judgement("is an older head again", known, LOG, 8, 8, None),
            _judgement("is the first head seen", {}, LOG, 0, 8, None),
            _judgement("starts at nothing and passes over the newest", known, LOG, 0, 300, "log.gap"),
            _judgement("starts at a head we do not know", known, LOG, 257, 300, "log.gap"),
            _judgement("does not extend the newest", known, FORKED, 256, 300, "proof.invalid"),
            _judgement("another head of the newest size", known, FORKED, 256, 256, "log.forked"),
            _judgement("another head, told from the start", known, FORKED, 0, 256, "log.forked"),
            _judgement("another head on the way", known, FORKED, 8, 300, "log.forked", 256),
        ],
    }


def _judgement(
    name: str, known: dict[str, str], log: Log, old: int, new: int, code: str | None, *links: int
) -> dict[str, Any]:
    way = (old, *links, new)
    chain = [
        Link(size, log.root(size), log.steps(before, size))
        for before, size in zip(way, links, strict=False)
    ]
    body = Request(old, log.steps(way[-2], new), log.note(new)).encode()
    return {
        "name": name,
        "known": known,
        "chain": [
            {"size": one.size, "root": b64(one.root), "path": list(map(b64, one.path))} for one in chain
        ],
        "body": body,
        "code": code,
    }


def _check() -> None:
    """Believe no vector that the code itself would not."""
    for index in range(SIZES[-1]):
        leaf, head = LOG.entries[index].leaf, LOG.root(300)
        check_inclusion(leaf, index=index, size=300, path=LOG.path(index, 300), head=head)
    old, new = LOG.root(7), LOG.root(300)
    check_consistency(old=7, new=300, old_head=old, new_head=new, path=LOG.steps(7, 300))
    if leaf_hash(LOG.entries[0].raw) != LOG.root(1):
        raise AssertionError("a log of one entry")


_check()


def evidence_vector() -> dict[str, Any]:
    message = LOG.proof(MESSAGE_INDEX, 300, TM, UZ)
    receipts = (TM_LOG.proof(1, 5, AZ), UZ_LOG.proof(1, 2))
    shown = Disclosed(MESSAGE.document, MESSAGE.sealed.salt)
    witnesses = [one.witness for one in AUTHORITIES]
    files = {
        "message": Evidence(b"", LOG.proof(MESSAGE_INDEX, 300)),
        "message and receipts": Evidence(b"", message, receipts),
        "message, receipts and document": Evidence(b"", message, receipts, shown),
    }
    return {
        "logs": [[one.ed25519.verifier.encode(), one.mldsa44.verifier.encode()] for one in AUTHORITIES],
        "witnesses": [signer.verifier.encode() for signer in witnesses],
        "good": [{"name": name, "file": write_evidence(one).decode()} for name, one in files.items()],
        "bad": _bad_evidence(LOG.proof(MESSAGE_INDEX, 300), receipts, shown),
    }


def _bad_evidence(
    message: Proof, receipts: tuple[Proof, Proof], shown: Disclosed
) -> list[dict[str, Any]]:
    foreign = LOG.proof(0, 300)
    twice = replace(receipts[1], checkpoint=receipts[1].checkpoint + cosign_line(UZ_LOG, 2, AZ) * 2)
    stranger = replace(receipts[1], checkpoint=receipts[1].checkpoint + _stranger_line(UZ_LOG, 2))
    wrong_log = _log(TM, [_receipt(UZ)], 2)
    other_receipt = _log(TM, [_receipt(TM, manifest=b64u(bytes(32)))], 2)
    other_sender = _log(TM, [_receipt(TM, from_=UZ.id)], 2)
    signed = message.checkpoint
    unsigned = replace(message, checkpoint=signed[: signed.index("\u2014", signed.index("\u2014") + 1)])
    rows = [
        ("the message is no message", "proof.invalid", Evidence(b"", foreign)),
        ("a receipt in the place of the message", "proof.invalid", Evidence(b"", receipts[0])),
        ("the message in the place of a receipt", "proof.invalid", Evidence(b"", message, (message,))),
        (
            "a receipt for another message",
            "proof.invalid",
            Evidence(b"", message, (other_receipt.proof(1, 2),)),
        ),
        (
            "a receipt to another sender",
            "proof.invalid",
            Evidence(b"", message, (other_sender.proof(1, 2),)),
        ),
        (
            "an entry that names another log",
            "proof.invalid",
            Evidence(b"", message, (wrong_log.proof(1, 2),)),
        ),
        ("a cosignature twice", "proof.invalid", Evidence(b"", message, (twice,))),
        ("a cosignature by a stranger", "proof.invalid", Evidence(b"", message, (stranger,))),
        ("one signature of the log", "checkpoint.bad_signature", Evidence(b"", unsigned)),
        ("another index", "proof.invalid", Evidence(b"", replace(message, index=MESSAGE_INDEX + 1))),
        ("another entry", "proof.invalid", Evidence(b"", replace(message, extra=LOG.entries[1].raw))),
        ("no entry", "entry.malformed", Evidence(b"", replace(message, extra=b""))),
        (
            "another document",
            "commitment.mismatch",
            Evidence(b"", message, (), replace(shown, document=shown.document + b" ")),
        ),
        (
            "another salt",
            "commitment.mismatch",
            Evidence(b"", message, (), replace(shown, salt=bytes(32))),
        ),
    ]
    return [
        {"changed": changed, "code": code, "file": write_evidence(one).decode()}
        for changed, code, one in rows
    ]


def cosign_line(log: Log, size: int, by: Authority) -> str:
    """Give a witness's line on a head."""
    return cosign(log.head(size), by.witness, seconds=SECONDS + size + 5)


def _stranger_line(log: Log, size: int) -> str:
    return cosign_line(log, size, Authority("GE-RS"))
