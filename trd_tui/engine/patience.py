"""When a lease counts as left behind although its end lies ahead."""

from __future__ import annotations

from trd_tui.store.lease import Lease

LEAST_S = 60.0


class Patience:
    """Watches a lease that somebody else holds, by a clock that nobody can set.

    A lease ends at a wall-clock instant. Where the clock of an owner that is gone was wrong, that instant may
    be years ahead; but a living owner renews it all the time, so a lease that stands still has none.

    Args:
        seconds: how long a lease must stand still; a minute at the least.
    """

    def __init__(self, seconds: float) -> None:
        self._enough_ns = int(max(seconds, LEAST_S) * 1e9)
        self._seen: tuple[int, int] | None = None
        self._since_ns = 0
        self._now_ns = 0

    def saw(self, held: Lease, now_ns: int) -> None:
        """Note how the lease stands at an instant of the system's uptime."""
        standing = (held.token, held.expires_at)
        if standing != self._seen:
            self._seen, self._since_ns = standing, now_ns
        self._now_ns = now_ns

    @property
    def lost_with(self) -> int | None:
        """The fencing token of an owner that has not renewed its lease for too long; else ``None``."""
        if self._seen is None or self._now_ns - self._since_ns < self._enough_ns:
            return None
        return self._seen[0]
