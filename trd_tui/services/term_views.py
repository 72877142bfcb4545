"""A campaign's name, sender, schedule and limits while somebody changes them: what a screen reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trd_tui.domain.allowance import USED_UP
from trd_tui.domain.sheet_meet import changed

if TYPE_CHECKING:
    from trd_tui.domain.sheet import Fault, Sheet
    from trd_tui.services.draft_news import Change


@dataclass(frozen=True, slots=True)
class Terms:
    """What is typed beside what is stored.

    Attributes:
        sheet: what is typed, with what others have changed taken over where nothing else was typed; its base
            is the campaign as it is stored, but for what is crossed.
        stored: the campaign as it is stored, as it would be typed.
        status: its status.
        pause_reason: why it has paused by itself; ``None`` where it has not.
        refusal: why it cannot be changed any more; ``None`` when it can.
        faults: what is wrong of that which is typed; what is as stored is not asked again.
        taken: what was taken over.
        crossed: what both have changed, each in another way.
        was_kept: it was typed at an earlier look, and not stored.
        spent_micros: what it has spent and promised so far, in micro-dollars, at the worst.
        started_at: campaign instant; ``None`` where it is not known.
        contacts: how many are in it.
        touches: how many it has.
        variables: its own values, as they are typed.
    """

    sheet: Sheet
    stored: Sheet
    status: str
    pause_reason: str | None
    refusal: str | None
    faults: tuple[Fault, ...]
    taken: tuple[Change, ...]
    crossed: tuple[Change, ...]
    was_kept: bool
    spent_micros: int
    started_at: int | None
    contacts: int
    touches: int
    variables: str

    @property
    def name(self) -> str:
        """As it is stored."""
        return self.stored.name

    @property
    def used_up(self) -> bool:
        """Whether it has paused because its budget was used up."""
        return self.pause_reason == USED_UP


def typed_parts(sheet: Sheet) -> tuple[str, ...]:
    """What is typed and not stored."""
    return () if sheet.base is None else changed(sheet.base, sheet)
