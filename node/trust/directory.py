"""The directory of a network: a log of cards and agreements that k of n holders have cosigned.

Responsible for believing a directory file or refusing it, and for answering who is who. Rollback,
two directories for two peers, and a silent change of keys are impossible: it is a log, its first
entry is pinned, and it only grows. Must not read files or know the time.

Source: schemas/README.md §6; C2SP tlog-policy (`policy_text`).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from node.audit.checkpoint import Checkpoint, LogVerifier, read_checkpoint
from node.audit.event import Kind, read_entry
from node.audit.merkle import Nodes, append, leaf_hash, root
from node.audit.note import Note, VerifierKey, read_note, read_verifier_key
from node.canonical import b64u, decode, encode
from node.errors import PeerError, Refusal
from node.trust.card import Card
from node.trust.members import Authority, replay

_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Directory:
    """A directory that has been checked completely.

    Attributes:
        network: its name, e.g. `iren.example`.
        fingerprint: SHA-256 leaf hash of the first entry, base64url; compared in person, then pinned.
        entries: every leaf, as bytes.
        checkpoint: the head the holders cosigned.
        note: the signed note.
        authorities: members by id.
        agreements: hashes of the agreements in force.
        logs: owner and keys of every log there ever was, by origin.
        witnesses: every witness key there ever was, by name.
        cosigned_at: Unix ms; at least k holders have cosigned at this time or later.
        fresh_days: from this age on, the operator is warned.
        grace_days: so many days later, nothing more is sent.
    """

    network: str
    fingerprint: str
    entries: tuple[bytes, ...]
    checkpoint: Checkpoint
    note: Note
    holders: Mapping[str, VerifierKey]
    threshold: int
    authorities: Mapping[str, Authority]
    agreements: frozenset[str]
    logs: Mapping[str, tuple[str, LogVerifier]]
    witnesses: Mapping[str, VerifierKey]
    cosigned_at: int
    fresh_days: int
    grace_days: int

    def member(self, authority: str) -> Card:
        """Give the card of a member in good standing.

        Raises:
            PeerError: `sender.unknown` or `sender.suspended`.
        """
        found = self.authorities.get(authority)
        if found is None:
            raise PeerError(Refusal.SENDER_UNKNOWN, f"{authority} is not in the directory")
        if found.is_suspended:
            raise PeerError(Refusal.SENDER_SUSPENDED, f"{authority} is suspended")
        return found.card

    def owner_of(self, origin: str) -> Card:
        """Give the card of the member whose log has this origin.

        Raises:
            PeerError: `sender.unknown` or `sender.suspended`.
        """
        for authority, entry in self.authorities.items():
            if entry.card.log.origin == origin:
                return self.member(authority)
        raise PeerError(Refusal.SENDER_UNKNOWN, "no member has a log of this origin")

    def log(self, origin: str) -> tuple[str, LogVerifier]:
        """Give owner and keys of a log of any member, past or suspended: old evidence stays good.

        Raises:
            PeerError: `sender.unknown`.
        """
        found = self.logs.get(origin)
        if found is None:
            raise PeerError(Refusal.SENDER_UNKNOWN, "nobody in the directory has a log of this origin")
        return found

    def is_stale(self, now: int) -> bool:
        """Say whether the operator should be warned: the holders have not cosigned lately."""
        return now >= self.cosigned_at + self.fresh_days * _DAY_MS

    def check_usable(self, now: int) -> None:
        """Refuse to rely on a directory that the holders have let go stale.

        Raises:
            PeerError: `directory.stale`, after the warning period and the grace period.
        """
        days = self.fresh_days + self.grace_days
        if now >= self.cosigned_at + days * _DAY_MS:
            raise PeerError(
                Refusal.DIRECTORY_STALE,
                f"no quorum of holders has cosigned the directory in {days} days",
                hint="get the current directory file from a holder and run 'sarbon network join'",
            )

    def check_extends(self, earlier_size: int, earlier_root: bytes) -> None:
        """Refuse a directory that is not the one adopted before, grown.

        Raises:
            PeerError: `directory.unproven`: a rollback, or another history.
        """
        if earlier_size > len(self.entries) or tree_head(self.entries[:earlier_size]) != earlier_root:
            raise PeerError(
                Refusal.DIRECTORY_UNPROVEN,
                f"this directory does not extend the adopted one of {earlier_size} entries",
                hint="do not use this file; tell the holders where it came from",
            )

    def policy_text(self) -> str:
        """Write the rule by which its checkpoints count. Source: C2SP tlog-policy."""
        rows = [f"witness {name} {key.encode()}" for name, key in self.holders.items()]
        group = f"group holders {self.threshold} {' '.join(self.holders)}"
        return "\n".join([*rows, group, "quorum holders", ""])


def read_directory(raw: bytes, *, fingerprint: str | None = None) -> Directory:
    """Check a directory file completely: entries, tree, both log signatures, quorum, fingerprint.

    Args:
        raw: the file.
        fingerprint: the pinned one; None only where a person is about to compare it.

    Raises:
        PeerError: `directory.malformed`, `directory.unproven`, `checkpoint.*`.
    """
    directory, log = draft_directory(raw)
    if fingerprint is not None and directory.fingerprint != fingerprint:
        raise _unproven("its first entry is not the pinned one", "compare the fingerprint in person")
    log.verify(directory.note)
    known = {log.ed25519, log.mldsa44, *directory.holders.values()}
    names = {(key.name, key.key_id) for key in known}
    lines = [(line.name, line.key_id) for line in directory.note.signatures]
    if not set(lines) <= names or len(set(lines)) != len(lines):
        raise _unproven("a signature line by nobody in it, or twice", "get the file again")
    return replace(directory, cosigned_at=_quorum(directory))


def draft_directory(raw: bytes) -> tuple[Directory, LogVerifier]:
    """Read a directory file whose cosignatures are still being collected; only its tree is checked.

    Raises:
        PeerError: `directory.malformed`, `directory.unproven`.
    """
    value = decode(raw.removesuffix(b"\n"), code=Refusal.DIRECTORY_MALFORMED)
    if value.keys() != {"v", "entries", "checkpoint"} or value["v"] != 1:
        raise _malformed("not a directory file of version 1")
    if not isinstance(value["entries"], list) or not isinstance(value["checkpoint"], str):
        raise _malformed("entries or checkpoint are of another shape")
    leaves = tuple(str(leaf).encode() for leaf in value["entries"])
    note = read_note(value["checkpoint"])
    directory, log = _replay(leaves, note)
    head = (directory.checkpoint.size, directory.checkpoint.root)
    if head != (len(leaves), tree_head(leaves)):
        raise _unproven("the signed head is not that of the entries", "get the file again")
    return directory, log


def write_directory(entries: Sequence[bytes], note: Note) -> bytes:
    """Write a directory file."""
    value = {"v": 1, "entries": [leaf.decode() for leaf in entries], "checkpoint": note.encode()}
    return encode(value) + b"\n"


def tree_head(entries: Sequence[bytes]) -> bytes:
    """Compute the Merkle tree head over some entries."""
    nodes: Nodes = {}

    def read(height: int, index: int) -> bytes:
        return nodes[height, index]

    nodes.update(append(0, [leaf_hash(leaf) for leaf in entries], read))
    return root(len(entries), read)


def holder_digest(key: VerifierKey) -> str:
    """Name a holder's key in the first entry: SHA-256 of its vkey, base64url."""
    return b64u(hashlib.sha256(key.encode().encode()).digest())


