"""OUT: from a submission to a sealed message, or to a refusal with its reason.

Responsible for the sender's half: read the document, ask the policy for every recipient, seal, write
the manifest. Must not store or send anything.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from node.audit.event import Kind, write_entry
from node.canonical import b64u, encode
from node.conversation.inheritance import NOTHING, Known, objection
from node.envelope.keys import EncryptionPublicKey, RandomBytes
from node.envelope.sealing import Context, seal
from node.envelope.suite import SX1
from node.errors import CallerError, PeerError, Refusal
from node.limits import MAX_LIFETIME_MS
from node.message.attachment import enclosures
from node.message.concern import concern_of
from node.message.document import Document, read_document
from node.transfer.files import Holds, check_held, holds_nothing
from node.transfer.lifecycle import SentMessage, State, Transition
from node.transfer.submission import Submission
from node.trust.agreement import Agreement
from node.trust.directory import Directory
from node.trust.policy import Deny, Permit, Question, decide

REFERENCE_TAKEN: Final = "document.reference_taken"
REF_MALFORMED: Final = "message.ref_malformed"
_MAX_POINTER: Final = 256


@dataclass(frozen=True, slots=True)
class Sender:
    """What the sender's half needs to know of its world, at one moment.

    Attributes:
        holds: says whether a file of this SHA-256 and size is here, to follow a message.
        known: the documents we hold, whose handling is inherited.
    """

    authority: str
    log: str
    directory: Directory
    agreements: Mapping[str, Agreement]
    random_bytes: RandomBytes
    holds: Holds = holds_nothing
    known: Known = NOTHING


@dataclass(frozen=True, slots=True)
class Prepared:
    """What became of a submission: its step, and the error if it was refused."""

    id: str
    transition: Transition
    error: CallerError | None = None


def prepare(submission: Submission, sender: Sender, *, now: int) -> Prepared:
    """Turn a submission into a sealed message or a recorded refusal; never raises on bad input.

    Args:
        submission: what to send.
        sender: our own world.
        now: Unix ms.
    """
    message_id = new_message_id(now, sender.random_bytes)
    facts: dict[str, object] = {}
    try:
        document = read_document(submission.document).document
        facts.update(type=document.type, to=sorted(document.recipients))
        if submission.caller is not None:
            submission.caller.may_send(document)
        return _seal(submission, document, message_id, sender, now)
    except (PeerError, CallerError) as error:
        entry = write_entry(
            Kind.MESSAGE_REFUSED,
            at=now,
            log=sender.log,
            id=message_id,
            code=error.code,
            pointer=entry_pointer(error.pointer),
            **facts,
        )
        refused = CallerError(error.code, error.message, hint=error.hint, pointer=error.pointer)
        return Prepared(message_id, Transition(entry=entry, after=State.REFUSED), refused)


def conflicting(prepared: Prepared, *, earlier: str, sender: Sender, now: int) -> Prepared:
    """Refuse a prepared message whose reference and version already name another document.

    Args:
        prepared: a sealed message, not yet committed.
        earlier: id of the message that has the reference.
        sender: our own world.
        now: Unix ms.
    """
    sent = prepared.transition.change
    kind = sent.type if isinstance(sent, SentMessage) else None
    entry = write_entry(
        Kind.MESSAGE_REFUSED,
        at=now,
        log=sender.log,
        id=prepared.id,
        code=REFERENCE_TAKEN,
        type=kind,
        pointer="/reference",
    )
    error = CallerError(
        REFERENCE_TAKEN,
        f"message {earlier} already carries another document under this reference and version",
        hint="raise the version for an amended document, or choose a new reference",
        pointer="/reference",
    )
    return Prepared(prepared.id, Transition(entry=entry, after=State.REFUSED), error)


def new_message_id(now: int, random_bytes: RandomBytes) -> str:
    """Make a UUID of version 7: sortable by time, 74 random bits. Source: RFC 9562 §5.7."""
    tail = int.from_bytes(random_bytes(10), "big")
    value = now << 80 | 0x7 << 76 | (tail >> 64 & 0xFFF) << 64 | 0b10 << 62 | tail & (1 << 62) - 1
    return str(uuid.UUID(int=value))


def entry_pointer(pointer: str) -> str | None:
    """Keep a pointer that an entry may hold; one with other characters is a stranger's invention."""
    fits = len(pointer) <= _MAX_POINTER and all("!" <= character <= "~" for character in pointer)
    return pointer if pointer and fits else None


