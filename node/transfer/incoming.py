"""IN, second half: one proved item becomes an accepted message, or a refusal with its code.

Responsible for the receiver's order of checks on a message, failing closed: a peer's bad input never
becomes an exception out of the loop. Must not store, acknowledge or send anything.

Source: schemas/README.md §5.
"""

from dataclasses import dataclass
from typing import Final

from node.audit.event import Entry, Kind, write_entry
from node.audit.merkle import leaf_hash
from node.canonical import b64u, un_b64u
from node.conversation.inheritance import objection
from node.envelope.sealing import Context, Expected, Opened, open_sealed
from node.envelope.suite import SUITES
from node.envelope.wire import Item
from node.errors import PeerError, Refusal
from node.limits import MAX_CLOCK_SKEW_MS, MAX_LIFETIME_MS
from node.message.concern import concern_of
from node.message.document import Document, read_document
from node.transfer.arrival import Arrival, Proved, Receiver
from node.transfer.lifecycle import ReceivedMessage, State, Transition
from node.transfer.outgoing import entry_pointer
from node.trust.agreement import Agreement
from node.trust.card import Card
from node.trust.policy import Deny, Question, decide_under

CARRIERS_FAULTS: Final = frozenset(
    {Refusal.PROOF_INVALID, Refusal.ENVELOPE_MALFORMED, Refusal.ENVELOPE_MISMATCH}
)
"""What whoever carried or repacked a bundle can cause: paths and JWEs are not under the proof.

A refusal of the *message* for these would let somebody with a genuine manifest and a broken JWE have
the genuine message refused for good. So the bundle is refused, and the originator sends again.
"""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What we already hold under a message id: the manifest's leaf hash, and our verdict."""

    manifest: bytes
    state: State


def accept(
    proved: Proved, *, arrival: Arrival, earlier: Earlier | None, receiver: Receiver, now: int
) -> Transition:
    """Decide on one message: accepted, a duplicate, or refused with a code. Never raises on input.

    Args:
        proved: the item.
        arrival: the bundle it came in.
        earlier: what we hold under the same originator and message id.
        receiver: our own world.
        now: Unix ms.
    """
    manifest = leaf_hash(proved.item.entry)
    entry = proved.entry
    try:
        if entry is None:
            raise proved.fault or PeerError(Refusal.ENTRY_MALFORMED, "not readable")
        if earlier is not None:  # before all else: what was accepted stays so, though it has expired
            return _seen_before(entry, manifest, earlier, arrival.sender.id, receiver, now)
        position = _addressed(entry, arrival.sender, receiver)
        _check_times(entry, now)
        agreement = _agreed(entry, position, receiver)
        opened = _open(proved.item, entry, position, receiver)
        document = _read(opened, entry, agreement, receiver)
    except PeerError as error:
        if error.refusal in CARRIERS_FAULTS:
            return _carried_badly(error, arrival, receiver, now)
        known = entry if entry is not None and entry.kind is Kind.MESSAGE_SEALED else None
        storable = known if earlier is None else None
        return _refused(proved, known, storable, error, arrival, receiver, now)
    return Transition(
        entry=_received(proved.item, entry, arrival, receiver, now),
        after=State.ACCEPTED,
        change=_kept(
            proved.item,
            entry,
            arrival,
            now,
            own=receiver.authority,
            document=document,
            opened=opened,
        ),
        due_to=arrival.sender.id,
    )


def _addressed(entry: Entry, sender: Card, receiver: Receiver) -> int:
    """Find our place among the recipients; refuse what is not a message from this sender to us."""
    if entry.kind is not Kind.MESSAGE_SEALED:
        raise PeerError(Refusal.ENTRY_MALFORMED, f"{entry.kind} is not a message")
    if entry.members["from"] != sender.id:
        raise PeerError(
            Refusal.SENDER_MISMATCH, f"the manifest names another originator than {sender.id}"
        )
    if entry.members["suite"] not in SUITES:
        raise PeerError(Refusal.SUITE_UNSUPPORTED, "the suite is not on the closed list")
    for position, row in enumerate(entry.members["to"]):
        if row["id"] == receiver.authority:
            return position
    raise PeerError(Refusal.RECIPIENT_MISMATCH, f"{receiver.authority} is not among the recipients")


def _check_times(entry: Entry, now: int) -> None:
    expires = entry.members["expires"]
    if entry.at > now + MAX_CLOCK_SKEW_MS:
        raise PeerError(Refusal.MESSAGE_FUTURE_DATED, f"sealed {entry.at - now} ms ahead of our clock")
    if not 0 < expires - entry.at <= MAX_LIFETIME_MS:
        raise PeerError(Refusal.MESSAGE_LIFETIME, f"a lifetime of {expires - entry.at} ms")
    if expires <= now:
        raise PeerError(Refusal.MESSAGE_EXPIRED, f"expired {now - expires} ms ago")


def _agreed(entry: Entry, position: int, receiver: Receiver) -> Agreement:
    """Ask the agreement that the manifest relies on, as far as the sealed message shows."""
    digest = entry.members["to"][position]["agreement"]
    agreement = receiver.agreements.get(digest)
    if agreement is None or digest not in receiver.directory.agreements:
        raise PeerError(Refusal.AGREEMENT_UNKNOWN, "the manifest relies on an agreement we do not have")
    _ask(agreement, _question(entry, receiver))
    return agreement


