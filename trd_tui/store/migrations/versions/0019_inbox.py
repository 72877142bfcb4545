"""Answers are paid like everything that is sent by hand, and what is half written of one is kept."""

from __future__ import annotations

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, Text, text

revision = "0019"
down_revision = "0018"

_INT = BigInteger().with_variant(Integer, "sqlite")
_OLD = text(
    "SELECT id, workspace_id, campaign_id, state, sid, segments, cost_micros, created_at FROM answers"
)
_OUTLAY = text(
    "INSERT INTO outlays (workspace_id, campaign_id, kind, state, day, segments, cost_micros, sid,"
    " created_at, updated_at) VALUES (:workspace_id, :campaign_id, 'answer', :paid, 0, :segments,"
    " :cost_micros, :sid, :created_at, :created_at) RETURNING id"
)
_LINK = text("UPDATE answers SET outlay_id = :outlay WHERE id = :id")
_MOVE = text(
    "UPDATE campaigns SET cost_micros = cost_micros - :spent, reserved_micros = reserved_micros - :reserved,"
    " by_hand_micros = by_hand_micros + :spent + :reserved WHERE id = :campaign_id"
)


def upgrade() -> None:
    """Move what answers have cost to the outlays, for no day: it was not counted for one."""
    op.add_column("answers", Column("outlay_id", _INT, nullable=True))
    connection = op.get_bind()
    for row in connection.execute(_OLD).mappings().all():
        under_way = row["state"] in ("sending", "unknown")
        paid = "reserved" if under_way else "free" if row["sid"] is None else "spent"
        outlay = connection.execute(_OUTLAY, {**row, "paid": paid}).scalar_one()
        connection.execute(_LINK, {"outlay": outlay, "id": row["id"]})
        cost = {"spent": 0, "reserved": 0, paid: row["cost_micros"]}
        connection.execute(_MOVE, {**cost, "campaign_id": row["campaign_id"]})
    op.drop_column("answers", "cost_micros")
    op.create_table(
        "reply_drafts",
        Column("workspace_id", _INT, primary_key=True, autoincrement=False),
        Column("number", Text, primary_key=True),
        Column("actor", Text, primary_key=True),
        Column("body", Text, nullable=False),
        Column("saved_at", _INT, nullable=False),
        sqlite_strict=True,
    )
