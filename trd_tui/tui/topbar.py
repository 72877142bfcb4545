"""The top line: whose it is, who acts, who sends, through which carrier, and what time it is there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

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


def engine_parts(
    engine: EngineView, *, stopped: bool, wide: bool = True, holder: bool = True, trouble: str | None = None
) -> list[Part]:
    """Who sends, as a symbol and words; how fast, or what releases the stop, where there is room for it.

    That nothing goes, and why, stands in the first part.
    """
    if stopped:
        return [Part("■ STOPPED", "alarm", "stop"), Part(" ! releases" if wide else "", "", "stop")]
    if trouble and engine.role in ("sending", "watching"):
        from trd_tui.domain.carrier_trouble import IN_WORDS, SHORT

        words = IN_WORDS if wide else SHORT
        return [Part(f"▲ {words.get(trouble, trouble)}", "warn", "go('health')")]
    if engine.role == "sending":
        fast = f" {engine.rate:,.0f}/s" if wide and engine.rate >= 0.5 else ""
        return [Part("● ", "good"), Part(f"sending here{fast}")]
    if engine.role == "starting":
        return [Part("◌ ", "warn"), Part("starting")]
    if engine.role == "ended":
        return [Part("✗ ", "bad"), Part("scheduler ended")]
    named = f": {engine.holder} sends" if engine.holder and holder else ""
    return [Part("◎ ", "info"), Part(f"watching{named}")]


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

    The one in front is set apart and always has its name, also where there is no room for it; of the others
    the first ones that fit. Where their keys do not fit, it is said between which keys they are, and how many
    conversations are unread.
    """
    wanted = sorted(AREAS, key=lambda area: area.name != current)
    forms: list[tuple[str, Callable[[Area], str]]] = [("  ", lambda area: area.label)]
    forms += [(" ", partial(_short, wanted[:named])) for named in range(len(AREAS), 0, -1)]
    for gap, name in forms:
        parts = _areas(current, unread, gap, name)
        if cells(parts) <= room:
            return parts
    keys = [shown(f"go_{area.name}", area.key) for area in (AREAS[0], AREAS[-1])]
    front = next((part for part in parts if part.tone == "chosen"), Part(""))
    alone = [Part(" "), front, Part(" ", "chosen", front.action)]
    between, counted = Part(" " + "-".join(keys), "key", "help"), unread_parts(unread)
    room -= current == AREAS[-1].name  # only the ground of the one in front makes a gap of its own
    forms_left = ([*alone, between, *counted], [*alone, *counted])
    return next((parts for parts in forms_left if cells(parts) <= room), alone)


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


GAP = Part("  ")

RATE = 5
"""Cells that are kept free for the rate: it must not change what else has room as it comes and goes."""


YIELDS = ("title", "date", "holder", "zone", "keys", "carrier", "others", "actor", "words")
"""What makes room for the name of the part in front, the least important first; ``keys`` are those of the
other parts. Whether automated sending is stopped, or the carrier holds it up, the time and the clock's speed
give way to nothing."""

ACTOR = 8
"""Cells of the actor's name where it has to be shortened."""


class Told(NamedTuple):
    """What the top line is made of."""

    current: str
    unread: int
    title: str
    actor: str
    connected: Sequence[Connected]
    engine: EngineView
    halted: bool
    carrier: str
    speed: float
    now: int
    zone: str
    trouble: str | None = None


def top_line(told: Told, width: int) -> tuple[list[Part], list[Part]]:
    """Both sides of the top line with a gap between; things yield until the part in front has its name.

    Which process sends is told by Health, too: it yields to the names of all parts, where that is enough.
    """
    for gone in ((), ("holder",)):
        left, right, fits, named = _sides(told, width, gone)
        if fits and named:
            return left, right
    for many in range(len(YIELDS) + 1):
        left, right, fits, _ = _sides(told, width, YIELDS[:many])
        if fits:
            break
    return left, right


def _sides(told: Told, width: int, gone: Sequence[str]) -> tuple[list[Part], list[Part], bool, bool]:
    wide = width >= 100
    left = [Part(" TRD", "strong")]
    if "title" not in gone:
        left.append(Part(f" · {told.title}", "quiet"))
    right, kept = _sending(told, wide, gone)
    free = width - cells(left) - cells(right) - kept
    free -= told.current != AREAS[-1].name  # a gap between both sides; else the ground of the last
    actor = show.shortened(told.actor, ACTOR) if "actor" in gone else told.actor
    for names in (MOST_NAMED, 1) if wide else (0,):
        rest = [] if "others" in gone else others(told.connected, names=names)
        who = [Part(actor, "quiet"), *rest, GAP]
        if names < 2 or names_fit(told.current, told.unread, free - cells(who)):
            break
    room = free - cells(who)
    areas = area_parts(told.current, told.unread, room)
    every_key = all(any(part.action == f"go({area.name!r})" for part in areas) for area in AREAS)
    fits = cells(areas) <= room and (every_key or "keys" in gone)
    return [*left, *areas], [*who, *right], fits, names_fit(told.current, told.unread, room)


def _sending(told: Told, wide: bool, gone: Sequence[str]) -> tuple[list[Part], int]:
    """Who sends, where and when, to the right; and the cells to keep free for a rate that is not said now."""
    say = partial(
        engine_parts, told.engine, stopped=told.halted, holder="holder" not in gone, trouble=told.trouble
    )
    sends = say(wide=wide and "words" not in gone)
    kept = 0
    if wide:
        slow = say(wide=told.halted)
        kept = max(0, RATE - (cells(sends) - cells(slow)))
    right = [*(sends[:1] if "words" in gone else sends), GAP]
    local = show.local(told.now, told.zone)
    if "carrier" not in gone and (wide or told.speed == 1):
        right += [Part(told.carrier, "quiet"), GAP]
    if told.speed != 1:
        right += [Part(f"×{told.speed:,.0f}", "warn"), Part(" ")]
        right += [Part(local.strftime("%a " if "date" in gone else "%a %-d %b "))]
    at = f"{local:%H:%M}" if "zone" in gone else show.clock(told.now, told.zone)
    return [*right, Part(at + " ")], kept


class TopBar(ActionLine):
    """The top line. It is asked to tick; without a change it repaints nothing."""

    _halted: bool | None = None

    def on_mount(self) -> None:
        """What is known before the desk is open."""
        self.tick()

    def on_resize(self) -> None:
        """Other things have room."""
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
        halted = app.halted
        if self._halted not in (None, halted) and isinstance(self.screen, DeskScreen):
            self.screen.say_hints()  # the key of the stop does something else now
        self._halted = halted
        told = Told(
            current=app.current_mode, unread=app.unread, title=desk.title, actor=desk.actor,
            connected=app.company.connected, engine=desk.engine(), halted=halted, carrier=desk.carrier,
            speed=desk.speed, now=desk.now(), zone=desk.zone, trouble=desk.trouble,
        )  # fmt: skip
        self.show(*top_line(told, app.size.width))
