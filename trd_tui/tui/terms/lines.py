"""What the screen of a campaign's schedule and limits says: how it stands, what is typed, what stays."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.domain.sheet_meet import value_of, words_of
from trd_tui.services.term_views import typed_parts
from trd_tui.tui import format as show
from trd_tui.tui.actions import hints, shown
from trd_tui.tui.actions.schedule_and_limits import HERE, SCHEDULE_AND_LIMITS
from trd_tui.tui.edit_lines import moves_said, settings_said
from trd_tui.tui.hint_lines import action_parts, right_parts, typing_parts
from trd_tui.tui.lines import Part
from trd_tui.tui.new_campaign.news import named_parts, who_of

if TYPE_CHECKING:
    from trd_tui.services.draft_news import Change
    from trd_tui.services.edit_views import EditPreview
    from trd_tui.services.term_views import Terms
    from trd_tui.tui.desk import Desk
    from trd_tui.tui.long_act import LongAct

BUDGET = "budget_usd"
"""The field of the whole budget."""

FIXED = (
    ("started", "Started", "a contact's days count from their first, so it cannot move"),
    ("contacts", "Contacts", "who joined stays; page 3 takes one out, i imports more"),
    ("sequence", "Texts", "page 2 of the campaign changes days, texts and variants"),
    ("own_values", "Own values", "belong to the texts; `trd campaign edit` changes both"),
)
"""What stays as it is: key, label, and why it is not changed here."""


def fixed_values(found: Terms, desk: Desk) -> Mapping[str, str]:
    """What stays as it is, by key."""
    return {
        "started": show.when(found.started_at, desk.now(), desk.zone),
        "contacts": f"{found.contacts:,}",
        "sequence": "1 touch" if found.touches == 1 else f"{found.touches:,} touches",
        "own_values": found.variables or "none",
    }


def theirs_line(change: Change, found: Terms, desk: Desk) -> str:
    """That somebody has changed the same, and to what."""
    return (
        f"{who_of(change, desk)} has changed it too, to {_read(found, change)}; what you typed stays, and"
        " saving it replaces that"
    )


def _read(found: Terms, change: Change) -> str:
    theirs = str(value_of(found.stored, change.part) or "")
    return f"“{theirs}”" if theirs else "nothing"


def theirs_lines(found: Terms, desk: Desk) -> list[str]:
    """What saving would replace of others' work."""
    if not found.crossed:
        return []
    theirs = [
        f"  {words_of(each.part)}: {who_of(each, desk)} wrote {_read(found, each)}" for each in found.crossed
    ]
    return ["Somebody else has changed meanwhile, and this replaces it:", *theirs, "What you change:"]


def question_notes(preview: EditPreview, found: Terms, desk: Desk) -> tuple[str, ...]:
    """What saving would change, what changed limits mean, and who is moved."""
    return (
        *theirs_lines(found, desk),
        *settings_said(preview),
        *preview.means,
        *moves_said(preview, desk),
        *([goes_on_line()] if preview.goes_on else []),
    )


def goes_on_line() -> str:
    """That saving a larger budget does not resume by itself."""
    return f"It is paused because its budget was used up: {shown('resume', 'r')} resumes it."


def state_content(found: Terms, *, saving: bool) -> Content:
    """Whether it can be changed, and what of it is not stored; in 78 cells. The hints have the keys."""
    typed, saves = typed_parts(found.sheet), shown("save_terms", "ctrl+s")
    if saving:
        return Content.styled("saving …", "$trd-info")
    if found.refusal is not None:
        return Content.styled(f"✗ {found.refusal}", "$warning")
    if found.crossed:
        what = named_parts([each.part for each in found.crossed], most=1)
        return Content.styled(f"▲ others changed {what}, too; {saves} shows both", "$warning")
    if found.faults:
        what = named_parts([each.field for each in found.faults], most=1)
        return Content.styled(f"✗ not right yet: {what}", "$error")
    if typed:
        return Content.assemble(("✎ ", "$accent"), f"{named_parts(typed, most=2)}: not saved")
    if found.used_up:
        return Content.styled(
            f"‖ its budget is used up: raise it, {saves} saves, then {shown('resume', 'r')} resumes it",
            "$warning",
        )
    return Content.styled("✔ as it is stored", "$trd-quiet")


def unsaved_said(found: Terms) -> str | None:
    """Whose, and what is not saved; ``None`` when nothing is."""
    typed = typed_parts(found.sheet)
    return f"{found.name}: {named_parts(typed)}" if typed else None


def hint_parts(
    *, changed: bool, long_act: LongAct | None, width: int, stopped: bool, typing: bool
) -> tuple[list[Part], list[Part]]:
    """The keys that work now."""
    if long_act is not None and long_act.shown:
        return long_act.parts(width), right_parts(SCHEDULE_AND_LIMITS, stopped=stopped, only_stop=True)
    word = " back, kept  " if changed else " back  "
    left = [Part(" "), Part("esc", "key", "back"), Part(word, "", "back")]
    for action in hints(SCHEDULE_AND_LIMITS):
        if action.screens == HERE and (changed or not action.dangerous):
            left += action_parts(action, action.label)
    if typing:
        aid = [Part("f1", "key", "help"), Part(" help ", "", "help")]
        return left, [*typing_parts(stopped=stopped), *aid]
    return left, right_parts(SCHEDULE_AND_LIMITS, stopped=stopped)
