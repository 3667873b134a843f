"""Judge evidence by the directory it carries, whose first entry the reader has pinned.

Responsible for joining `audit.evidence` with `trust.directory`. Must not read files or settings.
"""

from dataclasses import dataclass

from node.audit.evidence import Evidence, Finding, read_evidence, verify_evidence
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
    return Verdict(judge_by(directory, evidence), directory)


def judge_by(directory: Directory, evidence: Evidence) -> Finding:
    """Verify evidence by a directory that the reader believes, whichever the file carries.

    Raises:
        PeerError: the first thing that does not hold.
    """
    finding = verify_evidence(
        evidence, log_of=lambda origin: directory.log(origin)[1], witnesses=directory.witnesses
    )
    if directory.log(finding.manifest.log)[0] != finding.manifest.members["from"]:
        raise PeerError(Refusal.SENDER_MISMATCH, "the manifest is not in its originator's log")
    _check_receipts(finding, directory)
    return finding


def _check_receipts(finding: Finding, directory: Directory) -> None:
    """Refuse a receipt by nobody among the recipients, and two by one: which would be its word?"""
    asked = {row["id"] for row in finding.manifest.members["to"]}
    owners = [directory.log(receipt.log)[0] for receipt in finding.receipts]
    if not set(owners) <= asked:
        raise PeerError(Refusal.RECIPIENT_MISMATCH, "a receipt by an authority that was not addressed")
    if len(set(owners)) != len(owners):
        raise PeerError(Refusal.PROOF_INVALID, "two receipts by one recipient")
