"""Makes the pictures of ``screenshots/`` from the demonstration's own data: ``python -m tests.pictures``.

Needs ``rsvg-convert`` and the font Fira Code (``apt-get install librsvg2-bin fonts-firacode``).
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
from contextlib import chdir
from pathlib import Path

from tests.support.real_desk import Built, build, open_real_desk
from tests.support.screen import settled
from trd_tui.tui.app import TrdApp
from trd_tui.tui.desk import Desk

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "screenshots"
PEOPLE = ROOT / "examples" / "people.csv"

SPRING = ["n", "S p r i n g space o p e n space h o u s e", "enter", "down", "enter"]
"""Keys to the first step of a new campaign, filled in; what is typed in one go stands together."""

AUDIENCE = [*SPRING, "ctrl+s", "p e o p l e full_stop c s v", "enter"]
"""To its second step, with the contacts of ``examples/`` looked at."""

LIMITS = ["j", "S", *["down"] * 7, "8 0"]
"""To the schedule and limits of a campaign that runs, a budget typed."""

ANSWER = ["space" if letter == " " else letter for letter in "Hi Cedric, Cleo of Acme Homes here."]

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
    "campaign-touches": ((120, 40), ["j", "enter", "2", "j", "v"]),
    "campaign-touches-80x24": ((80, 24), ["j", "enter", "2", "j"]),
    "campaign-contacts": ((120, 40), ["j", "enter", "3"]),
    "campaign-why": ((120, 40), ["j", "enter", "3", "w"]),
    "campaign-timeline": ((120, 40), ["j", "enter", "4", "l", "enter"]),
    "campaign-replies": ((120, 40), ["j", "enter", "5", "w"]),
    "campaign-activity": ((120, 40), ["j", "enter", "6"]),
    "campaign-limits": ((120, 40), LIMITS),
    "senders": ((120, 40), ["f6", "j"]),
    "suppressions": ((120, 40), ["f6", "2"]),
    "settings": ((120, 40), ["f6", "3", "j"]),
    "audit": ((120, 40), ["f6", "4"]),
    "audit-entry": ((120, 40), ["f6", "4", "enter"]),
    "campaign-80x24": ((80, 24), ["j", "enter"]),
    "reports": ((120, 40), ["f4"]),
    "reports-touches": ((120, 40), ["f4", "j", "enter"]),
    "reports-days": ((120, 40), ["f4", "3"]),
    "reports-errors": ((120, 40), ["f4", "5"]),
    "health": ((120, 40), ["f5"]),
    "health-waiting": ((120, 40), ["f5", "2"]),
    "new-campaign": ((120, 40), SPRING),
    "new-campaign-audience": ((120, 40), AUDIENCE),
    "new-campaign-touches": ((120, 40), [*AUDIENCE, "ctrl+s", "ctrl+s"]),
    "new-campaign-schedule": ((120, 40), [*AUDIENCE, "ctrl+s", "ctrl+s", "ctrl+s"]),
    "new-campaign-review": ((120, 40), [*AUDIENCE, "ctrl+s", "ctrl+s", "ctrl+s", "ctrl+s"]),
    "new-campaign-80x24": ((80, 24), ["n"]),
    "inbox": ((120, 40), ["f3", "j", "a", *ANSWER]),
    "inbox-80x24": ((80, 24), ["f3", "j", "enter"]),
}
"""Name -> size and the keys that lead there."""


async def shoot(
    built: Built, name: str, size: tuple[int, int], keys: list[str], folder: Path, theme: str = "trd-dark"
) -> None:
    """Make one picture from a built database."""
    with tempfile.TemporaryDirectory() as scratch, chdir(scratch):
        shutil.copy(PEOPLE, scratch)
        desk = open_real_desk(built, Path(scratch) / "acme.db")

        async def opened() -> Desk:
            return desk

        app = TrdApp(opened, poll=3600, theme=theme)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settled(pilot.app)
            for key in keys:
                await pilot.press(*key.split())
                await settled(pilot.app)
            await pilot.pause(0.3)  # the palette finds its commands, the search waits for the next letter
            await settled(pilot.app)
            svg = app.export_screenshot(title="trd")
        await desk.close()
    # librsvg drops leading blanks without this, and columns shift.
    svg = svg.replace("<text ", '<text xml:space="preserve" ')
    target = folder / f"{name}.png"
    command = ["rsvg-convert", "-o", str(target)]
    await asyncio.to_thread(lambda: subprocess.run(command, input=svg.encode(), check=True))
    print(target.name)


def main(chosen: list[str]) -> None:
    """Make all pictures, or those that are named."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        built = build(Path(scratch) / "demo.db")
        for name, (size, keys) in SHOTS.items():
            if not chosen or name in chosen:
                asyncio.run(shoot(built, name, size, keys, FOLDER))


if __name__ == "__main__":
    main(sys.argv[1:])
