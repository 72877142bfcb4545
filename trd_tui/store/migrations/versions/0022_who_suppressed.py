"""The do-not-contact list knows who has put a number there, also of a file."""

from __future__ import annotations

from alembic import op
from sqlalchemy import Column, Text

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the actor; of numbers that one person has put there alone the audit knows them already."""
    op.add_column("suppressions", Column("actor", Text))
