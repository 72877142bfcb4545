"""What the simulated carrier reports when it is asked what has changed."""

from __future__ import annotations

from trd_tui.carriers.protocol import CarrierMessage
from trd_tui.carriers.simulated_ledger import SimulatedLedger

POLL_ROWS = 1_000
"""Most that one poll lets happen and reports: some 15 ms of work, so that a send is never kept waiting long.

While more is due, ``next_event_at`` says now.
"""

OVERLAP_ROWS = 50
"""How many rows of the last poll the next one repeats: real carriers' lists overlap too."""

_FIRST_POLL_OVERLAP_MS = 60_000


class ChangeFeed:
    """Reports each change once, in the order of change, and repeats what the caller may have lost.

    A ``since`` that moves on says that the caller has kept the last report: only a small overlap is
    repeated. The same ``since`` again says that it has not: all reports since then are repeated. An
    earlier one starts again from there.
    """

    def __init__(self, ledger: SimulatedLedger) -> None:
        self._ledger = ledger
        self._since: int | None = None
        self._place = (0, 0)
        self._told: list[CarrierMessage] = []
        self.behind = ledger.has_changes()
        """Whether there is something to report already."""

    def poll(self, since: int, now: int) -> list[CarrierMessage]:
        """Let happen what is due at a campaign instant, and report.

        Args:
            since: real instant up to which the caller has kept everything.
            now: campaign instant.

        Raises:
            sqlite3.Error: the ledger cannot be read; nothing counts as reported.
        """
        if self._since is None or since < self._since:
            self._place = (since - _FIRST_POLL_OVERLAP_MS, 0)
            self._told = []
        self._ledger.flush()
        happened = self._ledger.mature(now, POLL_ROWS)
        found = self._ledger.changed_after(*self._place, POLL_ROWS)
        fresh = [message for _, message in found]
        if found:
            self._place = found[-1][0]
        self.behind = happened == POLL_ROWS or len(found) == POLL_ROWS
        if since == self._since:
            self._told = [*self._told, *fresh]
            return list(self._told)
        self._since = since
        report = [*self._told[-OVERLAP_ROWS:], *fresh] if fresh else []
        self._told = fresh or self._told[-OVERLAP_ROWS:]
        return report

    def next_event_at(self, now: int) -> int | None:
        """Campaign instant of the earliest status or answer that has not been reported yet.

        Raises:
            sqlite3.Error: the ledger cannot be read.
        """
        if self.behind:
            return now
        self._ledger.flush()
        return self._ledger.next_at()
