"""Beside the list on wide terminals: the funnel of the campaign under the cursor and what it sends next."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from trd_tui.tui import format as show
from trd_tui.tui.campaign.funnel import funnel_content
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trd_tui.services.views import CampaignDetail, CampaignRow, Sends
    from trd_tui.tui.app import TrdApp

SETTLE = 0.12
"""Seconds that the cursor must rest on a campaign before its funnel is read."""


class SidePane(VerticalScroll, can_focus=False):
    """The pane. It reads only while it can be seen, and only when the cursor rests."""

    def compose(self):  # type: ignore[no-untyped-def] # Textual's own signature
        """The text."""
        yield Static("", id="side-text", markup=False)

    _campaign: str | None = None

    @property
    def visible_now(self) -> bool:
        """Whether the terminal is wide enough for it."""
        return self.app.size.width >= 150

    def show_campaign(self, row: CampaignRow | None) -> None:
        """Show a campaign."""
        campaign = None if row is None else row.id
        if campaign != self._campaign:
            self._campaign = campaign
            self.border_title = "" if row is None else row.name
            self.poll(SETTLE)

    def poll(self, delay: float = 0.0) -> None:
        """Read again."""
        if self.visible_now:
            begin(self, partial(self._read, delay), group="side", exclusive=True)

    async def _read(self, delay: float) -> None:
        if delay:
            await asyncio.sleep(delay)
        app: TrdApp = self.app  # type: ignore[assignment] # the only app there is
        text = self.query_one("#side-text", Static)
        if app.desk is None or self._campaign is None:
            text.update("")
            return
        desk, campaign = app.desk, self._campaign
        detail = await desk.detail(campaign)
        sends = (
            await desk.next_sends(campaign) if detail is not None and detail.row.status == "active" else ()
        )
        if detail is not None and campaign == self._campaign:
            text.update(side_content(detail, sends, desk.now(), desk.zone, self.content_size.width - 1))


def side_content(detail: CampaignDetail, sends: Sequence[Sends], now: int, zone: str, width: int) -> Content:
    """The pane's text."""
    row = detail.row
    symbol, tone = show.STATUS.get(row.status, ("?", "quiet"))
    colour = {"good": "$success", "warn": "$warning", "info": "$trd-info"}.get(tone, "$trd-quiet")
    filled, track = show.bar(row.completion_rate, max(10, width - 7))
    facts = [
        ("waiting", show.count(row.waiting_count)),
        ("held", show.count(row.held_count)),
        ("replies", f"{show.count(row.replied_count)}  {show.percent(row.reply_rate)}"),
        ("asked to stop", show.count(row.opted_out_count)),
        ("cost", show.usd(detail.cost_micros)),
        ("sender", detail.sender),
    ]
    parts: list[Content | str | tuple[str, str]] = [
        (f"{symbol} ", colour), row.status, "\n",
        (filled, "$primary"), (track, "$trd-track"), f" {show.whole_percent(row.completion_rate):>5}", "\n\n",
        funnel_content(detail.touches, width), "\n\n",
    ]  # fmt: skip
    if sends:
        parts += [("Next sends", "bold"), "\n"]
        for send in sends:
            count = f"{show.plural(send.count, 'message')}{' or more' if send.more else ''}"
            touches = f"#{send.touch}" + (f" to #{send.last_touch}" if send.last_touch > send.touch else "")
            parts += [(f"{show.due(send.at, now, zone):<11}", "$trd-info"), f"{touches:<10}", count, "\n"]
        parts.append("\n")
    for word, value in facts:
        parts += [(f"{word:<14}", "$trd-quiet"), value, "\n"]
    return Content.assemble(*parts)
