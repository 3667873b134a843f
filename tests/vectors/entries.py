"""Entries of a log, good and bad: every kind of the catalogue, every rule it can break."""

import hashlib
import json
from copy import deepcopy
from typing import Any

from envelopes import GOOD
from sources import AUTHORITIES, NOW, as_text

from node.audit.event import Entry, Kind, read_entry, write_entry
from node.canonical import b64u, encode
from node.errors import Refusal

AZ, TM, UZ = AUTHORITIES
_HASH = b64u(hashlib.sha256(b"something").digest())
_ID = "01890a5d-ac96-774b-bcce-b302099a8057"

_OWED = {"re": _ID, "peer": TM.id, "by": TM.id, "name": "feedback", "due": NOW}

_MINIMAL: dict[Kind, dict[str, Any]] = {
    Kind.LOG_OPENED: {"authority": AZ.id},
    Kind.NODE_STARTED: {"version": "0.1.0"},
    Kind.NODE_STOPPED: {},
    Kind.CARD_ISSUED: {"card": _HASH},
    Kind.DIRECTORY_ADOPTED: {"size": 7, "root": _HASH},
    Kind.AGREEMENT_ADOPTED: {"agreement": _HASH, "name": "az-tm/2026"},
    Kind.MESSAGE_REFUSED: {"id": _ID, "code": "document.invalid"},
    Kind.MESSAGE_RECEIVED: {"from": TM.id, "manifest": _HASH, "index": 0, "status": "refused"},
    Kind.MESSAGE_DUPLICATE: {"re": _ID, "from": TM.id, "manifest": _HASH},
    Kind.MESSAGE_RECEIPTED: {
        "re": _ID,
        "by": TM.id,
        "receipt": _HASH,
        "index": 9_007_199_254_740_991,
        "status": "accepted",
    },
    Kind.MESSAGE_EXPIRED: {"re": _ID, "to": UZ.id},
    Kind.MESSAGE_READ: {"from": TM.id, "re": _ID, "manifest": _HASH},
    Kind.MESSAGE_ASSIGNED: {"from": TM.id, "re": _ID, "unit": "PCU-ALYAT"},
    Kind.READ_RECEIPTED: {"re": _ID, "by": TM.id, "receipt": _HASH, "index": 0},
    Kind.CONVERSATION_ADVANCED: {"re": _ID, "from": TM.id, "peer": TM.id, "outcome": "waiting"},
    Kind.DEADLINE_REMINDED: _OWED,
    Kind.DEADLINE_OVERDUE: _OWED,
    Kind.DEADLINE_ESCALATED: _OWED,
    Kind.RECEIPT_REFUSED: {"from": TM.id, "receipt": _HASH, "code": "receipt.unmatched"},
    Kind.BUNDLE_REFUSED: {"digest": _HASH, "from": TM.id, "code": "bundle.unreadable"},
    Kind.BUNDLE_RETURNED: {"digest": _HASH, "by": TM.id, "code": "log.gap"},
    Kind.ATTACHMENT_RECEIVED: {"from": TM.id, "re": _ID, "number": 1, "status": "accepted"},
    Kind.ATTACHMENT_RECEIPTED: {
        "re": _ID,
        "by": TM.id,
        "number": 9,
        "receipt": _HASH,
        "index": 0,
        "status": "accepted",
    },
    Kind.ATTACHMENT_ABANDONED: {"re": _ID, "to": UZ.id, "number": 2},
    Kind.DOCUMENT_SUBMITTED: {"re": _ID, "by": "risk-engine", "door": "rest"},
    Kind.DOCUMENT_ACCESSED: {"re": _ID, "from": TM.id, "by": "risk-engine", "door": "amqp"},
    Kind.SYSTEM_CHANGED: {"system": "risk-engine", "digest": _HASH, "by": "owner"},
    Kind.TOKEN_ISSUED: {
        "token": "7k2m9q4r8t3v",
        "system": "risk-engine",
        "expires": NOW,
        "by": "owner",
    },
    Kind.TOKEN_REVOKED: {"token": "7k2m9q4r8t3v", "system": "risk-engine", "by": "owner"},
    Kind.WEBHOOK_CHANGED: {"webhook": _ID, "system": "risk-engine", "state": "disabled"},
    Kind.MATCH_FOUND: {"match": "7k2m9q4r8t3v0000", "re": _ID, "from": AZ.id, "score": 93},
    Kind.MATCH_DECIDED: {
        "match": "7k2m9q4r8t3v0000",
        "re": _ID,
        "from": AZ.id,
        "decision": "confirmed",
        "by": "risk-engine",
    },
    Kind.WATCH_CHANGED: {"watch": _ID, "by": "risk-engine", "digest": _HASH},
    Kind.PEER_FORKED: {"peer": TM.id, "size": 256, "evidence": _HASH},
    Kind.NETWORK_FOUNDED: {
        "network": "iren.example",
        "keys": ["first key", "second key"],
        "holders": [{"id": AZ.id, "key": _HASH}, {"id": TM.id, "key": _HASH}],
        "threshold": 2,
        "fresh_days": 7,
        "grace_days": 3,
    },
    Kind.AUTHORITY_ADDED: {"card": "{}\n"},
    Kind.AUTHORITY_SUSPENDED: {"authority": UZ.id, "reason": "keys lost"},
    Kind.AGREEMENT_ADDED: {"agreement": _HASH, "name": "az-tm/2026", "parties": [AZ.id, TM.id]},
}

