"""What may put off a text at the very instant of its claim, so that a preview's dates do not know it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from trd_tui.domain.frequency import USUAL_CAPS, Caps

Putter = Literal["frequency_caps", "daily_cap", "daily_budget", "shared_daily_budget"]

_WORDS: dict[Putter, str] = {
    "frequency_caps": "frequency caps (other texts go to the same contacts)",
    "daily_cap": "the daily cap",
    "daily_budget": "the daily budget",
    "shared_daily_budget": "the daily budget of all campaigns",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What the settings limit over all campaigns together.

    Attributes:
        caps: most automated texts to one contact.
        daily_budget: whether there is one for the day of all campaigns.
    """

    caps: Caps = USUAL_CAPS
    daily_budget: bool = False


USUAL_LIMITS = Limits()


def may_put_off(putters: Sequence[Putter]) -> str:
    """A sentence that names them and where they are counted; empty when there is none."""
    if not putters:
        return ""
    words = [_WORDS[each] for each in putters]
    said = " and ".join([*([", ".join(words[:-1])] if words[1:] else []), words[-1]])
    return f"{said[0].upper()}{said[1:]} may put some off; see a dry run."
