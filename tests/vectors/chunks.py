"""Chunks of a file, good and bad: the plaintext of the bundle, what makes the key, the piece.

Pieces are short here, so that the files stay small; keys, nonces and layout do not depend on the length.
"""

from typing import Any

from sources import AUTHORITIES, as_text, fixed

from node.canonical import b64, encode
from node.envelope.chunking import Chunk, FileKey, encode_chunk, seal_chunk
from node.envelope.sealing import Context
from node.errors import Refusal

AZ = AUTHORITIES[0]
_ID = "01890a5d-ac96-774b-bcce-b302099a8057"
_OTHER_ID = "01890a5d-ac96-774b-bcce-b302099a8058"
_SALT = fixed("salt of the chunks", 32)
_PIECES = (b"the beginning", b"the middle", b"the end")


def _key(number: int = 1, *, salt: bytes = _SALT, id_: str = _ID, suite: str = "sx1") -> FileKey:
    return FileKey(Context(suite, id_, AZ.id), number, salt)


_FILE = [
    seal_chunk(_key(), piece, index=index, is_last=index == len(_PIECES) - 1)
    for index, piece in enumerate(_PIECES)
]
_SHORT = seal_chunk(_key(2), b"x", index=0, is_last=True)


def _row(key: FileKey, chunk: Chunk) -> dict[str, Any]:
    return {
        "id": key.context.message_id,
        "from": key.context.originator,
        "suite": key.context.suite,
        "number": key.number,
        "salt": key.salt.hex(),
    } | as_text("plaintext", encode_chunk(chunk))


def good_rows() -> list[dict[str, Any]]:
    """Give chunks that open to `piece`."""
    rows = [(_key(), chunk, piece) for chunk, piece in zip(_FILE, _PIECES, strict=True)]
    rows.append((_key(2), _SHORT, b"x"))
    return [_row(key, chunk) | {"piece": b64(piece)} for key, chunk, piece in rows]


def bad_rows() -> list[dict[str, Any]]:
    """Give chunks that must not open with the key given."""
    first, _, last = _FILE
    rows = [
        ("the second in the place of the first", _key(), _at(_FILE[1], index=0)),
        ("the first in the place of the second", _key(), _at(first, index=1)),
        ("the last, said to be another", _key(), _at(last, is_last=False)),
        ("another, said to be the last", _key(), _at(first, is_last=True)),
        ("of another file of the message", _key(2), _at(last, number=2)),
        ("of another message", _key(id_=_OTHER_ID), _at(last, id_=_OTHER_ID)),
        ("with another salt", _key(salt=bytes(32)), last),
        ("of another suite", _key(suite="sx2"), last),
        ("a bit of the ciphertext", _key(), _at(last, data=bytes([last.data[0] ^ 1]) + last.data[1:])),
        ("a bit of the tag", _key(), _at(last, data=last.data[:-1] + bytes([last.data[-1] ^ 1]))),
        ("a byte cut off", _key(), _at(last, data=last.data[:-1])),
    ]
    code = Refusal.ENVELOPE_UNOPENED.value
    return [{"changed": changed, "code": code} | _row(key, chunk) for changed, key, chunk in rows]


def _at(chunk: Chunk, **changes: Any) -> Chunk:
    values = {
        "id_": chunk.id,
        "number": chunk.number,
        "index": chunk.index,
        "is_last": chunk.is_last,
        "data": chunk.data,
    } | changes
    return Chunk(*values.values())


def bad_plaintexts() -> list[dict[str, Any]]:
    """Give plaintexts that are no chunks."""
    good = {"id": _ID, "number": 1, "index": 0, "last": True, "data": b64(bytes(17))}
    changes: list[tuple[str, Any]] = [
        ("chunk is an array", []),
        ("no data", {name: value for name, value in good.items() if name != "data"}),
        ("another member", good | {"x": 1}),
        ("number 0", good | {"number": 0}),
        ("number true", good | {"number": True}),
        ("number in a string", good | {"number": "1"}),
        ("index -1", good | {"index": -1}),
        ("last is 1", good | {"last": 1}),
        ("data is null", good | {"data": None}),
        ("data is no base64", good | {"data": "?"}),
        ("data with slack bits", good | {"data": b64(bytes(17))[:-2] + "B="}),
        ("data of a tag alone", good | {"data": b64(bytes(16))}),
        ("id is a number", good | {"id": 7}),
        ("id of 65 characters", good | {"id": "x" * 65}),
    ]
    raw = encode({"v": 1, "chunk": good})
    rows = [
        ("nothing", b""),
        ("not JSON", b"chunk"),
        ("an array", b"[]"),
        ("a newline at the end", raw + b"\n"),
        ("a member twice", raw.replace(b'"v":1', b'"v":1,"v":1')),
        ("version 2", encode({"v": 2, "chunk": good})),
        ("version true", encode({"v": True, "chunk": good})),
        ("no version", encode({"chunk": good})),
        ("a member beside the chunk", encode({"v": 1, "chunk": good, "items": []})),
        *((changed, encode({"v": 1, "chunk": value})) for changed, value in changes),
    ]
    return [
        {"changed": changed, "code": Refusal.BUNDLE_MALFORMED.value} | as_text("plaintext", raw)
        for changed, raw in rows
    ]
