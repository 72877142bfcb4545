"""What goes next is asked after every commit: beside paused senders, too, in a seek a sender in use."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

revision = "0025"
down_revision = "0024"

_WAITING = text("status = 'active' AND deleted_at IS NULL AND next_due_at IS NOT NULL")


def upgrade() -> None:
    """Add an index of the active campaigns by sender and their next message."""
    op.create_index(
        "idx_campaigns_next",
        "campaigns",
        ["status", "sender", "next_due_at"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
