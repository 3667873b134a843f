"""Examine evidence: every check of it as a line that an auditor can read, and what they come to.

Responsible for saying what was expected, what was found, and where the expectation comes from. Whether
evidence holds is decided by `judgement`: nothing is called verified here that is refused there. Must
not read files or know the time.

Source: schemas/README.md §3, §5, §6, §9.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from node.audit.event import Entry, Kind
from node.audit.evidence import Disclosed, Evidence, Finding, read_evidence
from node.canonical import b64u
from node.envelope.sealing import Context, commitment
from node.errors import PeerError
from node.trust.checks import Check, Verdict, attempt, compare
from node.trust.directory import Directory, read_directory
from node.trust.judgement import judge_by
from node.trust.proof_checks import DIRECTORY, HEADS, check_proof, entry_of

MESSAGE: Final = "message"
_SEALING: Final = "schemas/README.md §3"
_ANSWERS: Final = "schemas/README.md §5"
_EVIDENCE: Final = "schemas/README.md §9"
_NONE: Final[Mapping[str, Verdict]] = MappingProxyType({})


class Status(StrEnum):
    """What all checks come to."""

    VERIFIED = "Verified"
    REVOKED = "Verified, key since revoked"
    NOT_VERIFIED = "Not verified"
    PENDING = "Pending"


@dataclass(frozen=True, slots=True)
class Examination:
    """All lines, and what they come to.

    Attributes:
        reason: the line that decided it, in words; empty when verified.
        finding: what is proved; None if not verified.
    """

    status: Status
    reason: str
    checks: tuple[Check, ...]
    finding: Finding | None


def examine(
    evidence: Evidence,
    directory: Directory,
    *,
    missing: Mapping[str, Verdict] = _NONE,
    beside: tuple[Check, ...] = (),
) -> Examination:
    """Check everything that evidence holds, and say of each check how it ended.

    Args:
        evidence: the file, read, or what would be in it.
        directory: the one that the reader believes; not the one in the file.
        missing: by authority, what it means that there is no receipt of it; else `NOTED`.
        beside: lines that whoever asks has found already.
    """
    checks = [*beside, *check_proof(MESSAGE, evidence.message, directory, Kind.MESSAGE_SEALED)]
    manifest = entry_of(evidence.message, Kind.MESSAGE_SEALED)
    if manifest is not None:
        checks += _of_message(manifest, evidence, directory, missing)
    try:
        finding: Finding | None = judge_by(directory, evidence)
    except PeerError as error:
        finding = None
        if not any(check.verdict is Verdict.FAILS for check in checks):
            failed = Check("evidence", "whole", "it holds", error.message, Verdict.FAILS, _EVIDENCE)
            checks.append(failed)
    return conclude(checks, finding)


def unsigned(subject: str) -> Check:
    """Give the line for an entry of our own log that no signed head covers yet."""
    return Check(subject, "head", "a signed head over the entry", "none yet", Verdict.WAITS, HEADS)


def unreadable(fact: str) -> Check:
    """Give the line for something held here that is not as it was written."""
    return Check(MESSAGE, "storage", "what was written", fact, Verdict.FAILS, _EVIDENCE)


def conclude(checks: Sequence[Check], finding: Finding | None = None) -> Examination:
    """Say what some lines come to.

    Args:
        checks: in the order in which they are shown.
        finding: what is proved, if anything is.
    """
    for verdict, status in (
        (Verdict.FAILS, Status.NOT_VERIFIED),
        (Verdict.WAITS, Status.PENDING),
        (Verdict.REVOKED, Status.REVOKED),
    ):
        first = next((check for check in checks if check.verdict is verdict), None)
        if first is not None:
            reason = f"{first.subject}, {first.name}: {first.found}"
            proved = None if verdict is Verdict.FAILS else finding
            return Examination(status, reason, tuple(checks), proved)
    return Examination(Status.VERIFIED, "", tuple(checks), finding)


def examine_file(raw: bytes, directory: Directory) -> Examination:
    """Read an evidence file and check it by the directory that the reader believes.

    The one that it carries must be the same, at an earlier or a later time.

    Raises:
        PeerError: `proof.invalid`: it is no evidence.
    """
    evidence = read_evidence(raw)
    return examine(evidence, directory, beside=tuple(_of_directory(evidence.directory, directory)))


def _of_directory(raw: bytes, own: Directory) -> Iterator[Check]:
    try:
        other = read_directory(raw)
    except PeerError as error:
        expected = "a directory that its holders cosigned"
        yield Check("directory", "cosignatures", expected, error.message, Verdict.FAILS, DIRECTORY)
        return
    yield compare("directory", "fingerprint", own.fingerprint, other.fingerprint, DIRECTORY)
    newer, older = (own, other) if len(own.entries) >= len(other.entries) else (other, own)

    def work() -> str:
        newer.check_extends(len(older.entries), older.checkpoint.root)
        return f"{len(other.entries)} entries, ours has {len(own.entries)}"

    yield attempt("directory", "history", "the same as ours", work, DIRECTORY)


def _of_message(
    manifest: Entry, evidence: Evidence, directory: Directory, missing: Mapping[str, Verdict]
) -> Iterator[Check]:
    """Check what rests on the manifest: whose it is, who answered, which document it was."""
    owners = {origin: owner for origin, (owner, _) in directory.logs.items()}
    named = manifest.members["from"]
    yield compare(MESSAGE, "originator", named, owners.get(manifest.log, "nobody"), DIRECTORY)
    to = [row["id"] for row in manifest.members["to"]]
    answered = set()
    for number, proof in enumerate(evidence.receipts, start=1):
        receipt = entry_of(proof, Kind.MESSAGE_RECEIVED)
        owner = owners.get(receipt.log) if receipt else None
        answered.add(owner)
        subject = f"receipt {owner or number}"
        yield from check_proof(subject, proof, directory, Kind.MESSAGE_RECEIVED)
        if receipt is not None:
            yield from _of_receipt(subject, receipt, manifest, is_asked=owner in to)
    for authority in to:
        if authority not in answered:
            verdict = missing.get(authority, Verdict.NOTED)
            subject = f"receipt {authority}"
            yield Check(subject, "answer", "an entry in its log", "none here", verdict, _ANSWERS)
    if evidence.disclosed is not None:
        yield _document(manifest, evidence.disclosed)


def _of_receipt(subject: str, receipt: Entry, manifest: Entry, *, is_asked: bool) -> Iterator[Check]:
    """Hold a receipt against the message; a refusal may leave out what could not be read."""
    members = receipt.members
    addressed = "addressed" if is_asked else "not addressed"
    yield compare(subject, "recipient", "addressed", addressed, _ANSWERS)
    is_refusal = members["status"] == "refused"
    for name, expected, member in (
        ("manifest", b64u(manifest.leaf), "manifest"),
        ("originator", manifest.members["from"], "from"),
        ("message id", manifest.members["id"], "re"),
        ("commitment", manifest.members["body"]["commit"], "commit"),
    ):
        if member in members or not is_refusal:
            yield compare(subject, name, expected, members.get(member), _ANSWERS)
    answer = " ".join(filter(None, (members["status"], members.get("code"))))
    yield Check(subject, "answer", "accepted or refused", answer, Verdict.HOLDS, _ANSWERS)


def _document(manifest: Entry, disclosed: Disclosed) -> Check:
    members = manifest.members
    context = Context(members["suite"], members["id"], members["from"])
    found = b64u(commitment(disclosed.document, salt=disclosed.salt, context=context))
    return compare("document", "commitment", members["body"]["commit"], found, _SEALING)