_WITH_OPTIONS: dict[Kind, dict[str, Any]] = {
    Kind.LOG_OPENED: {"authority": AZ.id, "previous": "iren.example/az-scc/2025\n9\nroot\n"},
    Kind.MESSAGE_REFUSED: _MINIMAL[Kind.MESSAGE_REFUSED]
    | {"type": "alert/1", "to": [TM.id], "pointer": "/goods/0"},
    Kind.MESSAGE_RECEIVED: _MINIMAL[Kind.MESSAGE_RECEIVED]
    | {"re": _ID, "commit": _HASH, "code": "document.invalid", "pointer": ""},
    Kind.MESSAGE_RECEIPTED: _MINIMAL[Kind.MESSAGE_RECEIPTED] | {"code": "document.invalid"},
    Kind.MESSAGE_READ: _MINIMAL[Kind.MESSAGE_READ] | {"unit": "PCU-TURKMENBASHI"},
    Kind.CONVERSATION_ADVANCED: _MINIMAL[Kind.CONVERSATION_ADVANCED]
    | {"outcome": "moved", "state": "accepted", "lead": _ID},
    Kind.ATTACHMENT_RECEIVED: _MINIMAL[Kind.ATTACHMENT_RECEIVED]
    | {"status": "refused", "code": "attachment.mismatch"},
    Kind.ATTACHMENT_RECEIPTED: _MINIMAL[Kind.ATTACHMENT_RECEIPTED]
    | {"status": "refused", "code": "attachment.no_room"},
}


def _write(kind: Kind, members: dict[str, Any]) -> Entry:
    named = {("from_" if name == "from" else name): value for name, value in members.items()}
    return write_entry(kind, at=NOW, log=AZ.origin, **named)


def good_rows() -> list[dict[str, Any]]:
    entries = [
        *(_write(kind, members) for kind, members in _MINIMAL.items()),
        *(_write(kind, members) for kind, members in _WITH_OPTIONS.items()),
        *(one.manifest for one in GOOD[:2]),
    ]
    return [
        {"kind": one.kind.value, "entry": one.raw.decode(), "leaf": one.leaf.hex()} for one in entries
    ]


