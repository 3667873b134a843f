"""The card of an authority: its names and public keys, with proof that it holds the private ones.

Responsible for card bytes <-> values. The proof is the usual one: the authority's own log holds an
entry with the card's hash, under a checkpoint signed with the keys on the card.
Must not decide whether the authority belongs to a network (`directory`).

Source: schemas/README.md §6.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

from node.audit.checkpoint import LogVerifier
from node.audit.event import Kind, read_entry
from node.audit.forms import is_authority
from node.audit.note import MLDSA44, VerifierKey, read_verifier_key
from node.audit.proof import read_proof
from node.canonical import b64u, decode, encode, un_b64u
from node.envelope.keys import EncryptionPublicKey
from node.errors import PeerError, Refusal

_MEMBERS = {
    "v",
    "id",
    "name",
    "country",
    "units",
    "contact",
    "log",
    "witness",
    "holder",
    "encryption",
}


@dataclass(frozen=True, slots=True)
class SealingKey:
    """An encryption key with the time in which others may seal to it, Unix milliseconds."""

    key: EncryptionPublicKey
    valid_from: int
    valid_until: int


@dataclass(frozen=True, slots=True)
class Card:
    """What an authority says of itself, and the directory repeats.

    Attributes:
        raw: canonical JSON; its hash is what the authority's own log holds.
        id: authority id, e.g. `AZ-SCC`.
        name: full name in English.
        country: ISO 3166-1 alpha-2.
        units: ids of posts and Port Control Units.
        contact: duty desk, for people.
        log: both public keys of its log.
        witness: the key it cosigns others' checkpoints with.
        holder: the key it would cosign a directory with.
        encryption: keys to seal to, newest first.
    """

    raw: bytes
    id: str
    name: str
    country: str
    units: tuple[str, ...]
    contact: str
    log: LogVerifier
    witness: VerifierKey
    holder: VerifierKey
    encryption: tuple[SealingKey, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the card, base64url."""
        return b64u(hashlib.sha256(self.raw).digest())

    def sealing_key(self, now: int) -> EncryptionPublicKey:
        """Give the key to seal to at a time.

        Raises:
            PeerError: `key.expired`, if none is in its window.
        """
        for candidate in self.encryption:
            if candidate.valid_from <= now < candidate.valid_until:
                return candidate.key
        raise PeerError(
            Refusal.KEY_EXPIRED,
            f"{self.id} has no encryption key for this time",
            hint=f"ask {self.id} for a new card and add it to the directory",
        )


def write_card(  # noqa: PLR0913 - one argument for each line of the card
    *,
    id_: str,
    name: str,
    country: str,
    units: tuple[str, ...],
    contact: str,
    log: LogVerifier,
    witness: VerifierKey,
    holder: VerifierKey,
    encryption: tuple[SealingKey, ...],
) -> Card:
    """Make a card."""
    value = {
        "v": 1,
        "id": id_,
        "name": name,
        "country": country,
        "units": list(units),
        "contact": contact,
        "log": [log.ed25519.encode(), log.mldsa44.encode()],
        "witness": witness.encode(),
        "holder": holder.encode(),
        "encryption": [
            {"public": b64u(row.key.raw), "from": row.valid_from, "until": row.valid_until}
            for row in encryption
        ],
    }
    return read_card(encode(value))


def read_card(raw: bytes) -> Card:
    """Read a card; that its owner holds the keys is checked by `read_card_file`.

    Raises:
        PeerError: `directory.malformed` or `key.unknown`.
    """
    value = decode(raw, code=Refusal.DIRECTORY_MALFORMED)
    if value.keys() != _MEMBERS or value["v"] != 1 or not is_authority(value["id"]):
        raise PeerError(Refusal.DIRECTORY_MALFORMED, "not a card of version 1")
    try:
        ed25519, mldsa44 = value["log"]
        return Card(
            raw=raw,
            id=value["id"],
            name=str(value["name"]),
            country=str(value["country"]),
            units=tuple(map(str, value["units"])),
            contact=str(value["contact"]),
            log=LogVerifier(read_verifier_key(ed25519), read_verifier_key(mldsa44)),
            witness=_read_cosigner(value["witness"]),
            holder=_read_cosigner(value["holder"]),
            encryption=tuple(map(_read_sealing_key, value["encryption"])),
        )
    except (TypeError, ValueError, AttributeError, KeyError) as error:
        raise PeerError(
            Refusal.DIRECTORY_MALFORMED, "a member of the card is of another shape"
        ) from error


def write_card_file(card: Card, proof: str) -> bytes:
    """Write the file that an authority hands to the holders: card and proof."""
    return encode({"card": card.raw.decode(), "proof": proof}) + b"\n"


def read_card_file(raw: bytes) -> Card:
    """Read a card file and check that its owner holds the log keys on it.

    Raises:
        PeerError: `directory.malformed`, `checkpoint.*`, `proof.invalid`.
    """
    value = decode(raw.removesuffix(b"\n"), code=Refusal.DIRECTORY_MALFORMED)
    if value.keys() != {"card", "proof"} or not all(isinstance(v, str) for v in value.values()):
        raise PeerError(Refusal.DIRECTORY_MALFORMED, "not a card file")
    card, proof = read_card(value["card"].encode()), read_proof(value["proof"])
    proof.verify(proof.extra, card.log)
    entry = read_entry(proof.extra)
    if entry.kind is not Kind.CARD_ISSUED or entry.members["card"] != card.digest:
        raise PeerError(Refusal.DIRECTORY_MALFORMED, "the proof is of another card")
    return card


def _read_cosigner(vkey: str) -> VerifierKey:
    """Read the key of a witness or holder: only ML-DSA-44 cosignatures carry a time, and last."""
    key = read_verifier_key(vkey)
    if key.algorithm != MLDSA44:
        raise PeerError(Refusal.KEY_UNKNOWN, f"{key.name} must be an ML-DSA-44 key")
    return key


def _read_sealing_key(row: dict[str, Any]) -> SealingKey:
    if row.keys() != {"public", "from", "until"}:
        raise ValueError("members")
    public = EncryptionPublicKey(un_b64u(row["public"], code=Refusal.KEY_UNKNOWN))
    return SealingKey(public, int(row["from"]), int(row["until"]))
