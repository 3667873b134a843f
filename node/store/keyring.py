"""The private keys of this authority: files in one folder, opened once at the start.

Responsible for finding, checking and unlocking key files. Must not do cryptography itself
(`envelope.keyfile`) or let a key out of the process.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from node.audit.checkpoint import LogSigner
from node.audit.note import MLDSA44Signer
from node.canonical import un_b64u
from node.envelope.keyfile import Cost, lock_key, unlock_key
from node.envelope.keys import EncryptionKey
from node.errors import OperatorError, Refusal

_SEED_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Keyring:
    """All private keys of an authority, unlocked.

    Attributes:
        log: signs heads of the own log.
        witness: cosigns peers' heads.
        holder: cosigns the network's directory.
        encryption: current and retired keys, newest first.
    """

    log: LogSigner
    witness: MLDSA44Signer
    holder: MLDSA44Signer
    encryption: tuple[EncryptionKey, ...]

    @property
    def by_kid(self) -> Mapping[bytes, EncryptionKey]:
        """Encryption keys by raw key id, as a bundle's header names them."""
        return {un_b64u(key.kid, code=Refusal.KEY_UNKNOWN): key for key in self.encryption}


def create_keys(folder: Path, *, origin: str, passphrase: bytes, cost: Cost | None = None) -> Keyring:
    """Make the keys of an authority and write the files.

    A log always gets a key of its own. The other keys are kept if their files are there already: an
    authority that opens a new epoch stays the witness, holder and recipient that it was.

    Raises:
        OperatorError: `key.exists`, so that no key is ever overwritten.
    """
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    if (folder / "log.key").exists():
        raise _exists(folder / "log.key")
    network, authority, _ = origin.split("/")
    encryption = EncryptionKey.generate(os.urandom)
    secrets: dict[str, tuple[str, bytes]] = {}
    for use in ("witness", "holder"):
        if (folder / f"{use}.key").exists():
            _unlock(folder / f"{use}.key", use, passphrase)  # before anything new is written
        else:
            secrets[use] = (f"{network}/{authority}/{use}", os.urandom(_SEED_BYTES))
    if not list(folder.glob("encryption-*.key")):
        secrets[f"encryption-{encryption.kid[:8]}"] = (encryption.kid, encryption.seed)
    secrets["log"] = (origin, os.urandom(2 * _SEED_BYTES))  # last: where it is, all are
    for file_name, (name, secret) in secrets.items():
        use = file_name.partition("-")[0]
        raw = lock_key(
            secret, use=use, name=name, passphrase=passphrase, random_bytes=os.urandom, cost=cost
        )
        write_private(folder / f"{file_name}.key", raw)
    return load_keys(folder, passphrase=passphrase)


def load_keys(folder: Path, *, passphrase: bytes) -> Keyring:
    """Unlock every key in a folder.

    Raises:
        OperatorError: `key.missing`, `key.open_permissions`, or as `unlock_key`.
    """
    origin, log = _unlock(folder / "log.key", "log", passphrase)
    witness = _unlock(folder / "witness.key", "witness", passphrase)
    holder = _unlock(folder / "holder.key", "holder", passphrase)
    files = sorted(folder.glob("encryption-*.key"), key=lambda path: path.stat().st_mtime_ns)
    if not files:
        raise _missing(folder / "encryption-….key")
    encryption = [EncryptionKey(_unlock(path, "encryption", passphrase)[1]) for path in files]
    return Keyring(
        log=LogSigner(origin, log[:_SEED_BYTES], log[_SEED_BYTES:]),
        witness=MLDSA44Signer(*witness),
        holder=MLDSA44Signer(*holder),
        encryption=tuple(reversed(encryption)),
    )


def read_private(path: Path) -> bytes:
    """Read a file that nobody else may read.

    Raises:
        OperatorError: `key.missing` or `key.open_permissions`.
    """
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        raw = path.read_bytes()
    except OSError as error:
        raise _missing(path) from error
    if mode & 0o077:
        raise OperatorError(
            "key.open_permissions",
            f"{path} may be read by others (mode {mode:04o})",
            hint=f"chmod 600 {path}, and ask yourself who has read it",
        )
    return raw


def write_private(path: Path, raw: bytes) -> None:
    """Write a new file that only its owner may read, safely on disk before this returns.

    Raises:
        OperatorError: `key.exists`.
    """
    try:  # not `exists` first: between the question and the writing anything could be put there
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise _exists(path) from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())


def _exists(path: Path) -> OperatorError:
    return OperatorError(
        "key.exists", f"{path} is already there", hint="choose another folder, or move it away"
    )


def _unlock(path: Path, use: str, passphrase: bytes) -> tuple[str, bytes]:
    try:
        return unlock_key(read_private(path), use=use, passphrase=passphrase)
    except OperatorError as error:
        raise OperatorError(error.code, f"{path.name}: {error.message}", hint=error.hint) from error


def _missing(path: Path) -> OperatorError:
    return OperatorError(
        "key.missing", f"{path} cannot be read", hint="'sarbon init' makes keys; check the folder"
    )
