"""A small network in memory: authorities with keys and logs, their directory, agreements, bundles.

Everything is made by hand with the real formats, without disk, broker or clock, so that a test can
also make what an honest node never would. Keys come from fixed seeds: they are the same on each run.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

import orjson

from node.audit.checkpoint import LogSigner
from node.audit.event import Entry, Kind, write_entry
from node.audit.merkle import Nodes, append, consistency_path, inclusion_path, leaf_hash, root
from node.audit.note import MLDSA44Signer, Note
from node.audit.proof import Proof
from node.audit.witness import Request, Watched
from node.canonical import b64u, un_b64u
from node.envelope.keys import EncryptionKey
from node.envelope.sealing import Context, Sealed, seal
from node.envelope.suite import SX1
from node.envelope.wire import Bundle, Item, Link, Witness, encode_bundle, seal_bundle
from node.errors import PeerError, Refusal
from node.transfer.arrival import Arrival, Receiver, unpack
from node.transfer.outgoing import Sender, new_message_id
from node.trust.agreement import Agreement, read_agreement
from node.trust.card import Card, SealingKey, write_card, write_card_file
from node.trust.directory import (
    Directory,
    holder_digest,
    read_directory,
    tree_head,
    write_directory,
)

NOW = int(datetime(2026, 11, 24, 8, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000
DAY = 24 * HOUR
NETWORK = "iren.example"


class Dice:
    """Random bytes that are the same on every run."""

    def __init__(self, seed: object) -> None:
        self._state = hashlib.sha256(repr(seed).encode()).digest()

    def __call__(self, count: int) -> bytes:
        """Give the next bytes."""
        self._state = hashlib.sha256(self._state).digest()
        return hashlib.shake_256(self._state).digest(count)


# --- authorities -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Party:
    """An authority with all of its private keys."""

    id: str
    log: LogSigner
    witness: MLDSA44Signer
    holder: MLDSA44Signer
    encryption: EncryptionKey
    card: Card

    @property
    def origin(self) -> str:
        """Origin of its log."""
        return self.log.origin

    @property
    def by_kid(self) -> Mapping[bytes, EncryptionKey]:
        """Its encryption key by raw key id."""
        return {un_b64u(self.encryption.kid, code=Refusal.KEY_UNKNOWN): self.encryption}


@cache
def party(id_: str, edition: int = 0) -> Party:
    """Make an authority; another edition is the same authority with other keys."""
    dice = Dice((id_, edition))
    name = f"{NETWORK}/{id_.lower()}"
    log = LogSigner(f"{name}/2026", dice(32), dice(32))
    witness = MLDSA44Signer(f"{name}/witness", dice(32))
    holder = MLDSA44Signer(f"{name}/holder", dice(32))
    encryption = EncryptionKey(dice(32))
    card = write_card(
        id_=id_,
        name=f"Customs of {id_}",
        country=id_[:2],
        units=(f"PCU-{id_[:2]}",),
        contact=f"duty@{id_.lower()}.example",
        log=log.verifier,
        witness=witness.verifier,
        holder=holder.verifier,
        encryption=(SealingKey(encryption.public, NOW - DAY, NOW + 365 * DAY),),
    )
    return Party(id_, log, witness, holder, encryption, card)


TM, AZ, UZ = party("TM-SCS"), party("AZ-SCC"), party("UZ-CC")
STRANGER = party("KZ-KGD")


class Book:
    """A log in memory, kept by whoever has its keys: it signs what it is told to."""

    def __init__(self, signer: LogSigner, entries: Iterable[bytes] = ()) -> None:
        self.signer = signer
        self.entries: list[bytes] = []
        self._nodes: Nodes = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: bytes | Entry) -> int:
        """Append an entry; gives its index."""
        raw = entry.raw if isinstance(entry, Entry) else entry
        index = len(self.entries)
        self._nodes |= append(index, [leaf_hash(raw)], self.read)
        self.entries.append(raw)
        return index

    def read(self, height: int, index: int) -> bytes:
        """Give the hash of a complete subtree."""
        return self._nodes[height, index]

    def root(self, size: int | None = None) -> bytes:
        """Give the head of the first `size` entries, or of all."""
        return root(self.size(size), self.read)

    def size(self, size: int | None = None) -> int:
        """Give a size, or that of the whole log."""
        return len(self.entries) if size is None else size

    def note(self, size: int | None = None, *, seconds: int = NOW // 1000) -> Note:
        """Sign a head."""
        return self.signer.sign(size=self.size(size), root=self.root(size), seconds=seconds)

    def path(self, old: int, new: int | None = None) -> tuple[bytes, ...]:
        """Prove that one head extends another."""
        return consistency_path(old, self.size(new), self.read)

    def link(self, old: int, new: int) -> Link:
        """Make a step of the chain of heads."""
        return Link(new, self.root(new), self.path(old, new))

    def item(self, index: int, *, size: int | None = None, jwe: Any = None) -> Item:
        """Make an item of a bundle, proved against a head."""
        path = inclusion_path(index, self.size(size), self.read)
        written = orjson.dumps(jwe, option=orjson.OPT_SORT_KEYS) if isinstance(jwe, dict) else jwe
        return Item(self.entries[index], index, path, written)

    def proof(self, index: int, *, size: int | None = None, note: Note | None = None) -> Proof:
        """Make a proof that stands alone."""
        path = inclusion_path(index, self.size(size), self.read)
        return Proof(index, path, (note or self.note(size)).encode(), extra=self.entries[index])

    def bundle(
        self,
        items: Sequence[Item],
        *,
        old: int = 0,
        chain: Sequence[Link] = (),
        size: int | None = None,
        witness: Witness | None = None,
    ) -> Bundle:
        """Make a bundle under a head; the chain's last step leads to the checkpoint."""
        before = chain[-1].size if chain else old
        request = Request(old, self.path(before, size), self.note(size))
        return Bundle(request.encode(), tuple(items), tuple(chain), witness or Witness())


