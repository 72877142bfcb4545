"""That the carrier cannot be asked is a state of the database: whoever only watches sees it, too."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Add what is the matter, in a word and in a sentence, and since when."""
    op.add_column("control", Column("carrier_trouble", Text))
    op.add_column("control", Column("carrier_said", Text))
    op.add_column("control", Column("carrier_since", BigInteger().with_variant(Integer, "sqlite")))
