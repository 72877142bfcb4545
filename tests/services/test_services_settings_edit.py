"""A changed setting is in the audit with what it was before, and no secret is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.services import Desk
from trd_tui.services import settings_edit
from trd_tui.settings import SettingsError
from trd_tui.settings_file import SettingsPlace

URL = "postgresql://ann:hush@db/trd"


async def acts(desk: Desk) -> list[tuple[str, str, str, str]]:
    found = await desk.rows("SELECT actor, act, subject_id, before, after FROM audit ORDER BY id")
    return [
        (row[1], row[2], json.loads(row[3])["value"], json.loads(row[4])["value"])
        for row in found
        if row[0] == "ann"
    ]


async def test_who_changes_a_setting_leaves_an_act(desk: Desk, tmp_path: Path) -> None:
    file, host = tmp_path / "own.toml", tmp_path / "host.toml"
    host.write_text("lease_s = 9\n")
    place = SettingsPlace({"TRD_LOG_LEVEL": "debug"}, host, file)

    async def change(key: str, text: str) -> object:
        return await settings_edit.change(desk.db, desk.clock, desk.actor, place, key, text)

    assert await change("lease_s", "12") == 12
    assert await change("lease_s", "12") == 12
    assert await change("lease_s", "") is None
    await change("twilio_auth_token", "hush-1")
    await change("twilio_auth_token", "hush-2")
    await change("database_url", URL)
    await change("database_url", f"{URL}?password=hush-3")
    for key, text in (("lease_s", "soon"), ("log_level", "info")):
        with pytest.raises(SettingsError):
            await change(key, text)
    assert [act for act in await acts(desk) if act[1] != "database_url"] == [
        ("set", "lease_s", "9", "12"),
        ("unset", "lease_s", "12", "9"),
        ("set", "twilio_auth_token", "", "set"),
        ("set", "twilio_auth_token", "set", "set (another one)"),
    ]
    everything = str(await desk.rows("SELECT before, after FROM audit"))
    assert everything.count("postgresql://") == 3
    assert "hush" not in everything


async def test_what_cannot_be_audited_is_not_changed(sqlite_desk: Desk, tmp_path: Path) -> None:
    desk = sqlite_desk
    place = SettingsPlace({}, tmp_path / "host.toml", tmp_path / "own.toml")
    await desk.db.write(lambda conn: conn.exec_driver_sql("DROP TABLE audit"))
    with pytest.raises(Exception, match="audit"):
        await settings_edit.change(desk.db, desk.clock, desk.actor, place, "lease_s", "12")
    assert not place.user_file.exists()
