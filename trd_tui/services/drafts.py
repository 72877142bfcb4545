"""Drafts: a new campaign from a definition, and the copy of one that exists."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.phone import DEFAULT_RATE_MILLI, sender_kind
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.previews import counted
from trd_tui.services.views import ActResult
from trd_tui.store import audit, campaigns, contacts, senders
from trd_tui.store.database import Database

if TYPE_CHECKING:
    from trd_tui.domain.definition import CampaignDefinition

Progress = Callable[[int, int], None]
"""Told how many contacts are done, of how many."""


async def create(db: Database, clock: Clock, actor: Actor, definition: CampaignDefinition) -> str:
    """Save a new campaign as a draft and return its id.

    A sender that is not known yet is added with the usual rate of its kind.
    """
    return await db.write(create_draft, clock, actor, definition)


def create_draft(conn: Connection, clock: Clock, actor: Actor, definition: CampaignDefinition) -> str:
    """`create`, inside a transaction of the caller."""
    now = clock.now()
    values = {"name": definition.name, **settings_of(definition)}
    kind = sender_kind(definition.sender)
    senders.add_sender(conn, definition.sender, kind, DEFAULT_RATE_MILLI[kind], now)
    touches = definition.sequence.touches
    id_ = campaigns.insert_campaign(conn, WORKSPACE, actor.user_id, values, touches, now)
    after = {"name": definition.name, "status": "draft", "touches": len(touches)}
    audit.record(conn, actor, "create", "campaign", id_, None, after, at=clock.real())
    return id_


def settings_of(definition: CampaignDefinition) -> dict[str, Any]:
    """A definition's settings by column, `trd_tui.store.campaigns.SETTINGS`."""
    window = definition.window
    return {
        "sender": definition.sender,
        "timezone": definition.timezone,
        "send_time": definition.send_time,
        "window_days": window.days,
        "window_from": window.opens,
        "window_to": window.closes,
        "resume_policy": definition.resume_policy,
        "daily_cap": definition.daily_cap,
        "budget_micros": definition.budget_micros,
        "daily_budget_micros": definition.daily_budget_micros,
        "priority": definition.priority,
        "variables": json.dumps(dict(definition.variables), ensure_ascii=False),
        "brand": definition.brand,
    }


async def duplicate(
    db: Database,
    clock: Clock,
    actor: Actor,
    id_: str,
    name: str | None = None,
    *,
    with_contacts: bool = False,
    progress: Progress | None = None,
) -> ActResult:
    """Make a draft with all settings and touches of a campaign; with its contacts only on request.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        id_: the campaign to copy; archived ones may be copied too.
        name: the draft's name; "X (copy)" when none is given.
        with_contacts: enrol the same contacts too, but for those who were removed.
        progress: told as the contacts are copied.
    """
    result = await db.write(_duplicate, clock, actor, id_, (name or "").strip() or None)
    if not (result.ok and with_contacts):
        return result
    copy = str(result.figures["new_campaign_id"])
    cursor, done, total = 0, 0, int(result.figures["contacts_of_original"] or 0)
    while True:
        cursor, seen, added = await db.write(contacts.copy_enrolments, id_, copy, cursor, clock.now())
        if not seen:
            break
        done += added
        if progress:
            progress(done, total)
    message = f"{result.message}, with {counted(done, 'contact')}"
    return ActResult(id_, result.name, True, message, {**result.figures, "contacts": done})


def _duplicate(conn: Connection, clock: Clock, actor: Actor, id_: str, name: str | None) -> ActResult:
    row = campaigns.get(conn, id_)
    if row is None:
        return ActResult(id_, id_, False, f"there is no campaign {id_}; see trd campaign list")
    copy_name = name or campaigns.copy_name(conn, WORKSPACE, row["name"])
    values = {"name": copy_name, **{column: row[column] for column in campaigns.SETTINGS}}
    now = clock.now()
    kept = [touch for touch in campaigns.sequence_of(conn, id_) if not touch.removed]
    touches = [replace(touch, position=place) for place, touch in enumerate(kept, start=1)]
    copy = campaigns.insert_campaign(conn, WORKSPACE, actor.user_id, values, touches, now)
    after = {"name": copy_name, "status": "draft", "copied_from": id_}
    audit.record(conn, actor, "duplicate", "campaign", copy, None, after, at=clock.real())
    figures = {
        "new_campaign_id": copy,
        "new_name": copy_name,
        "touches": len(touches),
        "contacts": 0,
        "contacts_of_original": row["contact_count"],
        "created_at": now,
    }
    return ActResult(id_, row["name"], True, f"duplicated as the draft {copy_name} ({copy})", figures)
