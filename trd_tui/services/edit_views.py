"""What an edit of a campaign changes, for people and programs to look at before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trd_tui.domain.put_off import Putter
from trd_tui.domain.refused import RefusedError
from trd_tui.domain.sequence import Touch


class EditError(RefusedError):
    """The campaign cannot be edited so; the message says why and what to do."""


class ChangedMeanwhileError(EditError):
    """Somebody else has changed the campaign since it was read; nothing was done."""

    def __init__(self) -> None:
        super().__init__("somebody else has changed the campaign meanwhile; look at it, then save again")


@dataclass(frozen=True, slots=True)
class TouchChange:
    """How one touch changes.

    Attributes:
        position: the touch.
        day: its day afterwards; that of before where it is removed.
        what: ``new``, ``removed``, ``text``, ``day 3 -> 4``, ``deactivated``, ``activated``, ``variant C
            new``, ``variant B removed, its figures stay``, ``text of variant A, its figures go on``,
            ``variant A weight 1 -> 3``, ``variants A, B instead of one text``, ``one text instead of
            variants``, ``order of the variants``.
    """

    position: int
    day: int
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Moved:
    """Contacts whose next touch becomes another one, or gets another date.

    Attributes:
        from_touch: what waits now; ``None`` for contacts who had finished.
        to_touch: what waits afterwards; ``None`` when nothing follows and they finish.
        contacts: how many.
        first_at: the earliest new instant; ``None`` where they finish.
        last_at: the latest.
    """

    from_touch: int | None
    to_touch: int | None
    contacts: int
    first_at: int | None
    last_at: int | None


@dataclass(frozen=True, slots=True)
class EditPreview:
    """What an edit would do to one campaign.

    Attributes:
        campaign_id: the campaign.
        name: its present name.
        status: its status.
        settings: settings that change: name, old and new value as text.
        touches: touches that change, in order.
        moved: contacts who are moved.
        stay: waiting contacts who keep touch and date.
        in_flight: messages that are on their way or held; they stay as they are.
        may_put_off: what may put off those who are moved.
        means: what a changed cap or budget leaves, a sentence each.
        goes_on: it has paused because its budget was used up, and after the edit a resume goes on.
    """

    campaign_id: str
    name: str
    status: str
    settings: tuple[tuple[str, str, str], ...]
    touches: tuple[TouchChange, ...]
    moved: tuple[Moved, ...]
    stay: int
    in_flight: int
    may_put_off: tuple[Putter, ...] = ()
    means: tuple[str, ...] = ()
    goes_on: bool = False

    @property
    def changes(self) -> bool:
        """Whether it would change anything."""
        return bool(self.settings or self.touches or self.moved)


def touch_changes(old: Sequence[Touch], new: Sequence[Touch]) -> tuple[TouchChange, ...]:
    """How touches change; a position is the same touch in both."""
    before = {touch.position: touch for touch in old if not touch.removed}
    found: list[TouchChange] = []
    stayed: set[int] = set()
    for touch in new:
        was = before.get(touch.position)
        if touch.removed:
            continue
        stayed.add(touch.position)
        what = ("new",) if was is None else _differences(was, touch)
        if what:
            found.append(TouchChange(touch.position, touch.day, what))
    found += [
        TouchChange(touch.position, touch.day, ("removed",))
        for touch in before.values()
        if touch.position not in stayed
    ]
    return tuple(sorted(found, key=lambda change: (change.day, change.position)))


def _differences(was: Touch, now: Touch) -> tuple[str, ...]:
    found: list[str] = []
    if was.day != now.day:
        found.append(f"day {was.day} -> {now.day}")
    found += _texts(was, now)
    if was.active != now.active:
        found.append("activated" if now.active else "deactivated")
    return tuple(found)


def _texts(was: Touch, now: Touch) -> list[str]:
    """How the texts change; a variant is the same as long as it has its name."""
    if not (was.variants and now.variants):
        if now.variants:
            return [f"variants {', '.join(each.name for each in now.variants)} instead of one text"]
        if was.variants:
            return ["one text instead of variants"]
        return ["text"] if was.body != now.body else []
    before = {each.name: each for each in was.variants}
    found: list[str] = []
    for each in now.variants:
        same = before.pop(each.name, None)
        if same is None:
            found.append(f"variant {each.name} new")
            continue
        if same.body != each.body:
            found.append(f"text of variant {each.name}, its figures go on")
        if same.weight != each.weight:
            found.append(f"variant {each.name} weight {same.weight} -> {each.weight}")
    found += [f"variant {name} removed, its figures stay" for name in before]
    if not found and was.variants != now.variants:
        found.append("order of the variants")
    return found
