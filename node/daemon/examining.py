"""Examine a message that this node holds: every check of its evidence as a line.

Responsible for gathering what there is, also where something is still awaited. Must not verify
(`trust.examination` does), and gives out no content.
"""

from collections.abc import Mapping

from node.audit.evidence import Evidence
from node.audit.proof import Proof
from node.daemon.checkup import disclosed_of, export_evidence, own_proof, proof_of_received
from node.errors import CallerError, PeerError
from node.message.concern import OURS
from node.store.database import Database
from node.store.record import Records
from node.store.search import Found
from node.transfer.lifecycle import State
from node.trust.checks import Verdict
from node.trust.directory import Directory
from node.trust.examination import (
    MESSAGE,
    Examination,
    conclude,
    examine,
    unreadable,
    unsigned,
)


def examine_message(database: Database, directory: Directory, found: Found, *, own: str) -> Examination:
    """Check everything that is held of a message.

    Args:
        database: of this node.
        directory: the one we rely on.
        found: the message; it exists.
        own: our authority id.
    """
    try:
        if found.originator == OURS:
            return _of_sent(database, directory, found.id)
        return _of_received(database, directory, found, own)
    except (PeerError, TypeError, ValueError):  # whoever changes a file changes anything
        return conclude([unreadable("what is kept of it is not readable")])


def _of_received(database: Database, directory: Directory, found: Found, own: str) -> Examination:
    row = Records(database).received(found.originator, found.id)
    try:
        receipts: tuple[Proof, ...] = (own_proof(database, row["idx"], row["raw"], directory),)
    except CallerError:  # no head has been signed since it came
        receipts = ()
    message = proof_of_received(database, row)
    evidence = Evidence(b"", message, receipts, disclosed_of(row))
    return examine(evidence, directory, missing={own: Verdict.WAITS})


def _of_sent(database: Database, directory: Directory, message_id: str) -> Examination:
    try:
        evidence = export_evidence(
            database, directory, b"", wanted=message_id, disclose=True, originator=OURS
        )
    except CallerError:  # no head has been signed since it was sealed
        return conclude([unsigned(MESSAGE)])
    return examine(evidence, directory, missing=_awaited(database, message_id))


def _awaited(database: Database, message_id: str) -> Mapping[str, Verdict]:
    """Say of each recipient what it means that it has not answered."""
    lanes = Records(database).sent(message_id)["lanes"]
    return {lane["peer"]: Verdict.WAITS for lane in lanes if lane["state"] == State.SEALED.value}
