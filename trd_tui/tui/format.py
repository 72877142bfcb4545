"""How figures, instants and states look; pure text, so that it reads without colour."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import lru_cache

_LEVELS = "▁▂▃▄▅▆▇█"
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

STATUS: dict[str, tuple[str, str]] = {
    "draft": ("○", "quiet"),
    "active": ("●", "good"),
    "paused": ("‖", "warn"),
    "completed": ("✔", "info"),
    "archived": ("□", "quiet"),
}
"""Symbol and tone of each campaign status; the word always stands beside it."""

ENROLMENT: dict[str, tuple[str, str]] = {
    "active": ("●", "good"),
    "held": ("◆", "warn"),
    "replied": ("↩", "info"),
    "opted_out": ("⊘", "warn"),
    "failed": ("✗", "bad"),
    "finished": ("✔", "quiet"),
    "removed": ("□", "quiet"),
}
"""Symbol and tone of where a contact stands."""

MESSAGE: dict[str, tuple[str, str]] = {
    "scheduled": ("○", "info"),
    "sending": ("▸", "info"),
    "unknown": ("?", "warn"),
    "held": ("◆", "warn"),
    "sent": ("→", ""),
    "delivered": ("✔", "good"),
    "undelivered": ("✗", "bad"),
    "failed": ("✗", "bad"),
    "skipped": ("↷", "quiet"),
    "cancelled": ("□", "quiet"),
}
"""Symbol and tone of where a message stands."""

REPLY: dict[str, tuple[str, str, str]] = {
    "reply": ("↩", "info", "reply"),
    "unclear": ("?", "warn", "unclear"),
    "opt_out": ("⊘", "warn", "opt-out"),
    "opt_in": ("●", "good", "opt-in"),
    "help": ("?", "", "help"),
    "auto": ("◌", "quiet", "automatic"),
}
"""Symbol, tone and word of what came in."""


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    from zoneinfo import ZoneInfo  # 2 ms that the first paint need not pay

    return ZoneInfo(name)


def local(instant: int, zone: str) -> datetime:
    """An instant in a zone."""
    return datetime.fromtimestamp(instant / 1000, _zone(zone))


def count(number: int, width: int = 0) -> str:
    """Thousands in groups; shortened to k or M where it would not fit."""
    text = f"{number:,}"
    if width and len(text) > width:
        for size, unit in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
            if number >= size:
                short = f"{number / size:.1f}{unit}"
                return short if len(short) <= width else f"{number // size}{unit}"
    return text


def percent(value: float) -> str:
    """One decimal, as everywhere in the product."""
    return f"{value:.1f} %"


def whole_percent(value: float) -> str:
    """Without decimals; 100 only when it is complete, 0 only when nothing is done."""
    if 0 < value < 1:
        return "1 %"
    if 99 < value < 100:
        return "99 %"
    return f"{value:.0f} %"


def bar(value: float, width: int) -> tuple[str, str]:
    """A bar of ``width`` cells for a percentage, as its filled part and its track.

    A heavy line, not blocks: blocks of neighbouring rows run together. Line and dots differ without colour.
    """
    halves = round(max(0.0, min(100.0, value)) / 100 * width * 2)
    full, half = divmod(halves, 2)
    filled = "━" * full + ("╸" if half else "")
    return filled, "·" * (width - len(filled))


def spark(values: tuple[int, ...], width: int) -> str:
    """The latest values as blocks, at most ``width`` of them, neighbours added up where there are more."""
    if width <= 0 or not values:
        return ""
    per = -(-len(values) // width)
    start = len(values) % per
    groups = [values[:start]] if start else []
    groups += [values[i : i + per] for i in range(start, len(values), per)]
    sums = [sum(group) for group in groups]
    top = max(sums)
    if not top:
        return _LEVELS[0] * len(sums)
    return "".join(_LEVELS[min(7, value * 7 // top + (1 if value else 0))] for value in sums)


def clock(instant: int, zone: str) -> str:
    """Time of day with the zone's short name."""
    return local(instant, zone).strftime("%H:%M %Z")


def when(instant: int | None, now: int, zone: str) -> str:
    """An instant as people say it, ahead or past: ``in 3 min``, ``14:05``, ``Mon 10:00``, ``21 Jan``."""
    if instant is None:
        return "-"
    ahead = instant - now
    if 0 <= ahead < HOUR:
        return f"in {ahead // MINUTE} min" if ahead >= MINUTE else "now"
    if -HOUR < ahead < 0:
        return f"{-ahead // MINUTE} min ago" if ahead <= -MINUTE else "just now"
    at, today = local(instant, zone), local(now, zone)
    days = (at.date() - today.date()).days
    if days == 0:
        return at.strftime("%H:%M")
    if -7 < days < 7:
        return at.strftime("%a %H:%M")
    if at.year == today.year:
        return f"{at.day} {at:%b}"
    return f"{at.day} {at:%b %y}"


def due(instant: int | None, now: int, zone: str) -> str:
    """When something comes; overdue, how long ago that was: ``1 h ago``, ``2 d ago``, never ``15:00``."""
    if instant is None or now - instant < HOUR:
        return when(instant, now, zone)
    late = now - instant
    return f"{late // HOUR} h ago" if late < DAY else f"{late // DAY} d ago"


def overdue(instant: int | None, now: int) -> str:
    """For how long something has been due: ``11 min``, ``2 d``; empty for less than a minute, or ahead."""
    late = 0 if instant is None else now - instant
    if late < MINUTE:
        return ""
    for size, unit in ((DAY, "d"), (HOUR, "h")):
        if late >= size:
            return f"{late // size} {unit}"
    return f"{late // MINUTE} min"


def upcoming(instant: int, now: int, zone: str) -> str:
    """When what is next in a queue goes; what should have gone waits for its turn: ``11 min overdue``."""
    late = overdue(instant, now)
    return f"{late} overdue" if late else when(max(instant, now), now, zone)


def moment(instant: int | None, now: int, zone: str) -> str:
    """A date and a time that can be written down: ``Thu 12 Mar 09:00``, with the year where it is another."""
    if instant is None:
        return "-"
    at = local(instant, zone)
    year = f" {at:%Y}" if at.year != local(now, zone).year else ""
    return f"{at:%a} {at.day} {at:%b}{year} {at:%H:%M}"


def shortened(text: str, most: int = 40) -> str:
    """A text cut to so many characters, with an ellipsis where something is missing."""
    return text if len(text) <= most else text[: most - 1] + "…"


def duration(seconds: float) -> str:
    """How long something takes: ``4 s``, ``3 min``, ``2 h``."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"


def plural(number: int, noun: str) -> str:
    """``1 campaign``, ``5 campaigns``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def usd(micros: int) -> str:
    """Money for people."""
    return f"${micros / 1_000_000:,.2f}"
