"""What went wrong lately is found by its time, and who sends is told with since when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0016"
down_revision = "0015"

_FAILED = text("error_code IS NOT NULL")


def upgrade() -> None:
    """Add an index of the few messages that the carrier has had something against, and a column."""
    op.create_index(
        "idx_messages_errors",
        "scheduled_messages",
        ["updated_at"],
        sqlite_where=_FAILED,
        postgresql_where=_FAILED,
    )
    op.add_column("leases", sa.Column("held_since", sa.BigInteger().with_variant(sa.Integer, "sqlite")))
