"""What is typed of a new campaign is kept until it is finished."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0018"
down_revision = "0017"

_INT = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "campaign_sheets",
        Column("workspace_id", _INT, primary_key=True, autoincrement=False),
        Column("campaign_id", Text, primary_key=True),
        Column("actor", Text, primary_key=True),
        Column("typed", Text, nullable=False),
        Column("saved_at", _INT, nullable=False),
        sqlite_strict=True,
    )
