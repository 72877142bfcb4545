"""How a text that a person sends is told: its size before, the carrier's answer after."""

from __future__ import annotations

from trd_tui.carriers.protocol import Accepted, Outcome, Rejected
from trd_tui.domain.segments import SegmentCount
from trd_tui.domain.sentences import part
from trd_tui.services.outcomes import audited


def sized(size: SegmentCount) -> str:
    """``1 segment, GSM-7`` or ``2 segments, UCS-2, because of ...``."""
    odd = f", because of {' '.join(size.outside)}" if size.outside else ""
    segments = "1 segment" if size.segments == 1 else f"{size.segments:,} segments"
    return f"{segments}, {size.encoding}{odd}"


def told(outcome: Outcome, then: str) -> tuple[dict[str, object], str | None]:
    """The carrier's answer for programs, and the sentence of a failure.

    Args:
        outcome: what the carrier answered.
        then: what follows when nobody knows.
    """
    if isinstance(outcome, Accepted):
        return audited(outcome), None
    if isinstance(outcome, Rejected):
        return audited(outcome), f"the carrier refused it: {outcome.reason}"
    return audited(outcome), f"{part(outcome.reason)}: it may have been sent; {then}"
