"""Notices: where a person wants to be told, what was told, and how each copy ended."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; nobody is told anything before somebody adds a channel."""
    op.create_table(
        "channel",
        sa.Column("vault_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("vault_id", "channel_id"),
    )
    op.create_table(
        "notice",
        sa.Column("vault_id", sa.Text(), nullable=False),
        sa.Column("notice_id", sa.Text(), nullable=False),
        sa.Column("channel_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("vault_id", "notice_id", "channel_id"),
    )
    op.create_index("notice_by_due", "notice", ["vault_id", "state", "due_at"])
    if op.get_bind().dialect.name == "postgresql":
        setting = "current_setting('mesinfos.vault_id', true)"
        for table in ("channel", "notice"):
            op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            op.execute(f"CREATE POLICY one_vault ON {table} USING ({setting} IN (vault_id, '*'))")
