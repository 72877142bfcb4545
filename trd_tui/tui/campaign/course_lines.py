"""Messages and replies by day as blocks; plain text, cheap on a slow line and readable without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.tui import format as show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trd_tui.services.course_views import Day

EIGHTHS = " ▁▂▃▄▅▆▇█"
ROWS = 4
"""Lines of the bars of messages."""

WORD = 9
"""Cells of the words before the bars."""

WIDEST = 6
"""Cells of a day's bar, at most."""


def course_content(days: Sequence[Day] | None, width: int) -> Content:
    """The plot in so many cells; the latest days where they are more than fit."""
    if days is None:
        return Content.styled("Too many contacts to count by day; the funnel has the sums.", "$trd-quiet")
    if not days:
        return Content.styled("Nothing has been sent yet.", "$trd-quiet")
    room = max(7, width - WORD)
    shown = days[-room:]
    cells = max(1, min(WIDEST, room // len(shown)))
    most = max(day.sent for day in shown)
    parts: list[str | tuple[str, str]] = []
    for line, bars in enumerate(_bars([day.sent for day in shown], most, cells)):
        label = show.count(most, 7) if line == 0 else "sent" if line == ROWS - 1 else ""
        parts += [(f"{label:>{WORD - 2}}  ", "$trd-quiet"), (bars, "$primary"), "\n"]
    parts.append("\n")
    for word, values, colour in (
        ("replies", [day.replied for day in shown], "$success"),
        ("opt-outs", [day.opted_out for day in shown], "$warning"),
    ):
        top = max(values)
        blocks = "".join((_eighth(value, top) * (cells - (cells > 1))).ljust(cells) for value in values)
        most_said = f" most {show.count(top, 5)}" if top and len(blocks) + WORD + 11 <= width else ""
        parts += [(f"{word:<{WORD}}", "$trd-quiet"), (blocks, colour), (most_said, "$trd-quiet"), "\n"]
    parts.append((f"{'':{WORD}}{_axis(shown, cells)}", "$trd-quiet"))
    return Content.assemble(*parts)


def _bars(values: Sequence[int], most: int, cells: int) -> list[str]:
    """Bars as lines, the highest first; whoever sent anything has at least a sliver."""
    lines = []
    eighths = [max(1, value * ROWS * 8 // most) if value else 0 for value in values]
    for row in range(ROWS - 1, -1, -1):
        blocks = (EIGHTHS[max(0, min(8, height - row * 8))] for height in eighths)
        lines.append("".join((block * (cells - (cells > 1))).ljust(cells) for block in blocks))
    return lines


def _eighth(value: int, top: int) -> str:
    return "·" if not value else EIGHTHS[max(1, value * 8 // top)]


def _axis(days: Sequence[Day], cells: int) -> str:
    """The first day's date at its beginning, the last one's at its end."""
    first, last = (f"{day.date.day} {day.date:%b}" for day in (days[0], days[-1]))
    span = len(days) * cells - (cells > 1)
    if len(days) == 1:
        return first
    return f"{first}{last:>{span - len(first)}}" if span > len(first) + len(last) else f"{first} to {last}"
