"""Changing a setting: into the user's own file, and into the audit with what it was before."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.services.actor import Actor
from trd_tui.settings import checked, load_settings
from trd_tui.settings_file import SettingsPlace, SettingView, described, shown, write
from trd_tui.store import audit
from trd_tui.store.database import Database


async def change(
    db: Database, clock: Clock, actor: Actor, place: SettingsPlace, key: str, text: str
) -> object:
    """Write one setting, or take it out of the user's file where ``text`` is empty.

    The audit keeps value and source of before and after as people see them, so never a secret: of one it
    says that it was set, and that it is another one now.

    Returns:
        The value as `trd_tui.settings.Settings` holds it; ``None`` where it was taken out.

    Raises:
        SettingsError: it cannot be changed there; nothing was changed.
    """
    return await db.write(_change, clock, actor, place, key, text)


def _change(
    conn: Connection, clock: Clock, actor: Actor, place: SettingsPlace, key: str, text: str
) -> object:
    before, was = _held(place, key)
    if text:
        after = checked(key, text)
        now = replace(was, value=shown(key, after), source=str(place.user_file))
    else:
        after, now = _held(replace(place, user_file=Path(os.devnull)), key)
    if (before, was.source) != (after, now.source):
        other = " (another one)" if was.value == now.value and before != after else ""
        audit.record(
            conn,
            actor,
            "set" if text else "unset",
            "setting",
            key,
            {"value": was.value, "where": was.source},
            {"value": now.value + other, "where": now.source},
            at=clock.real(),
        )
    # last: what is refused takes the act back, and where nothing can be audited nothing is changed
    return write(place, key, text)


def _held(place: SettingsPlace, key: str) -> tuple[object, SettingView]:
    """A setting as it holds, and as people see it."""
    settings = load_settings(place.environment, system_file=place.system_file, user_file=place.user_file)
    return getattr(settings, key), next(view for view in described(place) if view.key == key)
