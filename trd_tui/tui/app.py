"""The app: paints first, opens the product after, watches for changes, holds what all screens share."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Iterable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from textual._styles_cache import StylesCache
from textual.app import App, SystemCommand
from textual.await_complete import AwaitComplete
from textual.events import Event, Key
from textual.screen import Screen

from trd_tui.tui import format as show
from trd_tui.tui.actions import Action, for_screen
from trd_tui.tui.acts import Done
from trd_tui.tui.areas import modes
from trd_tui.tui.base import DeskScreen
from trd_tui.tui.hint_lines import RELEASE
from trd_tui.tui.overview.screen import OverviewScreen
from trd_tui.tui.searching import SearchingScreen
from trd_tui.tui.telling import TellingApp
from trd_tui.tui.theme import DARK, DEFAULTS, THEMES, choose
from trd_tui.tui.wire.app import WireApp
from trd_tui.tui.work import TypingApp, begin

if TYPE_CHECKING:
    from textual.command import Provider

    from trd_tui.services.views import Connected
    from trd_tui.tui.desk import Desk, EngineView, OpenDesk
    from trd_tui.tui.long_act import LongAct
    from trd_tui.tui.ways import Ways

POLL = 0.15
"""Seconds between two looks for a change: what anybody does shall be seen within 300 ms."""

TICK = 1.0
"""Least seconds between two looks at the time of day, where its minutes fly."""

SLOW_TICK = 10.0
"""Most seconds between two: what is told in minutes is late by so much at most."""

RESTED = 0.15
"""Seconds without a key after which live figures may be read and painted."""

LATEST = 0.3
"""Seconds for which keys may hold live figures back."""

COUNTED = 1.0
"""Seconds between two looks who else is connected, while something changes."""

COUNTED_AGAIN = 30.0
"""Seconds between two while nothing does: who was cut off changes nothing."""

STOPPED = "■ Emergency stop"
"""The title of what is told of the stop; its release takes the toast back."""


def _actions_by_name() -> type[Provider]:
    from trd_tui.tui.palette import ActionProvider  # when the palette is opened, not before the first paint

    return ActionProvider


def _campaigns_by_name() -> type[Provider]:
    from trd_tui.tui.palette import CampaignProvider

    return CampaignProvider


class TrdApp(TypingApp, TellingApp, WireApp):
    """TRD's full screen."""

    CSS_PATH: ClassVar = ["app.tcss", "overview/overview.tcss"]  # the home's is read with the app's
    TITLE = "TRD"
    MODES: ClassVar = modes()
    DEFAULT_MODE = "overview"
    COMMANDS = App.COMMANDS | {_actions_by_name, _campaigns_by_name}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar = []

    def __init__(
        self,
        open_desk: OpenDesk,
        *,
        poll: float = POLL,
        theme: str = "",
        keymap: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__()
        self._keys = tuple(keymap)
        self._unknown_theme = ""
        self._open_desk = open_desk
        self._poll = poll
        self.desk: Desk | None = None
        self.stopped = False
        self.unread = 0
        self.last_done: Done | None = None
        self.long_act: LongAct | None = None
        self.acting = False
        self.test_number = ""
        """Where this person's last test went; offered for the next."""
        self.connected: Sequence[Connected] = ()
        self._counted = -COUNTED
        self._last_key = self._ticked = 0.0
        self._minute = 0
        self._seen_engine: EngineView | None = None
        self._said_of_engine: tuple[str | None, ...] = (None, None)
        for known in THEMES:
            self.register_theme(known)
        theme = self._known_theme(theme)
        if self.no_color:  # whatever theme is wished for: only that one shows its cursor without colours
            theme = choose(os.environ, no_colour=True)
        self._first_theme(theme or os.environ.get("TEXTUAL_THEME") or choose(os.environ))

    def _known_theme(self, name: str) -> str:
        """The theme of the settings; what nobody knows is said when there is a screen to say it on."""
        if name and name not in self.available_themes:
            self._unknown_theme, name = name, ""
        return name

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

    def on_mount(self) -> None:
        """Open the product, but not before the frame has been painted."""
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        if self._unknown_theme:
            known = ", ".join(theme.name for theme in THEMES)
            self.tell_setting(
                f"theme: there is no theme {self._unknown_theme}; known are {known} and Textual's"
            )
        if self._keys:
            self.bind_keys(self._keys)
        begin(self, self._open, group="open", exclusive=True)

    def tell_setting(self, problem: str) -> None:
        """A setting that cannot be put in force."""
        self.notify(f"{problem}. f6, then 3, changes it.", title="Settings", severity="warning", timeout=10)

    def bind_keys(self, keymap: Sequence[tuple[str, str]]) -> None:
        """Put a person's own keys in force, and say what of them cannot be."""
        from trd_tui.tui.keymap import apply

        for problem in apply(self, keymap):
            self.tell_setting(problem)
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen):
                screen.say_hints()
            if isinstance(screen, SearchingScreen):
                screen.say_tabs()

    def setting_changed(self, key: str, value: object) -> None:
        """A setting was edited: what can hold at once does."""
        if key == "theme":
            wished = None if self.no_color else value
            self.theme = str(wished or choose(os.environ, no_colour=self.no_color))
        elif key == "keymap":
            self.bind_keys(value if isinstance(value, tuple) else ())

    async def _open(self) -> None:
        """Open the product in a worker; its imports alone take longer than the first paint."""
        self.desk = await self._open_desk()
        for screen in self.screen_stack:
            if isinstance(screen, OverviewScreen):
                screen.desk_opened()
        begin(self, self._watch, group="watch", exclusive=True)

    def watch_app_focus(self, focus: bool) -> None:
        """The terminal has the keys again: where nothing on the screen had them, its first thing gets them.

        A browser takes them away before the screen has given them to anything, and Textual would then give
        them back to nothing.
        """
        screen = self.screen
        if focus and screen.focused is None and screen.AUTO_FOCUS:
            for first in screen.query(screen.AUTO_FOCUS):
                screen.set_focus(first)
                break

    def pop_screen(self) -> AwaitComplete:
        """Leave a screen, and let what its widgets have painted go with it.

        Textual 8.2 caches two colours by the widget that asked for them, and keeps a thousand of these. After
        some dozens of questions and looks at the help a collection of garbage, in which no key is answered,
        takes eight times as long.
        """
        left = super().pop_screen()
        forget = getattr(StylesCache.get_inner_outer, "cache_clear", None)
        if forget is not None:  # a Textual that has mended it has no such cache
            forget()
        return left

    # Watching

    async def _watch(self) -> None:
        """Look for changes; the next look begins after the last has ended, so slow ones never pile up."""
        token: int | None = None
        while True:
            begun = await self._when_rested()
            try:
                token = await self.look(token)
                self._said_error = ""
            except Exception as error:
                self.complain(error)
            poll = self._poll
            if self.desk is not None and self.desk.engine().role == "starting":
                poll /= 5  # who sends is what everybody waits to see
            await asyncio.sleep(max(poll, 2 * (time.monotonic() - begun)))

    async def _when_rested(self) -> float:
        """Let keys go first: nobody reads figures while the cursor runs. Answers the time."""
        asked = now = time.monotonic()
        while now - self._last_key < RESTED and now - asked < LATEST:
            await asyncio.sleep(self._last_key + RESTED - now)
            now = time.monotonic()
        return now

    async def on_event(self, event: Event) -> None:
        """Note when the last key came."""
        if isinstance(event, Key):
            self._last_key = time.monotonic()
        await super().on_event(event)

    async def look(self, token: int | None) -> int:
        """Look once: read again what is in view when the token differs from the last."""
        desk = self.desk
        if desk is None:
            return token or 0
        found = await desk.token()
        engine = desk.engine()
        news = (engine.last_error, engine.notice)
        for before, sentence in zip(self._said_of_engine, news, strict=True):
            if sentence and sentence != before:
                self.notify(sentence, title="The scheduler", severity="warning", timeout=10, markup=False)
        self._said_of_engine = news
        now = time.monotonic()
        if now - self._counted > (COUNTED if found != token else COUNTED_AGAIN):
            self._counted = now
            self.connected = await desk.connected()
        changed = token is not None and found != token
        front = self.front
        if front is not None and not front.is_mounted:
            front = None  # it reads for itself when it is
        if front is not None and changed:
            front.live()
        minute = desk.now() // 60_000
        waited = now - self._ticked
        if front is not None and (
            changed
            or engine != self._seen_engine
            or waited >= SLOW_TICK
            or (minute != self._minute and waited >= TICK)
        ):
            self._ticked, self._seen_engine, self._minute = now, engine, minute
            front.tick()
        return found

    # What all screens share

    @property
    def halted(self) -> bool:
        """Whether the emergency stop is set, here or anywhere."""
        return self.stopped or (self.desk is not None and self.desk.engine().stopped)

    @property
    def front(self) -> DeskScreen | None:
        """The screen that is looked at. A question over it holds the keys, not the figures."""
        for screen in reversed(self.screen_stack):
            if isinstance(screen, DeskScreen):
                return screen
        return None

    def told_on(self) -> object:
        """The screen to which a toast of now belongs; a question is about the one beneath it."""
        return self.front

    def lowest_line(self) -> int | None:
        """The line of the screen in front that toasts must leave free."""
        screen = self.screen
        return screen.cursor_line() if isinstance(screen, DeskScreen) else None

    def actions_here(self) -> list[Action]:
        """The actions of the screen in front."""
        front = self.front
        if front is None:
            return []
        fixed = self.desk is None or self.desk.speed == 1
        found = [a for a in for_screen(front.name_in_table) if not (fixed and a.id in ("faster", "slower"))]
        return [a._replace(label=RELEASE) if a.id == "stop" and self.halted else a for a in found]

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Of Textual's own commands only the one that our table has not."""
        yield SystemCommand(
            "Theme", "Other colours: dark, light, the terminal's own", self.action_change_theme
        )

    def action_command_palette(self) -> None:
        """Every command by name."""
        from trd_tui.tui.palette import CommandPalette

        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(id="--command-palette"))

    def search_themes(self) -> None:
        """Other colours, by name."""
        from textual.theme import ThemeProvider

        from trd_tui.tui.palette import CommandPalette

        self.push_screen(CommandPalette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def say_progress(self) -> None:
        """Say how far the long act is, in the line of hints."""
        front = self.front
        if front is not None:
            front.say_hints()

    @cached_property
    def ways(self) -> Ways:
        """The ways between the parts of the app."""
        from trd_tui.tui.ways import Ways  # with the first key that goes anywhere

        return Ways(self)

    # The emergency stop

    def emergency(self) -> None:
        """Stop at once, without a question; when it is set, ask whether to release it."""
        desk = self.desk
        if desk is None:
            self.notify(
                "The product is still opening; nothing is being sent by this process yet.", severity="warning"
            )
            return
        if self.halted:
            self.begin_question(self, partial(self._ask_release, desk), group="release", exclusive=True)
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
            title=STOPPED, severity="error", timeout=10, markup=False,
        )  # fmt: skip
        self.read_again()

    async def _ask_release(self, desk: Desk) -> None:
        from trd_tui.tui.dialogs import Confirm

        overview = await desk.overview()
        waiting = overview.active_waiting
        by = f" by {overview.stopped_by}" if overview.stopped_by else ""
        why = f": {overview.stop_reason.rstrip('.')}" if overview.stop_reason else ""
        sentence = (
            f"Sending was stopped{by}{why}. Released, the active campaigns go on: "
            f"{show.plural(waiting, 'message')} {'waits' if waiting == 1 else 'wait'}, those that are due go"
            " at once."
        )
        if await self.push_screen_wait(
            Confirm("Release the emergency stop?", sentence, "Release", danger=True)
        ):
            await desk.release()
            self.stopped = False
            self.take_back(STOPPED)
            self.notify("Sending goes on.", title="● Released", markup=False)
            self.read_again()

    def read_again(self) -> None:
        """Something has changed for the screen in front."""
        if self.front is not None and self.front.is_mounted:
            self.front.live()
            self.front.tick()

    def _tick(self) -> None:
        for screen in self.screen_stack:
            if isinstance(screen, DeskScreen) and screen.is_mounted:
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
        self.leave_now()

    def leave_now(self) -> None:
        """Leave without a question: what is half typed is kept, and there may be nobody who could answer."""
        self.workers.cancel_group(self, "watch")
        self.workers.cancel_group(self, "open")
        begin(self, self._leave, group="leave", exclusive=True)

    async def keep(self) -> None:
        """Keep what is half done on any screen of any part."""
        for stack in list(self._screen_stacks.values()):
            for screen in stack:
                if isinstance(screen, DeskScreen):
                    await screen.keep_typed()

    async def _leave(self) -> None:
        while self.acting and self.long_act is not None:  # its chunk is finished, and said what became of it
            self.long_act.cancel()
            await asyncio.sleep(0.02)
        await self.keep()
        desk, self.desk = self.desk, None
        if desk is not None:
            self.notify("Draining what is being sent …", timeout=30)
            await desk.close()
        self.exit()