def opened_book(of: Party) -> Book:
    """Make the log of an authority with its first two entries: opened, card issued."""
    opened = write_entry(Kind.LOG_OPENED, at=NOW - DAY, log=of.origin, authority=of.id)
    issued = write_entry(Kind.CARD_ISSUED, at=NOW - DAY, log=of.origin, card=of.card.digest)
    return Book(of.log, [opened.raw, issued.raw])


def card_file(of: Party) -> bytes:
    """Make the file that an authority hands to the holders."""
    return write_card_file(of.card, opened_book(of).proof(1).encode())


# --- agreements and the directory ------------------------------------------------------------------


@dataclass(frozen=True)
class Terms:
    """What a test wants an agreement to say."""

    name: str = "az-tm-2026"
    parties: tuple[str, ...] = ("AZ-SCC", "TM-SCS")
    directions: tuple[tuple[str, str], ...] = (("TM-SCS", "AZ-SCC"), ("AZ-SCC", "TM-SCS"))
    types: tuple[str, ...] = ("alert/1", "pre-arrival-notice/1")
    valid_from: str = "2026-01-01T00:00:00Z"
    valid_until: str = "2031-01-01T00:00:00Z"
    purposes: tuple[str, ...] = ("risk-analysis", "counter-narcotics")
    max_document_bytes: int = 262_144
    max_lifetime_hours: int = 168


def agreement_file(terms: Terms) -> bytes:
    """Write an agreement as TOML."""
    rows = [
        f'name = "{terms.name}"',
        f'title = "Exchange of alerts, {terms.name}"',
        f"parties = {json.dumps(terms.parties)}",
        f"valid_from = {terms.valid_from}",
        f"valid_until = {terms.valid_until}",
        'legal_basis = "Agreement on mutual assistance in customs matters"',
        f"purposes = {json.dumps(terms.purposes)}",
    ]
    for sender, recipient in terms.directions:
        rows += [
            "[[rules]]",
            f'from = "{sender}"',
            f'to = "{recipient}"',
            f"types = {json.dumps(terms.types)}",
            f"max_document_bytes = {terms.max_document_bytes}",
            f"max_lifetime_hours = {terms.max_lifetime_hours}",
        ]
    return "\n".join([*rows, ""]).encode()


@cache
def agreement(terms: Terms) -> Agreement:
    """Make an agreement."""
    return read_agreement(agreement_file(terms), source=f"{terms.name}.toml")


AZ_TM = agreement(Terms())
TM_UZ = agreement(Terms("tm-uz-2026", ("TM-SCS", "UZ-CC"), (("TM-SCS", "UZ-CC"), ("UZ-CC", "TM-SCS"))))
AZ_UZ = agreement(Terms("az-uz-2026", ("AZ-SCC", "UZ-CC"), (("UZ-CC", "AZ-SCC"), ("AZ-SCC", "UZ-CC"))))
AGREEMENTS = (AZ_TM, TM_UZ, AZ_UZ)

DIRECTORY_LOG = LogSigner(f"{NETWORK}/directory", Dice("directory")(32), Dice("mldsa")(32))


