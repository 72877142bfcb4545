"""Everybody is taken out of the draft again, after a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.dialogs import Confirm
from trd_tui.tui.new_campaign.audience.pane import AudiencePane

if TYPE_CHECKING:
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen


async def empty_audience(screen: NewCampaignScreen) -> None:
    """Take everybody out of the draft, after a question."""
    desk, id_ = screen.ready.new_campaign, screen.sheet.campaign_id
    figures = await desk.audience(id_)
    if not figures.contacts:
        screen.notify("Nobody is in the draft.", severity="warning")
        return
    sentence = (
        f"This empties the draft: {show.plural(figures.contacts, 'contact')}. Everybody stays known, with"
        " their consents; another file can be imported then. z does not take it back."
    )
    if not await screen.app.push_screen_wait(
        Confirm("Take everybody out?", sentence, "Take out", danger=True)
    ):
        return
    from trd_tui.services.views import ActCancelledError

    try:
        out = await screen.carried("Taking out", "contacts", lambda watch: desk.empty(screen.sheet, watch))
        screen.notify(f"{show.plural(out or 0, 'contact')} taken out of the draft.")
    except ActCancelledError:
        screen.notify("Called off; who was taken out until then is out.", severity="warning")
    screen.typed(imported=())
    for pane in screen.query(AudiencePane):
        await pane.emptied()
