"""What the timeline asks for: the sends that were made, and a dry run that goes on when nobody looks."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from trd_tui.domain.outlook import Outlook
    from trd_tui.domain.timeline import Timeline
    from trd_tui.services.views import CampaignDetail


@dataclass(frozen=True)
class Foreseen:
    """What a dry run has found.

    Attributes:
        outlook: its sums, and what it took for granted.
        coming: what will go, by time and touch.
        basis: the campaign as it was then.
    """

    outlook: Outlook
    coming: Timeline
    basis: CampaignDetail


class DryRun:
    """One dry run: it goes on in a thread of its own, whoever looks at it.

    Attributes:
        found: what it has found, once it is over.
        fault: why there is nothing, in a sentence.
        cancelled: it was called off.
        done: messages that have gone in it so far.
        expected: about how many there will be; 0 while the copy is made.
        file_waits: a file is to be written when it is over.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self.begun = now()
        self.found: Foreseen | None = None
        self.fault = ""
        self.cancelled = self.file_waits = False
        self.done = self.expected = 0
        self._first: tuple[float, int] | None = None

    @property
    def running(self) -> bool:
        """Whether it is under way."""
        return self.found is None and not self.fault and not self.cancelled

    @property
    def spent_s(self) -> float:
        """Seconds since it began."""
        return self._now() - self.begun

    def cancel(self) -> None:
        """Call it off; it ends before its next batch."""
        self.cancelled = True

    def progress(self, done: int, expected: int) -> None:
        """Note how far it is; called from its thread."""
        if self._first is None:
            self._first = (self._now(), done)
        self.done, self.expected = done, max(done, expected)

    @property
    def rate(self) -> float:
        """Messages a second since the first was told of: the copy before it has a pace of its own."""
        since, done = self._first or (self._now(), 0)
        spent = self._now() - since
        return (self.done - done) / spent if spent > 0 else 0.0


class TimelineDesk(Protocol):
    """Asked by the timeline of a campaign."""

    def latest(self, campaign_id: str) -> DryRun | None:
        """The last dry run of a campaign, under way or over; ``None`` before the first."""
        ...

    def begin(self, basis: CampaignDetail) -> DryRun:
        """Begin another dry run, in place of the last; one that is under way is called off."""
        ...

    async def made(self, campaign_id: str, timezone: str) -> Timeline:
        """What a campaign has sent, by time and touch."""
        ...
