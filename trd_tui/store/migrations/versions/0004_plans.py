"""Plans keep their terms, touches may be taken out of a campaign, the sender leaves a sign of life."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text, text

revision = "0004"
down_revision = "0003"

_INT = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Add the columns, and the index of what waits for a person."""
    op.add_column("campaigns", Column("plan_terms", Text, nullable=True))
    op.create_index(
        "idx_messages_held",
        "scheduled_messages",
        ["campaign_id", "id"],
        sqlite_where=text("state = 'held'"),
        postgresql_where=text("state = 'held'"),
    )
    op.add_column("touches", Column("removed", _INT, nullable=False, server_default=text("0")))
    op.add_column("control", Column("heartbeat_at", _INT, nullable=True))
