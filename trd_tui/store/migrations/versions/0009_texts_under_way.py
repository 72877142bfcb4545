"""What the caps over all campaigns count: an enrolment's texts of a week, and a contact's texts in flight."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "0009"
down_revision = "0008"

_IN_FLIGHT = text("state IN ('sending','unknown')")
_WEEK_MS = 7 * 86_400_000
_JOINED = {"sqlite": "group_concat(m.sent_at, ',')", "postgresql": "string_agg(CAST(m.sent_at AS text), ',')"}


def upgrade() -> None:
    """Add and fill the column; have the index lead on to the contact."""
    op.add_column("enrolments", sa.Column("recent_sends", sa.Text, nullable=True))
    op.execute(
        text(
            f"UPDATE enrolments SET recent_sends = (SELECT {_JOINED[op.get_bind().dialect.name]}"
            " FROM scheduled_messages m WHERE m.enrolment_id = enrolments.id"
            f" AND m.sent_at > enrolments.last_sent_at - {_WEEK_MS}) WHERE last_sent_at IS NOT NULL"
        )
    )
    op.drop_index("idx_messages_in_flight", "scheduled_messages")
    op.create_index(
        "idx_messages_in_flight",
        "scheduled_messages",
        ["state", "contact_id"],
        sqlite_where=_IN_FLIGHT,
        postgresql_where=_IN_FLIGHT,
    )
