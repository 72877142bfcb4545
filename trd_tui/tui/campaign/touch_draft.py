"""A sequence while it is edited: what is stored, what it has become, and what of it is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from trd_tui.domain.redraft import touch_at
from trd_tui.services.edit_views import touch_changes
from trd_tui.services.touch_views import Unsaved

if TYPE_CHECKING:
    from trd_tui.domain.redraft import Touches
    from trd_tui.domain.sequence import Touch
    from trd_tui.services.touch_views import Editable


class SequenceDraft:
    """Changes that are not saved yet. Nobody else's work ever replaces them unasked.

    Args:
        found: the sequence as it is stored.
    """

    def __init__(self, found: Editable) -> None:
        self.found = found
        self.touches: Touches = found.touches
        self.send_time = found.send_time
        self.position = found.touches[0].position if found.touches else 0
        self.variant: str | None = None
        self.crossed = False
        """Somebody else changed the sequence while this was being changed."""
        self.choose(self.position)

    # What is shown

    @property
    def touch(self) -> Touch:
        """The touch that is shown."""
        return touch_at(self.touches, self.position)

    @property
    def place(self) -> int:
        """Its place in the sequence, from 0."""
        return [touch.position for touch in self.touches].index(self.position)

    @property
    def body(self) -> str:
        """The text that is shown."""
        return dict(self.touch.texts)[self.variant]

    def choose(self, position: int, variant: str | None = None) -> None:
        """Show another touch, or another of its variants."""
        self.position = position
        names = [each.name for each in self.touch.variants]
        self.variant = variant if variant in names else names[0] if names else None

    # What has changed

    @property
    def changed(self) -> bool:
        """Whether there is anything to save."""
        return self.touches != self.found.touches or self.send_time != self.found.send_time

    def changes(self) -> int:
        """How many touches are new, changed or removed."""
        return len(touch_changes(self.found.touches, self.touches))

    def said(self) -> str | None:
        """Whose sequence it is, and how much is not saved; ``None`` when nothing is."""
        if not self.changed:
            return None
        number = self.changes()
        touches = f"{number:,} changed {'touch' if number == 1 else 'touches'}"
        return f"{self.found.name}: {touches if number else 'the new send time'}"

    def is_changed(self, touch: Touch) -> bool:
        """Whether this touch is new or not as it is stored."""
        return touch not in self.found.touches

    def unsaved(self) -> Unsaved | None:
        """What is to be kept of it until the next login."""
        found = self.found
        if not self.changed:
            return None
        return Unsaved(found.version, found.touches, found.send_time, self.touches, self.send_time)

    def go_on(self, kept: Unsaved) -> None:
        """Go on with what was not saved the last time, at the first touch of it."""
        now = self.found
        self.found = replace(now, version=kept.version, touches=kept.before, send_time=kept.send_time_before)
        self.touches, self.send_time = kept.touches, kept.send_time
        changed = [touch for touch in self.touches if self.is_changed(touch)] or list(self.touches)
        self.choose(changed[0].position)
        self.heard(now)

    def take(self, found: Editable) -> None:
        """Show what is stored; the touch that is shown stays, where it is still there."""
        position, variant = self.position, self.variant
        place = min(self.place, len(found.touches) - 1) if self.touches else 0
        self.found, self.touches, self.send_time = found, found.touches, found.send_time
        self.crossed = False
        known = {touch.position for touch in found.touches}
        self.choose(position if position in known else found.touches[place].position, variant)

    def heard(self, found: Editable) -> bool:
        """The stored sequence was read again; answers whether what is shown must be drawn anew."""
        before = self.found
        if not self.changed:
            self.take(found)
            return found != before
        if (found.touches, found.send_time) == (before.touches, before.send_time):
            self.found = found  # a setting was changed, or the status
        else:
            self.crossed = True
        return found.refusal != before.refusal or self.crossed

    def over(self, found: Editable) -> Touches:
        """These touches for saving over what is stored now: what somebody removed meanwhile is new again."""
        known = {touch.position for touch in found.touches}
        lowest = min([0, *(touch.position for touch in self.touches)])
        made: list[Touch] = []
        for touch in self.touches:
            if touch.position > 0 and touch.position not in known:
                lowest -= 1
                touch = replace(touch, position=lowest)
            made.append(touch)
        return tuple(made)
