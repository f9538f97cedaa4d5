"""Choices by calls: groups that ask for several answers call by call, and how many calls a row is made of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add a flag to groups, off, and a count to usage rows, one."""
    op.add_column(
        "groups", sa.Column("calls_per_choice", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("usage_rows", sa.Column("calls", sa.Integer(), nullable=False, server_default="1"))
