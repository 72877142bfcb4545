"""Makes the pictures of ``screenshots/``: ``python -m tests.pictures``.

Needs ``rsvg-convert`` and the font Fira Code (``apt-get install librsvg2-bin fonts-firacode``).
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

from tests.support.fake_desk import FakeDesk
from trd_tui.tui.app import TrdApp

FOLDER = Path(__file__).parent.parent / "screenshots"

SHOTS: dict[str, tuple[tuple[int, int], list[str]]] = {
    "overview": ((120, 40), ["j"]),
    "overview-80x24": ((80, 24), ["j"]),
    "overview-wide": ((180, 44), ["j"]),
    "marks": ((120, 40), ["space", "space", "j", "space"]),
    "confirm": ((120, 40), ["asterisk", "p"]),
    "delete": ((120, 40), ["x"]),
    "menu": ((120, 40), ["j", "full_stop"]),
    "sort": ((120, 40), ["s"]),
    "search": ((120, 40), ["slash", *"real"]),
    "stopped": ((120, 40), ["exclamation_mark"]),
    "help": ((120, 40), ["question_mark"]),
    "palette": ((120, 40), ["colon"]),
    "campaign": ((120, 40), ["j", "enter"]),
    "campaign-contacts": ((120, 40), ["j", "enter", "2"]),
    "campaign-80x24": ((80, 24), ["j", "enter"]),
}
"""Name -> size and the keys that lead there."""


async def shoot(name: str, size: tuple[int, int], keys: list[str], folder: Path) -> None:
    """Make one picture."""

    async def desk() -> FakeDesk:
        return FakeDesk()

    app = TrdApp(desk, poll=3600, theme="trd-dark")
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        await pilot.pause(0.2)
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.1)
        await pilot.pause(0.3)
        svg = app.export_screenshot(title="trd")
    # librsvg drops leading blanks without this, and columns shift.
    svg = svg.replace("<text ", '<text xml:space="preserve" ')
    target = folder / f"{name}.png"
    command = ["rsvg-convert", "-o", str(target)]
    await asyncio.to_thread(lambda: subprocess.run(command, input=svg.encode(), check=True))
    print(target.name)


async def main(chosen: list[str]) -> None:
    """Make all pictures, or those that are named."""
    FOLDER.mkdir(exist_ok=True)
    for name, (size, keys) in SHOTS.items():
        if not chosen or name in chosen:
            await shoot(name, size, keys, FOLDER)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
