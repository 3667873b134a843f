"""What every vector starts from: three authorities with fixed seeds, and a memory for what is random.

An HPKE seal and an ML-DSA signature differ each time they are made. They are made once, kept in
`random.json` by the digest of what went into them, and taken from there ever after, so that all
other bytes can be made again and compared.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from node.audit.note import Ed25519Signer, MLDSA44Signer, Note, SignatureLine, VerifierKey, sign_note
from node.canonical import b64, length_prefixed, un_b64
from node.envelope.keys import EncryptionKey, EncryptionPublicKey
from node.errors import Refusal

HERE = Path(__file__).parent
NOW = 1_790_000_000_000  # Unix ms of the first entry; the vectors know no other clock
SECONDS = NOW // 1000


def fixed(label: str, size: int) -> bytes:
    """Give bytes that look random and are the same in every run."""
    return hashlib.shake_256(f"sarbon vectors/1 {label}".encode()).digest(size)


def stream(label: str) -> Callable[[int], bytes]:
    """Give a source of random bytes that is the same in every run."""
    numbers: Iterator[int] = count()
    return lambda size: fixed(f"{label} {next(numbers)}", size)


def as_text(name: str, raw: bytes) -> dict[str, str]:
    """Give bytes as a text member, or as a member in hexadecimal where they are not UTF-8."""
    try:
        return {name: raw.decode()}
    except UnicodeDecodeError:
        return {f"{name}_hex": raw.hex()}


class Memory:
    """Random values by what went into them; only those used in this run are kept."""

    def __init__(self, path: Path) -> None:
        self._known = json.loads(path.read_text("ascii")) if path.exists() else {}
        self.used: dict[str, str] = {}

    def recall(self, label: bytes, make: Callable[[], bytes]) -> bytes:
        name = hashlib.sha256(label).hexdigest()
        text = self.used.get(name) or self._known.get(name) or b64(make())
        self.used[name] = text
        return un_b64(text, code=Refusal.PROOF_INVALID)


MEMORY = Memory(HERE / "random.json")


@dataclass(frozen=True)
class SteadyKey:
    """An encryption key whose seals are remembered."""

    public: EncryptionPublicKey

    @property
    def kid(self) -> str:
        return self.public.kid

    def seal(self, plaintext: bytes, *, info: bytes) -> bytes:
        label = length_prefixed("seal", self.kid, info, plaintext)
        return MEMORY.recall(label, lambda: self.public.seal(plaintext, info=info))


@dataclass(frozen=True)
class SteadySigner:
    """An ML-DSA-44 key whose signatures are remembered."""

    signer: MLDSA44Signer

    @property
    def verifier(self) -> VerifierKey:
        return self.signer.verifier

    def sign(self, text: str, *, seconds: int) -> SignatureLine:
        label = length_prefixed("sign", self.verifier.encode(), str(seconds), text)
        stamped = MEMORY.recall(label, lambda: self.signer.sign(text, seconds=seconds).signature)
        return SignatureLine(self.signer.name, self.verifier.key_id, stamped)


@dataclass(frozen=True)
class Authority:
    """One key set: encryption, both keys of the log, the witness's key."""

    id: str

    @property
    def name(self) -> str:
        return f"iren.example/{self.id.lower()}"

    @property
    def origin(self) -> str:
        return f"{self.name}/2026"

    def seed(self, use: str) -> bytes:
        return fixed(f"{self.id} {use}", 32)

    @property
    def encryption(self) -> EncryptionKey:
        return EncryptionKey(self.seed("encryption"))

    @property
    def ed25519(self) -> Ed25519Signer:
        return Ed25519Signer(self.origin, self.seed("ed25519"))

    @property
    def mldsa44(self) -> SteadySigner:
        return SteadySigner(MLDSA44Signer(self.origin, self.seed("mldsa44")))

    @property
    def witness(self) -> SteadySigner:
        return SteadySigner(MLDSA44Signer(f"{self.name}/witness", self.seed("witness")))

    def sign(self, text: str, *, seconds: int) -> Note:
        return sign_note(text, (self.ed25519, self.mldsa44), seconds=seconds)


AUTHORITIES = tuple(Authority(name) for name in ("AZ-SCC", "TM-SCS", "UZ-CC"))


def key_sets() -> list[dict[str, object]]:
    return [
        {
            "authority": one.id,
            "origin": one.origin,
            "seeds": {
                use: one.seed(use).hex() for use in ("encryption", "ed25519", "mldsa44", "witness")
            },
            "encryption": {"public": one.encryption.public.raw.hex(), "kid": one.encryption.kid},
            "log": [one.ed25519.verifier.encode(), one.mldsa44.verifier.encode()],
            "witness": one.witness.verifier.encode(),
        }
        for one in AUTHORITIES
    ]
