"""The top line: whose it is, who acts, who sends, through which carrier, and what time it is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.base import DeskScreen
from trd_tui.tui.lines import ActionLine, Part

if TYPE_CHECKING:
    from trd_tui.services.views import Connected
    from trd_tui.tui.desk import EngineView

MOST_UNREAD = 100
"""From this many conversations on, the top line says ``99+``."""


def engine_parts(engine: EngineView, *, stopped: bool) -> list[Part]:
    """Who sends, as a symbol and words."""
    if stopped:
        return [Part("■ STOPPED", "alarm", "stop"), Part(" ! releases", "", "stop")]
    if engine.role == "sending":
        rate = f" {engine.rate:,.0f}/s" if engine.rate >= 0.5 else ""
        return [Part("● ", "good"), Part(f"sending here{rate}")]
    if engine.role == "starting":
        return [Part("◌ ", "warn"), Part("starting")]
    if engine.role == "ended":
        return [Part("✗ ", "bad"), Part("scheduler ended")]
    holder = f": {engine.holder} sends" if engine.holder else ""
    return [Part("◎ ", "info"), Part(f"watching{holder}")]


def others(connected: Sequence[Connected], *, names: bool) -> list[Part]:
    """Who else has the app open: by name where it is one and there is room, else how many in all are here."""
    rest = [each for each in connected if not each.own]
    if not rest:
        return []
    said = f"+ {rest[0].actor}" if names and len(rest) == 1 else f"{len(rest) + 1} here"
    return [Part("  "), Part(said, "info", "connected")]


def unread_parts(unread: int) -> list[Part]:
    """How many conversations nobody has opened, wherever one looks; the inbox counts them all."""
    if not unread:
        return []
    many = f"{unread}" if unread < MOST_UNREAD else f"{MOST_UNREAD - 1}+"
    return [Part("   ● ", "info", "go('inbox')"), Part(f"{many} unread", "", "go('inbox')")]


class TopBar(ActionLine):
    """The top line. It is asked to tick; without a change it repaints nothing."""

    _halted: bool | None = None

    def on_mount(self) -> None:
        """What is known before the desk is open."""
        self.tick()

    def tick(self) -> None:
        """Say what is so now."""
        from trd_tui.tui.app import TrdApp

        app = self.app
        if not isinstance(app, TrdApp):
            return
        desk = app.desk
        if desk is None:
            self.show([Part(" TRD", "strong")], [Part("opening … ", "quiet")])
            return
        wide = self.app.size.width >= 100
        gap = Part("   ")
        now = desk.now()
        engine, halted = desk.engine(), app.halted
        if self._halted not in (None, halted) and isinstance(self.screen, DeskScreen):
            self.screen.say_hints()  # the key of the stop does something else now
        self._halted = halted
        right = [
            Part(desk.actor, "quiet"),
            *others(app.connected, names=wide),
            gap,
            *engine_parts(engine, stopped=halted),
            gap,
        ]
        if wide or desk.speed == 1:
            right += [Part(desk.carrier, "quiet"), gap]
        if desk.speed != 1:
            right += [Part(f"×{desk.speed:,.0f}", "warn"), Part(" ")]
            right += [Part(show.local(now, desk.zone).strftime("%a %-d %b "), "")]
        right += [Part(show.clock(now, desk.zone) + " ", "")]
        self.show(
            [Part(" TRD", "strong"), Part(f" · {desk.title}", "quiet"), *unread_parts(app.unread)], right
        )
