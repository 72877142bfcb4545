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

    async def count(self, desk: Desk, *, changed: bool) -> None:
        """Count again where it is time to."""
        now = time.monotonic()
        if now - self._counted > (COUNTED if changed else COUNTED_AGAIN):
            self._counted = now
            self.connected = await desk.connected()
