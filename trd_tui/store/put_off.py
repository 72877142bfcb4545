"""What may move texts that a plan gives a date: caps over all campaigns, and a campaign's own by the day."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, text

from trd_tui.domain.frequency import WEEK_MS
from trd_tui.domain.put_off import Limits, Putter

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


_CONTACTS = text("SELECT open_count FROM campaigns WHERE id IN :ids").bindparams(
    bindparam("ids", expanding=True)
)
_OWN = text(
    "SELECT count(CASE WHEN daily_cap < open_count THEN 1 END), count(daily_budget_micros)"
    " FROM campaigns WHERE id IN :ids"
).bindparams(bindparam("ids", expanding=True))


class Own(NamedTuple):
    """A campaign's own limits of a day, as they shall be: texts, and micro-dollars; ``None`` for none."""

    daily_cap: int | None
    daily_budget_micros: int | None


def putters(
    conn: Connection,
    ids: Sequence[str],
    now: int,
    limits: Limits,
    *,
    counted: bool = True,
    own: Own | None = None,
) -> list[Putter]:
    """What may put off texts of these campaigns that a plan gives a date; only a claim knows, at its time.

    Args:
        conn: any transaction; where no contact shares the caps with another campaign, nor has used up the
            week's, every open contact of these campaigns is looked at.
        ids: the campaigns.
        now: campaign instant.
        limits: what the settings limit over all campaigns.
        counted: whether the contacts are looked at; otherwise they count as those whom the caps may hit.
        own: the limits that each shall have; without it those that are stored.
    """
    values = {"ids": list(ids), "since": now - WEEK_MS, "per_week": limits.caps.per_week}
    shared = not counted or conn.execute(_MAY, values).first() is not None
    if own is None:
        capped, budgeted = conn.execute(_OWN, {"ids": list(ids)}).one()
    else:
        contacts = conn.execute(_CONTACTS, {"ids": list(ids)}).scalars()
        capped = own.daily_cap is not None and any(own.daily_cap < count for count in contacts)
        budgeted = own.daily_budget_micros is not None
    found: list[tuple[Putter, bool]] = [
        ("frequency_caps", shared), ("daily_cap", capped > 0), ("daily_budget", budgeted > 0),
        ("shared_daily_budget", limits.daily_budget),
    ]  # fmt: skip
    return [putter for putter, may in found if may]
