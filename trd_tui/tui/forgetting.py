"""An app that forgets what screens have painted when they are gone."""

from __future__ import annotations

from textual._styles_cache import StylesCache
from textual.app import App
from textual.await_complete import AwaitComplete


class ForgettingApp(App[None]):
    """Keeps nothing of screens that were left.

    Textual 8.2 caches two colours by the widget that asked for them, a thousand times: with each of these the
    lines that the widget has painted stay, long after its screen was left. After some dozens of questions and
    looks at the help a collection of garbage, in which no key is answered, takes eight times as long.
    """

    def pop_screen(self) -> AwaitComplete:
        """Leave a screen, and let what it has painted go with it."""
        left = super().pop_screen()
        forget = getattr(StylesCache.get_inner_outer, "cache_clear", None)
        if forget is not None:  # a Textual that has mended it has no such cache
            forget()
        return left