def _base(kind: Kind) -> dict[str, Any]:
    """Give the values of a good entry, of which one is then changed."""
    sealed = kind is Kind.MESSAGE_SEALED
    members = json.loads(GOOD[1].manifest.raw) if sealed else _MINIMAL[kind]
    value = deepcopy({"v": 1, "kind": kind.value, "at": NOW, "log": AZ.origin} | members)
    read_entry(encode(value))
    return value


def _with(kind: Kind, changed: str, /, **members: Any) -> tuple[str, bytes]:
    """Write an entry with members replaced; None leaves one out, `from_` means `from`."""
    value = _base(kind) | {name.rstrip("_"): member for name, member in members.items()}
    return changed, encode({name: member for name, member in value.items() if member is not None})


def _recipients(*changes: dict[str, Any]) -> list[dict[str, Any]]:
    rows = _base(Kind.MESSAGE_SEALED)["to"]
    return [row | change for row, change in zip(rows, changes, strict=False)]


def _common() -> list[tuple[str, bytes]]:
    kind = Kind.NODE_STOPPED
    return [
        _with(kind, "version 2", v=2),
        _with(kind, "version true", v=True),
        _with(kind, "version in a string", v="1"),
        _with(kind, "no version", v=None),
        _with(kind, "no kind", kind=None),
        _with(kind, "a kind that is not in the catalogue", kind_="node.crashed"),
        _with(kind, "kind is an array", kind_=["node.stopped"]),
        _with(kind, "time before 1970", at=-1),
        _with(kind, "time true", at=True),
        _with(kind, "time in a string", at=str(NOW)),
        _with(kind, "no time", at=None),
        _with(kind, "empty log", log=""),
        _with(kind, "a line end in the log", log="iren.example/az-scc\n"),
        _with(kind, "no log", log=None),
        _with(kind, "an unknown member", note="hello"),
        _with(Kind.LOG_OPENED, "a member left out", authority=None),
        _with(Kind.LOG_OPENED, "a member of another kind", version="0.1.0"),
    ]


def _members() -> list[tuple[str, bytes]]:
    received, founded = Kind.MESSAGE_RECEIVED, Kind.NETWORK_FOUNDED
    return [
        _with(received, "status unknown", status="read"),
        _with(received, "status is an array", status=["accepted"]),
        _with(received, "code that is not published", code="because"),
        _with(received, "authority in lower case", from_="tm-scs"),
        _with(received, "a hash one character short", manifest=_HASH[:-1]),
        _with(received, "a hash in base64", manifest="+" * 43),
        _with(received, "a hash is a number", manifest=7),
        _with(received, "a negative index", index=-1),
        _with(received, "re is a UUID of version 4", re="01890a5d-ac96-474b-bcce-b302099a8057"),
        _with(received, "a space in the pointer", pointer="/a b"),
        _with(Kind.NODE_STARTED, "an empty word", version=""),
        _with(Kind.ATTACHMENT_RECEIVED, "a file with the number 0", number=0),
        _with(Kind.ATTACHMENT_RECEIVED, "a file with the number true", number=True),
        _with(Kind.MESSAGE_REFUSED, "to is a string", to=TM.id),
        _with(Kind.MESSAGE_REFUSED, "65 addressees", to=[TM.id] * 65),
        _with(Kind.MESSAGE_REFUSED, "an empty addressee", to=[""]),
        _with(founded, "one key", keys=["first key"]),
        _with(founded, "keys are numbers", keys=[1, 2]),
        _with(founded, "keys are a string", keys="first key"),
        _with(founded, "no holders", holders=[]),
        _with(founded, "holders are an object", holders={}),
        _with(founded, "a holder is a string", holders=[AZ.id]),
        _with(founded, "a holder without key", holders=[{"id": AZ.id}]),
        _with(founded, "a holder with a bad id", holders=[{"id": "az", "key": _HASH}]),
        _with(founded, "a holder with a bad key", holders=[{"id": AZ.id, "key": "key"}]),
        _with(Kind.AUTHORITY_ADDED, "card is an object", card={}),
        _with(Kind.AUTHORITY_SUSPENDED, "a reason of two lines", reason="lost\nfound"),
    ]


