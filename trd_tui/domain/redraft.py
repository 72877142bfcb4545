"""Changing a sequence step by step before it is saved; a touch stays the same touch throughout.

A touch that is new has a negative position until it is saved. What lies between two steps may not be a
sequence yet (a text may be empty): whoever saves it checks it as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from trd_tui.domain.sequence import MAX_DAY, MAX_TOUCHES, Touch
from trd_tui.domain.variants import MAX_VARIANTS, MAX_WEIGHT, Variant, usual_name

Touches = tuple[Touch, ...]

USUAL_GAP = 2
"""Days between two touches, unless there is no room."""


class RedraftError(ValueError):
    """The sequence cannot be changed so; the message says why and what to do."""


def touch_at(touches: Touches, position: int) -> Touch:
    """The touch of a position.

    Raises:
        LookupError: there is none.
    """
    for touch in touches:
        if touch.position == position:
            return touch
    raise LookupError(f"there is no touch {position}")


def day_behind(touches: Touches, position: int) -> int:
    """The day that a new touch behind this one would usually get; the last of all, where there is no room."""
    days = [touch.day for touch in touches]
    if not days:
        return 1
    here = touch_at(touches, position).day
    following = min((day for day in days if day > here), default=None)
    if following is None or following - here < 2:
        return max(days) + USUAL_GAP
    return here + min(USUAL_GAP, (following - here) // 2)


def add(touches: Touches, day: int) -> tuple[Touches, int]:
    """Put in a touch without a text; answers it all, and the new one's position.

    Raises:
        RedraftError: the day is taken or none, or there are too many touches.
    """
    if len(touches) >= MAX_TOUCHES:
        raise RedraftError(f"a sequence has at most {MAX_TOUCHES} touches; remove one first")
    _check_day(day)
    for touch in touches:
        if touch.day == day:
            raise RedraftError(f"day {day} is touch {_name(touch)}'s; choose another day")
    position = min(0, *(touch.position for touch in touches)) - 1 if touches else -1
    return _sorted((*touches, Touch(position, day, ""))), position


def remove(touches: Touches, position: int) -> Touches:
    """Take a touch out.

    Raises:
        RedraftError: it is the only one.
    """
    if len(touches) < 2:
        raise RedraftError("a sequence needs at least one touch; write another one first")
    return tuple(touch for touch in touches if touch.position != position)


def move(touches: Touches, position: int, day: int) -> Touches:
    """Give a touch another day; it stays between its neighbours, so that nobody gets one of them twice.

    Raises:
        RedraftError: the day is none, or lies beyond a neighbour.
    """
    _check_day(day)
    at = [touch.position for touch in touches].index(position)
    low = touches[at - 1].day + 1 if at else 1
    high = touches[at + 1].day - 1 if at + 1 < len(touches) else MAX_DAY
    if not low <= day <= high:
        room = f"day {low}" if low == high else f"days {low} to {high:,}"
        raise RedraftError(
            f"day {day} lies beyond a neighbour: this touch may be on {room}; to put its text elsewhere,"
            " remove it there and add a new touch"
        )
    return _changed(touches, position, lambda touch: replace(touch, day=day))


def switch(touches: Touches, position: int) -> Touches:
    """Let a touch be sent, or be passed over.

    Raises:
        RedraftError: nothing would be sent any more.
    """
    found = _changed(touches, position, lambda touch: replace(touch, active=not touch.active))
    if not any(touch.active for touch in found):
        raise RedraftError("at least one touch must be sent; switch another one on first")
    return found


def write(touches: Touches, position: int, variant: str | None, body: str) -> Touches:
    """Give a touch, or one of its variants, another text."""

    def written(touch: Touch) -> Touch:
        if variant is None or not touch.variants:
            return replace(touch, body=body)
        return _with(
            touch, [replace(each, body=body) if each.name == variant else each for each in touch.variants]
        )

    return _changed(touches, position, written)


def add_variant(touches: Touches, position: int, body: str) -> tuple[Touches, str]:
    """Give a touch another text beside what it has; answers it all, and the new one's name.

    A touch with one text becomes a touch with two: ``A``, which it had, and ``B``.

    Raises:
        RedraftError: there are too many.
    """
    touch = touch_at(touches, position)
    having = touch.variants or (Variant(usual_name(0), touch.body),)
    if len(having) >= MAX_VARIANTS:
        raise RedraftError(f"a touch has at most {MAX_VARIANTS} variants; remove one first")
    taken = {each.name.casefold() for each in having}
    name = next(name for name in map(usual_name, range(MAX_VARIANTS)) if name.casefold() not in taken)
    return _changed(touches, position, lambda old: _with(old, [*having, Variant(name, body)])), name


def remove_variant(touches: Touches, position: int, name: str) -> Touches:
    """Take a text out; what remains alone becomes the touch's one text.

    Raises:
        RedraftError: the touch has one text.
    """
    touch = touch_at(touches, position)
    if not touch.variants:
        raise RedraftError("the touch has one text; remove the touch itself")
    return _changed(
        touches, position, lambda old: _with(old, [each for each in old.variants if each.name != name])
    )


def weigh(touches: Touches, position: int, name: str, weight: int) -> Touches:
    """Give a variant another share.

    Raises:
        RedraftError: the weight is none, or the touch has one text.
    """
    if not touch_at(touches, position).variants:
        raise RedraftError("the touch has one text, which everybody gets; add a variant first")
    if not 1 <= weight <= MAX_WEIGHT:
        raise RedraftError(
            f"a weight is a whole number from 1 to {MAX_WEIGHT:,}; remove the variant if nobody shall get it"
        )

    def weighed(touch: Touch) -> Touch:
        return _with(
            touch, [replace(each, weight=weight) if each.name == name else each for each in touch.variants]
        )

    return _changed(touches, position, weighed)


def known_as(touches: Sequence[Touch]) -> tuple[int | None, ...]:
    """Which touch each is of those that are stored; ``None`` for a new one."""
    return tuple(touch.position if touch.position > 0 else None for touch in touches)


def _check_day(day: int) -> None:
    if not 1 <= day <= MAX_DAY:
        raise RedraftError(f"a day is a whole number from 1 to {MAX_DAY:,}; day 1 is the day of enrolment")


def _name(touch: Touch) -> str:
    return str(touch.position) if touch.position > 0 else f"of day {touch.day}, which is new,"


def _with(touch: Touch, variants: Sequence[Variant]) -> Touch:
    """With these variants; one alone is the touch's text."""
    several = tuple(variants) if len(variants) > 1 else ()
    return replace(touch, variants=several, body=variants[0].body)


def _changed(touches: Touches, position: int, change: Callable[[Touch], Touch]) -> Touches:
    return tuple(change(touch) if touch.position == position else touch for touch in touches)


def _sorted(touches: Touches) -> Touches:
    return tuple(sorted(touches, key=lambda touch: touch.day))
