"""Passkeys and second factors: what the door reads of them while a vault is closed."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; what opens a vault today opens it as before."""
    op.create_table(
        "factor",
        sa.Column("vault_id", sa.Text(), nullable=False),
        sa.Column("factor_id", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("vault_id", "factor_id"),
    )
    if op.get_bind().dialect.name == "postgresql":
        setting = "current_setting('mesinfos.vault_id', true)"
        op.execute("ALTER TABLE factor ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE factor FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY one_vault ON factor USING ({setting} IN (vault_id, '*'))")
