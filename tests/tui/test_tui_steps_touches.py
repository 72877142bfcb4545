"""The touches of a new campaign, in its steps: a day while it is typed, and how long a toast names ``z``."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static

from tests.support.real_desk import Built
from tests.support.screen import Driver, driving_real, shows
from trd_tui.domain.sheet import TOUCHES
from trd_tui.tui.new_campaign.screen import NewCampaignScreen
from trd_tui.tui.service_desk import ServiceDesk


@pytest.fixture(autouse=True)
def kept_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every letter is checked before the next one."""
    monkeypatch.setattr(NewCampaignScreen, "KEPT_AFTER", 0.01)


async def test_a_day_that_is_being_typed_is_no_fault_and_z_is_named_as_long_as_it_does_so(
    built: Built, tmp_path: Path
) -> None:
    async with driving_real(built, tmp_path / "acme.db", (100, 30)) as d:
        await d.press("n")
        await shows(d, "what your team calls it")
        await d.press(*"Spring", "enter", "down", "enter", "ctrl+s")  # the first of the senders that exist
        await shows(d, "2 · Audience")
        assert "ctrl+o" not in d.line("#hints")
        await d.press("x")  # no such file, but it is typed
        await d.until(lambda: "ctrl+o throw away" in d.line("#hints"))
        await d.press("pagedown")
        await shows(d, "#9 day 17")
        await d.press("G")
        await _types_days(d)
        await _brings_back(d)


def _steps(d: Driver[ServiceDesk]) -> NewCampaignScreen:
    found = d.app.screen
    assert isinstance(found, NewCampaignScreen)
    return found


def _days(d: Driver[ServiceDesk]) -> list[str]:
    return [touch.day for touch in _steps(d).sheet.touches]


async def _types_days(d: Driver[ServiceDesk]) -> None:
    async def reads(state: str, *wrong: str) -> None:
        def there() -> bool:
            found = [fault.message for fault in _steps(d).faults if fault.step == TOUCHES]
            said = str(_steps(d).query_one("#touch-state", Static).content)
            return found == list(wrong) and state in said

        await d.until(there)

    usual = _days(d)
    await d.press("tab", "ctrl+u", "1")
    await reads("in use", "touch 1 has day 1 too; no two touches stand on one day")
    await d.press("2")
    await reads("will stand as touch 7")
    assert _days(d) == [*usual[:-1], "12"]  # and nothing moves meanwhile
    await d.press("pagedown")
    assert _days(d) == [*usual[:6], "12", *usual[6:-1]]
    await d.press("pageup", "tab")
    await shows(d, "#7 day 12")
    assert _steps(d).query_one("#touch-day", Input).value == "12"  # the cursor went with it
    await d.press("shift+tab")
    await reads("")


async def _brings_back(d: Driver[ServiceDesk]) -> None:
    whole = _days(d)

    def z_is_named(times: int) -> bool:
        return d.toasts().count("z brings") == times

    await d.press("x")
    assert z_is_named(1)
    await d.press("x")  # it is about this one now
    assert z_is_named(1)
    await d.press("z")
    assert z_is_named(0)
    await d.press("z")
    assert _days(d) == whole
    await d.press("t", "n")
    assert z_is_named(1)
    await d.press("a", "escape")  # what is written into the new set is not thrown away for the old one
    assert z_is_named(0)
    await d.press("x")
    assert z_is_named(1)
    await d.press("pagedown")  # where nothing lists touches, z is no key
    assert z_is_named(0)
