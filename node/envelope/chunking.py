"""A file in pieces: each sealed for those who hold the message's salt, and its form on the wire.

Responsible for keys, nonces and the layout of a chunk. Must not know files, queues or who asked for
what: bytes here are bytes. That the whole is the file declared is for its hash to say, which stands in
the document.

The nonce counts the chunks and says which is the last (the STREAM construction): chunks left out, put
in another order, taken from another file or cut off at the end do not open. One key is used for one
file of one message, so a nonce never meets two plaintexts; sealing the same chunk again, for another
recipient or after a crash, gives the same bytes.

Source: schemas/README.md §4; Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and
its Nonce-Reuse Misuse-Resistance" (STREAM); RFC 5869.
"""

from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from node.canonical import b64, decode, encode, length_prefixed, un_b64
from node.envelope.sealing import Context
from node.envelope.suite import CONTENT_KEY_BYTES, TAG_BYTES
from node.errors import PeerError, Refusal
from node.limits import CHUNK_BYTES, MAX_SAFE_INTEGER

_COUNTER_BYTES: Final = 11  # with the flag: the 12 bytes of an AES-GCM nonce
_MAX_ID: Final = 64  # characters; a message id has 36
_MAX_DATA: Final = -(-(CHUNK_BYTES + TAG_BYTES) // 3) * 4  # of base64


@dataclass(frozen=True, slots=True)
class FileKey:
    """What seals and opens the chunks of one file of one message.

    Attributes:
        context: of the message.
        number: which file of the message, from 1.
        salt: of the message, 32 bytes; originator and recipients alone have it.
    """

    context: Context
    number: int
    salt: bytes = field(repr=False)
    _bound: bytes = field(init=False, repr=False, compare=False)
    _cipher: AESGCM = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        bound = self.context.encode() + length_prefixed(str(self.number))
        info = length_prefixed("sarbon attachment") + bound
        kdf = HKDF(algorithm=SHA256(), length=CONTENT_KEY_BYTES, salt=None, info=info)
        object.__setattr__(self, "_bound", bound)
        object.__setattr__(self, "_cipher", AESGCM(kdf.derive(self.salt)))

    def seal(self, plaintext: bytes, *, index: int, is_last: bool) -> bytes:
        """Encrypt a chunk; every chunk but the last is `CHUNK_BYTES` long."""
        return self._cipher.encrypt(_nonce(index, is_last=is_last), plaintext, self._bound)

    def open(self, sealed: bytes, *, index: int, is_last: bool) -> bytes:
        """Decrypt what `seal` sealed with the same key, place and flag.

        Raises:
            PeerError: `envelope.unopened`: another file's, another place's, or changed bytes.
        """
        try:
            return self._cipher.decrypt(_nonce(index, is_last=is_last), sealed, self._bound)
        except (InvalidTag, ValueError) as error:
            raise PeerError(Refusal.ENVELOPE_UNOPENED, "the chunk does not open") from error


@dataclass(frozen=True, slots=True)
class Chunk:
    """One piece of a file, as it travels.

    Attributes:
        id: message to which the file belongs.
        number: which file of the message, from 1.
        index: which chunk of the file, from 0.
        data: ciphertext and tag.
    """

    id: str
    number: int
    index: int
    is_last: bool
    data: bytes


def seal_chunk(key: FileKey, plaintext: bytes, *, index: int, is_last: bool) -> Chunk:
    """Seal one piece of a file."""
    sealed = key.seal(plaintext, index=index, is_last=is_last)
    return Chunk(key.context.message_id, key.number, index, is_last, sealed)


def open_chunk(key: FileKey, chunk: Chunk) -> bytes:
    """Open what `seal_chunk` sealed.

    Raises:
        PeerError: `envelope.unopened`.
    """
    return key.open(chunk.data, index=chunk.index, is_last=chunk.is_last)


def encode_chunk(chunk: Chunk) -> bytes:
    """Write a chunk as canonical JSON, ready for the outer seal of a bundle."""
    members = {
        "id": chunk.id,
        "number": chunk.number,
        "index": chunk.index,
        "last": chunk.is_last,
        "data": b64(chunk.data),
    }
    return encode({"v": 1, "chunk": members})


def decode_chunk(raw: bytes) -> Chunk:
    """Read a chunk, refusing every byte string that `encode_chunk` would not have written.

    Raises:
        PeerError: `bundle.malformed`.
    """
    value = decode(raw, code=Refusal.BUNDLE_MALFORMED)
    if value.keys() != {"v", "chunk"} or not _is_count(value["v"], most=1, least=1):
        raise _malformed("not a chunk of version 1")
    members = value["chunk"]
    if not isinstance(members, dict) or members.keys() != {"id", "number", "index", "last", "data"}:
        raise _malformed("a chunk has missing or unknown members")
    if not _is_count(members["number"], least=1) or not _is_count(members["index"]):
        raise _malformed("number or index of a chunk is not as it must be")
    if type(members["last"]) is not bool:
        raise _malformed("the last chunk is told by true or false")
    data = un_b64(_text(members["data"], _MAX_DATA), code=Refusal.BUNDLE_MALFORMED)
    if not TAG_BYTES < len(data) <= CHUNK_BYTES + TAG_BYTES:
        raise _malformed(f"a chunk holds 1 to {CHUNK_BYTES} bytes")
    return Chunk(
        id=_text(members["id"], _MAX_ID),
        number=members["number"],
        index=members["index"],
        is_last=members["last"],
        data=data,
    )


def chunk_count(size_bytes: int) -> int:
    """Say in how many chunks a file of one or more bytes travels."""
    return -(-size_bytes // CHUNK_BYTES)


def _nonce(index: int, *, is_last: bool) -> bytes:
    return index.to_bytes(_COUNTER_BYTES, "big") + bytes([is_last])


def _is_count(value: Any, *, least: int = 0, most: int = MAX_SAFE_INTEGER) -> bool:
    return type(value) is int and least <= value <= most


def _text(value: Any, most: int) -> str:
    if not isinstance(value, str) or len(value) > most:
        raise _malformed(f"not a string of at most {most} characters")
    return value


def _malformed(fact: str) -> PeerError:
    return PeerError(Refusal.BUNDLE_MALFORMED, fact)
