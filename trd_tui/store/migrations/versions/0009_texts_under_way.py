"""The index of messages in flight finds those of a contact: the caps over all campaigns count them."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0006"

_IN_FLIGHT = text("state IN ('sending','unknown')")


def upgrade() -> None:
    """Have it lead on to the contact."""
    op.drop_index("idx_messages_in_flight", "scheduled_messages")
    op.create_index(
        "idx_messages_in_flight",
        "scheduled_messages",
        ["state", "contact_id"],
        sqlite_where=_IN_FLIGHT,
        postgresql_where=_IN_FLIGHT,
    )
