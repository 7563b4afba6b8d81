"""A proof of how many records a vault has, under the instance key; the next unlock writes the first one."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty."""
    nothing = sa.text("''::bytea" if op.get_bind().dialect.name == "postgresql" else "x''")
    op.add_column("vault", sa.Column("counted", sa.LargeBinary(), nullable=False, server_default=nothing))
