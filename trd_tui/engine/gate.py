"""The gate: the last question before each call to the carrier."""

from __future__ import annotations

import time

from trd_tui.clock import Clock
from trd_tui.store.errors import StoreError
from trd_tui.store.lookout import NOTHING_SEEN, Lookout, Sight

# Unlike the monotonic clock it also counts the time that a laptop or a virtual machine was suspended.
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


def uptime_ns() -> int:
    """Nanoseconds since the system's start, suspended or not; no one can set this clock."""
    return time.clock_gettime_ns(_CLOCK)


class Gate:
    """Says whether a message may be called: nobody has said stop, and this process is still the sender.

    The database is asked right before each call, so that a stop of any process holds at once; a stop of this
    process holds before the database knows it.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._pulled_at_fence: int | None = None
        self._sight = NOTHING_SEEN
        self._refused: dict[int, str] = {}
        self._lookout: Lookout | None = None
        self.credentials_refused = False
        """The carrier refuses the credentials: what is called now would be, too."""
        self._token = 0
        self._lease_until_ns = 0

    @property
    def stopped(self) -> bool:
        """Whether the emergency stop is on, as far as was seen last."""
        return self._pulled_at_fence is not None or self._sight.stopped

    @property
    def sight(self) -> Sight:
        """What was seen last."""
        return self._sight

    @property
    def changes(self) -> int | None:
        """The same as an earlier answer where nobody has written since, as far as was seen; else ``None``."""
        return None if self._lookout is None else self._lookout.changes

    def pull(self) -> None:
        """Close the gate at once, in memory, until the database has been stopped and is released."""
        self._pulled_at_fence = self._sight.fence

    def attach(self, lookout: Lookout) -> None:
        """Look through this one from now on."""
        self._lookout = lookout
        self._sight, self._refused = NOTHING_SEEN, {}

    def begin(self, token: int) -> None:
        """Begin a term of the lease."""
        self._token = token

    def close(self) -> None:
        """Nothing may be called any more in this term."""
        self._token = 0
        self._lease_until_ns = 0

    def lease_valid_for(self, seconds: float, *, since_ns: int) -> None:
        """The lease was asked for at an instant of `uptime_ns` and holds for so many seconds from then."""
        self._lease_until_ns = since_ns + int(seconds * 1e9)

    def refusal(self, message_id: int) -> str | None:
        """Why this message must not be called; ``None`` when it may, now."""
        try:
            self.look()
        except StoreError as error:
            return str(error)
        if self.stopped:
            return "the emergency stop is on"
        if self.credentials_refused:
            return "the carrier refuses the credentials"
        if uptime_ns() > self._lease_until_ns or self._sight.token != self._token:
            return "this process may have lost the lease"
        return self._refused.get(message_id)

    def look(self) -> Sight:
        """See what holds in the database now.

        Raises:
            StoreError: it cannot be read.
        """
        lookout = self._lookout
        if lookout is None:
            return self._sight
        sight = lookout.look()
        if sight.fence != self._sight.fence:
            self._refused = lookout.refused(self._clock.now())
        # Once the database has taken our stop over, its release counts for us, too. A stop and its release
        # that came between two looks have moved the fence twice.
        pulled = self._pulled_at_fence
        if pulled == NOTHING_SEEN.fence:
            self._pulled_at_fence = pulled = sight.fence
        if pulled is not None and (sight.stopped or sight.fence >= pulled + 2):
            self._pulled_at_fence = None
        self._sight = sight
        return sight
