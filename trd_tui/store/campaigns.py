"""Campaigns and their touches: making, reading, and the change of a status with all that goes with it.

Its statements are text: the first rows of the app come through here, and the tables of `schema` would bring
the dialects of all databases along, a seventh of the way from the first paint to the first rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, TextClause, bindparam, text

from trd_tui.domain.sequence import Touch
from trd_tui.store import counters, variants

SETTINGS: tuple[str, ...] = (
    "sender",
    "timezone",
    "send_time",
    "window_days",
    "window_from",
    "window_to",
    "resume_policy",
    "daily_cap",
    "budget_micros",
    "daily_budget_micros",
    "priority",
    "variables",
    "brand",
)
"""What a duplicate takes over beside the touches."""

_TAKEN = text("SELECT 1 FROM campaigns WHERE id = :id")


def free_id(conn: Connection, now: int) -> str:
    """An id ``camp_<epoch ms>`` that no campaign has; of two in the same millisecond the later counts on.

    The transaction holds SQLite's only write lock; on PostgreSQL the primary key refuses the second of two
    processes that ask in the same millisecond, and ``insert_campaign`` asks again.
    """
    stamp = now
    while conn.execute(_TAKEN, {"id": f"camp_{stamp}"}).first() is not None:
        stamp += 1
    return f"camp_{stamp}"


def insert_campaign(
    conn: Connection,
    workspace: int,
    user: int,
    values: Mapping[str, Any],
    sequence: Sequence[Touch],
    now: int,
) -> str:
    """Make a draft and return its id.

    Args:
        conn: a writing transaction.
        workspace: where it belongs.
        user: whose it is.
        values: its name and every column of `SETTINGS`.
        sequence: its touches.
        now: campaign instant.
    """
    row = {
        **values,
        "workspace_id": workspace,
        "user_id": user,
        "name_folded": str(values["name"]).casefold(),
        "status": "draft",
        "created_at": now,
        "last_activity_at": now,
    }
    id_ = _insert(conn, row, now)
    columns = ("position", "day", "kind", "body")
    rows = [
        {
            "workspace_id": workspace,
            "campaign_id": id_,
            "active": int(touch.active),
            **{name: getattr(touch, name) for name in columns},
        }
        for touch in sequence
    ]
    if rows:
        conn.execute(_into("touches", rows[0]), rows)
    variants.put(conn, id_, workspace, sequence, afresh=True)
    counters.move_status(conn, id_, None, "draft")
    return id_


def _into(table: str, row: Mapping[str, Any], ending: str = "") -> TextClause:
    names = ", ".join(row)
    return text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)}){ending}")


def _insert(conn: Connection, row: dict[str, Any], now: int) -> str:
    if conn.dialect.name == "sqlite":
        known = {**row, "id": free_id(conn, now)}
        conn.execute(_into("campaigns", known), known)
        return str(known["id"])
    statement = _into("campaigns", {**row, "id": None}, " ON CONFLICT DO NOTHING RETURNING id")
    while True:
        made = conn.execute(statement, {**row, "id": free_id(conn, now)}).scalar_one_or_none()
        if made is not None:
            return str(made)


_GET = text("SELECT * FROM campaigns WHERE id = :id")
_TOUCHES = text("SELECT * FROM touches WHERE campaign_id = :id ORDER BY day, active, position")
_FIND = text("SELECT * FROM campaigns WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))


def get(conn: Connection, id_: str, *, deleted: bool = False) -> RowMapping | None:
    """One campaign, every column; a deleted one only on request."""
    row = conn.execute(_GET, {"id": id_}).mappings().one_or_none()
    return row if row is None or deleted or row["deleted_at"] is None else None


def find(conn: Connection, ids: Sequence[str]) -> dict[str, RowMapping]:
    """Several campaigns by id, without the deleted."""
    rows = conn.execute(_FIND, {"ids": list(ids)}).mappings()
    return {row["id"]: row for row in rows if row["deleted_at"] is None}


def touches_of(conn: Connection, id_: str) -> list[RowMapping]:
    """A campaign's touches with their counters, in order."""
    return list(conn.execute(_TOUCHES, {"id": id_}).mappings())


