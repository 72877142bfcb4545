"""A long act while it runs: how far it is, how fast, how long it still takes - and the way to call it off."""

from __future__ import annotations

import time
from collections.abc import Callable

from trd_tui.tui import format as show
from trd_tui.tui.lines import Part

SHOWN_AFTER = 0.3
"""Seconds that an act must take before its progress is shown: a bar that flashes tells nothing."""


class LongAct:
    """Counts what is done. ``report`` may be called from any thread.

    Args:
        doing: the word for it: ``Starting``.
        unit: what is counted: ``contacts``, ``campaigns`` or ``rows``.
        changed: called, in the caller's thread, when there is something new to show.
        now: seconds of a clock that never goes back.
    """

    def __init__(
        self,
        doing: str,
        unit: str,
        changed: Callable[[], object],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._doing, self._unit, self._changed, self._now = doing, unit, changed, now
        self._begun = now()
        self._done = self._total = 0
        self.cancelled = False

    def cancel(self) -> None:
        """Call it off: it ends before its next step."""
        self.cancelled = True
        self._changed()

    def report(self, done: int, total: int) -> None:
        """Take down how far it is; called between two transactions.

        Raises:
            ActCancelledError: it was called off; what is committed stays, nothing is half done.
        """
        if self.cancelled:
            from trd_tui.services.views import ActCancelledError

            raise ActCancelledError
        self._done, self._total = done, max(done, total)
        self._changed()

    @property
    def shown(self) -> bool:
        """Whether it takes long enough to be shown."""
        return self._now() - self._begun >= SHOWN_AFTER or self.cancelled

    def parts(self, width: int) -> list[Part]:
        """What the line of hints says of it in a terminal of ``width`` columns."""
        wide = width >= 100
        share = 100 * self._done / self._total if self._total else 0.0
        filled, track = show.bar(share, 10 if wide else 6)
        spent = self._now() - self._begun
        rate = self._done / spent if spent > 0 else 0.0
        count = f" {self._done:,}/{self._total:,}"
        if wide:
            count = f" {show.whole_percent(share)}  {self._done:,} of {self._total:,} {self._unit}"
        if not self._total:
            count = " getting ready"
        if rate:
            count += f" · {rate:,.0f}/s · {show.duration((self._total - self._done) / rate)} left"
        end = [Part("  esc", "key", "cancel_act"), Part(" cancel  ", "", "cancel_act")]
        if self.cancelled:
            end = [Part("  ending …", "warn")]
        said = [Part(f" {self._doing} ", "strong"), Part(filled, "info"), Part(track, "quiet")]
        return [*said, Part(count), *end]
