"""A person's own answers, what is noted and put off in a conversation, and which replies were answered."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Integer, Text, UniqueConstraint, text

revision = "0008"
down_revision = "0007"

_INT = BigInteger().with_variant(Integer, "sqlite")
_UNANSWERED = text("answered_at IS NULL AND kind IN ('reply','unclear')")
_IN_FLIGHT = text("state IN ('sending','unknown')")
_OPEN = text("state = 'sent'")
_NAMED = text("sid IS NOT NULL")


def _int(name: str, default: int | None = 0) -> Column[int]:
    return Column(name, _INT, nullable=False, server_default=None if default is None else text(str(default)))


def upgrade() -> None:
    """Add them."""
    op.add_column("replies", Column("answered_at", _INT, nullable=True))
    op.create_index("idx_replies_sender", "replies", ["sender", "received_at"])
    op.create_index("idx_replies_received_at", "replies", ["received_at"])
    op.create_index(
        "idx_replies_unanswered",
        "replies",
        ["sender"],
        sqlite_where=_UNANSWERED,
        postgresql_where=_UNANSWERED,
    )
    op.create_table(
        "answers",
        Column("id", _INT, primary_key=True, autoincrement=True),
        _int("workspace_id", 1),
        Column("number", Text, nullable=False),
        Column("contact_id", _INT, ForeignKey("contacts.id", name="fk_answers_contact_id"), nullable=True),
        Column("campaign_id", Text, ForeignKey("campaigns.id", name="fk_answers_campaign_id"), nullable=True),
        Column("sender", Text, nullable=False),
        Column("body", Text, nullable=False),
        Column("state", Text, nullable=False, server_default="sending"),
        Column("attempt_id", Text, nullable=False),
        _int("attempted_at", None),
        _int("segments"),
        _int("cost_micros"),
        Column("sid", Text, nullable=True),
        Column("sent_at", _INT, nullable=True),
        Column("final_at", _INT, nullable=True),
        Column("error_code", _INT, nullable=True),
        Column("reason", Text, nullable=True),
        _int("looks"),
        Column("looked_at", _INT, nullable=True),
        _int("user_id", 1),
        Column("actor", Text, nullable=False),
        Column("login", Text, nullable=False),
        _int("created_at", None),
        _int("updated_at", None),
        UniqueConstraint("attempt_id", name="uq_answers_attempt_id"),
        CheckConstraint(
            "state IN ('sending','unknown','held','sent','delivered','undelivered','failed')",
            name=op.f("ck_answers_state"),
        ),
        sqlite_strict=True,
    )
    op.create_index("idx_answers_number", "answers", ["number", "id"])
    op.create_index(
        "idx_answers_in_flight",
        "answers",
        ["number"],
        unique=True,
        sqlite_where=_IN_FLIGHT,
        postgresql_where=_IN_FLIGHT,
    )
    op.create_index(
        "idx_answers_open", "answers", ["attempted_at"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index(
        "idx_answers_sid", "answers", ["sid"], unique=True, sqlite_where=_NAMED, postgresql_where=_NAMED
    )
    op.create_table(
        "conversations",
        Column("workspace_id", _INT, primary_key=True, autoincrement=False),
        Column("number", Text, primary_key=True),
        Column("note", Text, nullable=False, server_default=""),
        Column("snoozed_until", _INT, nullable=True),
        _int("snoozed_reply"),
        _int("updated_at", None),
        sqlite_strict=True,
    )
