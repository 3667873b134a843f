"""Evidence: one file that proves a message, offline, to anybody.

Responsible for the file's form and for checking all of it: a proof from the originator's log, one
from each recipient's log that answered, and, if disclosed, the document with the salt that opens
its commitment. Every byte counts: a file with one byte changed is refused.
Must not decide whom to believe: the caller brings the logs and witnesses of a directory.

Source: schemas/README.md §9.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from node.audit.checkpoint import LogVerifier, parse_checkpoint
from node.audit.event import Entry, Kind, read_entry
from node.audit.merkle import leaf_hash
from node.audit.note import VerifierKey, read_note
from node.audit.proof import Proof, read_proof
from node.canonical import b64u, decode, encode, un_b64u
from node.envelope.sealing import Context, commitment
from node.errors import PeerError, Refusal

_MEMBERS: Final = {"v", "directory", "message", "receipts"}
_LogOf = Callable[[str], LogVerifier]


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A document and what opens its commitment."""

    document: bytes
    salt: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the file holds.

    Attributes:
        directory: the network's directory file, by which keys are found.
        message: the `message.sealed` entry and its proof.
        receipts: `message.received` entries of recipients, each with its proof.
        disclosed: the document, if whoever made the file chose to show it.
    """

    directory: bytes
    message: Proof
    receipts: tuple[Proof, ...] = ()
    disclosed: Disclosed | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What the evidence proves.

    Attributes:
        manifest: the originator's entry.
        receipts: the recipients' entries.
        witnesses: names of the witnesses who cosigned the heads.
        document: the disclosed document; it is the one that was committed to.
    """

    manifest: Entry
    receipts: tuple[Entry, ...]
    witnesses: tuple[str, ...]
    document: bytes | None


def write_evidence(evidence: Evidence) -> bytes:
    """Write the file: canonical JSON and a newline."""
    value: dict[str, Any] = {
        "v": 1,
        "directory": evidence.directory.decode(),
        "message": evidence.message.encode(),
        "receipts": [proof.encode() for proof in evidence.receipts],
    }
    if evidence.disclosed is not None:
        value["disclosed"] = {
            "document": b64u(evidence.disclosed.document),
            "salt": b64u(evidence.disclosed.salt),
        }
    return encode(value) + b"\n"


def read_evidence(raw: bytes) -> Evidence:
    """Read the file, strictly; nothing is believed yet.

    Raises:
        PeerError: `proof.invalid`.
    """
    if not raw.endswith(b"\n"):
        raise _invalid("the last byte must be a newline")
    value = decode(raw[:-1], code=Refusal.PROOF_INVALID)
    if not _MEMBERS <= value.keys() <= _MEMBERS | {"disclosed"}:
        raise _invalid("missing or unknown members")
    if type(value["v"]) is not int or value["v"] != 1:
        raise _invalid("not evidence of version 1")
    texts = [value["directory"], value["message"], *_list(value["receipts"])]
    if not all(isinstance(text, str) for text in texts):
        raise _invalid("a member is of another shape")
    return Evidence(
        directory=value["directory"].encode(),
        message=read_proof(value["message"]),
        receipts=tuple(map(read_proof, value["receipts"])),
        disclosed=_read_disclosed(value["disclosed"]) if "disclosed" in value else None,
    )


def verify_evidence(
    evidence: Evidence, *, log_of: _LogOf, witnesses: Mapping[str, VerifierKey]
) -> Finding:
    """Check everything that the file holds.

    Args:
        evidence: the file, read.
        log_of: public keys of the log with an origin; raises for one that is not in the directory.
        witnesses: witness keys of the directory's members, by name.

    Raises:
        PeerError: the first thing that does not hold.
    """
    manifest, names = _verify_proof(evidence.message, log_of, witnesses)
    if manifest.kind is not Kind.MESSAGE_SEALED:
        raise _invalid(f"{manifest.kind} is not a message")
    receipts = []
    for proof in evidence.receipts:
        receipt, more = _verify_proof(proof, log_of, witnesses)
        _check_receipt(receipt, manifest)
        receipts.append(receipt)
        names += more
    document = None
    if evidence.disclosed is not None:
        document = _check_disclosed(evidence.disclosed, manifest)
    return Finding(manifest, tuple(receipts), tuple(dict.fromkeys(names)), document)


def _verify_proof(
    proof: Proof, log_of: _LogOf, witnesses: Mapping[str, VerifierKey]
) -> tuple[Entry, list[str]]:
    """Check one proof and every signature line below its head; unknown lines are not ignored."""
    entry = read_entry(proof.extra)
    note, checkpoint = parse_checkpoint(proof.checkpoint)
    log = log_of(checkpoint.origin)
    proof.verify(proof.extra, log)
    if entry.log != checkpoint.origin:
        raise _invalid("the entry names another log than the one it is in")
    names = []
    for line in read_note(proof.checkpoint).signatures:
        if (line.name, line.key_id) in {(k.name, k.key_id) for k in (log.ed25519, log.mldsa44)}:
            continue
        witness = witnesses.get(line.name)
        if witness is None or witness.key_id != line.key_id:
            raise _invalid("a signature line by nobody in the directory")
        witness.verify(note)
        names.append(line.name)
    if len(set(names)) + 2 != len(note.signatures):
        raise _invalid("a signature line stands twice")
    return entry, names


def _check_receipt(receipt: Entry, manifest: Entry) -> None:
    """Hold a receipt against the manifest; one of acceptance must name message and commitment."""
    members = receipt.members
    expected = {
        "manifest": b64u(leaf_hash(manifest.raw)),
        "from": manifest.members["from"],
        "re": manifest.members["id"],
        "commit": manifest.members["body"]["commit"],
    }
    if members.get("status") == "refused":  # whoever could not read the manifest could not name them
        expected = {name: value for name, value in expected.items() if name in members}
    if receipt.kind is not Kind.MESSAGE_RECEIVED or any(
        members.get(name) != value for name, value in expected.items()
    ):
        raise _invalid("a receipt is not for this message")


def _check_disclosed(disclosed: Disclosed, manifest: Entry) -> bytes:
    members = manifest.members
    context = Context(members["suite"], members["id"], members["from"])
    actual = commitment(disclosed.document, salt=disclosed.salt, context=context)
    if b64u(actual) != members["body"]["commit"]:
        raise PeerError(Refusal.COMMITMENT_MISMATCH, "the document is not the one committed to")
    return disclosed.document


def _read_disclosed(value: Any) -> Disclosed:
    if not isinstance(value, dict) or value.keys() != {"document", "salt"}:
        raise _invalid("the disclosed document is of another shape")
    code = Refusal.PROOF_INVALID
    return Disclosed(un_b64u(value["document"], code=code), un_b64u(value["salt"], code=code))


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise _invalid("receipts are not an array")
    return value


def _invalid(fact: str) -> PeerError:
    return PeerError(Refusal.PROOF_INVALID, fact)
