"""What the edit of a running campaign means for a contact, and which old touch is which new one."""

from __future__ import annotations

from collections.abc import Sequence as Ordered
from dataclasses import replace
from itertools import pairwise

from trd_tui.domain.calendar import Calendar, Change, Step, Waiting
from trd_tui.domain.sequence import MAX_DAY, MAX_TOUCHES, SequenceError, Touch
from trd_tui.domain.zones import local_ordinal


def follow(
    who: Waiting, before: Calendar, after: Calendar, last: int | None, now: int, *, running: bool
) -> Change | None:
    """What an edit makes of the touch that waits for a contact; ``None`` when it stays as it is.

    A new touch whose date lies ahead comes first; a touch that is not sent any more gives its place to the
    next one, also where that has waited behind it beyond its date; a touch whose date moved moves. What would
    have been due by its new date goes as soon as it may, and what follows keeps its gaps to it. Nothing that
    the contact had comes again.

    Args:
        who: the contact and the touch that waits.
        before: the calendar under which it was dated.
        after: the calendar now.
        last: the touch that the contact had last; ``None`` when there was none.
        now: campaign instant.
        running: whether the campaign sends; in a paused one its resume decides about what is overdue.
    """
    waited = {who.touch}
    if not after.is_active(who.touch):
        waited = {step.position for step in before.after(who.touch)}
    ahead = [
        step
        for step in after.after(last)
        if step.position in waited or after.planned(who, step.day, who.shift_days) > now
    ]
    if ahead:
        step = ahead[0]
    elif after.is_active(who.touch):
        step = Step(after.day(who.touch), who.touch)
    elif behind := after.after(who.touch):
        step = behind[0]
    else:
        return Change(None, who.scheduled_for, who.shift_days)
    if step.position == who.touch:
        then = before.planned(who, before.day(who.touch), who.shift_days)
        if then == after.planned(who, step.day, who.shift_days):
            return None
    at = after.instant(who, step.day, who.shift_days)
    if at > now or not running:
        return Change(step.position, at, who.shift_days)
    return _at_once(who, after, step.position, step.day, now)


def reopen(who: Waiting, after: Calendar, now: int) -> Change | None:
    """Give a contact who had finished the touches behind the last one; ``None`` when there are none.

    Args:
        who: the contact; their touch is the last one that they had.
        after: the calendar now.
        now: campaign instant.
    """
    behind = after.after(who.touch)
    if not behind:
        return None
    step = behind[0]
    at = after.instant(who, step.day, who.shift_days)
    if at > now:
        return Change(step.position, at, who.shift_days)
    return _at_once(who, after, step.position, step.day, now)


def _at_once(who: Waiting, after: Calendar, position: int, day: int, now: int) -> Change:
    at = after.earliest(who, now)
    wanted = local_ordinal(at, who.zone) - (who.enrolled_on + day - 1)
    return Change(position, at, max(who.shift_days, wanted))


def merge(
    old: Ordered[Touch],
    new: Ordered[Touch],
    *,
    kept: frozenset[int],
    known_as: Ordered[int | None] | None = None,
) -> tuple[Touch, ...]:
    """Give the touches of a new definition the positions of the old ones that they are.

    A touch of the same day is the same touch; of the others, one of the same text between the same
    neighbours, so that the order of old touches never changes and nobody gets one of them twice. What is
    left of the old is removed: it stays as a touch that is not sent where messages name it.

    Args:
        old: the touches as stored, in the order of their days, removed ones too.
        new: the touches of the definition.
        kept: positions that messages name.
        known_as: for each touch of the definition the position of the old one that it is, ``None`` for a
            new one; without it, day and text decide.

    Returns:
        All touches to store, in the order of their days.

    Raises:
        SequenceError: there are no positions left, or old touches would change places.
    """
    old = sorted(old, key=_place)
    present = [touch for touch in old if not touch.removed]
    same = _matches(present, new) if known_as is None else _known(present, known_as)
    days = {position: new[index].day for index, position in same.items()}
    gone, latest = [], 0
    for touch in old:
        if touch.position in days:
            latest = days[touch.position]
        elif touch.position in kept:
            # It stays behind the touches that were before it, or these would follow it again, and before
            # those behind it and what is put in there, or who had it would never get these.
            follows = min((each.day for each in new if each.day > latest), default=MAX_DAY)
            day = max(latest + 1, min(touch.day, follows))
            gone.append(replace(touch, day=day, active=False, removed=True))
    taken = set(days) | {touch.position for touch in gone}
    merged = list(gone)
    for index, touch in enumerate(new):
        position = same.get(index)
        if position is None:
            position = _free(taken)
            taken.add(position)
        merged.append(replace(touch, position=position))
    return tuple(sorted(merged, key=_place))


def _place(touch: Touch) -> tuple[int, bool, bool, int]:
    """Where a touch stands: of one day what was taken out is first, then what is passed over.

    The calendar need not tell these two apart, which send nothing. The next edit must: what is passed over
    may be sent again, and who has had the one that was taken out still gets it.
    """
    return touch.day, touch.active, not touch.removed, touch.position


def _known(old: Ordered[Touch], known_as: Ordered[int | None]) -> dict[int, int]:
    places = {touch.position: place for place, touch in enumerate(old)}
    same = {index: position for index, position in enumerate(known_as) if position is not None}
    order = [places.get(position, -1) for position in same.values()]
    if -1 in order or any(one >= other for one, other in pairwise(order)):
        raise SequenceError("the touches that there were must keep their order; remove one and add it anew")
    return same


def _matches(old: Ordered[Touch], new: Ordered[Touch]) -> dict[int, int]:
    """Positions of old touches by the index of the new one that they are; their order is kept."""
    days = {touch.day: at for at, touch in enumerate(old)}
    same = {index: days[touch.day] for index, touch in enumerate(new) if touch.day in days}
    low, begin = 0, 0
    for index in [*sorted(same), len(new)]:
        high = same.get(index, len(old))
        at = low
        for between in range(begin, index):
            found = next((near for near in range(at, high) if _alike(old[near], new[between])), None)
            if found is not None:
                same[between], at = found, found + 1
        low, begin = high + 1, index + 1
    return {index: old[at].position for index, at in same.items()}


def _alike(old: Touch, new: Touch) -> bool:
    """Whether they have a text in common."""
    return not {body for _, body in old.texts}.isdisjoint(body for _, body in new.texts)


def _free(taken: set[int]) -> int:
    """The position of a new touch: behind all others as long as there is room."""
    highest = max(taken, default=0)
    if highest < MAX_TOUCHES:
        return highest + 1
    for position in range(1, MAX_TOUCHES):
        if position not in taken:
            return position
    raise SequenceError(
        f"the campaign has had {MAX_TOUCHES} different touches, which is the most; duplicate it instead"
    )
