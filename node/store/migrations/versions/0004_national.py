"""The national side: systems, tokens, what concerns whom, events told, jobs, matching, flows."""

from alembic import op

from node.store import national_tables, tables
from node.store.concerns import fill

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the tables, and write at once whom the messages held so far concern.

    It decides who sees them. The tables of matching are filled from the log, like the register.
    """
    connection = op.get_bind()
    tables.metadata.create_all(connection, tables=national_tables.TABLES)
    fill(connection)
