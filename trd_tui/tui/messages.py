"""What was said lately, newest first: a toast that is gone can be read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from textual.content import Content

from trd_tui.tui.help import PageScreen
from trd_tui.tui.telling import Told

_SYMBOLS = {"information": ("✔", "$success"), "warning": ("▲", "$warning"), "error": ("✗", "$error")}


class MessagesScreen(PageScreen):
    """The messages of this session."""

    def __init__(self, told: Sequence[Told]) -> None:
        super().__init__("Recent messages")
        self._told = told

    def content_of(self) -> Content:
        """Time, symbol and sentence of each."""
        if not self._told:
            return Content("Nothing was said yet.")
        parts: list[str | tuple[str, str]] = []
        for told in reversed(self._told):
            symbol, colour = _SYMBOLS[told.severity]
            at = datetime.fromtimestamp(told.at).astimezone()  # when it was, by this terminal's clock
            parts += [(f"{at:%H:%M:%S} ", "$trd-quiet"), (f"{symbol} ", colour)]
            if told.title:
                parts += [(told.title, "bold"), "  "]
            parts += [told.message, "\n"]
        return Content.assemble(*parts[:-1])
