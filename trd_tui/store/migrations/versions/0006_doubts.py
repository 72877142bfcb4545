"""A contact may have said something that reads like an opt-out: a person decides before anything goes."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the column."""
    op.add_column("contacts", Column("doubt", Text, nullable=True))
