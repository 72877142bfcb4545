"""An index of accepted messages without a final state: late receipts are asked for one by one."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0002"
down_revision = "0001"

_OPEN = text("state = 'sent'")


def upgrade() -> None:
    """Add it."""
    op.create_index(
        "idx_messages_open",
        "scheduled_messages",
        ["attempted_at"],
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
