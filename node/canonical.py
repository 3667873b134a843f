"""Canonical JSON: values to bytes and back, strictly; and strict base64.

Responsible for the one encoding that is hashed and signed (RFC 8785, restricted: ASCII member
names, integers within ±(2^53 - 1), no floats) and for reading strict JSON from outside.
Must not know what the values mean.
"""

import binascii
import json
from typing import Any, Final

import orjson

from node.errors import PeerError, Refusal
from node.limits import MAX_SAFE_INTEGER

_PLAIN: Final = (str, bool, type(None))
_ARRAY: Final = (list, tuple)
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_FROM_URL: Final = bytes.maketrans(b"-_+/=", b"+/!!!")  # "!" is in no alphabet
_SLACK: Final = (0, 0, 0b1111, 0b11)  # bits of the last character that carry nothing, by length mod 4


def encode(value: dict[str, Any]) -> bytes:
    """Write a value as RFC 8785 bytes.

    Within the restricted profile, sorted compact JSON *is* RFC 8785; a test holds this
    against the reference implementation.

    Raises:
        ValueError: the value has a float, a non-ASCII name, an integer beyond 2^53 - 1, a lone
            surrogate, or more levels than can be written.

    Source: RFC 8785 §3.2.
    """
    try:
        _check_profile(value)
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONEncodeError, RecursionError) as error:  # neither is a ValueError
        raise ValueError(f"cannot be written: {error}") from error


def decode(raw: bytes, *, code: Refusal) -> dict[str, Any]:
    """Read one JSON object, refusing every byte string that `encode` would not have written.

    Comparing with the re-encoding refuses duplicate names, spaces, other escapes, other number
    forms and other orders at once: there is exactly one byte string for each value.

    Raises:
        PeerError: with `code`, if the bytes are not the canonical form of an object.
    """
    try:
        value = orjson.loads(raw)
        if not isinstance(value, dict):
            raise PeerError(code, "not a JSON object")
        if encode(value) != raw:
            raise PeerError(code, "not in canonical form (RFC 8785)")
    except ValueError as error:  # orjson's errors are ValueErrors
        raise PeerError(code, f"not canonical JSON: {error}") from error
    return value


def parse_strict(raw: bytes, *, max_bytes: int, max_depth: int, code: Refusal) -> dict[str, Any]:
    """Read one JSON object written by somebody else's program, however it is laid out.

    Refuses duplicate member names (two readers could see two documents), NaN and Infinity,
    lone surrogates, a byte order mark, and depth or size beyond the limits.

    Raises:
        PeerError: with `code`, naming the rule that was broken.
    """
    if len(raw) > max_bytes:
        raise PeerError(code, f"{len(raw)} bytes, at most {max_bytes} allowed")
    try:
        orjson.loads(raw)  # strict UTF-8 and grammar: no NaN, no Infinity, no lone surrogate
        value = json.loads(raw, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise PeerError(code, f"not strict JSON: {error}") from error
    if not isinstance(value, dict):
        raise PeerError(code, "not a JSON object")
    if _is_deeper(value, max_depth):
        raise PeerError(code, f"nested deeper than {max_depth} levels")
    return value


def b64(data: bytes) -> str:
    """Write standard base64 with padding, as C2SP notes and proofs do."""
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def un_b64(text: str, *, code: Refusal) -> bytes:
    """Read standard base64, refusing any spelling that `b64` would not have written.

    Raises:
        PeerError: with `code`; also for non-zero slack bits, so that no byte is free to change.
    """
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except ValueError as error:
        raise PeerError(code, "not base64") from error
    if b64(data) != text:
        raise PeerError(code, "not canonical base64")
    return data


def b64u(data: bytes) -> str:
    """Write base64url without padding, as JOSE does. Source: RFC 7515 §2."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")


def un_b64u(text: object, *, code: Refusal) -> bytes:
    """Read base64url without padding, refusing any spelling that `b64u` would not have written.

    Raises:
        PeerError: with `code`, if `text` is no string or not canonical.
    """
    if not isinstance(text, str):
        raise PeerError(code, "not a base64url string")
    try:
        padded = text.encode("ascii").translate(_FROM_URL) + b"=" * (-len(text) % 4)
        data = binascii.a2b_base64(padded, strict_mode=True)
    except ValueError as error:
        raise PeerError(code, "not base64url") from error
    if text and _SLACK[len(text) % 4] & _ALPHABET.index(text[-1]):
        raise PeerError(code, "not canonical base64url")
    return data


def length_prefixed(*parts: bytes | str) -> bytes:
    """Join parts so that no two lists give the same bytes: u32 big-endian length, then bytes."""
    joined = bytearray()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        joined += len(data).to_bytes(4, "big") + data
    return bytes(joined)


def _check_profile(value: object) -> None:
    if isinstance(value, _PLAIN):
        return
    if isinstance(value, int):
        if not -MAX_SAFE_INTEGER <= value <= MAX_SAFE_INTEGER:
            raise ValueError("integer beyond 2^53 - 1")
    elif isinstance(value, dict):
        for name, member in value.items():
            if not name.isascii():
                raise ValueError("member name is not ASCII")
            _check_profile(member)
    elif isinstance(value, _ARRAY):
        for member in value:
            _check_profile(member)
    else:
        raise ValueError(f"{type(value).__name__} is outside the profile")  # noqa: TRY004 - as `encode` promises


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member name occurs twice")
    return members


def _is_deeper(value: object, levels: int) -> bool:
    """Say whether objects and arrays nest more than `levels` deep, without recursion."""
    layer: list[Any] = [value]
    for _ in range(levels):
        layer = [
            member
            for item in layer
            for member in (item.values() if isinstance(item, dict) else item)
            if isinstance(member, dict | list)
        ]
        if not layer:
            return False
    return True