def _manifests() -> list[tuple[str, bytes]]:
    kind = Kind.MESSAGE_SEALED
    second, first = reversed(_recipients({}, {}))
    many = [first | {"id": f"AZ-X{number:02}"} for number in range(65)]
    return [
        _with(kind, "no recipients", to=[]),
        _with(kind, "recipients are an object", to={}),
        _with(kind, "65 recipients", to=many),
        _with(kind, "recipients not in order", to=[second, first]),
        _with(kind, "a recipient twice", to=[first, first]),
        _with(kind, "a recipient is null", to=[None]),
        _with(kind, "a recipient with another member", to=_recipients({"name": "x"})),
        _with(kind, "a recipient with a bad id", to=_recipients({"id": "TM"})),
        _with(kind, "a recipient with a bad wrap", to=_recipients({"wrap": "AAAA"})),
        _with(kind, "priority unknown", priority="high"),
        _with(kind, "body is empty", body={}),
        _with(kind, "body is a string", body=_HASH),
        _with(kind, "body without a hash", body={"commit": _HASH, "jwe": ""}),
        _with(kind, "body with content", body={"commit": _HASH, "jwe": _HASH, "text": "x"}),
        _with(kind, "no suite", suite=None),
        _with(kind, "expires before 1970", expires=-5),
    ]


def _bytes() -> list[tuple[str, bytes]]:
    stopped = _base(Kind.NODE_STOPPED)
    raw = encode(stopped)
    swapped = json.dumps(dict(sorted(stopped.items(), reverse=True)), separators=(",", ":"))
    return [
        ("nothing", b""),
        ("not JSON", b"node.stopped"),
        ("an array", b"[" + raw + b"]"),
        ("a string", b'"node.stopped"'),
        ("a newline at the end", raw + b"\n"),
        ("spaces after colons", json.dumps(stopped, sort_keys=True).encode()),
        ("members in another order", swapped.encode()),
        ("a member twice", raw.replace(b'"v":1', b'"v":1,"v":1')),
        ("an escape where none is needed", raw.replace(b"node.stopped", b"node\\u002estopped")),
        ("a float", raw.replace(b'"v":1', b'"v":1.0')),
        ("an exponent", raw.replace(b'"v":1', b'"v":1e0')),
        ("a number beyond 2^53", raw.replace(str(NOW).encode(), b"9007199254740993")),
        ("a number beyond 2^64", raw.replace(str(NOW).encode(), b"18446744073709551616")),
        ("a byte order mark", b"\xef\xbb\xbf" + raw),
        ("not UTF-8", raw.replace(b"node.stopped", b"node.\xffstopped")),
        ("a lone surrogate", raw.replace(b"node.stopped", b"node.\\ud800stopped")),
        ("a name that is not ASCII", raw[:-1] + ',"\u00e9":1}'.encode()),
        ("300 levels", b'{"at":' + b"[" * 300 + b"]" * 300 + b"}"),
        ("1010 levels", b'{"at":' + b"[" * 1010 + b"]" * 1010 + b"}"),
        ("1030 levels", b'{"at":' + b"[" * 1030 + b"]" * 1030 + b"}"),
    ]


def bad_rows() -> list[dict[str, Any]]:
    malformed = [*_common(), *_members(), *_manifests(), *_bytes()]
    rows = [
        {"changed": changed, "code": Refusal.ENTRY_MALFORMED.value} | as_text("entry", raw)
        for changed, raw in malformed
    ]
    raw = encode(_base(Kind.AUTHORITY_ADDED) | {"card": "x" * 16_384})
    oversize = {
        "changed": "more than 16 KiB",
        "code": Refusal.ENTRY_OVERSIZE.value,
        "entry": raw.decode(),
    }
    return [*rows, oversize]