def _seal(
    submission: Submission, document: Document, message_id: str, sender: Sender, now: int
) -> Prepared:
    if document.originator.authority != sender.authority:
        raise CallerError(
            Refusal.DOCUMENT_MISMATCH,
            f"the originator named is {document.originator.authority}, this is {sender.authority}",
            pointer="/originator/authority",
        )
    _check_ref(submission.ref)
    _check_handling(document, sender, now)
    files = enclosures(document)
    check_held(files, sender.holds)
    sender.directory.check_usable(now)
    expires = _expiry(submission, document, now)
    permits, keys = _recipients(submission, document, sender, now, expires)
    sealed = seal(
        submission.document,
        context=Context(SX1, message_id, sender.authority),
        recipients=keys,
        random_bytes=sender.random_bytes,
    )
    to = [
        {"id": authority, "kid": key.kid, "wrap": b64u(wrap), "agreement": permit.agreement.digest}
        for (authority, key), wrap, permit in zip(keys, sealed.wraps, permits, strict=True)
    ]
    entry = write_entry(
        Kind.MESSAGE_SEALED,
        at=now,
        log=sender.log,
        id=message_id,
        suite=SX1,
        from_=sender.authority,
        to=to,
        type=document.type,
        ref=submission.ref,
        priority=str(document.priority),
        expires=expires,
        directory=len(sender.directory.entries),
        body={"commit": b64u(sealed.commit), "jwe": b64u(sealed.digest)},
    )
    change = SentMessage(
        id=message_id,
        type=document.type,
        reference=document.reference,
        version=document.version,
        priority=str(document.priority),
        at=now,
        expires=expires,
        document=submission.document,
        salt=sealed.salt,
        jwe=encode(sealed.jwe),
        recipients=tuple(authority for authority, _ in keys),
        files=files,
        concern=concern_of(document, own=sender.authority),
    )
    return Prepared(message_id, Transition(entry=entry, after=State.SEALED, change=change))


def _check_ref(ref: str | None) -> None:
    """Refuse an answer to what is no message id: a manifest could not hold it."""
    if ref is not None and not _is_message_id(ref):
        raise CallerError(
            REF_MALFORMED,
            "the message answered is not named by a message id",
            hint="give the id as the program shows it",
        )


def _check_handling(document: Document, sender: Sender, now: int) -> None:
    """Refuse what is handled more loosely than what it derives from."""
    found = objection(document, sender.known, at=now)
    if found is not None:
        raise CallerError(
            found.code,
            found.text,
            hint="handle it at least as strictly, or ask the originator: consent-request/1",
            pointer=found.pointer,
        )


def _is_message_id(text: str) -> bool:
    try:
        named = uuid.UUID(text)
    except ValueError:
        return False
    return str(named) == text and named.version == 7  # noqa: PLR2004 - RFC 9562 §5.7


def _expiry(submission: Submission, document: Document, now: int) -> int:
    """Give the end of the message's life: as asked, or with the document, but within seven days."""
    until_ms = int(document.valid_until.timestamp() * 1000)
    if until_ms <= now:
        moment = datetime.fromtimestamp(now / 1000, UTC).isoformat(timespec="seconds")
        raise CallerError(
            Refusal.MESSAGE_EXPIRED,
            f"the document's validity ended before now ({moment})",
            hint="issue it again with a later valid_until",
            pointer="/valid_until",
        )
    lifetime = MAX_LIFETIME_MS if submission.lifetime_ms is None else submission.lifetime_ms
    if not 0 < lifetime <= MAX_LIFETIME_MS:
        raise CallerError(
            Refusal.MESSAGE_LIFETIME,
            f"a lifetime of {lifetime} ms, at most {MAX_LIFETIME_MS} allowed",
            hint="send it again later rather than for longer",
        )
    return min(now + lifetime, until_ms)


_Keys = list[tuple[str, EncryptionPublicKey]]


def _in_force(sender: Sender) -> list[Agreement]:
    """Give the agreements that count: a recipient refuses what relies on one its directory lacks."""
    return [one for one in sender.agreements.values() if one.digest in sender.directory.agreements]


def _recipients(
    submission: Submission, document: Document, sender: Sender, now: int, expires: int
) -> tuple[list[Permit], _Keys]:
    """Find key and permission for every recipient; one refusal refuses the message."""
    permits: list[Permit] = []
    keys: _Keys = []
    for authority in sorted(document.recipients):
        card = sender.directory.member(authority)
        question = Question(
            originator=sender.authority,
            recipient=authority,
            type=document.type,
            at=now,
            lifetime_ms=expires - now,
            document_bytes=len(submission.document),
            purpose=str(document.handling.purpose),
        )
        decision = decide(_in_force(sender), question)
        if isinstance(decision, Deny):
            raise CallerError(
                decision.code,
                decision.reason,
                hint="an agreement must permit this: 'sarbon network show' lists them",
                pointer="/recipients",
            )
        permits.append(decision)
        keys.append((authority, card.sealing_key(now)))
    return permits, keys
