"""A private key at rest: Argon2id over a passphrase, then AES-256-GCM.

Responsible for the bytes of a key file. Must not read files or ask for passphrases. PKCS#8 is not
used: its encryption is fixed at 2,048 rounds of PBKDF2 in the library.

The format is ours alone and may change with its version: no peer ever sees it.

Source: RFC 9106 §4 (second recommended option, 64 MiB).
"""

from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from node.canonical import b64u, decode, encode, un_b64u
from node.envelope.keys import RandomBytes
from node.errors import OperatorError, PeerError, Refusal

_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_MEMBERS: Final = {"v", "use", "name", "kdf", "nonce", "ciphertext"}
_MOST_MEMORY_KIB: Final = 4 * 1024 * 1024  # a damaged file must not make us take all memory
_MOST_PASSES: Final = 1024  # nor all time


@dataclass(frozen=True, slots=True)
class Cost:
    """Work to try one passphrase: memory in KiB, passes, lanes."""

    memory_kib: int = 65_536  # 64 MiB; RFC 9106 §4
    passes: int = 3
    lanes: int = 4


def lock_key(
    secret: bytes,
    *,
    use: str,
    name: str,
    passphrase: bytes,
    random_bytes: RandomBytes,
    cost: Cost | None = None,
) -> bytes:
    """Encrypt a private key under a passphrase; `use` and `name` are bound to it, in the clear."""
    cost = cost or Cost()
    kdf = {
        "m": cost.memory_kib,
        "t": cost.passes,
        "p": cost.lanes,
        "salt": b64u(random_bytes(_SALT_BYTES)),
    }
    header = {
        "v": 1,
        "use": use,
        "name": name,
        "kdf": kdf,
        "nonce": b64u(random_bytes(_NONCE_BYTES)),
    }
    ciphertext = _cipher(header, passphrase).encrypt(_nonce(header), secret, encode(header))
    return encode({**header, "ciphertext": b64u(ciphertext)}) + b"\n"


def unlock_key(raw: bytes, *, use: str, passphrase: bytes) -> tuple[str, bytes]:
    """Decrypt what `lock_key` encrypted: the key's name and secret.

    Raises:
        OperatorError: `key.malformed`, `key.wrong_use` or `key.wrong_passphrase`.
    """
    try:
        value = decode(raw.removesuffix(b"\n"), code=Refusal.KEY_UNKNOWN)
        header = {name: value[name] for name in _MEMBERS - {"ciphertext"}}
        nonce = _nonce(header)
        ciphertext = un_b64u(value["ciphertext"], code=Refusal.KEY_UNKNOWN)
        cipher = _cipher(header, passphrase)
    except (PeerError, KeyError, TypeError, ValueError, OverflowError) as error:
        raise OperatorError(
            "key.malformed", "not a key file of this program", hint="restore it from the backup"
        ) from error
    if value.keys() != _MEMBERS or header["v"] != 1 or header["use"] != use:
        raise OperatorError("key.wrong_use", f"not a key file for {use}", hint="were files renamed?")
    try:
        return str(header["name"]), cipher.decrypt(nonce, ciphertext, encode(header))
    except InvalidTag as error:
        raise OperatorError(
            "key.wrong_passphrase",
            f"the passphrase does not open the {use} key",
            hint="check the passphrase file; a changed key file gives the same error",
        ) from error


def _nonce(header: dict[str, Any]) -> bytes:
    nonce = un_b64u(header["nonce"], code=Refusal.KEY_UNKNOWN)
    if len(nonce) != _NONCE_BYTES:
        raise ValueError("nonce")
    return nonce


def _cipher(header: dict[str, Any], passphrase: bytes) -> AESGCM:
    kdf = header["kdf"]
    if kdf["m"] > _MOST_MEMORY_KIB or kdf["t"] > _MOST_PASSES:
        raise ValueError("cost")
    salt = un_b64u(kdf["salt"], code=Refusal.KEY_UNKNOWN)
    argon2 = Argon2id(salt=salt, length=32, iterations=kdf["t"], lanes=kdf["p"], memory_cost=kdf["m"])
    return AESGCM(argon2.derive(passphrase))
