"""What each column of the file holds: the guess, or what a person says of it."""

from __future__ import annotations

from trd_tui.domain.csv_columns import FIELDS, IGNORE
from trd_tui.domain.fields import CUSTOM, field_key
from trd_tui.tui.dialogs import AskName
from trd_tui.tui.menu import Choice
from trd_tui.tui.new_campaign.audience.look import AudienceLook

OTHER = "other"
"""In the menu of fields: an own one whose name is typed."""

_LETTERS = "abcdefghilmnopqrstuvwxyz"
"""Letters of the menu of fields; j and k move."""


class AudienceMapping(AudienceLook):
    """A menu of fields over the columns."""

    _column = ""
    """The title of the one that the menu is about."""

    def _open_fields(self, title: str) -> None:
        self._column = title
        own = f"{CUSTOM}{field_key(title) or 'own'}"
        names = ["phone", *(name for name in FIELDS if name != "number"), own, OTHER, IGNORE[0]]
        words = {OTHER: "an own field: type its name", own: own}  # an own name is written as texts name it
        choices = tuple(
            Choice(name, _LETTERS[at], words.get(name) or name.replace("_", " "))
            for at, name in enumerate(names)
        )
        region = self.query_one("#columns").region
        self.steps.menu().open(f"{title} holds", choices, x=region.x + 4, y=region.y - 6)

    def chosen(self, field: str | None) -> None:
        """The menu of fields was answered."""
        self.query_one("#columns").focus()
        if field == OTHER:
            self.steps.trd.begin_question(self.steps, self._ask_own, group="acts")
        elif field is not None:
            self._hold(field)

    async def _ask_own(self) -> None:
        title = self._column
        sentence = f"{title} holds a field of your own. Texts name it in double braces: {{{{lot}}}}."
        name = await self.steps.app.push_screen_wait(
            AskName("Own field", sentence, field_key(title), "take it")
        )
        if name is None:
            return
        if key := field_key(name.removeprefix(CUSTOM)):
            self._hold(f"{CUSTOM}{key}")
        else:
            self.notify("A field's name needs a letter or a digit.", severity="warning")

    def _hold(self, field: str) -> None:
        """What the column holds is said."""
        if self.is_attached:
            self.steps.typed(mapping={**self.sheet.mapping, self._column: field})
            self.look()
