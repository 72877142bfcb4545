"""Who else has the app open: counted now and then, because who is cut off changes nothing in the database."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trd_tui.services.views import Connected
    from trd_tui.tui.desk import Desk

COUNTED = 1.0
"""Seconds between two counts while something changes."""

COUNTED_AGAIN = 30.0
"""Seconds between two while nothing does."""


class Company:
    """Everybody who was here at the last count."""

    def __init__(self) -> None:
        self.connected: Sequence[Connected] = ()
        self._counted = -COUNTED

    async def count(self, desk: Desk, *, changed: bool) -> bool:
        """Count again where it is time to; answers whether somebody has come or gone."""
        now = time.monotonic()
        soon = changed or desk.somebody_is_gone()
        if now - self._counted > (COUNTED if soon else COUNTED_AGAIN):
            self._counted = now
            before, self.connected = self.connected, await desk.connected()
            return self.connected != before
        return False
