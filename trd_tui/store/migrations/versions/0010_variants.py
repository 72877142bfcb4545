"""A touch may have several texts; a message knows which one it had, and each has figures of its own."""

from __future__ import annotations

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    Text,
    UniqueConstraint,
    text,
)

revision = "0010"
down_revision = "0009"

_INT = BigInteger().with_variant(Integer, "sqlite")


def _int(name: str, default: int | None = 0) -> Column[int]:
    return Column(name, _INT, nullable=False, server_default=None if default is None else text(str(default)))


def upgrade() -> None:
    """Add table and column; the messages of before had the only text of their touch."""
    op.create_table(
        "touch_variants",
        Column("id", _INT, autoincrement=True, nullable=False),
        _int("workspace_id", 1),
        Column("campaign_id", Text, nullable=False),
        _int("touch", None),
        Column("name", Text, nullable=False),
        _int("place", None),
        _int("weight", 1),
        Column("body", Text, nullable=False),
        _int("removed"),
        _int("sent_count"),
        _int("delivered_count"),
        _int("failed_count"),
        _int("replied_count"),
        _int("opted_out_count"),
        PrimaryKeyConstraint("id", name="pk_touch_variants"),
        UniqueConstraint("campaign_id", "touch", "name", name="uq_touch_variants_campaign_id_touch_name"),
        ForeignKeyConstraint(["campaign_id"], ["campaigns.id"], name="fk_touch_variants_campaign_id"),
        sqlite_strict=True,
    )
    op.add_column("scheduled_messages", Column("variant", Text, nullable=True))
