"""One conversation as the panel shows it: both directions, the latest at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.tui import format as show
from trd_tui.tui.campaign.colours import coloured

if TYPE_CHECKING:
    from trd_tui.services.inbox_views import Line, WholeConversation


def thread_content(found: WholeConversation, now: int, zone: str, campaign_id: str, width: int) -> Content:
    """The latest texts first, so that what was written last is read without scrolling."""
    parts: list[str | tuple[str, str]] = []
    if found.suppressed:
        parts += [("⊘ must not be texted", "$warning"), f": {found.suppressed}\n"]
    if found.note:
        parts += [("note ", "$trd-quiet"), f"{found.note}\n"]
    if parts:
        parts.append("\n")
    for line in reversed(found.lines):
        parts += _line(line, now, zone, campaign_id)
    return Content.assemble(*parts).rstrip()


def _line(line: Line, now: int, zone: str, campaign_id: str) -> list[str | tuple[str, str]]:
    at = show.moment(line.at, now, zone)
    where = "" if line.campaign_id in (None, campaign_id) else f" of {line.campaign_name}"
    if line.direction == "in":
        symbol, tone, word = show.REPLY.get(line.state, ("?", "", line.state))
        touch = f" to touch #{line.touch}{where}" if line.touch else where
        said: list[str | tuple[str, str]] = [
            (f"{symbol} {word}", f"bold {coloured(tone)}".strip()),
            (f"{touch}  {at}\n", "$trd-quiet"),
        ]
        return [*said, f"{line.body}\n\n"]
    symbol, tone = show.MESSAGE.get(line.state, ("?", ""))
    who = f"touch #{line.touch}{where}" if line.direction == "touch" else f"answer by {line.actor}"
    reason = f" · {line.reason}" if line.reason else ""
    return [
        (f"{symbol} ", coloured(tone)), who, (f" {line.state}{reason}  {at}\n", "$trd-quiet"),
        (f"{line.body}\n\n", "$trd-quiet"),
    ]  # fmt: skip