def founded(by: Sequence[Party] = (TM, AZ, UZ), *, threshold: int = 2, **changes: Any) -> bytes:
    """Write a directory's first entry."""
    keys = DIRECTORY_LOG.verifier
    members = {
        "network": NETWORK,
        "threshold": threshold,
        "holders": [{"id": one.id, "key": holder_digest(one.card.holder)} for one in by],
        "keys": [keys.ed25519.encode(), keys.mldsa44.encode()],
        "fresh_days": 30,
        "grace_days": 14,
        **changes,
    }
    return in_directory(Kind.NETWORK_FOUNDED, **members)


def added(card: Card) -> bytes:
    """Write a directory's entry that adds or replaces a card."""
    return in_directory(Kind.AUTHORITY_ADDED, card=card.raw.decode())


def agreed(one: Agreement) -> bytes:
    """Write a directory's entry that puts an agreement in force."""
    return in_directory(
        Kind.AGREEMENT_ADDED, agreement=one.digest, name=one.name, parties=list(one.parties)
    )


def suspended(authority: str) -> bytes:
    """Write a directory's entry that suspends a member."""
    return in_directory(Kind.AUTHORITY_SUSPENDED, authority=authority, reason="key lost")


def in_directory(kind: Kind, **members: Any) -> bytes:
    """Write an entry of the directory's log."""
    return write_entry(kind, at=NOW - DAY, log=DIRECTORY_LOG.origin, **members).raw


def directory_entries(
    agreements: Sequence[Agreement] = AGREEMENTS, out: Sequence[str] = ()
) -> list[bytes]:
    """Write the entries of the usual directory; those in `out` are suspended."""
    cards = [added(one.card) for one in (TM, AZ, UZ)]
    return [founded(), *cards, *map(agreed, agreements), *map(suspended, out)]


