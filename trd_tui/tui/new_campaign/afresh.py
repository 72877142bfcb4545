"""Throwing away what is typed: all of it, or, in a draft, what is not stored in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.domain.finding import first_few
from trd_tui.domain.not_stored import audience_words, typed_words
from trd_tui.tui.actions import shown
from trd_tui.tui.dialogs import Confirm

if TYPE_CHECKING:
    from trd_tui.tui.new_campaign.keeping import StepsKeeping

_NAMED = 8
"""Fields that the question names; the rest is counted."""


async def asked(steps: StepsKeeping) -> bool:
    """Whether there is something to throw away, and a person says so; what it is is named."""
    if not steps.sheet.campaign_id:
        title, sentence = (
            "Begin afresh?",
            "What is typed in all five steps is thrown away; z does not bring it back.",
        )
    else:
        await steps.hear_news()
        if steps.news.refuses():
            return False
        title, words = "Back to what is stored?", _typed(steps)
        if not words:
            steps.notify("Everything that is typed here is stored; there is nothing to throw away.")
            return False
        sentence = f"Typed and not stored: {first_few(words, _NAMED)}."
        sentence += " That is thrown away; z does not bring it back."
        sentence += " What the draft has stored stays, and so does everybody who was imported."
    return await steps.app.push_screen_wait(Confirm(title, sentence, "Throw away", danger=True))


def _typed(steps: StepsKeeping) -> list[str]:
    return [typed_words([part]) for part in steps.news.not_stored] + audience_words(steps.sheet)


def tell_not_stored(steps: StepsKeeping) -> None:
    """In a draft that is opened: what of it is typed and not stored, and what can be done with that."""
    if parts := steps.news.not_stored:
        it = "it" if len(parts) == 1 else "them"
        stores, throws = shown("save_step", "ctrl+s"), shown("afresh", "ctrl+o")
        steps.notify(
            f"Typed here and not stored: {typed_words(parts)}. {stores} stores {it} where it is right;"
            f" {throws} throws {it} away."
        )
