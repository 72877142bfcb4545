"""A reply keeps what the carrier itself takes it for, which its webhooks tell."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column; replies of before came by polls, which do not tell."""
    op.add_column("replies", Column("opt_out_type", Text, nullable=True))