def sequence_of(conn: Connection, id_: str) -> tuple[Touch, ...]:
    """A campaign's touches in order; those that were taken out are marked so."""
    texts = variants.by_touch(conn, [id_])
    return tuple(
        Touch(
            row["position"],
            row["day"],
            row["body"],
            bool(row["active"]),
            row["kind"],
            bool(row["removed"]),
            texts.get((id_, row["position"]), ()),
        )
        for row in touches_of(conn, id_)
    )


def variables_of(row: RowMapping) -> dict[str, str]:
    """The campaign's own values for templates."""
    found: dict[str, str] = json.loads(row["variables"])
    return found


_STAMPS = {
    ("draft", "active"): "started_at",
    ("paused", "active"): "resumed_at",
    ("active", "paused"): "paused_at",
    ("active", "completed"): "completed_at",
}


def change_status(conn: Connection, id_: str, old: str, new: str, now: int) -> bool:
    """Change a campaign's status if it still is what the caller saw; totals move with it.

    Args:
        conn: a writing transaction.
        id_: the campaign.
        old: the status that it must have.
        new: the status that it gets.
        now: campaign instant of the act.

    Returns:
        Whether it was done; not, when somebody else was faster.
    """
    stamp = "archived_at" if new == "archived" else _STAMPS[old, new]
    statement = text(
        f"UPDATE campaigns SET status = :new, {stamp} = :now, last_activity_at ="
        " CASE WHEN last_activity_at > :now THEN last_activity_at ELSE :now END"
        " WHERE id = :id AND status = :old AND deleted_at IS NULL"
    )
    if conn.execute(statement, {"id": id_, "old": old, "new": new, "now": now}).rowcount != 1:
        return False
    counters.move_status(conn, id_, old, new)
    return True


_DELETE = text("UPDATE campaigns SET deleted_at = :now WHERE id = :id AND deleted_at IS NULL")
_UNDELETE = text("UPDATE campaigns SET deleted_at = NULL WHERE id = :id AND deleted_at IS NOT NULL")


def hide(conn: Connection, id_: str, status: str, now: int) -> bool:
    """Delete a campaign: it is hidden everywhere, its rows stay."""
    if conn.execute(_DELETE, {"id": id_, "now": now}).rowcount != 1:
        return False
    counters.move_status(conn, id_, status, counters.DELETED)
    return True


def show_again(conn: Connection, id_: str, status: str) -> bool:
    """Take a deletion back."""
    if conn.execute(_UNDELETE, {"id": id_}).rowcount != 1:
        return False
    counters.move_status(conn, id_, counters.DELETED, status)
    return True


_DUE_BEFORE = text(
    "SELECT count(*) FROM scheduled_messages WHERE campaign_id IN :ids AND state = 'scheduled'"
    " AND scheduled_for < :until"
).bindparams(bindparam("ids", expanding=True))
_COPIES = text(
    "SELECT name FROM campaigns WHERE workspace_id = :workspace AND deleted_at IS NULL"
    " AND name_folded LIKE :pattern ESCAPE '\\'"
)


def due_before(conn: Connection, ids: Sequence[str], until: int) -> int:
    """How many messages of these campaigns are due before an instant."""
    return int(conn.execute(_DUE_BEFORE, {"ids": list(ids), "until": until}).scalar_one())


def copy_name(conn: Connection, workspace: int, name: str) -> str:
    """A name for a duplicate that no shown campaign has: ``X (copy)``, ``X (copy 2)`` ..."""
    stem = name.casefold().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    rows = conn.execute(_COPIES, {"workspace": workspace, "pattern": f"{stem} (copy%"})
    taken = {row.name.casefold() for row in rows}
    copy, count = f"{name} (copy)", 1
    while copy.casefold() in taken:
        count += 1
        copy = f"{name} (copy {count})"
    return copy
