"""A whole set of touches in place of those that are there: the house's, none, another campaign's."""

from __future__ import annotations

from functools import partial

from trd_tui.domain.sheet import HOUSE_VALUES
from trd_tui.tui.menu import Choice
from trd_tui.tui.new_campaign.field import Line
from trd_tui.tui.new_campaign.touches.changes import TouchesChanges

HOUSE, NONE = "house", "none"
_LETTERS = "abcdefgilmopqrsu"
"""Letters of campaigns to copy from; h and n are taken."""


class TouchesSets(TouchesChanges):
    """The menu of sets."""

    def choose_set(self) -> None:
        """The menu of sets."""
        self.launch(self._offer, group="sets")

    async def _offer(self) -> None:
        others = (await self.asked.campaigns(self.sheet.campaign_id))[: len(_LETTERS)]
        choices = (
            Choice(HOUSE, "h", "The nine touches of the house"),
            Choice(NONE, "n", "None: begin empty"),
            *(Choice(id_, _LETTERS[at], f"As in {name}") for at, (id_, name, _) in enumerate(others)),
        )
        region = self.query_one("#touch-list").region
        self.steps.menu().open("In place of these touches", choices, x=region.x + 3, y=region.y + 1)

    def chosen(self, name: str | None) -> None:
        """A set was chosen."""
        self.query_one("#touch-list").focus()
        if name is not None:
            self.launch(partial(self._take, name), group="sets")

    async def _take(self, name: str) -> None:
        found = () if name == NONE else await self.asked.touches("" if name == HOUSE else name)
        if self.touches and tuple(found) != self.touches:
            self._replaced = (self.touches, tuple(found))
            self.steps.trd.undo_changed()
            said = "z brings back those that were there."
            self.steps.trd.notify(said, title="Other touches", names_undo=True)
        self.at = 0
        if name == HOUSE and not self.sheet.values.strip():
            self.steps.typed(values=HOUSE_VALUES)
            self.query_one("#values", Line).put(HOUSE_VALUES)
        self._set(found)
        self._fill()
