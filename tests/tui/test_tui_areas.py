"""The ways between the parts of the app, and what every one of them says of these and of the stop."""

from __future__ import annotations

from pathlib import Path

from tests.support.real_desk import Built
from tests.support.screen import driving_real

EVERYWHERE = (
    ("f2",),
    ("j", "enter"),
    ("2", "enter"),
    ("f2", "n"),
    ("f3",),
    ("j", "a"),
    ("f4",),
    ("f5",),
    ("f6",),
)
"""Keys that lead through every kind of screen, also to where ``!`` would be typed."""


async def test_every_screen_says_what_the_key_of_the_stop_does_now(built: Built, tmp_path: Path) -> None:
    async with driving_real(built, tmp_path / "x.db", (80, 24)) as d:
        await d.press("exclamation_mark")
        assert "! release" in d.line("#hints")  # at once, not with the next key
        for keys in EVERYWHERE:
            await d.press(*keys)
            assert "! release" in d.line("#hints"), keys
        await d.press("colon", *"release")
        await d.until(lambda: "Release  (!)" in d.text())
        await d.press("escape", "exclamation_mark", "y")
        assert "! stop" in d.line("#hints")
        for keys in EVERYWHERE:
            await d.press(*keys)
            assert "! stop" in d.line("#hints"), keys
