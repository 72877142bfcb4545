"""What an edit of a campaign would do, as the question before it says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trd_tui.domain.put_off import may_put_off
from trd_tui.domain.sheet_meet import WORDS
from trd_tui.tui import format as show
from trd_tui.tui.long_act import LongAct

if TYPE_CHECKING:
    from trd_tui.services.edit_views import EditPreview, Moved, TouchChange
    from trd_tui.tui.desk import Desk
    from trd_tui.tui.lines import Part


class Saving(LongAct):
    """Saving, once it has begun, is carried to its end: half an edit would be none."""

    def cancel(self) -> None:
        """It cannot be called off."""

    def parts(self, width: int) -> list[Part]:
        """Without the key that would."""
        return [part for part in super().parts(width) if part.action != "cancel_act"]


def consequence(preview: EditPreview) -> str:
    """Who is moved, who is not, and what is out of reach, in sentences."""
    moved = sum(each.contacts for each in preview.moved)
    said = "Nobody's next message moves." if not moved else (
        f"{show.plural(moved, 'contact')} {'gets' if moved == 1 else 'get'} another next message or date."
    )  # fmt: skip
    if preview.stay:
        waiting = show.plural(preview.stay, "waiting message")
        said += f" {waiting} {'stays as it is' if preview.stay == 1 else 'stay as they are'}."
    if preview.in_flight:
        said += f" {preview.in_flight:,} on the way or held are not touched."
    return said


def settings_said(preview: EditPreview) -> list[str]:
    """Settings that change, from what to what, in the words of the steps."""
    words = {name: WORDS.get(name) or name.replace("_", " ") for name, _, _ in preview.settings}
    return [f"{words[name]}: {old or 'none'} -> {new or 'none'}" for name, old, new in preview.settings]


def touches_said(changes: Sequence[TouchChange]) -> list[str]:
    """Touches that change, and how."""
    return [f"touch {each.position} (day {each.day}): {', '.join(each.what)}" for each in changes]


def moves_said(preview: EditPreview, desk: Desk) -> list[str]:
    """Who is moved, from where to where and when; and what may put them off."""
    found = [_moved(each, desk) for each in preview.moved]
    if said := may_put_off(preview.may_put_off):
        found.append(said)
    return found


def _moved(each: Moved, desk: Desk) -> str:
    zone, now = desk.zone, desk.now()
    was = "finished" if each.from_touch is None else f"touch {each.from_touch}"
    becomes = "finished" if each.to_touch is None else f"touch {each.to_touch}"
    when = ""
    if each.first_at is not None:
        first, last = show.when(each.first_at, now, zone), show.when(each.last_at, now, zone)
        when = f", {first}" if first == last else f", {first} to {last}"
    return f"{show.plural(each.contacts, 'contact')}: {was} -> {becomes}{when}"
