"""The tables of the national side: systems, whom a message concerns, what was told, matching.

Responsible for names and columns. Must not run a statement.
"""

from typing import Final

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from node.store.tables import metadata

concern = Table(  # whom a message concerns: what decides which national systems see it
    "concern",
    metadata,
    Column("originator", String(16), primary_key=True),  # "" for a message of ours
    Column("id", String(36), primary_key=True),
    Column("kind", String(8), primary_key=True),  # type (name without edition), unit, office or follows
    Column("value", String(128), primary_key=True),
    Index("concern_value", "kind", "value", "originator", "id"),
)

submission = Table(  # what a national system asked for under a key of its own, and the first answer
    "submission",
    metadata,
    Column("system", String(32), primary_key=True),
    Column("key", String(160), primary_key=True),
    Column("digest", LargeBinary, nullable=False),  # SHA-256 of what was asked for
    Column("id", String(36), nullable=False),
    Column("is_new", Integer, nullable=False),
    Column("error", Text),  # JSON of the refusal; NULL when it was accepted
    Column("at", Integer, nullable=False),
    Index("submission_at", "at"),
    Index("submission_id", "id"),
)

system = Table(  # national systems
    "system",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("title", String(128), nullable=False),
    Column("role", String(16), nullable=False),
    Column("units", Text, nullable=False),  # JSON: a list, or "*"
    Column("types", Text, nullable=False),
    Column("offices", Text, nullable=False),
    Column("is_active", Integer, nullable=False),
    Column("changed_at", Integer, nullable=False),
)

token = Table(  # what a national system shows to be let in; of the secret only its digest
    "token",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("system", String(32), nullable=False, index=True),
    Column("digest", LargeBinary, nullable=False),
    Column("scopes", Text, nullable=False),  # JSON list
    Column("made_at", Integer, nullable=False),
    Column("expires_at", Integer, nullable=False),
    Column("revoked_at", Integer),
)

position = Table(  # how far a system has been told of our log, by each door
    "position",
    metadata,
    Column("system", String(32), primary_key=True),
    Column("door", String(64), primary_key=True),  # amqp, folder, or webhook/<id>
    Column("idx", Integer, nullable=False),
)

webhook = Table(
    "webhook",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("system", String(32), nullable=False, index=True),
    Column("url", Text, nullable=False),
    Column("kinds", Text, nullable=False),  # JSON list of event types; empty: all
    Column("state", String(8), nullable=False),  # active, paused or disabled
    Column("generation", Integer, nullable=False),  # of its secret, which is derived, not stored
    Column("made_at", Integer, nullable=False),
    Column("changed_at", Integer, nullable=False),
    Column("failing_since", Integer),
    Column("again_at", Integer),
    Column("failures", Integer, nullable=False),
    Column("reason", String(128)),
)

attempt = Table(  # the delivery log of webhooks
    "attempt",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("webhook", String(36), nullable=False),
    Column("idx", Integer, nullable=False),
    Column("at", Integer, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("status", Integer),
    Column("milliseconds", Integer, nullable=False),
    Column("reason", String(128)),
    Index("attempt_webhook", "webhook", "number"),
)

job = Table(  # long work of the API: asked for once, done once, also across restarts
    "job",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("system", String(32), nullable=False),
    Column("kind", String(24), nullable=False),
    Column("state", String(12), nullable=False),  # waiting, running, done, failed or cancelled
    Column("made_at", Integer, nullable=False),
    Column("changed_at", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("request", Text, nullable=False),  # JSON
    Column("result", Text),  # JSON lines: how it went as a whole, then of each document
    Index("job_state", "state"),
    Index("job_system", "system", "made_at"),
)

match_document = Table(  # alerts, notices and watch list items as they are compared: the newest version
    "match_document",
    metadata,
    Column("number", Integer, primary_key=True),  # stands for the name in `match_key`
    Column("side", String(8), nullable=False),  # alert, notice or watch
    Column("authority", String(16), nullable=False),  # "" for a watch list item
    Column("reference", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("originator", String(16), nullable=False),  # of the message; "" when it is ours
    Column("id", String(36), nullable=False),  # of the message that brought it; of a watch list item
    Column("type", String(64), nullable=False),  # of that message
    Column("is_test", Integer, nullable=False),
    Column("until", Integer, nullable=False),  # how long it is looked for, or looked through
    Column("state", String(10), nullable=False),  # in-force, ended or recalled
    Index("match_document_name", "side", "authority", "reference", unique=True),
    Index("match_document_until", "state", "until"),
)

match_key = Table(  # by which identifiers an alert, a notice or a watch list item is found
    "match_key",
    metadata,
    Column("pool", String(12), primary_key=True),  # wanted or notice, test traffic apart
    Column("value", String(128), primary_key=True),  # kind and value of the key
    Column("document", Integer, primary_key=True, autoincrement=False),
    Index("match_key_document", "document"),
    sqlite_with_rowid=False,
)

matched = Table(  # an alert or a watch list item that was found to concern a notice
    "matched",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("side", String(8), nullable=False),  # alert or watch
    Column("authority", String(16), nullable=False),
    Column("reference", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("notice_authority", String(16), nullable=False),
    Column("notice_reference", String(64), nullable=False),
    Column("notice_version", Integer, nullable=False),
    Column("score", Integer, nullable=False),
    Column("grade", String(10), nullable=False),
    Column("found_at", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # found, confirmed, dismissed or withdrawn
    Column("decided_at", Integer),
    Column("decided_by", String(32)),
    Column("reason", String(64)),
    Column("hit", String(36)),  # message id of the hit that was sent
    Column("findings", Text, nullable=False),  # JSON: what agrees, field by field
    Column("number", Integer, nullable=False, unique=True),  # rising: the order of lists
    # The messages compared: originator ("" for us) and id; of a watch list item "" and its id.
    Column("wanted_originator", String(16), nullable=False, default=""),
    Column("wanted_id", String(36), nullable=False, default=""),
    Column("notice_originator", String(16), nullable=False, default=""),
    Column("notice_id", String(36), nullable=False, default=""),
    Column("kind", String(24), nullable=False, default=""),  # of the weightiest thing that agrees
    Column("is_test", Integer, nullable=False, default=0),
    Column("is_current", Integer, nullable=False, default=1),  # both sides as now held still agree
    Column("hit_reference", String(35), unique=True),  # random: it tells nothing of the match
    Column("asked", LargeBinary),  # digests of the key and of the request by which it was confirmed
    Index("matched_notice", "notice_authority", "notice_reference"),
    Index("matched_alert", "authority", "reference"),
)

watch_item = Table(
    "watch_item",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("body", Text, nullable=False),  # JSON
    Column("version", Integer, nullable=False),
    Column("unit", String(35), nullable=False, index=True),
    Column("digest", String(43), nullable=False),
    Column("changed_at", Integer, nullable=False),
    Column("is_active", Integer, nullable=False),
    Column("owner", String(32), nullable=False),
)

flow = Table(  # coded facts of one consignment of a notice, for the corridor view; every version
    "flow",
    metadata,
    Column("id", String(56), primary_key=True),  # originator and message id, as in turn
    Column("consignment", Integer, primary_key=True, autoincrement=False),
    Column("eta", Integer, nullable=False, index=True),
    Column("facts", Text, nullable=False),  # JSON
)

TABLES: Final = (
    concern,
    submission,
    system,
    token,
    position,
    webhook,
    attempt,
    job,
    match_key,
    match_document,
    matched,
    watch_item,
    flow,
)
"""All of them."""
