"""Files that follow messages: on their way out, their receipts, and those that came in."""

from alembic import op

from node.store.tables import metadata

revision = "0002"
down_revision = "0001"

_TABLES = ("outgoing_file", "file_receipt", "incoming_file")


def upgrade() -> None:
    """Make the three tables."""
    metadata.create_all(op.get_bind(), tables=[metadata.tables[name] for name in _TABLES])
