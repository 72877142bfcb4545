"""A campaign's calendar: its touches in the order of their days, and what dates one of them for a contact.

Order is by day, not by position: a position is a touch's name for good, because the messages that were
sent carry it; a touch that was put in between later has a higher one than the touch after it. A removed
touch may have the day of another one: it stands before that.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from trd_tui.domain.place import Place
from trd_tui.domain.schedule import MIN_GAP_MS, next_allowed, next_touch_instant, touch_instant
from trd_tui.domain.window import Window


class Step(NamedTuple):
    """A touch as far as it has a date.

    Attributes:
        day: day 1 is the contact's local date of enrolment.
        position: its name in this campaign.
        active: whether it is sent.
    """

    day: int
    position: int
    active: bool = True


class Waiting(NamedTuple):
    """A contact of a started campaign, with the touch that waits.

    Attributes:
        enrolled_on: the contact's local date of enrolment, as a proleptic ordinal.
        shift_days: whole days that pauses have moved what remains.
        touch: position of the touch that waits.
        scheduled_for: campaign instant for which it waits.
        last_sent_at: campaign instant of the last accepted touch; ``None`` when there was none.
        zone: the contact's stated zone, else the campaign's.
        place: where the contact may be; ``None`` for the zone alone, without law.
    """

    enrolled_on: int
    shift_days: int
    touch: int
    scheduled_for: int
    last_sent_at: int | None
    zone: str
    place: Place | None = None


class Change(NamedTuple):
    """What becomes of the touch that waits; where nothing does, there is no change.

    Attributes:
        touch: the touch that waits afterwards; ``None`` when the contact has had the last one.
        at: campaign instant for which it waits; that of before where it is held or nothing follows.
        shift_days: whole days that pauses have moved what remains.
        skipped: touches that will not be sent, in order.
        held: why a person has to decide; ``None`` when nobody has to.
    """

    touch: int | None
    at: int
    shift_days: int
    skipped: tuple[int, ...] = ()
    held: str | None = None


class Calendar:
    """A campaign's touches and times.

    Args:
        steps: its touches; a removed one is a step that is not active.
        send_time: minutes after local midnight.
        window: when texts may go out.
        timezone: IANA name of contacts whose own zone is not known.
    """

    def __init__(self, steps: Iterable[Step], send_time: int, window: Window, timezone: str) -> None:
        self.steps = tuple(sorted(steps, key=lambda step: (step.day, step.active, step.position)))
        self.active = tuple(step for step in self.steps if step.active)
        self.send_time = send_time
        self.window = window
        self.timezone = timezone
        self._at = {step.position: index for index, step in enumerate(self.steps)}

    def day(self, position: int) -> int:
        """The day of a touch; 1 for one that the campaign does not have."""
        index = self._at.get(position)
        return 1 if index is None else self.steps[index].day

    def is_active(self, position: int) -> bool:
        """Whether a touch is sent."""
        index = self._at.get(position)
        return index is not None and self.steps[index].active

    def after(self, position: int | None) -> tuple[Step, ...]:
        """The active touches that follow one, in order; all of them after ``None``."""
        index = -1 if position is None else self._at.get(position, -1)
        return tuple(step for step in self.steps[index + 1 :] if step.active)

    def before(self, position: int) -> Step | None:
        """The active touch before one; ``None`` before the first."""
        earlier = [step for step in self.steps[: self._at.get(position, 0)] if step.active]
        return earlier[-1] if earlier else None

    def planned(self, who: Waiting, day: int, shift_days: int) -> int:
        """The instant at which a day is planned, whatever was sent before."""
        return touch_instant(
            date.fromordinal(who.enrolled_on),
            day,
            shift_days,
            self.send_time,
            who.zone,
            self.window,
            who.place,
        )

    def instant(self, who: Waiting, day: int, shift_days: int) -> int:
        """The instant of a day's touch: as planned, but never within the least gap after the last one."""
        return next_touch_instant(
            date.fromordinal(who.enrolled_on),
            day,
            shift_days,
            self.send_time,
            who.zone,
            self.window,
            who.last_sent_at,
            who.place,
        )

    def earliest(self, who: Waiting, now: int) -> int:
        """The first instant from now on at which the contact may be texted."""
        allowed = now if who.last_sent_at is None else max(now, who.last_sent_at + MIN_GAP_MS)
        return next_allowed(allowed, who.zone, self.window, who.place)
