"""What may have been sent unseen counts for caps and budgets as long as nobody knows that it was not."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text, text

revision = "0023"
down_revision = "0022"

_INT = BigInteger().with_variant(Integer, "sqlite")
_UNSEEN = text("kind = 'unclear' AND state = 'spent'")

# Held for this reason because of a call without an answer; what counted for budgets before is found first.
_HELD = text(
    "SELECT id, workspace_id, campaign_id, contact_id, attempt_id, spend_day, segments, cost_micros,"
    " updated_at FROM scheduled_messages WHERE state = 'held' AND attempts > 0 AND attempt_id IS NOT NULL"
    " AND (reason LIKE 'the carrier does not list it after %'"
    "  OR reason LIKE 'the carrier lists several messages %'"
    "  OR reason LIKE 'the carrier''s list could not be read%') ORDER BY id"
)
_COUNTED = text(
    "SELECT min(id) FROM outlays WHERE kind = 'unclear' AND state = 'spent' AND contact_id IS NULL"
    " AND campaign_id = :campaign_id AND day = :spend_day AND segments = :segments"
    " AND cost_micros = :cost_micros"
)
_LINK = text(
    "UPDATE outlays SET contact_id = :contact_id, message_id = :id, attempt_id = :attempt_id,"
    " tried_at = :updated_at WHERE id = :outlay"
)
_ADD = text(
    "INSERT INTO outlays (workspace_id, campaign_id, kind, state, day, segments, cost_micros, created_at,"
    " updated_at, contact_id, message_id, attempt_id, tried_at) VALUES (:workspace_id, :campaign_id,"
    " 'unclear', 'spent', :spend_day, :segments, :cost_micros, :updated_at, :updated_at, :contact_id, :id,"
    " :attempt_id, :updated_at)"
)
_PAY = text("UPDATE campaigns SET by_hand_micros = by_hand_micros + :cost_micros WHERE id = :campaign_id")
_PAY_DAY = text(
    "INSERT INTO spend_days (workspace_id, scope, day, spent_micros)"
    " VALUES (:workspace_id, :scope, :spend_day, :cost_micros) ON CONFLICT (workspace_id, scope, day)"
    " DO UPDATE SET spent_micros = spend_days.spent_micros + excluded.spent_micros"
)


def upgrade() -> None:
    """Add to whom, which and when; what is held now because nobody knows is counted from now on."""
    for column in ("contact_id", "message_id"):
        op.add_column("outlays", Column(column, _INT, nullable=True))
    op.add_column("outlays", Column("attempt_id", Text, nullable=True))
    op.add_column("outlays", Column("tried_at", _INT, nullable=True))
    op.create_index(
        "idx_outlays_unseen",
        "outlays",
        ["contact_id"],
        sqlite_where=_UNSEEN,
        postgresql_where=_UNSEEN,
    )
    connection = op.get_bind()
    for row in connection.execute(_HELD).mappings().all():
        outlay = connection.execute(_COUNTED, dict(row)).scalar_one()
        if outlay is not None:
            connection.execute(_LINK, {**row, "outlay": outlay})
            continue
        connection.execute(_ADD, dict(row))
        connection.execute(_PAY, dict(row))
        if row["spend_day"]:
            connection.execute(_PAY_DAY, [{**row, "scope": scope} for scope in ("", row["campaign_id"])])