def directory_note(
    entries: Sequence[bytes],
    cosigned: Sequence[tuple[Party, int]] = ((TM, NOW), (AZ, NOW)),
    *,
    head: bytes | None = None,
) -> Note:
    """Sign the head of a directory and have holders cosign it at their times (ms)."""
    head = tree_head(entries) if head is None else head
    note = DIRECTORY_LOG.sign(size=len(entries), root=head, seconds=NOW // 1000)
    lines = [one.holder.sign(note.text, seconds=at // 1000) for one, at in cosigned]
    return Note(note.text, (*note.signatures, *lines))


def directory_file(
    entries: Sequence[bytes] | None = None,
    cosigned: Sequence[tuple[Party, int]] = ((TM, NOW), (AZ, NOW)),
) -> bytes:
    """Write a directory file."""
    entries = directory_entries() if entries is None else entries
    return write_directory(entries, directory_note(entries, cosigned))


@cache
def directory(agreements: tuple[Agreement, ...] = AGREEMENTS, out: tuple[str, ...] = ()) -> Directory:
    """Give the usual directory, checked."""
    return read_directory(directory_file(directory_entries(agreements, out)))


def sender_of(
    who: Party = TM,
    *,
    agreements: tuple[Agreement, ...] = AGREEMENTS,
    out: tuple[str, ...] = (),
    seed: object = "sender",
) -> Sender:
    """Give the world as a sender sees it."""
    return Sender(
        authority=who.id,
        log=who.origin,
        directory=directory(agreements, out),
        agreements={one.digest: one for one in agreements if who.id in one.parties},
        random_bytes=Dice(seed),
    )


def receiver_of(
    who: Party = AZ,
    *,
    agreements: tuple[Agreement, ...] = AGREEMENTS,
    out: tuple[str, ...] = (),
    keys: Mapping[bytes, EncryptionKey] | None = None,
) -> Receiver:
    """Give the world as a receiver sees it."""
    return Receiver(
        authority=who.id,
        log=who.origin,
        keys=who.by_kid if keys is None else keys,
        directory=directory(agreements, out),
        agreements={one.digest: one for one in agreements if who.id in one.parties},
    )


# --- documents and messages ------------------------------------------------------------------------


def alert(
    *,
    originator: str = "TM-SCS",
    recipients: Sequence[str] = ("AZ-SCC",),
    number: int = 1,
    priority: str = "urgent",
    purpose: str = "counter-narcotics",
    **changes: Any,
) -> bytes:
    """Write an alert with the fewest members it may have."""
    value = {
        "type": "alert/1",
        "reference": f"{originator[:2]}-ALR-2026-{number:06}",
        "version": 1,
        "function": "9",
        "issued_at": "2026-11-24T06:00:00Z",
        "originator": {"authority": originator, "unit": "NIAC", "country": originator[:2]},
        "recipients": list(recipients),
        "priority": priority,
        "valid_until": "2026-12-31T06:00:00Z",
        "handling": {
            "purpose": purpose,
            "legal_basis": "control-units",
            "source_evaluation": "B",
            "information_evaluation": "2",
        },
        "test": True,
        "feedback_due_at": "2026-11-27T06:00:00Z",
        "risks": [{"area": "precursors", "level": "high"}],
        "subject": {"equipment": [{"identification": "CSQU3054383"}]},
        "recommended_actions": [{"action": "scan"}],
        **changes,
    }
    return json.dumps(value).encode()


@dataclass(frozen=True)
class Letter:
    """A sealed message as its originator holds it."""

    entry: Entry
    jwe: dict[str, Any]
    sealed: Sealed

    @property
    def id(self) -> str:
        """Message id."""
        return str(self.entry.members["id"])

    @property
    def manifest(self) -> bytes:
        """Leaf hash of the manifest."""
        return self.entry.leaf


def letter(
    document: bytes | None = None,
    *,
    sender: Party = TM,
    recipients: Sequence[Party] = (AZ,),
    relied_on: Agreement = AZ_TM,
    id_: str | None = None,
    at: int = NOW,
    seed: object = "letter",
    log: str | None = None,
    **changes: Any,
) -> Letter:
    """Seal a message without asking any policy; `changes` go into its manifest as they are."""
    dice = Dice(seed)
    id_ = id_ or new_message_id(at, dice)
    document = alert(recipients=[one.id for one in recipients]) if document is None else document
    sealed = seal(
        document,
        context=Context(SX1, id_, sender.id),
        recipients=[(one.id, one.encryption.public) for one in recipients],
        random_bytes=dice,
    )
    rows = [
        {
            "id": one.id,
            "kid": one.encryption.kid,
            "wrap": b64u(wrap),
            "agreement": relied_on.digest,
        }
        for one, wrap in zip(recipients, sealed.wraps, strict=True)
    ]
    members = {
        "id": id_,
        "suite": SX1,
        "from_": sender.id,
        "to": rows,
        "type": "alert/1",
        "priority": "urgent",
        "expires": at + 24 * HOUR,
        "directory": 1,
        "body": {"commit": b64u(sealed.commit), "jwe": b64u(sealed.digest)},
        **changes,
    }
    entry = write_entry(Kind.MESSAGE_SEALED, at=at, log=log or sender.origin, **members)
    return Letter(entry, sealed.jwe, sealed)


@cache
def usual(seed: object = "letter", number: int = 1) -> Letter:
    """Give a letter from Turkmenistan to Azerbaijan in which all is well."""
    return letter(alert(number=number), seed=seed)


# --- journeys --------------------------------------------------------------------------------------


NOTHING = Watched(0, {})


def wrapped(bundle: Bundle, to: Party = AZ) -> bytes:
    """Seal a bundle to its receiver."""
    return seal_bundle(encode_bundle(bundle), receiver=to.id, key=to.encryption.public)


def book_with(*letters: Letter, of: Party = TM) -> Book:
    """Make an originator's log that holds some letters, from index 2."""
    book = opened_book(of)
    for one in letters:
        book.add(one.entry)
    return book


def items_of(book: Book, *letters: Letter) -> list[Item]:
    """Make the items of letters that are in a log."""
    return [book.item(book.entries.index(one.entry.raw), jwe=one.jwe) for one in letters]


def arrive(
    raw: bytes,
    *,
    queue_of: Party = TM,
    receiver: Receiver | None = None,
    watched: Watched = NOTHING,
) -> Arrival:
    """Let a bundle arrive."""
    return unpack(
        raw,
        queue_of=queue_of.id,
        receiver=receiver or receiver_of(),
        watched=lambda _: watched,
    )


def arrived(*letters: Letter, of: Party = TM, receiver: Receiver | None = None) -> Arrival:
    """Let letters arrive in one bundle in which all is well."""
    book = book_with(*letters, of=of)
    return arrive(
        wrapped(book.bundle(items_of(book, *letters))), queue_of=of, receiver=receiver or receiver_of()
    )


def believe(before: Watched, arrival: Arrival) -> Watched:
    """Remember the heads that a bundle has proved."""
    heads = {**before.heads, **{size: head for size, head in arrival.heads.items() if size}}
    return Watched(max(before.size, arrival.checkpoint.size), heads)


def refusal(call: Callable[[], object]) -> Refusal | None:
    """Say with which code something is refused; None if it is not."""
    try:
        call()
    except PeerError as error:
        return error.refusal
    return None


def nested(levels: int) -> bytes:
    """Write a JSON object nested so deep."""
    return b'{"a":' + b"[" * levels + b"]" * levels + b"}"


def flipped(raw: bytes, bit: int) -> bytes:
    """Change one bit."""
    changed = bytearray(raw)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def replaced(raw: bytes, index: int, by: int) -> bytes:
    """Change one byte to another."""
    return raw[:index] + bytes([by]) + raw[index + 1 :]
