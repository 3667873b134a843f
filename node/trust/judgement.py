"""Judge evidence by the directory it carries, whose first entry the reader has pinned.

Responsible for joining `audit.evidence` with `trust.directory`. Must not read files or settings.
"""

from dataclasses import dataclass

from node.audit.checkpoint import LogVerifier
from node.audit.evidence import Finding, read_evidence, verify_evidence
from node.errors import PeerError, Refusal
from node.trust.directory import Directory, read_directory


@dataclass(frozen=True, slots=True)
class Verdict:
    """Evidence that holds, and the directory it was judged by."""

    finding: Finding
    directory: Directory


def judge_evidence(raw: bytes, *, fingerprint: str | None) -> Verdict:
    """Verify an evidence file completely, with nothing but its own bytes and a fingerprint.

    Args:
        raw: the file.
        fingerprint: of the network's first entry; None only where a person will compare it.

    Raises:
        PeerError: the first thing that does not hold.
    """
    evidence = read_evidence(raw)
    directory = read_directory(evidence.directory, fingerprint=fingerprint)
    witnesses = {one.card.witness.name: one.card.witness for one in directory.authorities.values()}
    finding = verify_evidence(
        evidence, log_of=lambda origin: _log_of(directory, origin), witnesses=witnesses
    )
    originator = directory.authorities.get(finding.manifest.members["from"])
    if originator is None or originator.card.log.origin != finding.manifest.log:
        raise PeerError(Refusal.SENDER_MISMATCH, "the manifest is not in its originator's log")
    _check_receipts(finding, directory)
    return Verdict(finding, directory)


def _check_receipts(finding: Finding, directory: Directory) -> None:
    """Refuse a receipt by nobody among the recipients, and two by one: which would be its word?"""
    asked = {row["id"] for row in finding.manifest.members["to"]}
    logs = [receipt.log for receipt in finding.receipts]
    if not {_owner_of(directory, log) for log in logs} <= asked:
        raise PeerError(Refusal.RECIPIENT_MISMATCH, "a receipt by an authority that was not addressed")
    if len(set(logs)) != len(logs):
        raise PeerError(Refusal.PROOF_INVALID, "two receipts by one recipient")


def _log_of(directory: Directory, origin: str) -> LogVerifier:
    """Find a log by origin; a suspension since then does not unmake old evidence."""
    return directory.authorities[_owner_of(directory, origin)].card.log


def _owner_of(directory: Directory, origin: str) -> str:
    for authority, one in directory.authorities.items():
        if one.card.log.origin == origin:
            return authority
    raise PeerError(Refusal.SENDER_UNKNOWN, "a proof from the log of nobody in the directory")
