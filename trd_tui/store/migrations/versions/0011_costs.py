"""Budgets by the day, real prices told from estimates, and what is sent by hand."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, Text, text

revision = "0011"
down_revision = "0010"

_INT = BigInteger().with_variant(Integer, "sqlite")


def _int(name: str, default: int | None = 0) -> Column[int]:
    return Column(name, _INT, nullable=False, server_default=None if default is None else text(str(default)))


def upgrade() -> None:
    """Add columns and tables; what was sent before counts for no day and is known by estimate."""
    op.add_column("campaigns", Column("daily_budget_micros", _INT, nullable=True))
    op.add_column("campaigns", _int("priced_micros"))
    op.add_column("campaigns", _int("by_hand_micros"))
    op.add_column("campaigns", _int("price_milli", 1_000))
    op.add_column("scheduled_messages", _int("spend_day"))
    op.add_column("scheduled_messages", _int("priced"))
    op.add_column("control", _int("price_milli", 1_000))
    op.create_table(
        "outlays",
        Column("id", _INT, primary_key=True, autoincrement=True),
        _int("workspace_id", 1),
        Column("campaign_id", Text, ForeignKey("campaigns.id", name="fk_outlays_campaign_id"), nullable=True),
        Column("kind", Text, nullable=False),
        Column("state", Text, nullable=False),
        _int("day", None),
        _int("segments", None),
        _int("cost_micros", None),
        _int("priced"),
        Column("sid", Text, nullable=True),
        _int("created_at", None),
        _int("updated_at", None),
        CheckConstraint("state IN ('reserved','spent','free')", name="state"),
        sqlite_strict=True,
    )
    op.create_index(
        "idx_outlays_sid",
        "outlays",
        ["sid"],
        unique=True,
        sqlite_where=text("sid IS NOT NULL"),
        postgresql_where=text("sid IS NOT NULL"),
    )
    op.create_table(
        "spend_days",
        Column("workspace_id", _INT, primary_key=True, autoincrement=False),
        Column("scope", Text, primary_key=True),
        Column("day", _INT, primary_key=True, autoincrement=False),
        _int("spent_micros"),
        _int("reserved_micros"),
        _int("priced_micros"),
        sqlite_strict=True,
    )
