"""What the engine tells the faces about itself: one small value, replaced as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What this process does for the database."""

    STARTING = "starting"
    SENDING = "sending"
    WATCHING = "watching"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class EngineState:
    """A snapshot for people.

    Attributes:
        role: whether this process sends.
        holder: who holds the lease, in words; empty when nobody does.
        stopped: whether the emergency stop is on.
        in_flight: calls under way.
        sent: messages accepted since this process began to send.
        rate: messages accepted in the last seconds, per second.
        last_error: the last trouble, as a sentence; ``None`` when there was none.
        last_error_at: its real instant, to the minute: one that goes on is not news each time.
        notice: what the engine did of itself that people should know, as a sentence; ``None`` = nothing.
        now: the campaign clock.
    """

    role: Role = Role.STARTING
    holder: str = ""
    stopped: bool = False
    in_flight: int = 0
    sent: int = 0
    rate: float = 0.0
    last_error: str | None = None
    last_error_at: int | None = None
    notice: str | None = None
    now: int = 0
