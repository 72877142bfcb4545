"""The user's own file of quiet hours: what is opened with it plans and sends by it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from trd_tui.domain.place import place_of
from trd_tui.domain.schedule import next_allowed, touch_instant
from trd_tui.domain.window import ALL_DAYS, Window
from trd_tui.settings import Settings
from trd_tui.wiring import open_product

DALLAS = place_of("+12145550100", "TX", "", "America/Chicago")
ALWAYS = Window(ALL_DAYS, 0, 1440)
DAY = date(2025, 12, 1)


def planned() -> tuple[str, str]:
    """When a touch of 07:00 is planned, and when one that is due at midnight may go, on the wall clock."""
    zone = "America/Chicago"
    midnight = int(datetime.fromisoformat(f"{DAY}T00:00-06:00").timestamp()) * 1000
    found = touch_instant(DAY, 1, 0, 420, zone, ALWAYS, DALLAS), next_allowed(midnight, zone, ALWAYS, DALLAS)
    return tuple(f"{(at - midnight) // 3_600_000}:00" for at in found)  # type: ignore[return-value]


async def test_what_is_opened_with_it_plans_by_it_and_what_is_opened_without_does_not(tmp_path: Path) -> None:
    file = tmp_path / "own.toml"
    file.write_text('date = "2026-12-01"\n[[rule]]\nstate = "TX"\nhours = "11:00-18:00"\n')
    url = f"sqlite:///{tmp_path / 'trd.db'}"
    usual = planned()
    own = open_product(Settings(database_url=url, quiet_hours_file=file))
    assert planned() == ("11:00", "11:00") != usual
    await own.close()
    other = open_product(Settings(database_url=url))
    assert planned() == usual
    await other.close()
