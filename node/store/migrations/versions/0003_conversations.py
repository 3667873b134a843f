"""The register of conversations."""

from alembic import op

from node.store.tables import metadata

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables of the register; the registrar fills them from the log."""
    metadata.create_all(op.get_bind())
    op.create_index("received_reference", "received", ["reference", "originator"], if_not_exists=True)
    op.create_index("received_id", "received", ["id"], if_not_exists=True)
