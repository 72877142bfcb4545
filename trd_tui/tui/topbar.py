"""The top line: whose it is, who acts, who sends, through which carrier, and what time it is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.cells import cell_len

from trd_tui.tui import format as show
from trd_tui.tui.actions import shown
from trd_tui.tui.areas import AREAS, Area
from trd_tui.tui.base import DeskScreen
from trd_tui.tui.lines import ActionLine, Part

if TYPE_CHECKING:
    from trd_tui.services.views import Connected
    from trd_tui.tui.desk import EngineView

MOST_UNREAD = 100
"""From this many conversations on, the top line says ``99+``."""


def engine_parts(engine: EngineView, *, stopped: bool, wide: bool = True) -> list[Part]:
    """Who sends, as a symbol and words; how fast, or what releases the stop, where there is room for it."""
    if stopped:
        return [Part("■ STOPPED", "alarm", "stop"), Part(" ! releases" if wide else "", "", "stop")]
    if engine.role == "sending":
        fast = f" {engine.rate:,.0f}/s" if wide and engine.rate >= 0.5 else ""
        return [Part("● ", "good"), Part(f"sending here{fast}")]
    if engine.role == "starting":
        return [Part("◌ ", "warn"), Part("starting")]
    if engine.role == "ended":
        return [Part("✗ ", "bad"), Part("scheduler ended")]
    holder = f": {engine.holder} sends" if engine.holder else ""
    return [Part("◎ ", "info"), Part(f"watching{holder}")]


MOST_NAMED = 3
"""Of more than these others the top line only says how many are here."""


def others(connected: Sequence[Connected], *, names: int) -> list[Part]:
    """Who else has the app open: by name where they are at most ``names``, else how many in all are here."""
    rest = [each.actor for each in connected if not each.own]
    if not rest:
        return []
    said = f"+ {', '.join(rest)}" if len(rest) <= names else f"{len(rest) + 1} here"
    return [Part("  "), Part(said, "info", "connected")]


def unread_parts(unread: int) -> list[Part]:
    """How many conversations nobody has opened, wherever one looks; the inbox counts them all."""
    if not unread:
        return []
    many = f"{unread}" if unread < MOST_UNREAD else f"{MOST_UNREAD - 1}+"
    return [Part(f" ●{many}", "info", "go('inbox')")]


_SHORT = {"Administration": "Admin"}
"""Names where the whole ones have no room."""


def area_parts(current: str, unread: int, room: int) -> list[Part]:
    """The parts of the app and their keys, in the fullest form that fits into ``room`` cells.

    The one in front is set apart; where there is no room for all names, it has its own, and of the others the
    first ones that fit. At the least it is said between which keys they are, and how many conversations are
    unread.
    """
    wanted = sorted(AREAS, key=lambda area: area.name != current)
    forms: list[tuple[str, Callable[[Area], str]]] = [("  ", lambda area: area.label)]
    forms += [(" ", partial(_short, wanted[:named])) for named in range(len(AREAS), -1, -1)]
    for gap, name in forms:
        parts = _areas(current, unread, gap, name)
        if cells(parts) <= room:
            return parts
    keys = [shown(f"go_{area.name}", area.key) for area in (AREAS[0], AREAS[-1])]
    between = Part("  " + "-".join(keys), "key", "help")
    counted = unread_parts(unread)
    return next((parts for parts in ([between, *counted], counted) if cells(parts) <= room), [])


def _short(named: Sequence[Area], area: Area) -> str:
    return _SHORT.get(area.label, area.label) if area in named else ""


def names_fit(current: str, unread: int, room: int) -> bool:
    """Whether every part of the app has its name in ``room`` cells."""
    return cells(_areas(current, unread, " ", partial(_short, AREAS))) <= room


def _areas(current: str, unread: int, gap: str, name: Callable[[Area], str]) -> list[Part]:
    parts: list[Part] = []
    for area in AREAS:
        key, label, way = shown(f"go_{area.name}", area.key), name(area), f"go('{area.name}')"
        counted = unread_parts(unread) if area.name == "inbox" else []
        if area.name == current:
            counted = [part._replace(tone="chosen") for part in counted]
            said = [Part(f" {key} {label}".rstrip(), "chosen", way), *counted, Part(" ", "chosen", way)]
        else:
            said = [Part(key, "key", way), Part(f" {label}" if label else "", "", way), *counted]
        apart = "chosen" in (said[0].tone, parts[-1].tone if parts else "chosen")
        parts += [Part(gap[:-1] if apart else gap), *said]  # the ground of the chosen one is a gap, too
    return [Part("  " if parts[1].tone != "chosen" else " "), *parts]


def cells(parts: Sequence[Part]) -> int:
    """How wide they are."""
    return sum(cell_len(part.text) for part in parts)


RATE = 5
"""Cells that are kept free for the rate: it must not change what else has room as it comes and goes."""


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
        width = self.app.size.width
        wide = width >= 100
        gap = Part("  ")
        now = desk.now()
        engine, halted = desk.engine(), app.halted
        if self._halted not in (None, halted) and isinstance(self.screen, DeskScreen):
            self.screen.say_hints()  # the key of the stop does something else now
        self._halted = halted
        sends = engine_parts(engine, stopped=halted, wide=wide)
        right = [*sends, gap]
        if wide or desk.speed == 1:
            right += [Part(desk.carrier, "quiet"), gap]
        if desk.speed != 1:
            right += [Part(f"×{desk.speed:,.0f}", "warn"), Part(" ")]
            right += [Part(show.local(now, desk.zone).strftime("%a %-d %b "), "")]
        right += [Part(show.clock(now, desk.zone) + " ", "")]
        left = [Part(" TRD", "strong"), Part(f" · {desk.title}", "quiet")]
        fast = 0 if halted else cells(sends) - cells(engine_parts(engine, stopped=False, wide=False))
        free = width - cells(left) - cells(right) + fast - (RATE if wide else 0)
        free -= app.current_mode != AREAS[-1].name  # a gap between both sides; else the ground of the last
        for names in (MOST_NAMED, 1) if wide else (0,):
            who = [Part(desk.actor, "quiet"), *others(app.company.connected, names=names), gap]
            if names < 2 or names_fit(app.current_mode, app.unread, free - cells(who)):
                break
        room = free - cells(who)
        areas = area_parts(app.current_mode, app.unread, room)
        if not any(
            part.tone == "chosen" for part in areas
        ):  # where one is matters more than what it is called
            areas = area_parts(app.current_mode, app.unread, room + cells(left[1:]))
            left = left[:1]
        self.show([*left, *areas], [*who, *right])
