"""The six figures above the list, each in a frame that names it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from rich.segment import Segment
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from trd_tui.tui import format as show
from trd_tui.tui.hindrance import Standing, hindrance
from trd_tui.tui.table.column import Span, fit
from trd_tui.tui.tones import tone

if TYPE_CHECKING:
    from trd_tui.services.views import Overview

WIDE = 110
"""Columns from which titles are whole and figures have company."""

_TREND = {1: ("▲", "up"), 0: ("", ""), -1: ("▼", "down")}


class Figures(Widget):
    """The dashboard. The frames stand from the first paint; the figures come when they are known.

    One widget, not one a card: each widget costs its share of the first paint.
    """

    CARDS: ClassVar = (
        ("active", "Active", "Active", 15, 12),
        ("contacts", "Contacts", "Contacts", 15, 13),
        ("sent", "Sent today", "Today", 26, 12),
        ("rate", "Reply rate", "Replies", 17, 12),
        ("delivered", "Delivered", "Delivered", 15, 14),
        ("next", "Next message", "Next", 0, 0),
    )
    """Key, title and short title, width and narrow width; the last takes what is left."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said: dict[str, tuple[Span, ...]] = {}

    @property
    def wide(self) -> bool:
        """Whether there is room for whole titles."""
        return self.size.width >= WIDE

    def widths(self) -> list[int]:
        """Cells of each card."""
        widths = [card[3] if self.wide else card[4] for card in self.CARDS]
        widths[-1] = max(8, self.size.width - sum(widths))
        return widths

    def show(self, overview: Overview, now: int, zone: str, standing: Standing) -> None:
        """Show these figures; only the line that holds them is painted again, and only if they differ."""
        said = self._figures(overview, now, zone, standing)
        if said != self._said:
            self._said = said
            self.refresh(Region(0, 1, self.size.width, 1))

    def _figures(
        self, overview: Overview, now: int, zone: str, standing: Standing
    ) -> dict[str, tuple[Span, ...]]:
        total = overview.summary
        sent = show.count(overview.sent_today, 8)
        symbol, word = _TREND[overview.reply_trend]
        return {
            "active": (
                (show.count(total.active_campaigns, 5), "strong"),
                (f" of {show.count(total.total_campaigns, 5)}", "quiet"),
            ),
            "contacts": ((show.count(total.total_contacts, 9), "strong"),),
            "sent": (
                (sent, "strong"),
                ("  ", ""),
                (show.spark(overview.hourly, min(12, 20 - len(sent))) if self.wide else "", "spark"),
            ),
            "rate": (
                (show.percent(total.reply_rate), "strong"),
                (f"  {symbol} {word}" if self.wide else f" {symbol}", "quiet"),
            ),
            "delivered": ((show.percent(total.delivery_rate) if total.total_messages else "-", "strong"),),
            "next": self._upcoming(overview, now, zone, standing),
        }

    def _upcoming(self, overview: Overview, now: int, zone: str, standing: Standing) -> tuple[Span, ...]:
        upcoming = overview.next_message
        if overview.stopped:
            return (("■ stopped", "alarm"), ("  ! releases" if self.wide else "", "quiet"))
        if upcoming is None:
            return (("nothing due", "quiet"),)
        paused = (upcoming.sender_paused_until or 0) > now
        kept = hindrance(upcoming.at, now, standing, sender_paused=paused)
        return (
            kept or (show.upcoming(upcoming.at, now, zone), "strong"),
            (f"  {upcoming.campaign_name}", ""),
            (f" #{upcoming.touch}", "quiet"),
        )

    def render_line(self, y: int) -> Strip:
        """Draw a line of all cards."""
        spans: list[Span] = []
        for (key, title, short, _wide, _narrow), width in zip(self.CARDS, self.widths(), strict=True):
            if y == 0:
                spans += self._top(title if self.wide else short, width)
            elif y == 1:
                pad = " " if self.wide else ""
                inner = fit(self._said.get(key, ()), width - 2 - 2 * len(pad), right=False)
                spans += [("│" + pad, "frame"), *inner, (pad + "│", "frame")]
            else:
                spans.append(("╰" + "─" * (width - 2) + "╯", "frame"))
        return self._strip(spans)

    @staticmethod
    def _top(title: str, width: int) -> Sequence[Span]:
        return (("╭─", "frame"), (f" {title} ", "title"), ("─" * (width - len(title) - 5) + "╮", "frame"))

    def _strip(self, spans: Sequence[Span]) -> Strip:
        base = self.rich_style
        segments = [Segment(text, base + tone(self.app, name) if name else base) for text, name in spans]
        return Strip(segments).adjust_cell_length(self.size.width, base)
