"""Peers and agreements.

Responsible for their members as the OpenAPI document has them: a test compares. What each means is said
there. Must not ask for any.
"""

from collections.abc import Mapping

from node.client.models.base import Model


class PeerQueue(Model):
    """What waits for a peer, of the messages that this system sees."""

    urgent: int
    routine: int
    files: int
    oldest_at: str | None


class PeerItem(Model):
    """Another authority of the network."""

    id: str
    name: str
    country: str
    suspended: bool
    configured: bool
    connected: bool
    waiting: PeerQueue


class PeerKey(Model):
    """A key to which this peer is sealed to, with the time in which it may be."""

    kid: str
    valid_from: str
    valid_until: str
    current: bool


class PeerLog(Model):
    """A peer's log, as this node has followed it."""

    origin: str
    keys: tuple[str, ...]
    size: int | None
    root: str | None
    forks: int
    witnessed: int | None


class Peer(PeerItem):
    """Another authority, with its keys, its log and what is agreed with it."""

    units: tuple[str, ...]
    contact: str
    witness_key: str
    keys: tuple[PeerKey, ...]
    log: PeerLog
    agreements: tuple[str, ...]


class AgreementItem(Model):
    """An agreement that this authority is a party of."""

    name: str
    title: str
    digest: str
    parties: tuple[str, ...]
    valid_from: str
    valid_until: str
    in_force: bool
    in_directory: bool


class AgreementRule(Model):
    """One direction: who may send which documents to whom."""

    sender: str
    recipient: str
    types: tuple[str, ...]
    purposes: tuple[str, ...]
    max_document_bytes: int
    max_lifetime_hours: int


class AgreementTerms(Model):
    """What the recipient may do afterwards."""

    onward_transfer: str
    evidential_use: str
    aggregate_use: str
    retention_days: int


class AgreementDetail(AgreementItem):
    """An agreement with all that it says."""

    legal_basis: str
    purposes: tuple[str, ...]
    rules: tuple[AgreementRule, ...]
    terms: AgreementTerms
    deadlines: Mapping[str, int]


class Objection(Model):
    """Why one agreement does not permit it."""

    agreement: str | None
    code: str
    reason: str


class Explanation(Model):
    """Whether a document may be sent, and by what, or why not."""

    permitted: bool
    text: str
    sender: str
    recipient: str
    type: str
    purpose: str | None
    agreement: str | None
    digest: str | None
    rule: AgreementRule | None
    objections: tuple[Objection, ...]
