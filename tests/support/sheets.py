"""Style sheets that the apps of a test process parse once between them."""

from __future__ import annotations

from typing import Any

from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

from trd_tui.tui.styling import SHEETS, Sheets

_parsed: dict[frozenset[tuple[str, str]], LRUCache[Any, Any]] = {}


def parse_once() -> None:
    """From here on what one app has parsed in its colours, the next in the same colours finds parsed."""

    def set_variables(self: Stylesheet, variables: dict[str, str]) -> None:
        self._parse_cache = LRUCache(0)  # what others may still look up is not let go of
        set_anew(self, variables)
        self._parse_cache = _parsed.setdefault(frozenset(variables.items()), LRUCache(SHEETS))

    set_anew = Sheets.set_variables
    Sheets.set_variables = set_variables  # type: ignore[method-assign]
