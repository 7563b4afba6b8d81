"""Tokens of several kinds, what merchants ask, and what may be used once only.

A token that was made by hand before is of the kind "hand", and nothing else changes for it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the two tables."""
    postgres = op.get_bind().dialect.name == "postgresql"
    nothing = sa.text("''::bytea" if postgres else "x''")
    op.add_column("token", sa.Column("kind", sa.Text(), nullable=False, server_default="hand"))
    op.add_column("token", sa.Column("expires_at", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("token", sa.Column("sealed", sa.LargeBinary(), nullable=False, server_default=nothing))
    op.add_column("token", sa.Column("jkt", sa.Text(), nullable=False, server_default=""))
    op.add_column("token", sa.Column("client_id", sa.Text(), nullable=False, server_default=""))
    op.create_table(
        "pushed",
        sa.Column("auth", sa.LargeBinary(), nullable=False),
        sa.Column("vault_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("auth"),
    )
    op.create_index("pushed_by_end", "pushed", ["expires_at"])
    op.create_table(
        "once",
        sa.Column("vault_id", sa.Text(), nullable=False),
        sa.Column("mark", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("vault_id", "mark"),
    )
    op.create_index("once_by_end", "once", ["vault_id", "expires_at"])
    if postgres:
        setting = "current_setting('mesinfos.vault_id', true)"
        op.execute("ALTER TABLE once ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE once FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY one_vault ON once USING ({setting} IN (vault_id, '*'))")
