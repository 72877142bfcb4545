"""An app that writes only what differs from what the terminal shows, at the pace of the line."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.color import ColorSystem
from textual._compositor import CompositorUpdate
from textual.app import App
from textual.events import CursorPosition, Resize
from textual.filter import LineFilter, NoColor

from trd_tui.tui.wire import plain
from trd_tui.tui.wire.cells import in_ascii, pieces
from trd_tui.tui.wire.pace import Pace
from trd_tui.tui.wire.shown import Shown

if TYPE_CHECKING:
    from rich.console import RenderableType
    from textual.driver import Driver
    from textual.screen import Screen

LOOK_AGAIN_S = 0.05
"""Seconds after which a frame that was left out is tried again, should the terminal's answer be lost."""

_WITHOUT_COLOUR = (NoColor(),)


class WireApp(App[None]):
    """Overrides the one place at which Textual writes a frame."""

    def __init__(self) -> None:
        super().__init__()
        self._shown = Shown()
        self._pace = Pace()
        self._left_out = False
        self._ascii = plain.needed(os.environ)

    def get_driver_class(self) -> type[Driver]:
        """Textual's own where it is not the usual one; that one is asked to sleep."""
        found = super().get_driver_class()
        if found.__module__ != "textual.drivers.linux_driver":
            return found
        from trd_tui.tui.wire.driver import PatientDriver

        return PatientDriver

    def line_is_full(self) -> bool:
        """Whether the next frame is left out: it need not be drawn then, and is drawn when there is room."""
        full = self._pace.full(time.monotonic())
        if full:
            self._leave_out()
        return full

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        update: object = renderable
        driver = self._driver
        drawing = self._running and not self._closed and not self._batch_count and not self.is_headless
        if not drawing or driver is None or driver.is_inline or not isinstance(update, CompositorUpdate):
            super()._display(screen, renderable)
            return
        try:
            if not self.line_is_full():
                self._write(driver, update)
        finally:
            self.post_display_hook()

    def _write(self, driver: Driver, update: CompositorUpdate) -> None:
        if (self._shown.width, self._shown.height) != tuple(self.size):
            self._shown.forget(*self.size)
        try:
            known = pieces(update, self.console._color_system or ColorSystem.TRUECOLOR)
            frame = self._shown.frame(in_ascii(known) if self._ascii else known)
        except Exception as error:
            self._handle_exception(error)
            return
        place = self.screen.outer_size.clamp_offset(self.cursor_position)
        if not frame and place == self._previous_cursor_position:
            return
        self._previous_cursor_position = place
        frame += f"\x1b[{place.y + 1};{place.x + 1}H"
        self._begin_update()
        driver.write(self._pace.asking(frame, time.monotonic()))
        self._end_update()
        driver.flush()

    def get_line_filters(self) -> Sequence[LineFilter]:
        """No colour at all where none is wanted; Textual would write greys as colours of their own."""
        if self.no_color:
            return _WITHOUT_COLOUR
        return super().get_line_filters()

    def _leave_out(self) -> None:
        """The line is full: show what is so when it is not."""
        if not self._left_out:
            self._left_out = True
            self.set_timer(LOOK_AGAIN_S, self._again)

    def _again(self) -> None:
        if not self._left_out:
            return
        self._left_out = False
        if self._pace.full(time.monotonic()):
            self._leave_out()
        else:
            self.screen.refresh()

    def on_cursor_position(self, _event: CursorPosition) -> None:
        """The terminal has drawn what it was sent."""
        self._pace.answered()
        self._again()

    def forget_terminal(self) -> None:
        """Paint everything anew: somebody else wrote on the terminal."""
        self._shown.forget(*self.size)
        self.screen.refresh()

    def on_resize(self, _event: Resize) -> None:
        """Terminals move or cut lines as they like when they are resized."""
        self._shown.forget(*self.size)

    def on_mount(self) -> None:
        """After a while in the shell nothing is known of the terminal."""
        self.app_resume_signal.subscribe(self, lambda _app: self._shown.forget(*self.size), immediate=True)
