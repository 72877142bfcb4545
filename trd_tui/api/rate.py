"""How many calls a token may make: a bucket each, in memory, because one process answers."""

from __future__ import annotations

from trd_tui.domain import bucket

BURST_MS = 2_000
"""How much unused time a bucket remembers: at 50 calls a second a burst of 100."""

_MOST = 10_000
"""Buckets that are kept; full ones are dropped beyond it."""


class RateLimit:
    """Token buckets by token.

    Args:
        per_s: calls a second; 0 = no limit.
    """

    def __init__(self, per_s: int) -> None:
        self._rate_milli = per_s * 1_000
        self._kept: dict[int, tuple[int, int]] = {}

    def wait_ms(self, token_id: int, now: int) -> int:
        """Take one call out of the token's bucket.

        Args:
            token_id: whose bucket.
            now: milliseconds of a clock that never goes back.

        Returns:
            0 when the call may be made, else milliseconds after which the next one may.
        """
        rate = self._rate_milli
        full = bucket.capacity(rate, BURST_MS)
        tokens, at = bucket.settle(*self._kept.get(token_id, (full, now)), now, rate, BURST_MS)
        left = bucket.take(tokens, 1)
        self._kept[token_id] = (tokens if left is None else left, at)
        if len(self._kept) > _MOST:
            self._kept = {token_id: self._kept[token_id]}
        return 0 if left is not None else max(1, bucket.ready_at(tokens, at, rate) - now)
