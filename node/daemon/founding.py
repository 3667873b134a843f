"""Beginnings: a new authority, a new network, and joining one.

Responsible for the steps that happen once, each written to disk before the next. Must not run tasks.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from node.audit.checkpoint import LogSigner
from node.audit.event import Kind, write_entry
from node.audit.merkle import inclusion_path
from node.audit.note import MLDSA44Signer, Note
from node.audit.proof import Proof
from node.daemon.heads import Heads
from node.envelope.keyfile import Cost, lock_key, unlock_key
from node.errors import OperatorError
from node.settings import Settings
from node.store.database import Database
from node.store.journal import Batch, Journal
from node.store.keyring import Keyring, create_keys, read_private, write_private
from node.transfer.lifecycle import Transition
from node.trust.agreement import read_agreement
from node.trust.card import Card, SealingKey, read_card_file, write_card, write_card_file
from node.trust.directory import (
    Directory,
    draft_directory,
    holder_digest,
    read_directory,
    tree_head,
    write_directory,
)

_YEAR_MS = 366 * 86_400_000
_SEED_BYTES = 32


@dataclass(frozen=True, slots=True)
class Names:
    """What a new authority says of itself.

    Attributes:
        previous: the last signed head of its log before this one, where that could not go on.
    """

    name: str
    country: str
    units: tuple[str, ...] = ()
    contact: str = ""
    previous: str | None = None


def create_authority(
    settings: Settings, names: Names, *, passphrase: bytes, now: int, cost: Cost | None = None
) -> Card:
    """Make keys, database and log of a new authority, and the card that it hands to the holders.

    The card's proof is the log's own: its hash is an entry, under a head signed with its keys.

    Raises:
        OperatorError: `key.exists`; nothing that is there is ever overwritten.
    """
    keyring = create_keys(settings.keys.folder, origin=settings.origin, passphrase=passphrase, cost=cost)
    settings.data.mkdir(parents=True, exist_ok=True)
    settings.data.chmod(0o700)
    database = Database.create(settings.data / "node.db")
    try:
        return _open_log(settings, names, keyring, database, now)
    finally:
        database.close()


def _open_log(settings: Settings, names: Names, keyring: Keyring, database: Database, now: int) -> Card:
    card = write_card(
        id_=settings.authority,
        name=names.name,
        country=names.country,
        units=names.units,
        contact=names.contact,
        log=keyring.log.verifier,
        witness=keyring.witness.verifier,
        holder=keyring.holder.verifier,
        encryption=tuple(SealingKey(key.public, now, now + _YEAR_MS) for key in keyring.encryption),
    )
    opened = write_entry(
        Kind.LOG_OPENED,
        at=now,
        log=settings.origin,
        authority=settings.authority,
        previous=names.previous,
    )
    issued = write_entry(Kind.CARD_ISSUED, at=now, log=settings.origin, card=card.digest)
    journal = Journal(database)
    index = journal.commit(Batch([Transition(entry=opened), Transition(entry=issued)])) + 1
    heads = Heads(journal.tree, keyring.log, settings.data / "head")
    head, _ = heads.newest(seconds=now // 1000)
    journal.commit(Batch(checkpoints=[(head.size, head.note)]))
    path = inclusion_path(index, head.size, journal.tree.read)
    proof = Proof(index, path, head.note, extra=issued.raw)
    (settings.data.parent / "card.json").write_bytes(write_card_file(card, proof.encode()))
    return card


@dataclass(frozen=True, slots=True)
class Foundation:
    """How a network is founded: its name, who may change its directory, and how fresh it must be."""

    network: str
    threshold: int
    fresh_days: int = 30
    grace_days: int = 14


def found_network(
    foundation: Foundation,
    cards: Sequence[bytes],
    holders: Sequence[str],
    *,
    key_file: Path,
    passphrase: bytes,
    now: int,
    cost: Cost | None = None,
) -> bytes:
    """Write the first directory: its first entry names the holders by their keys.

    Returns:
        The directory file, signed by its log; it counts once enough holders have cosigned it.
    """
    origin = f"{foundation.network}/directory"
    seeds = os.urandom(2 * _SEED_BYTES)
    signer = LogSigner(origin, seeds[:_SEED_BYTES], seeds[_SEED_BYTES:])
    members = {card.id: card for card in map(read_card_file, cards)}
    absent = sorted(set(holders) - members.keys())
    if absent:
        raise OperatorError(
            "network.no_card",
            f"no card of holder {absent[0]}",
            hint="name every holder's card file",
        )
    genesis = write_entry(
        Kind.NETWORK_FOUNDED,
        at=now,
        log=origin,
        network=foundation.network,
        threshold=foundation.threshold,
        holders=[{"id": id_, "key": holder_digest(members[id_].holder)} for id_ in sorted(holders)],
        keys=[signer.verifier.ed25519.encode(), signer.verifier.mldsa44.encode()],
        fresh_days=foundation.fresh_days,
        grace_days=foundation.grace_days,
    )
    added = [_added(card, origin, now) for card in members.values()]
    founded = _signed([genesis.raw, *added], signer, now)
    raw = lock_key(
        seeds, use="directory", name=origin, passphrase=passphrase, random_bytes=os.urandom, cost=cost
    )
    write_private(key_file, raw)
    return founded


def extend_directory(
    raw: bytes,
    *,
    cards: Sequence[bytes] = (),
    agreements: Sequence[tuple[str, bytes]] = (),
    suspend: Sequence[tuple[str, str]] = (),
    key_file: Path,
    passphrase: bytes,
    now: int,
) -> bytes:
    """Add cards, agreements (source, bytes) or suspensions (authority, reason) to a directory."""
    directory, log = draft_directory(raw)
    origin, seeds = unlock_key(read_private(key_file), use="directory", passphrase=passphrase)
    signer = LogSigner(origin, seeds[:_SEED_BYTES], seeds[_SEED_BYTES:])
    if signer.verifier != log:
        raise OperatorError(
            "network.wrong_key", "this key is not that of this directory's log", hint="check --key"
        )
    entries = list(directory.entries)
    entries += [_added(read_card_file(card), origin, now) for card in cards]
    for source, toml in agreements:
        agreement = read_agreement(toml, source=source)
        entry = write_entry(
            Kind.AGREEMENT_ADDED,
            at=now,
            log=origin,
            agreement=agreement.digest,
            name=agreement.name,
            parties=list(agreement.parties),
        )
        entries.append(entry.raw)
    for authority, reason in suspend:
        entry = write_entry(
            Kind.AUTHORITY_SUSPENDED, at=now, log=origin, authority=authority, reason=reason
        )
        entries.append(entry.raw)
    return _signed(entries, signer, now)


def cosign_directory(raw: bytes, holder: MLDSA44Signer, *, now: int) -> bytes:
    """Add a holder's cosignature to a directory file.

    Raises:
        OperatorError: `network.not_holder`.
        PeerError: the file is not what its log signed.
    """
    directory, log = draft_directory(raw)
    log.verify(directory.note)
    if holder.verifier not in directory.holders.values():
        raise OperatorError(
            "network.not_holder",
            "this authority's key is not among the holders",
            hint="check the file",
        )
    line = holder.sign(directory.note.text, seconds=now // 1000)
    others = [row for row in directory.note.signatures if row.name != line.name]
    return write_directory(directory.entries, Note(directory.note.text, (*others, line)))


def join_network(settings: Settings, raw: bytes, *, fingerprint: str) -> Directory:
    """Check a directory against the fingerprint compared in person, and put it in its place.

    Raises:
        PeerError: it does not prove itself, or does not extend the one that is there.
    """
    directory = read_directory(raw, fingerprint=fingerprint)
    if settings.directory.is_file():
        before = read_directory(settings.directory.read_bytes(), fingerprint=fingerprint)
        directory.check_extends(before.checkpoint.size, before.checkpoint.root)
    fresh = settings.directory.with_suffix(".new")
    fresh.write_bytes(raw)
    fresh.replace(settings.directory)
    return directory


def _added(card: Card, origin: str, now: int) -> bytes:
    return write_entry(Kind.AUTHORITY_ADDED, at=now, log=origin, card=card.raw.decode()).raw


def _signed(entries: Sequence[bytes], signer: LogSigner, now: int) -> bytes:
    note = signer.sign(size=len(entries), root=tree_head(entries), seconds=now // 1000)
    raw = write_directory(entries, note)
    draft_directory(raw)  # what cannot be read back must not replace what can
    return raw
