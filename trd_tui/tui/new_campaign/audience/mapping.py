"""What each column of the file holds: the guess, or what a person says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from trd_tui.domain.csv_columns import FIELDS, IGNORE
from trd_tui.domain.fields import CUSTOM, field_key
from trd_tui.tui.dialogs import AskName
from trd_tui.tui.menu import Choice

if TYPE_CHECKING:
    from textual.geometry import Region

    from trd_tui.tui.new_campaign.screen import NewCampaignScreen

OTHER = "other"
"""In the menu of fields: an own one whose name is typed."""

_LETTERS = "abcdefghilmnopqrstuvwxyz"
"""Letters of the menu of fields; j and k move."""


class Mapping:
    """A menu of fields over the columns.

    Args:
        steps: the screen over which it opens.
        said: called when something else is said of a column.
    """

    def __init__(self, steps: NewCampaignScreen, said: Callable[[], object]) -> None:
        self._steps, self._said = steps, said
        self._column = ""
        """The title of the one that the menu is about."""

    def ask(self, title: str, columns: Region) -> None:
        """Open the menu for a column."""
        self._column = title
        own = f"{CUSTOM}{field_key(title) or 'own'}"
        names = ["phone", *(name for name in FIELDS if name != "number"), own, OTHER, IGNORE[0]]
        words = {OTHER: "an own field: type its name", own: own}  # an own name is written as texts name it
        choices = tuple(
            Choice(name, _LETTERS[at], words.get(name) or name.replace("_", " "))
            for at, name in enumerate(names)
        )
        self._steps.menu().open(f"{title} holds", choices, x=columns.x + 4, y=columns.y - 6)

    def answered(self, field: str | None) -> None:
        """The menu was answered."""
        if field == OTHER:
            self._steps.trd.begin_question(self._steps, self._ask_own, group="acts")
        elif field is not None:
            self._hold(field)

    async def _ask_own(self) -> None:
        title, steps = self._column, self._steps
        offered = field_key(title)
        braced = f"{{{{{offered or 'lot'}}}}}"
        sentence = f"{title} holds a field of your own. Texts name it in double braces: {braced}."
        name = await steps.app.push_screen_wait(AskName("Own field", sentence, offered, "take it"))
        if name is None:
            return
        if key := field_key(name.removeprefix(CUSTOM)):
            self._hold(f"{CUSTOM}{key}")
        else:
            steps.notify("A field's name needs a letter or a digit.", severity="warning")

    def _hold(self, field: str) -> None:
        if self._steps.is_open:
            self._steps.typed(mapping={**self._steps.sheet.mapping, self._column: field})
            self._said()
