"""Who has the app open now: a row an open app, with a sign of life about once a minute."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text, text

revision = "0017"
down_revision = "0016"

_INT = BigInteger().with_variant(Integer, "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sessions",
        Column("id", Text, primary_key=True),
        Column("workspace_id", _INT, nullable=False, server_default=text("1")),
        Column("actor", Text, nullable=False),
        Column("login", Text, nullable=False),
        Column("place", Text, nullable=False),
        Column("since", _INT, nullable=False),
        Column("seen_at", _INT, nullable=False),
        sqlite_strict=True,
    )
