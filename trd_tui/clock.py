"""Time, injected: the only place where the product reads a clock.

Two kinds of time run side by side. *Campaign time* rules schedules, windows, caps and sender buckets
and may be virtual. *Real time* rules leases, time-outs, polling and whatever is compared with the
carrier's own dates. An instant is an ``int`` of milliseconds since the epoch, UTC.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Protocol


def real_now() -> int:
    """The system's wall clock, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Anchor:
    """Ties campaign time to real time; stored, so that a restart goes on and a monitor shows the same.

    Attributes:
        real: real instant at which the anchor was set.
        virtual: campaign instant at that moment.
        speed: campaign milliseconds that pass in one real millisecond.
    """

    real: int
    virtual: int
    speed: float

    def at(self, real: int) -> int:
        """The campaign instant at a real instant."""
        return self.virtual + int((real - self.real) * self.speed)


class Clock(Protocol):
    """What the engine needs of time."""

    def now(self) -> int:
        """Campaign time, now."""
        ...

    def real(self) -> int:
        """Real time, now."""
        ...

    @property
    def speed(self) -> float:
        """Campaign milliseconds a real millisecond; 1.0 for the system clock."""
        ...

    @property
    def jumps(self) -> bool:
        """Whether the clock may leap over a time in which nothing happens."""
        ...

    def jump_to(self, instant: int) -> None:
        """Leap forward to a campaign instant; one that has passed changes nothing."""
        ...


class SystemClock:
    """Campaign time is real time."""

    speed = 1.0
    jumps = False

    def now(self) -> int:
        """Campaign time, now."""
        return real_now()

    def real(self) -> int:
        """Real time, now."""
        return real_now()

    def jump_to(self, instant: int) -> None:
        """The system's clock does not leap.

        Raises:
            RuntimeError: always.
        """
        raise RuntimeError("the system clock cannot leap")


class VirtualClock:
    """Campaign time that starts anywhere and runs at any speed: demonstrations, dry runs, tests."""

    def __init__(self, anchor: Anchor, *, jumps: bool = False) -> None:
        self.anchor = anchor
        self.jumps = jumps

    @classmethod
    def starting(cls, virtual: int, speed: float = 1.0, *, jumps: bool = False) -> VirtualClock:
        """A clock that shows ``virtual`` now and runs ``speed`` times as fast as real time."""
        return cls(Anchor(real_now(), virtual, speed), jumps=jumps)

    @property
    def speed(self) -> float:
        """Campaign milliseconds a real millisecond."""
        return self.anchor.speed

    def now(self) -> int:
        """Campaign time, now."""
        return self.anchor.at(real_now())

    def real(self) -> int:
        """Real time, now."""
        return real_now()

    def jump_to(self, instant: int) -> None:
        """Leap forward to a campaign instant; one that has passed changes nothing."""
        real = real_now()
        if instant > self.anchor.at(real):
            self.anchor = Anchor(real, instant, self.anchor.speed)

    def set_speed(self, speed: float) -> None:
        """Go on from the present campaign instant at another speed."""
        real = real_now()
        self.anchor = Anchor(real, self.anchor.at(real), speed)
