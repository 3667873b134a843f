"""The first form of the database."""

from alembic import op

from node.audit.merkle import EMPTY_ROOT
from node.store.tables import metadata

revision = "0001"
down_revision = None

_TABLES = (
    "entry",
    "tile",
    "head",
    "checkpoint",
    "cosignature",
    "peer_head",
    "fork",
    "sent",
    "lane",
    "receipt",
    "received",
    "due",
    "adopted",
    "agreement_adopted",
)
_INSERT_ONLY = ("entry",)


def upgrade() -> None:
    """Make the tables; let the log's leaves be inserted, never changed."""
    metadata.create_all(op.get_bind(), tables=[metadata.tables[name] for name in _TABLES])
    for table in _INSERT_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is insert-only'); END"
            )
    op.bulk_insert(metadata.tables["head"], [{"one": 1, "size": 0, "root": EMPTY_ROOT}])
