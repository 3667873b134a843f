"""The tables, as SQLAlchemy Core sees them; how they come to be is in `migrations`.

Responsible for names and columns of what is exchanged; those of the national side are in
`national_tables`. Must not run a statement.
"""

from typing import Any

from sqlalchemy import Column, Index, Integer, LargeBinary, MetaData, String, Table, Text, text

metadata = MetaData()


def _only_sealed() -> dict[str, Any]:
    where = text("state = 'sealed'")
    return {"sqlite_where": where, "postgresql_where": where}


entry = Table(  # insert only: triggers refuse update and delete
    "entry",
    metadata,
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("kind", String(32), nullable=False, index=True),
    Column("raw", LargeBinary, nullable=False),
)

tile = Table(  # C2SP tlog-tiles: up to 256 hashes of height 8·level
    "tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("hashes", LargeBinary, nullable=False),
)

head = Table(  # one row, moved by compare-and-swap only
    "head",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("root", LargeBinary, nullable=False),
)

checkpoint = Table(  # our own heads as signed
    "checkpoint",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("note", Text, nullable=False),
)

cosignature = Table(  # what peers, as witnesses, signed of our heads
    "cosignature",
    metadata,
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("witness", String(16), primary_key=True),
    Column("line", Text, nullable=False),
)

peer_head = Table(  # heads of peers' logs, proved to extend each other
    "peer_head",
    metadata,
    Column("origin", String(255), primary_key=True),
    Column("size", Integer, primary_key=True, autoincrement=False),
    Column("root", LargeBinary, nullable=False),
    Column("note", Text),
)

fork = Table(  # two heads that contradict each other, as signed: evidence
    "fork",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("origin", String(255), nullable=False),
    Column("size", Integer, nullable=False),
    Column("seen", Text, nullable=False),
    Column("contradicting", Text, nullable=False),
)

sent = Table(
    "sent",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("idx", Integer, nullable=False, unique=True),
    Column("manifest", LargeBinary, nullable=False, unique=True),
    Column("commitment", String(43), nullable=False),
    Column("type", String(64), nullable=False),
    Column("reference", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("priority", String(8), nullable=False),
    Column("at", Integer, nullable=False),
    Column("expires", Integer, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("jwe", LargeBinary, nullable=False),
    Index("sent_reference", "reference", "type", "version", unique=True),
)

lane = Table(  # one message on its way to one recipient: the outbox
    "lane",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("peer", String(16), primary_key=True),
    Column("idx", Integer, nullable=False),
    Column("priority", String(8), nullable=False),
    Column("expires", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("code", String(64)),
    # Only what waits is indexed: these stay small however many messages have been answered.
    Index("lane_waiting", "peer", "priority", "idx", **_only_sealed()),
    Index("lane_expiring", "expires", **_only_sealed()),
)

receipt = Table(
    "receipt",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("peer", String(16), primary_key=True),
    Column("entry", LargeBinary, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("path", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("recorded_idx", Integer, nullable=False),
)

received = Table(
    "received",
    metadata,
    Column("originator", String(16), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("manifest", LargeBinary, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    Column("source_idx", Integer, nullable=False),
    Column("path", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("idx", Integer, nullable=False, unique=True),
    Column("type", String(64), nullable=False),
    Column("reference", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("priority", String(8), nullable=False),
    Column("received_at", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("code", String(64)),
    Column("document", LargeBinary),
    Column("salt", LargeBinary),
    Index("received_reference", "reference", "originator"),
    Index("received_id", "id"),
)

due = Table(  # our entries that go back to a peer as receipts and have not been confirmed yet
    "due",
    metadata,
    Column("peer", String(16), primary_key=True),
    Column("idx", Integer, primary_key=True, autoincrement=False),
)

adopted = Table(  # the directory we rely on; one row
    "adopted",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("root", LargeBinary, nullable=False),
)

agreement_adopted = Table(
    "agreement_adopted",
    metadata,
    Column("digest", String(43), primary_key=True),
)

conversation = Table(  # one page of the register: a conversation with one peer
    "conversation",
    metadata,
    Column("place", String(128), primary_key=True),  # the next four, joined by /
    Column("peer", String(16), nullable=False),
    Column("name", String(32), nullable=False),
    Column("authority", String(16), nullable=False),
    Column("reference", String(64), nullable=False),
    Column("state", String(24)),
    Column("agreed", String(24)),
    Column("opened_at", Integer, nullable=False),
    Column("moved_at", Integer, nullable=False),
    Column("next_mark_at", Integer),
    Column("acts", Text, nullable=False),
    Column("told", Text, nullable=False),
    Column("deadlines", Text, nullable=False),
    Index("conversation_marks", "next_mark_at", sqlite_where=text("next_mark_at IS NOT NULL")),
    Index("conversation_moved", "moved_at"),
)

turn = Table(  # what one message came to in one conversation, with its coded facts
    "turn",
    metadata,
    Column("place", String(128), primary_key=True),  # of the conversation
    Column("id", String(56), primary_key=True),
    Column("peer", String(16), nullable=False),
    Column("lead_name", String(32), nullable=False),
    Column("lead_authority", String(16), nullable=False),
    Column("lead_reference", String(64), nullable=False),
    Column("name", String(32), nullable=False),
    Column("authority", String(16), nullable=False),
    Column("reference", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    Column("delivered_at", Integer),
    Column("is_void", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("facts", Text, nullable=False),
    Index("turn_document", "name", "authority", "reference"),
    Index("turn_message", "id"),
    Index("turn_sealed", "at"),
    Index("turn_delivered", "delivered_at"),
)

mention = Table(  # which documents a document names: what holds a case together
    "mention",
    metadata,
    Column("id", String(56), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("authority", String(16), primary_key=True),
    Column("reference", String(64), primary_key=True),
    Index("mention_document", "name", "authority", "reference"),
)

registered = Table(  # how far into our own log the register has been written; one row
    "registered",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
)

opened = Table(  # a peer's message that an officer of ours has opened
    "opened",
    metadata,
    Column("originator", String(16), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("idx", Integer, nullable=False),
)

reading = Table(  # a peer's word that an officer has opened a message of ours, with its proof
    "reading",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("peer", String(16), primary_key=True),
    Column("entry", LargeBinary, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("path", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("recorded_idx", Integer, nullable=False),
)

outgoing_file = Table(  # one file of a message of ours on its way to one recipient
    "outgoing_file",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("peer", String(16), primary_key=True),
    Column("idx", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("expires", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("code", String(64)),
    Column("next_chunk", Integer, nullable=False, server_default=text("0")),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("again_at", Integer, nullable=False, server_default=text("0")),
    Index(
        "outgoing_file_waiting",
        "peer",
        "idx",
        "number",
        sqlite_where=text("state = 'waiting'"),
        postgresql_where=text("state = 'waiting'"),
    ),
)

file_receipt = Table(  # a peer's receipts for files of ours, with their proofs
    "file_receipt",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("peer", String(16), primary_key=True),
    Column("entry", LargeBinary, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("path", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("recorded_idx", Integer, nullable=False),
)

incoming_file = Table(  # a file of a peer's message that has ended: here, or refused
    "incoming_file",
    metadata,
    Column("originator", String(16), primary_key=True),
    Column("id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("idx", Integer, nullable=False, unique=True),
    Column("size_bytes", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("code", String(64)),
)
