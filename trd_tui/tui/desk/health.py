"""What the screen of health asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    from trd_tui.services.health_views import Health, Release, Stuck, StuckPage, Waiting
    from trd_tui.services.views import ActResult
    from trd_tui.tui.desk import Progress


@dataclass(frozen=True, slots=True)
class LogLine:
    """Something that was said or logged.

    Attributes:
        id: unique.
        at: real instant, epoch milliseconds.
        level: ``information``, ``warning`` or ``error``.
        where: which part of the product; empty for what this app has told.
        name: what.
    """

    id: str
    at: int
    level: str
    where: str
    name: str


class HealthDesk(Protocol):
    """The state of the machine; its rows are those of `trd_tui.services.health_views`."""

    async def look(self) -> Health:
        """Who sends, through what, and what went wrong lately."""
        ...

    async def waiting(self) -> Waiting:
        """What waits, and why."""
        ...

    async def stuck(self, offset: int, limit: int) -> StuckPage:
        """A page of the messages that stand still."""
        ...

    async def releases(self, chosen: Sequence[Stuck]) -> Sequence[Release]:
        """When held messages would go, were they released."""
        ...

    async def decide(self, decision: Literal["send", "skip"], chosen: Sequence[Stuck]) -> Sequence[ActResult]:
        """Send or skip held messages."""
        ...

    async def verify(self, progress: Progress) -> Sequence[str]:
        """Recompute every counter and check every invariant; answers what does not add up.

        Called off, it ends before its next check with ``ActCancelledError``.
        """
        ...

    async def log(self) -> Sequence[LogLine]:
        """The end of this process's log file, the latest first; empty where there is none."""
        ...
