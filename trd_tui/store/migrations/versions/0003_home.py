"""Which database this is, so that a copy of it is known for one."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the identity; it is filled in when the database is next used to send."""
    op.add_column("control", Column("home", Text, nullable=True))
