"""What came in on one campaign, newest first: by kind, by the touch that it answers, and by a search."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, RowMapping, TextClause, text

from trd_tui.store.conversations import matching

_JOINS = (
    "replies r LEFT JOIN contacts c ON c.id = r.contact_id"
    " LEFT JOIN scheduled_messages m ON m.id = r.message_id"
)
# A contact counts once, with the first reply that is one.
_COUNTED = (
    "CASE WHEN r.kind = 'reply' AND NOT EXISTS (SELECT 1 FROM replies f WHERE f.contact_id = r.contact_id"
    " AND f.campaign_id || '' = r.campaign_id AND f.kind = 'reply' AND f.id < r.id) THEN 1 ELSE 0 END"
)
_COLUMNS = (
    "r.id, r.sender AS number, coalesce(c.first_name, '') AS first_name,"
    " coalesce(c.last_name, '') AS last_name, r.received_at AS at, r.kind, r.body, m.touch, r.answered_at,"
    f" {_COUNTED} AS counted"
)
_COUNTS = text(
    f"SELECT m.touch, r.kind, count(*) FROM {_JOINS} WHERE r.campaign_id = :campaign GROUP BY m.touch, r.kind"
)


@lru_cache(maxsize=64)
def _statements(kind: bool, touch: bool, search: str) -> tuple[TextClause, TextClause, TextClause]:
    where = "r.campaign_id = :campaign"
    where += " AND r.kind = :kind" if kind else ""
    where += " AND m.touch = :touch" if touch else ""
    where += search
    page = text(
        f"SELECT {_COLUMNS} FROM {_JOINS} WHERE {where}"
        " ORDER BY r.received_at DESC, r.id DESC LIMIT :limit OFFSET :offset"
    )
    counted = text(f"SELECT count(*) FROM {_JOINS} WHERE {where}")
    rank = text(
        f"SELECT (SELECT count(*) FROM {_JOINS} WHERE {where}"
        " AND (r.received_at, r.id) > (x.received_at, x.id))"
        f" FROM replies x WHERE x.id = :id AND EXISTS (SELECT 1 FROM {_JOINS} WHERE {where} AND r.id = x.id)"
    )
    return page, counted, rank


def _asked(
    campaign: str, kind: str | None, touch: int | None, search: str
) -> tuple[tuple[TextClause, TextClause, TextClause], dict[str, Any]]:
    condition, bound = matching(search)
    values: dict[str, Any] = {"campaign": campaign, **bound}
    if kind is not None:
        values["kind"] = kind
    if touch is not None:
        values["touch"] = touch
    return _statements(kind is not None, touch is not None, condition), values


def page(
    conn: Connection,
    campaign: str,
    *,
    kind: str | None,
    touch: int | None,
    search: str,
    limit: int,
    offset: int,
) -> tuple[list[RowMapping], int]:
    """A page of what came in on a campaign, the newest first, and how many match."""
    (rows_of, counted, _), values = _asked(campaign, kind, touch, search)
    rows = list(conn.execute(rows_of, {**values, "limit": limit, "offset": offset}).mappings())
    if len(rows) < limit and (rows or not offset):
        return rows, offset + len(rows)
    return rows, int(conn.execute(counted, values).scalar_one())


def rank(
    conn: Connection, campaign: str, id_: int, *, kind: str | None, touch: int | None, search: str
) -> int | None:
    """At which place, from 0, one of them stands; ``None`` when it is not among them."""
    (_, _, ranked), values = _asked(campaign, kind, touch, search)
    place = conn.execute(ranked, {**values, "id": id_}).scalar_one_or_none()
    return None if place is None else int(place)


def counts(conn: Connection, campaign: str) -> list[tuple[int | None, str, int]]:
    """How many there are by touch and kind."""
    return [
        (touch, kind, int(number)) for touch, kind, number in conn.execute(_COUNTS, {"campaign": campaign})
    ]
