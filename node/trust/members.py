"""What the entries of a directory say: who is a member, who was, and under which keys.

Responsible for reading the entries after the first in order. A name of a key stands for one key of one
member for ever: evidence stays good when a card is replaced, and nobody can take over a name.
Must not verify signatures or count holders (`directory`).

Source: schemas/README.md §6.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from node.audit.checkpoint import LogVerifier
from node.audit.event import Entry, Kind
from node.audit.note import VerifierKey
from node.errors import PeerError, Refusal
from node.trust.card import Card, read_card


@dataclass(frozen=True, slots=True)
class Authority:
    """A member of the network, as the directory has it now."""

    card: Card
    is_suspended: bool = False


@dataclass(slots=True)
class Members:
    """Members past and present.

    Attributes:
        authorities: by id, as they are now.
        agreements: hashes of the agreements in force.
        logs: owner and keys of every log there ever was, by origin.
        witnesses: every witness key there ever was, by name.
    """

    authorities: dict[str, Authority] = field(default_factory=dict)
    agreements: set[str] = field(default_factory=set)
    logs: dict[str, tuple[str, LogVerifier]] = field(default_factory=dict)
    witnesses: dict[str, VerifierKey] = field(default_factory=dict)
    _owners: dict[bytes, tuple[str, str]] = field(default_factory=dict)
    _named: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def add(self, card: Card) -> None:
        """Add a member, or replace its card by a newer one.

        Raises:
            PeerError: `directory.malformed`: a key, or the name of one, is another's or has changed.
        """
        for key in (card.log.ed25519, card.log.mldsa44, card.witness, card.holder):
            here = (card.id, key.name)
            owner = self._owners.setdefault(key.raw, here)
            if owner != here or self._named.setdefault((key.name, key.algorithm), key.raw) != key.raw:
                raise _malformed("a key, or the name of a key, is in use already")
        self.authorities[card.id] = Authority(card)
        self.logs[card.log.origin] = (card.id, card.log)
        self.witnesses[card.witness.name] = card.witness


def replay(entries: Iterable[Entry]) -> Members:
    """Read the entries after the first: what they say is the state.

    Raises:
        PeerError: `directory.malformed`.
    """
    members = Members()
    for entry in entries:
        _apply(entry, members)
    return members


def _apply(entry: Entry, members: Members) -> None:
    said = entry.members
    if entry.kind is Kind.AUTHORITY_ADDED:
        members.add(read_card(said["card"].encode()))
    elif entry.kind is Kind.AUTHORITY_SUSPENDED:
        found = members.authorities.get(said["authority"])
        if found is None:
            raise _malformed("an unknown authority is suspended")
        members.authorities[said["authority"]] = replace(found, is_suspended=True)
    elif entry.kind is Kind.AGREEMENT_ADDED:
        members.agreements.add(said["agreement"])
    else:
        raise _malformed(f"{entry.kind} does not belong in a directory")


def _malformed(fact: str) -> PeerError:
    return PeerError(Refusal.DIRECTORY_MALFORMED, f"directory: {fact}")