def _replay(leaves: tuple[bytes, ...], note: Note) -> tuple[Directory, LogVerifier]:
    """Read the entries in order: what they say is the state."""
    if not leaves:
        raise _malformed("there is no entry")
    genesis, *rest = [read_entry(leaf) for leaf in leaves]
    if genesis.kind is not Kind.NETWORK_FOUNDED:
        raise _malformed("the first entry must found the network")
    members = replay(rest)
    founded = genesis.members
    log = LogVerifier(*map(read_verifier_key, founded["keys"]))
    directory = Directory(
        network=founded["network"],
        fingerprint=b64u(genesis.leaf),
        entries=leaves,
        checkpoint=read_checkpoint(note),
        note=note,
        holders=_holders(founded["holders"], members.authorities),
        threshold=founded["threshold"],
        authorities=members.authorities,
        agreements=frozenset(members.agreements),
        logs=members.logs,
        witnesses=members.witnesses,
        cosigned_at=0,
        fresh_days=founded["fresh_days"],
        grace_days=founded["grace_days"],
    )
    if not 1 <= directory.threshold <= len(directory.holders):
        raise _malformed("the threshold is not between 1 and the number of holders")
    return directory, log


def _holders(rows: list[dict[str, Any]], authorities: Mapping[str, Authority]) -> dict[str, VerifierKey]:
    """Find each holder's key on its card; the first entry pins the key by its hash."""
    holders = {}
    for row in rows:
        found = authorities.get(row["id"])
        if found is None or holder_digest(found.card.holder) != row["key"]:
            raise _malformed(f"the card of holder {row['id']} is absent or has another holder key")
        holders[row["id"]] = found.card.holder
    return holders


def _quorum(directory: Directory) -> int:
    """Count distinct holders whose cosignature verifies; give the k-th newest time, in ms."""
    times = sorted(
        (key.verify(directory.note) for key in directory.holders.values() if key.signed(directory.note)),
        reverse=True,
    )
    if len(times) < directory.threshold:
        raise _unproven(
            f"{len(times)} of {directory.threshold} holders needed have cosigned it",
            "have more holders run 'sarbon network sign' on the file",
        )
    return times[directory.threshold - 1] * 1000


def _malformed(fact: str) -> PeerError:
    return PeerError(Refusal.DIRECTORY_MALFORMED, f"directory: {fact}")


def _unproven(fact: str, hint: str) -> PeerError:
    return PeerError(Refusal.DIRECTORY_UNPROVEN, f"directory: {fact}", hint=hint)
