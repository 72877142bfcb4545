"""Changing a campaign that exists: its settings, its touches, its sequence version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from trd_tui.domain.sequence import Touch
from trd_tui.store import variants

_TOUCH = text(
    "UPDATE touches SET day = :day, kind = :kind, body = :body, active = :active, removed = :removed"
    " WHERE campaign_id = :campaign_id AND position = :position"
)
_NEW_TOUCH = text(
    "INSERT INTO touches (workspace_id, campaign_id, position, day, kind, body, active, removed)"
    " VALUES (:workspace_id, :campaign_id, :position, :day, :kind, :body, :active, :removed)"
)
_NO_TOUCHES = text("DELETE FROM touches WHERE campaign_id = :campaign_id")
_CUSTOM = text(
    "SELECT c.custom FROM enrolments e JOIN contacts c ON c.id = e.contact_id"
    " WHERE e.campaign_id = :id AND c.custom <> '{}' ORDER BY e.id DESC LIMIT :limit"
)


def some_custom_fields(connection: Connection, campaign_id: str, limit: int = 2_000) -> list[str]:
    """The custom columns (JSON) of those who joined last: which fields a template may name."""
    return list(connection.execute(_CUSTOM, {"id": campaign_id, "limit": limit}).scalars())


def change_settings(connection: Connection, campaign_id: str, values: Mapping[str, Any]) -> None:
    """Set columns of a campaign, and let every sender read its sequence anew before the next claim."""
    sets = "".join(f"{name} = :{name}, " for name in values)
    statement = text(f"UPDATE campaigns SET {sets}sequence_version = sequence_version + 1 WHERE id = :id")
    connection.execute(statement, {**values, "id": campaign_id})


def change_touches(
    connection: Connection,
    campaign_id: str,
    workspace_id: int,
    old: Sequence[Touch],
    new: Sequence[Touch],
    *,
    afresh: bool,
) -> None:
    """Store a campaign's touches and their variants.

    Args:
        connection: a writing transaction.
        campaign_id: the campaign.
        workspace_id: where it belongs.
        old: as they are stored.
        new: as they shall be; a position of ``old`` is that touch.
        afresh: no message names any of them: the old ones go away.
    """
    if afresh:
        connection.execute(_NO_TOUCHES, {"campaign_id": campaign_id})
    known = set() if afresh else {touch.position for touch in old}
    for statement, touches in (
        (_TOUCH, [touch for touch in new if touch.position in known]),
        (_NEW_TOUCH, [touch for touch in new if touch.position not in known]),
    ):
        rows = [
            {
                "workspace_id": workspace_id,
                "campaign_id": campaign_id,
                "position": touch.position,
                "day": touch.day,
                "kind": touch.kind,
                "body": touch.body,
                "active": int(touch.active),
                "removed": int(touch.removed),
            }
            for touch in touches
        ]
        if rows:
            connection.execute(statement, rows)
    variants.put(connection, campaign_id, workspace_id, new, afresh=afresh)
