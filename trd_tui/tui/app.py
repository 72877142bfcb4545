"""The app: paints first, opens the product after, holds what all screens share."""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual._styles_cache import StylesCache
from textual.app import App, SystemCommand
from textual.await_complete import AwaitComplete
from textual.events import Event, Key
from textual.screen import Screen
from textual.widget import Widget

from trd_tui.tui.actions import Action, for_screen
from trd_tui.tui.acts import KEPT, Done
from trd_tui.tui.areas import modes
from trd_tui.tui.base import DeskScreen
from trd_tui.tui.hindrance import Standing
from trd_tui.tui.hint_lines import RELEASE
from trd_tui.tui.overview.screen import OverviewScreen
from trd_tui.tui.styling import StylingApp
from trd_tui.tui.telling import TellingApp
from trd_tui.tui.theme import DARK, DEFAULTS, THEMES, choose
from trd_tui.tui.wire.app import WireApp
from trd_tui.tui.work import TypingApp, begin

if TYPE_CHECKING:
    from textual.command import Provider

    from trd_tui.tui.collecting import Collector
    from trd_tui.tui.company import Company
    from trd_tui.tui.desk import Desk, OpenDesk
    from trd_tui.tui.long_act import LongAct
    from trd_tui.tui.own_pauses import OwnPauses
    from trd_tui.tui.stopping import EmergencyStop
    from trd_tui.tui.watching import Watch
    from trd_tui.tui.ways import Ways
    from trd_tui.tui.wishes import Wishes


def _actions_by_name() -> type[Provider]:
    from trd_tui.tui.palette import ActionProvider  # when the palette is opened, not before the first paint

    return ActionProvider


def _campaigns_by_name() -> type[Provider]:
    from trd_tui.tui.palette import CampaignProvider

    return CampaignProvider


class TrdApp(TypingApp, TellingApp, StylingApp, WireApp):
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
        poll: float | None = None,
        theme: str = "",
        keymap: Sequence[tuple[str, str]] = (),
    ) -> None:
        super().__init__()
        self._keys = tuple(keymap)
        self._unknown_theme = ""
        self._open_desk = open_desk
        self.desk: Desk | None = None
        self.unread = 0
        self.done: deque[Done] = deque(maxlen=KEPT)
        """The last acts, for ``z``; the latest last."""
        self.undoing = asyncio.Lock()
        self.long_act: LongAct | None = None
        self.acting = False
        self.test_number = ""
        """Where this person's last test went; offered for the next."""
        self._poll = poll
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
            self.wishes.unknown_theme(self._unknown_theme)
        if self._keys:
            self.wishes.bind_keys(self._keys)
        begin(self, self._open, group="open", exclusive=True)

    async def _open(self) -> None:
        """Open the product in a worker; its imports alone take longer than the first paint."""
        self.desk = await self._open_desk()
        for screen in self.screen_stack:
            if isinstance(screen, OverviewScreen):
                screen.desk_opened()
        begin(self, self.watching.run, group="watch", exclusive=True)

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

    async def _replace_screen(self, screen: Screen[Any]) -> Screen[Any]:
        """A screen is left: its widgets let go of what they have painted and where they have placed others.

        Any other widget that waits for a message may still have its last one, from one of these, in hand:
        that keeps it for long, and with it all that it holds.
        """
        widgets = [screen, *(each for each in screen.walk_children() if isinstance(each, Widget))]
        left = await super()._replace_screen(screen)
        if not screen.is_running:
            for widget in widgets:
                widget._styles_cache.clear()
                widget._arrangement_cache.clear()
        return left

    async def on_event(self, event: Event) -> None:
        """Note when the last key came."""
        if isinstance(event, Key):
            self.watching.key_came()
        await super().on_event(event)

    @property
    def can_undo(self) -> bool:
        """Whether ``z`` can take the last act back."""
        return bool(self.done) and self.done[-1].take_back is not None

    def did(self, done: Done) -> None:
        """An act is over; ``z`` is about it now."""
        self.done.append(done)
        self.undo_changed()
        self.say_progress()

    def did_for_good(self, what: str, stays: str | Callable[[], str]) -> None:
        """An act is over that ``z`` does not take back; the arguments are those of `Done`."""
        self.did(Done(what, None, stays))

    def key_answered(self) -> None:
        """Between two keys."""
        self.collector.collect(quiet=False)

    async def look(self, token: int | None) -> int:
        """Look once for what has changed since the look that answered this token."""
        return await self.watching.look(token)

    # Its rooms, each imported when it is first entered: before the first paint every module counts

    @cached_property
    def watching(self) -> Watch:
        """What looks for changes."""
        from trd_tui.tui.watching import Watch

        return Watch(self) if self._poll is None else Watch(self, self._poll)

    @cached_property
    def collector(self) -> Collector:
        """What collects garbage, between keys."""
        from trd_tui.tui.collecting import Collector

        return Collector(self)

    @cached_property
    def company(self) -> Company:
        """Who else has the app open."""
        from trd_tui.tui.company import Company

        return Company()

    @cached_property
    def own_pauses(self) -> OwnPauses:
        """Campaigns that have paused by themselves."""
        from trd_tui.tui.own_pauses import OwnPauses

        return OwnPauses(self)

    @cached_property
    def stop(self) -> EmergencyStop:
        """The emergency stop."""
        from trd_tui.tui.stopping import EmergencyStop

        return EmergencyStop(self)

    @cached_property
    def ways(self) -> Ways:
        """The ways between the parts of the app."""
        from trd_tui.tui.ways import Ways

        return Ways(self)

    @cached_property
    def wishes(self) -> Wishes:
        """What the person has set for themselves."""
        from trd_tui.tui.wishes import Wishes

        return Wishes(self)

    # What all screens share

    @property
    def halted(self) -> bool:
        """Whether the emergency stop is set; before the product is open nobody knows."""
        return self.desk is not None and self.stop.is_set

    @property
    def standing(self) -> Standing:
        """What keeps all texts from going."""
        return Standing(self.halted, None if self.desk is None else self.desk.trouble)

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
        """Every command by name; not again where a question stands over them."""
        from trd_tui.tui.palette import CommandPalette

        if not any(isinstance(screen, CommandPalette) for screen in self.screen_stack):
            self.push_screen(CommandPalette(id="--command-palette"))

    def search_themes(self) -> None:
        """Other colours, by name."""
        from textual.theme import ThemeProvider

        from trd_tui.tui.palette import CommandPalette

        self.push_screen(CommandPalette(providers=[ThemeProvider], placeholder="Search for themes…"))

    def say_progress(self) -> None:
        """Say how far the long act is, in the line of hints."""
        front = self.front
        if front is not None and front.is_open and front.is_mounted:
            front.say_hints()

    def action_emergency(self) -> None:
        """The stop from over a question; its release is asked for elsewhere."""
        self.stop.press(over_question=True)

    def read_again(self) -> None:
        """Something has changed for the screen in front."""
        if self.front is not None and self.front.is_mounted:
            self.front.live()
            self.front.tick()

    def tick(self) -> None:
        """Something is so now that every screen says."""
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
            self.tick()

    async def action_quit(self) -> None:
        """Drain what is being sent, then leave; who alone sends is asked before."""
        from trd_tui.tui.leaving import ask_and_leave

        self.begin_question(self, partial(ask_and_leave, self), group="quit")

    def leave_now(self) -> None:
        """Leave without a question; signals ask for it, too."""
        from trd_tui.tui.leaving import leave_app

        leave_app(self)
