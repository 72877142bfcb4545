"""The funnel: one line a touch, what was sent of it and what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.tui import format as show

if TYPE_CHECKING:
    from trd_tui.services.views import TouchFunnel

FULL = 84
"""From this width on, the funnel has all its columns."""


def funnel_content(touches: Sequence[TouchFunnel], width: int) -> Content:
    """The funnel at a width; narrow ones show sent and replies only."""
    full = width >= FULL
    most = max((touch.sent_count for touch in touches), default=0)
    head = f"{'#':>3} {'day':>4}  "
    tail = (
        f"{'sent':>7} {'deliv.':>7} {'failed':>7} {'replies':>8} {'rate':>7} {'opt-out':>8}"
        if full
        else f"{'sent':>7} {'repl.':>6}"
    )
    room = max(6, width - len(head) - len(tail) - 1)
    lines: list[Content] = [Content.styled(f"{head}{'':<{room}} {tail}", "$trd-quiet")]
    for touch in touches:
        share = 100 * touch.sent_count / most if most else 0
        filled, track = show.bar(share, room)
        parts: list[str | tuple[str, str]] = [
            (f"{touch.position:>3} ", "bold"), (f"{touch.day:>4}  ", "$trd-quiet"),
            (filled, "$primary" if touch.active else "$trd-quiet"), (track, "$trd-track"), " ",
        ]  # fmt: skip
        quiet = "$trd-quiet"
        if not touch.active:
            parts.append((f"{'off':>7}", "$trd-quiet"))
        else:
            parts.append((f"{show.count(touch.sent_count, 7):>7}", "" if touch.sent_count else quiet))
        if full:
            parts += [
                (f" {show.count(touch.delivered_count, 7):>7}", "" if touch.delivered_count else quiet),
                (f" {show.count(touch.failed_count, 7):>7}", "" if touch.failed_count else quiet),
                (f" {show.count(touch.replied_count, 8):>8}", "bold" if touch.replied_count else quiet),
                (f" {show.percent(touch.reply_rate):>7}", "" if touch.replied_count else quiet),
                (f" {show.count(touch.opted_out_count, 8):>8}", "" if touch.opted_out_count else quiet),
            ]
        else:
            parts.append(
                (f" {show.count(touch.replied_count, 6):>6}", "bold" if touch.replied_count else quiet)
            )
        lines.append(Content.assemble(*parts))
    return Content("\n").join(lines)
