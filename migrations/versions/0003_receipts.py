"""Receipts for both sides, webhooks and their deliveries, proofs of domains.

A closing token leads to its vault, as other tokens do: that table alone is not held to one vault.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0001"
branch_labels = None
depends_on = None

HELD = ("webhook", "delivery", "proof")


def upgrade() -> None:
    """Add what is new; nothing that was stored changes."""
    with op.batch_alter_table("receipt") as table:
        table.add_column(sa.Column("grant_envelope_id", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("grant_sealed", sa.LargeBinary(), nullable=False, server_default=""))
    op.create_table(
        "closing",
        sa.Column("auth", sa.LargeBinary(), nullable=False),
        sa.Column("vault_id", sa.Text(), nullable=False),
        sa.Column("receipt_id", sa.Text(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("auth"),
    )
    op.create_table(
        "webhook",
        sa.Column("vault_id", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("vault_id", "grant_id"),
    )
    op.create_table(
        "delivery",
        sa.Column("vault_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("grant_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("vault_id", "delivery_id"),
    )
    op.create_table(
        "proof",
        sa.Column("vault_id", sa.Text(), nullable=False),
        sa.Column("tag", sa.LargeBinary(), nullable=False),
        sa.Column("checked_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("vault_id", "tag"),
    )
    if op.get_bind().dialect.name == "postgresql":
        for table in HELD:
            hold_to_vault(table)


def hold_to_vault(table: str) -> None:
    """Row-level security, as for every table of the first version."""
    setting = "current_setting('mesinfos.vault_id', true)"
    op.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')
    op.execute(f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY')
    op.execute(f'CREATE POLICY one_vault ON "{table}" USING ({setting} IN (vault_id, \'*\'))')
