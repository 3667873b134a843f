"""Check one proof line by line: the entry, its log, every signature, the path, the keys' standing.

Responsible for the lines of one proof. Must not know what the entry means for a message
(`examination`).

Source: schemas/README.md §1, §2, §6.
"""

from collections.abc import Iterator
from typing import Final

from node.audit.checkpoint import Checkpoint, LogVerifier, parse_checkpoint
from node.audit.event import Entry, Kind, read_entry
from node.audit.merkle import check_inclusion, leaf_hash
from node.audit.note import Note, SignatureLine, VerifierKey
from node.audit.proof import Proof
from node.canonical import b64
from node.errors import PeerError, Refusal
from node.trust.checks import Check, Verdict, attempt
from node.trust.directory import Directory

ENTRIES: Final = "schemas/README.md §1"
HEADS: Final = "schemas/README.md §2"
DIRECTORY: Final = "the directory, schemas/README.md §6"


def entry_of(proof: Proof, kind: Kind) -> Entry | None:
    """Give the entry that a proof carries; None if it is none, or of another kind."""
    try:
        entry = read_entry(proof.extra)
    except PeerError:
        return None
    return entry if entry.kind is kind else None


def check_proof(subject: str, proof: Proof, directory: Directory, kind: Kind) -> Iterator[Check]:
    """Check one entry, its place in a log, and every signature below the log's head.

    Args:
        subject: what the lines are about.
        proof: with the entry as its extra.
        directory: the one that the reader believes.
        kind: which the entry must be of.
    """
    yield attempt(subject, "entry", kind, lambda: _kind(proof, kind), ENTRIES)
    try:
        note, checkpoint = parse_checkpoint(proof.checkpoint)
        owner, log = directory.log(checkpoint.origin)
    except PeerError as error:
        expected = "the head of a log of the directory"
        yield Check(subject, "log", expected, error.message, Verdict.FAILS, DIRECTORY)
        return
    yield _log(subject, entry_of(proof, kind), owner, checkpoint)
    yield from _signatures(subject, note, log, directory)
    yield attempt(
        subject,
        "inclusion",
        f"a path to the head {b64(checkpoint.root)} of {checkpoint.size} entries",
        lambda: _included(proof, checkpoint),
        HEADS,
    )
    yield _standing(subject, owner, log, directory)


def _log(subject: str, entry: Entry | None, owner: str, checkpoint: Checkpoint) -> Check:
    """Hold the log that an entry names against the one whose head was signed."""
    found = f"{checkpoint.origin} of {owner}"
    if entry is None:
        return Check(subject, "log", "a log of the directory", found, Verdict.NOTED, DIRECTORY)
    same = entry.log == checkpoint.origin
    verdict = Verdict.HOLDS if same else Verdict.FAILS
    return Check(subject, "log", entry.log, found, verdict, DIRECTORY)


def _signatures(subject: str, note: Note, log: LogVerifier, directory: Directory) -> Iterator[Check]:
    yield _signature(subject, "Ed25519 signature", log.ed25519, note)
    yield _signature(subject, "ML-DSA-44 signature", log.mldsa44, note)
    own = {(key.name, key.key_id) for key in (log.ed25519, log.mldsa44)}
    for line in note.signatures:
        if (line.name, line.key_id) not in own:
            yield _cosignature(subject, line, note, directory)


def _cosignature(subject: str, line: SignatureLine, note: Note, directory: Directory) -> Check:
    witness = directory.witnesses.get(line.name)
    if witness is not None and witness.key_id == line.key_id:
        return _signature(subject, "witness", witness, note)
    found = f"{line.name}+{line.key_id.hex()}, which is nobody's"
    return Check(subject, "witness", "a witness of the directory", found, Verdict.FAILS, DIRECTORY)


def _signature(subject: str, name: str, key: VerifierKey, note: Note) -> Check:
    return attempt(
        subject, name, f"{key.name}+{key.key_id.hex()}", lambda: _signed(key, note), DIRECTORY
    )


def _standing(subject: str, owner: str, log: LogVerifier, directory: Directory) -> Check:
    """Say whether the keys still count: evidence stays good, but its reader should know."""
    member = directory.authorities[owner]
    found, verdict = "they are", Verdict.HOLDS
    if member.is_suspended:
        found, verdict = f"{owner} has been suspended", Verdict.REVOKED
    elif member.card.log.origin != log.origin:
        found, verdict = f"{owner} has since begun the log {member.card.log.origin}", Verdict.REVOKED
    return Check(subject, "keys", f"those that {owner} uses now", found, verdict, DIRECTORY)


def _kind(proof: Proof, kind: Kind) -> str:
    found = read_entry(proof.extra).kind
    if found is not kind:
        raise PeerError(Refusal.PROOF_INVALID, found)
    return found


def _signed(key: VerifierKey, note: Note) -> str:
    seconds = key.verify(note)
    return f"it signed, at {seconds} s" if seconds else "it signed"


def _included(proof: Proof, checkpoint: Checkpoint) -> str:
    check_inclusion(
        leaf_hash(proof.extra),
        index=proof.index,
        size=checkpoint.size,
        path=proof.path,
        head=checkpoint.root,
    )
    return f"entry {proof.index} leads to it"
