"""Painted lines of Textual that keep nothing until there is something to keep.

Textual 8.2 gives every line seven caches when it is made, and most are never asked for: a third of all that
a whole collection of garbage had to walk were these. Another Textual, whose lines are built otherwise, is let
be.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.segment import Segment
from textual.cache import FIFOCache
from textual.strip import Strip

_CACHES = {
    "_divide_cache": 4,
    "_crop_cache": 16,
    "_style_cache": 16,
    "_filter_cache": 4,
    "_line_length_cache": 4,
    "_crop_extend_cache": 4,
    "_offsets_cache": 4,
}
"""Of how many results each: as Textual has it."""

_PLAIN = {"_segments", "_cell_length", "_render_cache", "_link_ids", "_cell_count"}


def _begin(self: Strip, segments: Iterable[Segment], cell_length: int | None = None) -> None:
    self._segments = list(segments)
    self._cell_length = cell_length
    self._render_cache = None
    self._link_ids = None
    self._cell_count = None


def _missing(self: Strip, name: str) -> FIFOCache[Any, Any]:
    """What a line has not is a cache that was not asked for yet."""
    size = _CACHES.get(name)
    if size is None:
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
    made: FIFOCache[Any, Any] = FIFOCache(size)
    setattr(self, name, made)
    return made


def make_lines_lean() -> None:
    """From here on lines make their caches when they are asked for."""
    if set(Strip.__slots__) == _PLAIN | _CACHES.keys():
        Strip.__init__ = _begin  # type: ignore[method-assign]
        Strip.__getattr__ = _missing  # type: ignore[attr-defined]
