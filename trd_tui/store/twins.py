"""Campaigns that may be the same one, made twice."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, text


class Named(NamedTuple):
    """A campaign that has a name, too."""

    id: str
    name: str
    status: str


_NAMESAKES = text(
    "SELECT t.id, t.name, t.status FROM campaigns c JOIN campaigns t"
    " ON t.workspace_id = c.workspace_id AND t.name_folded = c.name_folded AND t.id <> c.id"
    " WHERE c.id = :id AND t.deleted_at IS NULL AND t.status IN ('draft','active','paused')"
    " ORDER BY t.created_at, t.id LIMIT :limit"
)
_SHARED = text(
    "SELECT count(*) FROM enrolments a JOIN enrolments b"
    " ON b.contact_id = a.contact_id AND b.campaign_id = :other AND b.status <> 'removed'"
    " WHERE a.campaign_id = :id AND a.status <> 'removed'"
)


def namesakes(conn: Connection, id_: str, limit: int) -> list[Named]:
    """Drafts, active and paused campaigns of the same name in any case, the oldest first."""
    return [Named(*row) for row in conn.execute(_NAMESAKES, {"id": id_, "limit": limit})]


def shared_contacts(conn: Connection, id_: str, other: str) -> int:
    """How many contacts of a campaign are in another one, too."""
    return int(conn.execute(_SHARED, {"id": id_, "other": other}).scalar_one())
