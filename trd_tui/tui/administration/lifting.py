"""What there is to know before somebody who opted out is taken off the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trd_tui.tui import format as show

if TYPE_CHECKING:
    from trd_tui.services.administration_views import SuppressionRow

_UNTIL = "until they text START"


def own_opt_out(row: SuppressionRow, zone: str) -> str:
    """That they have opted out themselves, since when, and what the carrier does; empty where they have not.

    Args:
        row: as it stands on the list.
        zone: IANA zone in which the date is shown.
    """
    day = show.local(row.since, zone).strftime("%-d %b %Y")
    if row.source == "carrier":
        return (
            f"The carrier said on {day} that they have opted out. It goes on refusing texts to them (error"
            f" 21610) {_UNTIL}."
        )
    if row.source in ("reply", "contact"):
        return (
            f"They opted out by their own text on {day}. If it was STOP or its like, the carrier goes on"
            f" refusing texts to them (error 21610) {_UNTIL}."
        )
    return ""
