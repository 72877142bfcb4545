"""A monkey at the keyboard: random keys and sizes, while another operator changes things beside it.

It knows no screen. Its keys are all that the table of actions has, all that can be typed, and the moves; so
it finds its way into every screen that the keys lead to, also into those that are made later.
"""

from __future__ import annotations

import asyncio
import inspect
import random
import string
import traceback
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual.events import Key
from textual.keys import key_to_character
from textual.pilot import Pilot

from tests.support.watchdog import Watchdog
from trd_tui.services.views import ListQuery
from trd_tui.tui.actions import every
from trd_tui.tui.app import TrdApp
from trd_tui.tui.desk import Desk, OpenDesk

_NAMED = {"slash": "/", "minus": "-", "plus": "+", "backslash": "\\"}
"""What Textual's own table of names leaves out."""

QUITS = frozenset({"q", "ctrl+q"})
BOUND = tuple(sorted({key for action in every() for key in action.keys.split(",") if key} - QUITS))
"""Sorted, as all that follows: one seed is one sequence of keys as long as the table does not change."""

MOVES = (
    "j", "k", "down", "up", "left", "right", "enter", "enter", "space", "tab", "shift+tab", "pageup",
    "pagedown", "home", "end", "g", "G", "escape", "backspace", "delete",
)  # fmt: skip
TYPED = tuple(sorted(set(string.ascii_letters + string.digits) - QUITS))
FUNCTIONS = tuple(f"f{number}" for number in range(1, 13))
SIZES = (80, 24), (200, 60)
"""Columns and lines, from the smallest to the largest."""

PAUSE_S = 0.005
"""Seconds between two goes: faster than hands, and than an act is through, so that keys come in between."""


class MonkeysApp(TrdApp):
    """The product's app, but it is not left, and what it complains of is noted."""

    CSS_PATH: ClassVar = [str(Path(inspect.getfile(TrdApp)).parent / each) for each in TrdApp.CSS_PATH]

    def __init__(self, open_desk: OpenDesk) -> None:
        super().__init__(open_desk, theme="trd-dark")
        self.faults: list[str] = []

    async def action_quit(self) -> None:
        """Stay."""

    def _handle_exception(self, error: Exception) -> None:
        """Note first what Textual is about to tell at length, and may fail to."""
        self.faults.append("".join(traceback.format_exception(error)))
        super()._handle_exception(error)

    def complain(self, error: Exception) -> None:
        """Note what is no sentence of ours: a fault of the program, not of the situation."""
        if not type(error).__module__.startswith("trd_tui."):
            self.faults.append("".join(traceback.format_exception(error)))
        super().complain(error)


class Monkey:
    """One run of it.

    Args:
        seed: one seed is one sequence of keys.
        other: another operator's desk on the same database.
    """

    def __init__(self, seed: int, other: Desk) -> None:
        self._chance = random.Random(seed)
        self._other = other
        self.pressed: deque[str] = deque(maxlen=40)
        self.screens: set[str] = set()

    def _keys(self) -> Sequence[str]:
        """The next keys that it presses, in one go."""
        chance = self._chance
        kind = chance.choices(("move", "bound", "type", "function", "hold", "word"), (40, 25, 18, 4, 5, 8))[0]
        if kind == "move":
            return [chance.choice(MOVES)]
        if kind == "bound":
            return [chance.choice(BOUND)]
        if kind == "type":
            return [chance.choice(TYPED)]
        if kind == "function":
            return [chance.choice(FUNCTIONS)]
        if kind == "hold":
            return [chance.choice((*MOVES, *BOUND))] * chance.randint(2, 8)
        return [
            chance.choice(("slash", "colon", "full_stop", "n", "s", "f")),
            *chance.choices(TYPED, k=3),
            "enter",
        ]

    async def play(self, pilot: Pilot[None], keys: int, watchdog: Watchdog) -> None:
        """Press so many keys."""
        app = pilot.app
        while keys > 0:
            burst = self._keys()[:keys]
            keys -= len(burst)
            self.pressed.extend(burst)
            self.screens.add(type(app.screen).__name__)
            watchdog.at = f"{type(app.screen).__name__} {' '.join(burst)}"
            for key in burst:
                app.post_message(Key(key, _NAMED.get(key) or key_to_character(key)))
            await asyncio.sleep(PAUSE_S)
            if self._chance.random() < 0.02:
                await pilot.resize_terminal(*map(self._chance.randint, *SIZES))
            if self._chance.random() < 0.04:
                await self._change()

    async def _change(self) -> None:
        """Let the other operator do something to a campaign."""
        other, chance = self._other, self._chance
        ids = await other.ids(ListQuery())
        if not ids:
            return
        act = chance.choice(("pause", "resume", "resume", "duplicate", "archive", "delete"))
        if act in ("archive", "delete") and len(ids) < 5:
            act = "duplicate"
        self.pressed.append(f"<{act}>")
        with suppress(ValueError):
            await other.act(act, [chance.choice(ids)])