def _question(entry: Entry, receiver: Receiver) -> Question:
    return Question(
        originator=entry.members["from"],
        recipient=receiver.authority,
        type=entry.members["type"],
        at=entry.at,
        lifetime_ms=entry.members["expires"] - entry.at,
    )


def _ask(agreement: Agreement, question: Question) -> None:
    decision = decide_under(agreement, question)
    if isinstance(decision, Deny):
        raise PeerError(decision.code, decision.reason)


def _seen_before(
    entry: Entry, manifest: bytes, earlier: Earlier, sender: str, receiver: Receiver, now: int
) -> Transition:
    if earlier.manifest != manifest:
        raise PeerError(Refusal.MESSAGE_CONFLICTING, "another manifest under the same message id")
    again = write_entry(
        Kind.MESSAGE_DUPLICATE,
        at=now,
        log=receiver.log,
        re=entry.members["id"],
        from_=sender,
        manifest=b64u(manifest),
    )
    return Transition(
        entry=again,
        before=earlier.state,
        after=earlier.state,
        repeat_receipt=(sender, entry.members["id"]),
    )


def _open(item: Item, entry: Entry, position: int, receiver: Receiver) -> Opened:
    members = entry.members
    code = Refusal.ENTRY_MALFORMED
    key = receiver.keys.get(un_b64u(members["to"][position]["kid"], code=code))
    if key is None:
        raise PeerError(Refusal.KEY_UNKNOWN, "sealed to a key that is not ours, or no longer kept")
    if item.jwe is None:
        raise PeerError(Refusal.ENVELOPE_MALFORMED, "a message without its JWE")
    expected = Expected(
        context=Context(members["suite"], members["id"], members["from"]),
        digest=un_b64u(members["body"]["jwe"], code=code),
        wraps=tuple(un_b64u(row["wrap"], code=code) for row in members["to"]),
        commit=un_b64u(members["body"]["commit"], code=code),
    )
    return open_sealed(
        item.jwe, expected=expected, position=position, authority=receiver.authority, key=key
    )


def _read(opened: Opened, entry: Entry, agreement: Agreement, receiver: Receiver) -> Document:
    """Read the document, and hold it against what the manifest said while it was sealed."""
    document = read_document(opened.document).document
    said = {
        "/type": document.type == entry.members["type"],
        "/originator/authority": document.originator.authority == entry.members["from"],
        "/priority": document.priority == entry.members["priority"],
        "/recipients": sorted(document.recipients) == [row["id"] for row in entry.members["to"]],
    }
    for pointer, agrees in said.items():
        if not agrees:
            raise PeerError(Refusal.DOCUMENT_MISMATCH, "differs from the manifest", pointer=pointer)
    whole = Question(
        originator=entry.members["from"],
        recipient=receiver.authority,
        type=document.type,
        at=entry.at,
        lifetime_ms=entry.members["expires"] - entry.at,
        document_bytes=len(opened.document),
        purpose=str(document.handling.purpose),
    )
    _ask(agreement, whole)
    found = objection(document, receiver.known, at=entry.at, reader=receiver.authority)
    if found is not None:
        raise PeerError(found.code, found.text, pointer=found.pointer)
    return document


def _carried_badly(error: PeerError, arrival: Arrival, receiver: Receiver, now: int) -> Transition:
    """Record that a bundle held what its originator need not have sent; nothing is held against it."""
    entry = write_entry(
        Kind.BUNDLE_REFUSED,
        at=now,
        log=receiver.log,
        digest=b64u(arrival.digest),
        from_=arrival.sender.id,
        code=error.code,
    )
    return Transition(entry=entry, due_to=arrival.sender.id)


def _refused(
    proved: Proved,
    known: Entry | None,
    storable: Entry | None,
    error: PeerError,
    arrival: Arrival,
    receiver: Receiver,
    now: int,
) -> Transition:
    return Transition(
        entry=_received(proved.item, known, arrival, receiver, now, error=error),
        after=State.REFUSED,
        change=_kept(proved.item, storable, arrival, now, error=error) if storable else None,
        due_to=arrival.sender.id,
    )


def _received(
    item: Item,
    manifest: Entry | None,
    arrival: Arrival,
    receiver: Receiver,
    now: int,
    *,
    error: PeerError | None = None,
) -> Entry:
    return write_entry(
        Kind.MESSAGE_RECEIVED,
        at=now,
        log=receiver.log,
        re=manifest and manifest.members["id"],
        from_=arrival.sender.id,
        manifest=b64u(leaf_hash(item.entry)),
        index=item.index,
        commit=manifest and manifest.members["body"]["commit"],
        status="refused" if error else "accepted",
        code=error and error.code,
        pointer=error and entry_pointer(error.pointer),
    )


def _kept(
    item: Item,
    entry: Entry,
    arrival: Arrival,
    now: int,
    *,
    own: str = "",
    document: Document | None = None,
    opened: Opened | None = None,
    error: PeerError | None = None,
) -> ReceivedMessage:
    return ReceivedMessage(
        id=entry.members["id"],
        originator=arrival.sender.id,
        manifest=item.entry,
        index=item.index,
        path=item.path,
        size=arrival.checkpoint.size,
        type=entry.members["type"],
        reference=document.reference if document else "",
        version=document.version if document else 0,
        priority=entry.members["priority"],
        received_at=now,
        code=error.code if error else None,
        document=opened.document if opened else None,
        salt=opened.salt if opened else None,
        concern=concern_of(document, own=own) if document else None,
    )
