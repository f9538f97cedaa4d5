"""Channels that heal: limits, pools, abilities, shaping, tests, notices; who changed what; admin keys."""

import sqlalchemy as sa
from alembic import op

from oblivious.infra.database.types import BigKey, EncryptedText, Json, UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_EMPTY_DICT = sa.text("'{}'")
_EMPTY_LIST = sa.text("'[]'")


def upgrade() -> None:
    """Add what channels, keys and groups gain, and the tables beside them."""
    _widen_channels()
    _widen_others()
    _create_routing()
    _create_records()


def _widen_channels() -> None:
    _add(
        "channels",
        sa.Column("tag", sa.String(), nullable=False, server_default=""),
        sa.Column("note", sa.String(), nullable=False, server_default=""),
        sa.Column("draining", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("limits", Json, nullable=False, server_default=_EMPTY_DICT),
        sa.Column("abilities", Json, nullable=False, server_default=_EMPTY_DICT),
        sa.Column("shaping", Json, nullable=False, server_default=_EMPTY_DICT),
        sa.Column("link", EncryptedText(), nullable=True),
        sa.Column("link_shown", Json, nullable=False, server_default=_EMPTY_DICT),
        sa.Column("tests", Json, nullable=False, server_default=_EMPTY_DICT),
    )
    _add(
        "channel_keys",
        sa.Column("name", sa.String(), nullable=False, server_default=""),
        sa.Column("source", sa.String(), nullable=False, server_default=""),
        sa.Column("pool", sa.String(), nullable=False, server_default=""),
        sa.Column("mapping", Json, nullable=False, server_default=_EMPTY_DICT),
        sa.Column("limits", Json, nullable=False, server_default=_EMPTY_DICT),
        sa.Column("off_reason", sa.String(), nullable=False, server_default=""),
        sa.Column("off_at", UtcDateTime(), nullable=True),
        sa.Column("balance", Json, nullable=True),
    )


def _widen_others() -> None:
    _add("groups", sa.Column("strategy", sa.String(), nullable=False, server_default=""))
    _add("api_keys", sa.Column("kind", sa.String(), nullable=False, server_default="relay"))
    _add("usage_rows", sa.Column("trace", Json, nullable=True))


def _create_routing() -> None:
    op.create_table(
        "models",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("aliases", Json, nullable=False),
        sa.Column("fallbacks", Json, nullable=False),
        sa.Column("context_fallbacks", Json, nullable=False),
        sa.Column("content_fallbacks", Json, nullable=False),
        sa.Column("abilities", Json, nullable=False),
        sa.Column("strategy", sa.String(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
        sa.UniqueConstraint("name", name=op.f("uq_models_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "pools",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("limits", Json, nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pools")),
        sa.UniqueConstraint("name", name=op.f("uq_pools_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "provider_rules",
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("rules", Json, nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("provider", name=op.f("pk_provider_rules")),
    )


def _create_records() -> None:
    op.create_table(
        "channel_tests",
        sa.Column("channel_key_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("dialect", sa.String(), nullable=False),
        sa.Column("stream", sa.Boolean(), nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("ms", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint(
            "channel_key_id", "model", "dialect", "stream", name=op.f("pk_channel_tests")
        ),
    )
    op.create_index(op.f("ix_channel_tests_channel_id"), "channel_tests", ["channel_id"])
    op.create_table(
        "notices",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("seen", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_rows",
        sa.Column("id", BigKey, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("key_id", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("before", Json, nullable=True),
        sa.Column("after", Json, nullable=True),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_rows")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_audit_rows_kind_name_id"), "audit_rows", ["kind", "name", "id"])


def _add(table: str, *columns: sa.Column) -> None:
    for column in columns:
        op.add_column(table, column)
