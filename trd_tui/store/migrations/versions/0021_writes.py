"""Who watches an SQLite database tells signs of life from what has to be looked at."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, text

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the count of transactions that changed more than a sign of life."""
    count = BigInteger().with_variant(Integer, "sqlite")
    op.add_column("control", Column("writes", count, nullable=False, server_default=text("0")))
