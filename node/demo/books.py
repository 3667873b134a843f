"""The double entry: what one log says was sent, the other must say was received, and the reverse.

Responsible for holding the books of several authorities against each other. Each side alone could
lie by leaving something out; two sides cannot without contradicting each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from node.audit.event import Kind, read_entry
from node.audit.merkle import leaf_hash
from node.canonical import b64u
from node.store.database import Database
from node.store.record import Records

_ALL = 2**62


@dataclass(slots=True)
class Books:
    """The result: pairs that match, what does not, and the delays."""

    matched: dict[tuple[str, str], int] = field(default_factory=dict)
    refused: dict[tuple[str, str], int] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    delivery_ms: list[int] = field(default_factory=list)
    receipt_ms: list[int] = field(default_factory=list)


def balance(databases: Mapping[str, Database]) -> Books:
    """Match every message with its receipt in the other log, in both directions."""
    books = Books()
    logs = {
        authority: [raw for _, raw in Records(database).entries()]
        for authority, database in databases.items()
    }
    for originator, database in databases.items():
        records = Records(database)
        recorded = _receipted_at(logs[originator])
        for row in records.rows("sent", before=_ALL):
            for lane in records.sent(row["id"])["lanes"]:
                _match_sent(books, originator, row, lane, records.sent(row["id"]), logs, recorded)
        for row in records.rows("received", before=_ALL):
            _match_received(books, originator, row, logs)
    return books


def _receipted_at(log: list[bytes]) -> dict[str, int]:
    """Index a log's `message.receipted` entries: receipt hash -> time."""
    entries = (read_entry(raw) for raw in log)
    return {
        entry.members["receipt"]: entry.at for entry in entries if entry.kind is Kind.MESSAGE_RECEIPTED
    }


def _match_sent(
    books: Books,
    originator: str,
    row: Mapping[str, Any],
    lane: Mapping[str, Any],
    message: Mapping[str, Any],
    logs: Mapping[str, list[bytes]],
    recorded: Mapping[str, int],
) -> None:
    """Find the receipt of one message to one recipient in the recipient's own log."""
    peer = lane["peer"]
    held = [one for one in message["receipts"] if one["peer"] == peer]
    if not held or peer not in logs:
        books.missing.append(f"{originator} sent {row['id']} to {peer}: no receipt")
        return
    receipt = held[0]
    theirs = logs[peer][receipt["idx"]] if receipt["idx"] < len(logs[peer]) else b""
    if theirs != receipt["entry"]:
        books.missing.append(f"{peer}'s log does not hold its receipt for {row['id']}")
        return
    entry = read_entry(theirs)
    if entry.members.get("manifest") != b64u(row["manifest"]):
        books.missing.append(f"{peer}'s receipt for {row['id']} names another manifest")
        return
    recorded_at = recorded.get(b64u(leaf_hash(theirs)))
    if recorded_at is None:
        books.missing.append(f"{originator}'s log does not record the receipt for {row['id']}")
        return
    kind = books.matched if entry.members["status"] == "accepted" else books.refused
    kind[originator, peer] = kind.get((originator, peer), 0) + 1
    books.delivery_ms.append(entry.at - row["at"])
    books.receipt_ms.append(recorded_at - row["at"])


def _match_received(
    books: Books, recipient: str, row: Mapping[str, Any], logs: Mapping[str, list[bytes]]
) -> None:
    """Find a received message's manifest in its originator's own log."""
    log = logs.get(row["originator"])
    if log is None:
        return  # a member without a node on this stage: its log is not here to be held against
    if row["source_idx"] >= len(log) or log[row["source_idx"]] != row["manifest"]:
        books.missing.append(f"{recipient} holds {row['id']}, {row['originator']}'s log does not")
