"""The app: paints first, opens the product after, watches for changes, holds what all screens share."""

from __future__ import annotations

import asyncio
import os
import time
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import App
from textual.screen import Screen

from trd_tui.tui import format as show
from trd_tui.tui.actions import ACTIONS, Action, for_screen
from trd_tui.tui.acts import ActingScreen, Done
from trd_tui.tui.overview import OverviewScreen
from trd_tui.tui.palette import ActionProvider
from trd_tui.tui.theme import DARK, DEFAULTS, THEMES, choose
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from trd_tui.tui.desk import Desk, OpenDesk, Progress

POLL = 0.25
"""Seconds between two looks for a change."""


class TrdApp(App[None]):
    """TRD's full screen."""

    CSS_PATH: ClassVar = ["app.tcss", "overview.tcss"]  # a default screen's own style would not be loaded
    TITLE = "TRD"
    COMMANDS = App.COMMANDS | {ActionProvider}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar = []

    def __init__(self, open_desk: OpenDesk, *, poll: float = POLL, theme: str = "") -> None:
        super().__init__()
        self._open_desk = open_desk
        self._poll = poll
        self.desk: Desk | None = None
        self.stopped = False
        self.last_done: Done | None = None
        self.progress_text = ""
        self.acting = False
        self._said_error = ""
        self._said_trouble: str | None = None
        for known in THEMES:
            self.register_theme(known)
        self._first_theme(theme or os.environ.get("TEXTUAL_THEME") or choose(os.environ))

    def _first_theme(self, name: str) -> None:
        """Set the theme. Our own is set without its watcher, which would apply every style twice."""
        if name != DARK.name:
            self.theme = name
            return
        self.set_reactive(App.theme, name)
        for known, wanted in (("-dark-mode", True), ("-light-mode", False), (f"-theme-{name}", True)):
            self.set_class(wanted, known, update=False)
        self.stylesheet.set_variables(self.get_css_variables())

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our own colours, for themes that do not have them."""
        return {**super().get_theme_variable_defaults(), **DEFAULTS}

    def get_default_screen(self) -> Screen[None]:
        """The overview is the home."""
        return OverviewScreen()

    def on_mount(self) -> None:
        """Open the product, but not before the frame has been painted."""
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        begin(self, self._open, group="open", exclusive=True)

    async def _open(self) -> None:
        """Open the product in a worker; its imports alone take longer than the first paint."""
        self.desk = await self._open_desk()
        for screen in self.screen_stack:
            if isinstance(screen, OverviewScreen):
                screen.desk_opened()
        begin(self, self._watch, group="watch", exclusive=True)

    # Watching

    async def _watch(self) -> None:
        """Look for changes; the next look begins after the last has ended, so slow ones never pile up."""
        token: int | None = None
        while True:
            begun = time.monotonic()
            try:
                token = await self.look(token)
                self._said_error = ""
            except Exception as error:
                self.complain(error)
            await asyncio.sleep(max(self._poll, 2 * (time.monotonic() - begun)))

    async def look(self, token: int | None) -> int:
        """Look once: read again what is in view when the token differs from the last."""
        desk = self.desk
        if desk is None:
            return token or 0
        found = await desk.token()
        trouble = desk.engine().last_error
        if trouble != self._said_trouble:
            self._said_trouble = trouble
            if trouble:
                self.notify(trouble, title="The scheduler", severity="warning", timeout=10, markup=False)
        screen = self.screen
        if isinstance(screen, ActingScreen):
            if token is not None and found != token:
                screen.live()
            screen.tick()
        return found

    def complain(self, error: Exception) -> None:
        """Say a fault once, not four times a second."""
        self.log.error(error)
        text = str(error) or type(error).__name__
        if text != self._said_error:
            self._said_error = text
            self.notify(text, title="Something went wrong", severity="error", timeout=10, markup=False)

    # What all screens share

    def actions_here(self) -> list[Action]:
        """The actions of the screen in front."""
        screen = self.screen
        if isinstance(screen, ActingScreen):
            slow = self.desk is None or self.desk.speed == 1
            return [
                a for a in for_screen(screen.name_in_table) if not (slow and a.id in ("faster", "slower"))
            ]
        return list(ACTIONS)

    def progress_of(self, act: str) -> Progress:
        """A listener that shows how far a long act is."""
        begun = time.monotonic()

        def on_progress(done: int, total: int) -> None:
            spent = time.monotonic() - begun
            rate = done / spent if spent else 0
            left = f", {(total - done) / rate:,.0f} s left" if rate and total > done else ""
            self.progress_text = f"{act}: {done:,} of {total:,} contacts ({rate:,.0f}/s{left})"
            self.call_later(self._say_progress)

        return on_progress

    def progress_over(self) -> None:
        """The long act is over."""
        if self.progress_text:
            self.progress_text = ""
            self._say_progress()

    def _say_progress(self) -> None:
        say = getattr(self.screen, "say_hints", None)
        if say is not None:
            say()

    # The emergency stop

    def emergency(self) -> None:
        """Stop at once, without a question; when it is set, ask whether to release it."""
        desk = self.desk
        if desk is None:
            self.notify(
                "The product is still opening; nothing is being sent by this process yet.", severity="warning"
            )
            return
        if self.stopped or desk.engine().stopped:
            begin(self, partial(self._ask_release, desk), group="release", exclusive=True)
            return
        desk.stop_now()  # in memory first: the flag is read before every call to the carrier
        self.stopped = True
        self._tick()
        begin(self, partial(self._stop_everywhere, desk), group="stop")

    def action_emergency(self) -> None:
        """The stop from over a question; its release is asked for elsewhere."""
        if not self.stopped:
            self.emergency()

    async def _stop_everywhere(self, desk: Desk) -> None:
        await desk.stop_everywhere()
        self.notify(
            "Nothing is sent any more, in no process. Your own answers still go. ! releases it.",
            title="■ Emergency stop", severity="error", timeout=10, markup=False,
        )  # fmt: skip
        self._live()

    async def _ask_release(self, desk: Desk) -> None:
        from trd_tui.tui.dialogs import Confirm

        overview = await desk.overview()
        waiting = overview.summary.total_waiting
        by = f" by {overview.stopped_by}" if overview.stopped_by else ""
        why = f": {overview.stop_reason.rstrip('.')}" if overview.stop_reason else ""
        sentence = (
            f"Sending was stopped{by}{why}. Released, the active campaigns go on: "
            f"{show.plural(waiting, 'message')} wait, those that are due go at once."
        )
        if await self.push_screen_wait(
            Confirm("Release the emergency stop?", sentence, "Release", danger=True)
        ):
            await desk.release()
            self.stopped = False
            self.notify("Sending goes on.", title="● Released", markup=False)
            self._live()

    def _live(self) -> None:
        if isinstance(self.screen, ActingScreen):
            self.screen.live()
            self.screen.tick()

    def _tick(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, ActingScreen):
                screen.tick()

    def change_speed(self, factor: float) -> None:
        """Another speed of a demonstration clock."""
        if self.desk is None:
            return
        speed = self.desk.change_speed(factor)
        if speed is None:
            self.notify(
                "The clock is the real one; only a demonstration's can be changed.", severity="warning"
            )
        else:
            self._tick()

    async def action_quit(self) -> None:
        """Drain what is being sent, then leave."""
        self.workers.cancel_group(self, "watch")
        self.workers.cancel_group(self, "open")
        begin(self, self._leave, group="leave", exclusive=True)

    async def _leave(self) -> None:
        desk, self.desk = self.desk, None
        if desk is not None:
            self.notify("Draining what is being sent …", timeout=30)
            await desk.close()
        self.exit()
