"""What can be done with one campaign, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.domain.campaign import CampaignAct, CampaignStatus, edit_refusal, refusal
from trd_tui.tui.actions import ROW_ACTS, known
from trd_tui.tui.menu import Choice

if TYPE_CHECKING:
    from trd_tui.services.views import CampaignRow


NO_CONTACTS = "the second of its steps imports a file"
"""What to do before a draft can start."""


def row_choices(row: CampaignRow, *, openable: bool) -> tuple[Choice, ...]:
    """The row menu: the safest first, the destructive last; what cannot be done stays and says why."""
    choices = [Choice("open", "o", "Open", "enter")] if openable else []
    if row.status == "draft":
        choices.append(Choice("steps", "s", "Steps: name, audience, touches, schedule, review"))
    for name in ROW_ACTS:
        act, label = known(name).act, known(name).label
        if act == "resume" and row.status == "draft":
            act, label = "start", "start"
        reason = None
        if act in ("start", "pause", "resume", "archive"):
            reason = refusal(CampaignStatus(row.status), CampaignAct(act))
        if act == "start" and reason is None and not row.contact_count:
            reason = f"no contacts: {NO_CONTACTS}"
        note = (reason or "").partition(": ")[2].removeprefix(f"the campaign is {row.status}, ")
        key = known(name).keys or "a"
        choices.append(Choice(name, key, label.capitalize(), note, disabled=reason is not None))
        if name == "resume" and row.status != "draft":  # behind what may have to be mended before it
            over = edit_refusal(row.name, row.status) is not None
            note = "duplicate it and edit the copy" if over else "window, caps, budgets, name, sender"
            choices.append(Choice("steps", "s", "Schedule and limits", note, disabled=over))
    return tuple(choices)
