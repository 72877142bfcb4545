"""The few pages of rows that a window table holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

PAGE = 100
"""Rows a page; the largest terminal shows fewer, so that two pages always cover the view."""

HELD = 6
"""Pages that are held around the view, so that paging back and forth asks nothing."""


class Pages:
    """Rows by page number; at most a handful of pages."""

    def __init__(self) -> None:
        self._pages: dict[int, Sequence[Any]] = {}
        self.total = 0

    def __contains__(self, number: int) -> bool:
        return number in self._pages

    def put(self, number: int, rows: Sequence[Any], total: int) -> None:
        """Hold a page."""
        self._pages[number] = rows
        self.total = total

    def get(self, index: int) -> Any | None:
        """The row at an index, ``None`` when it is not held."""
        page = self._pages.get(index // PAGE)
        if page is None or index < 0:
            return None
        place = index % PAGE
        return page[place] if place < len(page) else None

    def index_of(self, id_: Any, key: Callable[[Any], Any]) -> int | None:
        """At which index a row is, ``None`` when it is on none of the pages."""
        for number, rows in self._pages.items():
            for place, row in enumerate(rows):
                if key(row) == id_:
                    return number * PAGE + place
        return None

    def missing(self, top: int, height: int, total: int) -> list[int]:
        """Numbers of the pages that a view needs and that are not held."""
        last = min(top + height, total) - 1
        return [n for n in range(top // PAGE, last // PAGE + 1) if n not in self._pages]

    def keep_near(self, number: int, cursor: int) -> None:
        """Let go of the pages that are farthest from this one, but not of the cursor's: keys are about it."""
        for far in sorted(self._pages, key=lambda n: (n != cursor, abs(n - number)))[HELD:]:
            del self._pages[far]
