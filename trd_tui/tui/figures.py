"""The six figures above the list, each in a frame that names it."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from trd_tui.services.views import Overview
from trd_tui.tui import format as show

_TREND = {1: ("▲", "up"), 0: ("", ""), -1: ("▼", "down")}


class Figures(Horizontal):
    """The dashboard. The frames stand from the first paint; the figures come when they are known."""

    CARDS: ClassVar = (
        ("active", "Active"),
        ("contacts", "Contacts"),
        ("sent", "Sent today"),
        ("rate", "Reply rate"),
        ("delivered", "Delivered"),
        ("next", "Next message"),
    )

    SHORT: ClassVar = {"sent": "Today", "rate": "Replies", "next": "Next"}
    """Titles where the terminal is narrow."""

    def compose(self) -> ComposeResult:
        """The empty frames."""
        for key, title in self.CARDS:
            card = Static("", id=f"card-{key}", classes="card", markup=False)
            card.border_title = title
            yield card

    def on_mount(self) -> None:
        """Remember what each says, to repaint only what changes."""
        self._said: dict[str, str] = {}
        self._wide = True

    def _say(self, key: str, content: Content) -> None:
        if self._said.get(key) != content.markup:
            self._said[key] = content.markup
            self.query_one(f"#card-{key}", Static).update(content, layout=False)

    def show(self, overview: Overview, now: int, zone: str) -> None:
        """Show these figures."""
        total = overview.summary
        wide = self.size.width >= 100
        if wide != self._wide:  # setting a title repaints all frames
            self._wide = wide
            for key, title in self.CARDS:
                self.query_one(f"#card-{key}").border_title = title if wide else self.SHORT.get(key, title)
        self._say(
            "active",
            _big(f"{show.count(total.active_campaigns)}", f" of {show.count(total.total_campaigns)}"),
        )
        self._say("contacts", _big(show.count(total.total_contacts, 9)))
        room = max(
            0, self.query_one("#card-sent").content_size.width - len(show.count(overview.sent_today)) - 2
        )
        line = show.spark(overview.hourly, min(12, room)) if wide else ""
        self._say(
            "sent",
            Content.assemble(
                (show.count(overview.sent_today), "bold"), "  " if line else "", (line, "$primary")
            ),
        )
        symbol, word = _TREND[overview.reply_trend]
        self._say(
            "rate",
            _big(show.percent(total.reply_rate), f"  {symbol} {word}" if symbol and wide else f" {symbol}"),
        )
        self._say("delivered", _big(show.percent(total.delivery_rate) if total.total_messages else "-"))
        upcoming = overview.next_message
        if overview.stopped:
            self._say("next", Content.assemble(("■ stopped", "bold $error"), "  ! releases"))
        elif upcoming is None:
            self._say("next", Content.styled("nothing waits", "$trd-quiet"))
        else:
            self._say(
                "next",
                Content.assemble(
                    (show.when(upcoming.at, now, zone), "bold"),
                    f"  {upcoming.campaign_name} ",
                    (f"#{upcoming.touch}", "$trd-quiet"),
                ),
            )


def _big(figure: str, rest: str = "") -> Content:
    return Content.assemble((figure, "bold $trd-strong"), (rest, "$trd-quiet"))
