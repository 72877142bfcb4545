"""The gate: the last question before each call to the carrier."""

from __future__ import annotations

import time
from collections import Counter

from trd_tui.engine.ready import Ready


class Gate:
    """What must not be called any more, in memory, so that asking costs nothing.

    A stop in this process closes it at once; another process's stop closes it through the watcher.
    Also closed when the lease has not been renewed in time: another process may be the sender by now.
    """

    def __init__(self) -> None:
        self.stopped = False
        self.in_flight: Counter[str] = Counter()
        self._campaigns: set[str] = set()
        self._contacts: set[int] = set()
        self._lease_until_ns = 0

    def refusal(self, ready: Ready) -> str | None:
        """Why this message must not be called; ``None`` when it may."""
        if self.stopped:
            return "the emergency stop is on"
        if ready.campaign_id in self._campaigns:
            return "its campaign was stopped"
        if ready.contact_id in self._contacts:
            return "the contact's sequence has ended"
        if time.monotonic_ns() > self._lease_until_ns:
            return "this process may have lost the lease"
        return None

    def lease_valid_for(self, seconds: float, *, since_ns: int) -> None:
        """The lease was asked for at a monotonic instant and holds for so many seconds from then."""
        self._lease_until_ns = since_ns + int(seconds * 1e9)

    def lease_lost(self) -> None:
        """Nothing may be called any more."""
        self._lease_until_ns = 0

    def close_campaigns(self, campaign_ids: set[str]) -> None:
        """Exactly these campaigns of those in flight must not send."""
        self._campaigns = campaign_ids

    def end_contacts(self, contact_ids: set[int]) -> None:
        """Nothing of these contacts may be called."""
        self._contacts |= contact_ids

    def enter(self, ready: Ready) -> None:
        """A message of this campaign has been claimed."""
        self.in_flight[ready.campaign_id] += 1

    def leave(self, ready: Ready) -> None:
        """Its result has been recorded."""
        self.in_flight[ready.campaign_id] -= 1
        if self.in_flight[ready.campaign_id] <= 0:
            del self.in_flight[ready.campaign_id]
        if not self.in_flight:
            # What ended before now can no longer be claimed: the claim itself asks the rows.
            self._contacts.clear()
