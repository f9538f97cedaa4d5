"""Tests of keys that are gone: earlier releases kept what they came to for ever."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Drop the tests that no key is left for."""
    op.execute("DELETE FROM channel_tests WHERE channel_key_id NOT IN (SELECT id FROM channel_keys)")
