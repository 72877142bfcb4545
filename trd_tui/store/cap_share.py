"""Whether the caps over all campaigns may move what a plan gives a date: only a claim knows, at its time."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, text

from trd_tui.domain.frequency import WEEK_MS

_OPEN = "IN ('active','held')"
_MAY = text(
    "SELECT 1 FROM enrolments e WHERE e.campaign_id IN :ids"
    f" AND e.status {_OPEN} AND (("
    "  e.last_sent_at > :since AND :per_week > 0"
    "  AND length(e.recent_sends) - length(replace(e.recent_sends, ',', '')) + 1 >= :per_week"
    " ) OR EXISTS (SELECT 1 FROM enrolments o JOIN campaigns p ON p.id = o.campaign_id"
    "  WHERE o.contact_id = e.contact_id AND o.id <> e.id AND (o.last_sent_at > :since"
    f"  OR o.status {_OPEN} AND (p.status = 'active' AND p.deleted_at IS NULL OR p.id IN :ids)))) LIMIT 1"
).bindparams(bindparam("ids", expanding=True))


def caps_may_move(conn: Connection, ids: Sequence[str], now: int, per_week: int) -> bool:
    """Whether any contact of these campaigns shares the caps with another one, or has used up the week's.

    Args:
        conn: any transaction; where nobody does, every open contact of these campaigns is looked at.
        ids: the campaigns.
        now: campaign instant.
        per_week: most texts to one contact a week; 0 = no limit.
    """
    values = {"ids": list(ids), "since": now - WEEK_MS, "per_week": per_week}
    return conn.execute(_MAY, values).first() is not None
