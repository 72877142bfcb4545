"""A campaign knows its brand, which its first touch must name."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the column; campaigns of before have none."""
    op.add_column("campaigns", Column("brand", Text, nullable=True))
