"""What every screen has: the app, the desk, workers, the menu, help, palette, and the ways elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.await_complete import AwaitComplete
from textual.events import Resize, ScreenResume
from textual.geometry import Size
from textual.screen import Screen

from trd_tui.tui.styling import is_covered, placed, resumed
from trd_tui.tui.work import Work, begin

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk import Desk
    from trd_tui.tui.menu import Menu


class DeskScreen(Screen[None]):
    """A screen of the app. Everything that waits, waits in a worker."""

    name_in_table = ""
    """Which screen this is, in the table of actions."""

    kept_where = "its touches"
    """Where what was typed and not saved is found again."""

    came_from = ""
    """The part of the app that has led here, to which leaving leads back; empty where that is this one."""

    _leaves = False
    _placed_in: Size | None = None

    @property
    def trd(self) -> TrdApp:
        """The app, by its own type."""
        from trd_tui.tui.app import TrdApp

        if not isinstance(self.app, TrdApp):
            raise TypeError("this screen belongs to TRD's own app")
        return self.app

    @property
    def desk(self) -> Desk | None:
        """The desk, once it is open."""
        return self.trd.desk

    @property
    def ready(self) -> Desk:
        """The desk, where it is known to be open.

        Raises:
            RuntimeError: it is not.
        """
        desk = self.trd.desk
        if desk is None:
            raise RuntimeError("The product is still opening; try again in a moment.")
        return desk

    def on_option_list_option_highlighted(self) -> None:
        """The cursor of a menu has moved, or the menu has opened where toasts may be."""
        self.call_after_refresh(self.trd.place_toasts)

    def on_descendant_focus(self) -> None:
        """The next key is about something else, at another place."""
        self.call_after_refresh(self.trd.place_toasts)

    def dismiss(self, result: None = None) -> AwaitComplete:
        """Leave this screen: at once, or as soon as what was opened over it has been left.

        Textual would take away whatever is on top, and break at the next attempt.
        """
        self._leaves = self.app.screen is not self
        return AwaitComplete() if self._leaves else super().dismiss(result)

    @on(ScreenResume)
    def _in_the_colours_of_now(self, event: ScreenResume) -> None:
        resumed(self, event)

    async def _on_resize(self, event: Resize) -> None:
        self._placed_in = placed(self, event, self._placed_in)

    def _screen_resized(self, size: Size) -> None:
        if not is_covered(self):
            super()._screen_resized(size)

    def on_screen_resume(self) -> None:
        """It is on top again; it may have been left meanwhile."""
        if self._leaves and self.app.screen is self:
            self.dismiss()
        else:
            self.trd.toasts_at(self)

    def over(self) -> None:
        """Leave by itself: there is nothing more to do here. What was told of it is told where one comes."""
        self.trd.toasts_over(self)
        self.dismiss()

    def on_screen_suspend(self) -> None:
        """A question over this screen shows the toasts itself."""
        for rack in self.query("ToastRack"):
            rack.display = False

    @property
    def is_open(self) -> bool:
        """Whether it is open, in front or beneath others; what was begun on it may end after that."""
        return not self._pruning and any(self in stack for stack in self.app._screen_stacks.values())

    def live(self) -> None:
        """Something changed in the database."""

    def tick(self) -> None:
        """Time has passed, or the scheduler does something else."""

    def unsaved(self) -> str | None:
        """What is typed and not saved: whose, and how much; ``None`` when nothing is."""
        return None

    async def keep_typed(self) -> None:
        """It is left, or the app ends: keep what is half typed, so that the next login finds it."""

    def say_hints(self) -> None:
        """Say the line of hints again."""

    def cursor_line(self) -> int | None:
        """The line of what the next key is about: the menu's choice, else the row under the cursor."""
        from trd_tui.tui.table.window_table import WindowTable

        focused = self.focused
        if focused is not None and focused.id == "menu":
            return focused.region.y + 1 + (self.menu().highlighted or 0)
        if isinstance(focused, WindowTable):
            return focused.region.y + 1 + focused.cursor - focused.first_visible
        return None

    def menu(self) -> Menu:
        """The menu on its layer, mounted when it is first wanted."""
        from trd_tui.tui.menu import Menu

        for found in self.query(Menu):
            return found
        made = Menu(id="menu")
        self.mount(made)
        return made

    def launch(self, work: Work, *, group: str = "acts", exclusive: bool = False) -> None:
        """Run in a worker; a fault becomes a toast."""
        begin(self, work, group=group, exclusive=exclusive)

    def cancel_act(self) -> bool:
        """Call off the act that is under way; answers whether there is one."""
        act = self.trd.long_act
        if act is None or not act.shown:
            return False
        act.cancel()
        return True

    def action_cancel_act(self) -> None:
        """Call off the act that is under way."""
        self.cancel_act()

    # What every screen has

    def action_stop(self) -> None:
        """The emergency stop."""
        self.trd.stop.press()

    def action_undo_elsewhere(self) -> None:
        """Take the last act back after a question, or say why it stays."""
        from trd_tui.tui.undoing import press

        press(self, self.name_in_table)

    def action_connected(self) -> None:
        """Who else has the app open."""
        from trd_tui.tui.company_screen import CompanyScreen

        self.app.push_screen(CompanyScreen(self.trd.company.connected))

    def action_messages(self) -> None:
        """What was said lately."""
        from trd_tui.tui.messages import MessagesScreen

        self.app.push_screen(MessagesScreen(list(self.trd.told)))

    def action_help(self) -> None:
        """Help for this screen."""
        from trd_tui.tui.help import HelpScreen

        self.app.push_screen(HelpScreen(self.name_in_table, self.trd.actions_here()))

    def action_palette(self) -> None:
        """Every command by name."""
        self.app.action_command_palette()

    def to_copy(self) -> str | None:
        """What ``y`` copies: the number of the row under the cursor, else its name."""
        from trd_tui.tui.table.window_table import WindowTable

        row = self.focused.aimed if isinstance(self.focused, WindowTable) else None
        for name in ("number", "address", "name", "id"):
            found = getattr(row, name, None)
            if found:
                return str(found)
        return None

    def action_copy(self) -> None:
        """To the clipboard of the terminal, also over SSH."""
        from trd_tui.tui.table.window_table import WindowTable

        text, focused = self.to_copy(), self.focused
        if text is None and isinstance(focused, WindowTable) and focused.total != 0 and focused.aimed is None:
            focused.say_no_row("row")
        elif text is None:
            self.app.notify("There is nothing to copy here.", severity="warning")
        else:
            self.app.copy_to_clipboard(text)
            self.app.notify(f"{text} was sent to your terminal's clipboard.", title="Copied", markup=False)

    def action_redraw(self) -> None:
        """Paint everything anew."""
        self.trd.forget_terminal()

    def action_faster(self) -> None:
        """The demonstration clock runs twice as fast."""
        self.trd.change_speed(2.0)

    def action_slower(self) -> None:
        """The demonstration clock runs half as fast."""
        self.trd.change_speed(0.5)

    async def action_quit(self) -> None:
        """Leave."""
        await self.app.action_quit()

    def _compositor_refresh(self) -> None:
        """Draw nothing for a line that is full: what is drawn later shows what is so then."""
        if self is not self.app.screen or not self.trd.line_is_full():
            super()._compositor_refresh()

    # The ways elsewhere

    def action_go(self, area: str) -> None:
        """Another part of the app; each keeps what was half done in it."""
        self.trd.ways.go(area)

    def action_new(self) -> None:
        """A new campaign, or the one that was left half typed."""
        self.trd.ways.new_campaign()

    def action_tab(self, number: int) -> None:
        """Another tab; a screen without tabs has none."""
