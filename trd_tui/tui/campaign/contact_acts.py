"""What can be done about one contact of a campaign, and doing it: question, act, toast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.domain.sentences import begun, closed
from trd_tui.tui import format as show
from trd_tui.tui.menu import Choice

if TYPE_CHECKING:
    from trd_tui.services.views import CampaignDetail, ContactRow
    from trd_tui.tui.campaign.contacts import ContactsPage
    from trd_tui.tui.desk import Desk
    from trd_tui.tui.desk.people import ContactAct


def contact_choices(
    row: ContactRow, detail: CampaignDetail | None, *, listed: str | None
) -> tuple[Choice, ...]:
    """The menu of a contact: the safest first, the destructive last; what cannot be done says why."""
    held = row.next_state == "held"
    sends = detail is not None and detail.row.status in ("active", "paused")
    unheld = "" if held and sends else "nothing is held" if not held else "the campaign sends nothing"
    ended = "" if row.status in ("active", "held") else "their sequence is over"
    barred = listed is not None or row.status == "opted_out"
    return (
        Choice("contact:why", "w", "Why", "which rule decides"),
        Choice("contact:send", "s", "Let the held message go", unheld, disabled=bool(unheld)),
        Choice("contact:skip", "i", "Skip the held message", unheld, disabled=bool(unheld)),
        Choice("contact:stop", "t", "Take out of this campaign", ended, disabled=bool(ended)),
        Choice("contact:allow", "a", "May be texted again", "" if barred else "they may be texted",
               disabled=not barred),
        Choice("contact:opt_out", "o", "Opt out of everything", "is out already" if barred else "",
               disabled=barred),
    )  # fmt: skip


def _question(
    act: ContactAct, row: ContactRow, campaign: str, desk: Desk
) -> tuple[str, str, str, tuple[str, ...]]:
    """Title, sentence, verb and notes."""
    who, now = row.name or row.number, desk.now()
    if act == "send":
        goes = "as soon as window, gap and caps permit"
        if row.next_at is not None and row.next_at > now:  # what is let go before it is due keeps its date
            goes = f"when it is due, {show.when(row.next_at, now, desk.zone)}"
        told = f"Touch {row.next_touch} goes to {who} {goes}. z does not take it back; t takes them out."
        notes = (f"It is held: {row.reason}",) if row.reason else ()
        return "Let it go?", told, "Send", notes
    if act == "skip":
        told = (
            f"Touch {row.next_touch} is not sent to {who}; the next touch keeps its date if it lies ahead. z"
            " does not take it back."
        )
        return "Skip it?", told, "Skip", ()
    if act == "stop":
        told = f"{who} gets nothing more of {campaign}. Other campaigns go on. z does not take it back."
        return "Take out?", told, "Take out", ()
    if act == "allow":
        told = (
            f"{row.number} is taken off the do-not-contact list. Sequences that have ended stay ended. z"
            " does not take it back; o opts them out again."
        )
        return "May be texted again?", told, "Allow", ("Only if they have asked for it themselves.",)
    told = (
        f"{row.number} goes on the do-not-contact list: {who} gets no automated text of any campaign. z"
        " does not take it back; a lets them be texted again."
    )
    return "Opt out?", told, "Opt out", ("Their sequences end at once, in all campaigns.",)


_STAYS = {
    "send": ("the release of the message to", "What was let go stays so; . then t takes them out."),
    "skip": ("the skipping of a message to", "What was skipped stays so; the next touch comes on its date."),
    "stop": ("the taking out of", "Who was taken out stays out; import them again to begin anew."),
    "allow": ("the allowing of", "They may be texted; . then o opts them out again."),
    "opt_out": ("the opt-out of", "An opt-out stays, and so do the sequences that it ended; . then a lets "
                "them be texted again."),
}  # fmt: skip
"""What was done, before the person's name, and why ``z`` does not take it back."""


async def perform(page: ContactsPage, act: ContactAct, row: ContactRow) -> None:
    """Ask, do, tell."""
    from trd_tui.tui.dialogs import Confirm

    app, desk = page.campaign.trd, page.desk
    name = "this campaign" if page.detail is None else page.detail.row.name
    title, sentence, verb, notes = _question(act, row, name, desk)
    danger = act in ("stop", "opt_out")
    if not await app.push_screen_wait(Confirm(title, sentence, verb, notes=notes, danger=danger)):
        return
    result = await desk.people.act(act, page.campaign_id, row.number)
    if result.ok:
        what, stays = _STAYS[act]
        app.did_for_good(f"{what} {row.name or row.number}", f"{row.name or row.number}: {stays}")
    app.notify(closed(begun(result.message)), severity="information" if result.ok else "warning")
    if page.is_mounted:
        page.count_states()
        page.campaign.live()
