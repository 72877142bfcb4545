"""A resume's preview as people and programs read it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.cli.output import iso, printable, table
from trd_tui.domain.finding import one_or_many
from trd_tui.services.previews import short_budget
from trd_tui.services.shapes import RESUME_FIGURES
from trd_tui.services.shapes import resume_shape as resume_shape

if TYPE_CHECKING:
    from trd_tui.services.views import ResumePreview


def printable_lines(preview: ResumePreview) -> str:
    """The figures per touch, then the sums."""
    from trd_tui.domain.money import format_usd

    lines = [printable(f"{preview.campaign_id}  {preview.name}  {preview.policy}: {preview.meaning}")]
    if preview.touches:
        heads = (">touch", ">day", *(f">{figure}" for figure in RESUME_FIGURES))
        rows = [
            (touch.position, touch.day, *(getattr(touch, figure) for figure in RESUME_FIGURES))
            for touch in preview.touches
        ]
        lines.append(table(heads, rows))
    lines.append(
        f"{one_or_many(preview.messages, 'message')}, {one_or_many(preview.segments, 'segment')},"
        f" {format_usd(preview.cost_micros)};"
        f" first {iso(preview.first_at) or '-'}, last {iso(preview.last_at) or '-'}"
    )
    if preview.over_budget:
        lines.append(f"the budget has {short_budget(preview)}; raise budget_usd first (trd campaign edit)")
    if preview.in_all > preview.messages:
        lines.append(
            f"these are the next touch of each contact; {preview.in_all:,} in all if nobody answers:"
            " trd campaign show says what they cost"
        )
    for number, words in (
        (preview.finished, ("contact", "contacts", "finished")),
        (preview.unreadable, ("message lacks", "messages lack", "a field and will wait for a person")),
        (preview.shared_contacts, ("contact is", "contacts are", "texted by another active campaign too")),
    ):
        if number:
            lines.append(f"{one_or_many(number, *words[:2])} {words[2]}")
    return "\n".join(lines)
