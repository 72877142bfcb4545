"""Events are posted to the user's own hosts, from an outbox that is written with what they tell of."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

revision = "0014"
down_revision = "0013"

_INT = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "webhooks",
        Column("id", _INT, autoincrement=True, nullable=False),
        Column("workspace_id", _INT, nullable=False, server_default=text("1")),
        Column("name", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("secret", Text, nullable=False),
        Column("events", Text, nullable=False),
        Column("created_at", _INT, nullable=False),
        Column("delivered_count", _INT, nullable=False, server_default=text("0")),
        Column("given_up_count", _INT, nullable=False, server_default=text("0")),
        Column("failures", _INT, nullable=False, server_default=text("0")),
        Column("failing_since", _INT, nullable=True),
        Column("retry_at", _INT, nullable=True),
        Column("delivered_at", _INT, nullable=True),
        Column("last_error", Text, nullable=True),
        PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
        UniqueConstraint("workspace_id", "name", name=op.f("uq_webhooks_workspace_id_name")),
        sqlite_strict=True,
    )
    op.create_table(
        "outbox",
        Column("id", _INT, autoincrement=True, nullable=False),
        Column("workspace_id", _INT, nullable=False, server_default=text("1")),
        Column("webhook_id", _INT, nullable=False),
        Column("event_id", Text, nullable=False),
        Column("event", Text, nullable=False),
        Column("number", Text, nullable=True),
        Column("payload", Text, nullable=True),
        Column("state", Text, nullable=False, server_default="pending"),
        Column("attempts", _INT, nullable=False, server_default=text("0")),
        Column("next_at", _INT, nullable=False),
        Column("created_at", _INT, nullable=False),
        Column("error", Text, nullable=True),
        PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        CheckConstraint("state IN ('pending','given_up')", name=op.f("ck_outbox_state")),
        ForeignKeyConstraint(["webhook_id"], ["webhooks.id"], name=op.f("fk_outbox_webhook_id")),
        sqlite_strict=True,
    )
    op.create_index(
        "idx_outbox_due",
        "outbox",
        ["webhook_id", "next_at"],
        sqlite_where=text("state = 'pending'"),
        postgresql_where=text("state = 'pending'"),
    )
