"""Touches are added, taken out, passed over and put into the order of their days."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trd_tui.domain.sheet import TypedTouch, order_of_days
from trd_tui.tui.new_campaign.touches.editor import TouchesEditor

if TYPE_CHECKING:
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen


class TouchesChanges(TouchesEditor):
    """Acts on the list; what was taken out can be brought back as long as one is in the steps."""

    def __init__(self, steps: NewCampaignScreen) -> None:
        super().__init__(steps)
        self._gone: list[tuple[int, TypedTouch]] = []
        self._replaced: tuple[tuple[TypedTouch, ...], tuple[TypedTouch, ...]] | None = None

    def add(self) -> None:
        """One more behind the last, two days later."""
        days = [int(each.day) for each in self.touches if each.day.isdigit()]
        self.at = len(self.touches)
        self._set((*self.touches, TypedTouch(str(max(days) + 2 if days else 1), "")))
        self._fill()
        self.query_one("#touch-text").focus()

    def remove_touch(self) -> None:
        """This one out; it can be brought back as long as one is in the steps."""
        if (touch := self.touch) is not None:
            gone = self.at
            self.steps.trd.undo_changed()
            self._gone.append((gone, touch))
            self._replaced = None
            self._set((*self.touches[:gone], *self.touches[gone + 1 :]))
            self._fill()
            said = f"z brings it back · {_beginning(touch)}"
            self.steps.trd.notify(said, title=f"Took out touch {gone + 1}", names_undo=True)

    def bring_back(self) -> None:
        """The touch that was taken out last, or the touches that a set has replaced."""
        self.steps.trd.undo_changed()
        if self._replaced is not None and self._replaced[1] == self.touches:
            before, self._replaced = self._replaced[0], None
            self.at = 0
            self._set(before)
        elif self._gone:
            place, touch = self._gone.pop()
            self.at = min(place, len(self.touches))
            self._set((*self.touches[: self.at], touch, *self.touches[self.at :]))
        else:
            self.notify("No touch was taken out here that could come back.", severity="warning")
            return
        self._fill()

    def switch(self) -> None:
        """Send it, or pass it over."""
        if (touch := self.touch) is not None:
            self._replace(replace(touch, active=not touch.active))

    def settle(self) -> None:
        """The touches to their places; the cursor stays on its own."""
        order = order_of_days(self.touches)
        if order != tuple(range(len(order))):
            touch = self.touch
            self.at = order.index(self.at)
            self._set(tuple(self.touches[place] for place in order))
            self._fill()
            if touch is not None:
                self.notify(f"It stands by its day, as touch {self.at + 1}.", title=f"Day {touch.day}")

    def _replace(self, touch: TypedTouch) -> None:
        if touch != self.touches[self.at]:
            self._set((*self.touches[: self.at], touch, *self.touches[self.at + 1 :]))

    def _set(self, touches: tuple[TypedTouch, ...]) -> None:
        if self._replaced is not None and touches != self._replaced[1]:
            self.steps.trd.undo_changed()  # a set that is written in is not given back for the one before
        self.steps.typed(touches=touches)
        self._list()
        self._say_state()
        self._read()


def _beginning(touch: TypedTouch) -> str:
    """The first words of a touch, by which one knows it again."""
    body = " ".join((touch.variants[0].body if touch.variants else touch.body).split())
    return (body if len(body) <= 40 else f"{body[:39].rstrip()}…") or "it had no text"
