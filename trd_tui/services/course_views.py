"""How a campaign has gone so far, for people to look at. It imports no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trd_tui.services.review import HeldMessage


@dataclass(frozen=True, slots=True)
class Day:
    """What happened on one day.

    Attributes:
        date: the day, in the zone that was asked for.
        sent: messages that the carrier accepted.
        replied: contacts whose reply ended their sequence.
        opted_out: contacts who opted out.
    """

    date: date
    sent: int
    replied: int
    opted_out: int


@dataclass(frozen=True, slots=True)
class Course:
    """How a campaign has gone so far.

    Attributes:
        days: from the first day on which anything happened to the last, without a gap; ``None`` where
            there are too many contacts to count unasked.
        held: the first messages that wait for a person.
        unclear: messages of which nobody knows yet whether they were sent.
    """

    days: tuple[Day, ...] | None
    held: tuple[HeldMessage, ...]
    unclear: int
