"""The tones of text: one table for the lines, the figures and the lists, in the colours of the theme.

Textual's own way, component classes, styles one virtual widget a tone and widget: a hundred of them before
the first paint, twice. A tone here is looked up in the theme's variables when it is first drawn.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.color import Color as RichColor
from rich.style import Style
from textual.color import Color

from trd_tui.tui.theme import TERMINAL

if TYPE_CHECKING:
    from textual.app import App

TONES: dict[str, tuple[str, str, str]] = {
    "strong": ("trd-strong", "", "bold"),
    "quiet": ("trd-quiet", "", ""),
    "good": ("success", "", ""),
    "warn": ("warning", "", ""),
    "bad": ("error", "", ""),
    "info": ("trd-info", "", ""),
    "key": ("accent", "", "bold"),
    "alarm": ("error", "", "bold"),
    "chosen": ("primary", "", "bold reverse"),
    "frame": ("trd-line", "", ""),
    "title": ("trd-quiet", "", ""),
    "spark": ("primary", "", ""),
    "bar": ("primary", "", ""),
    "track": ("trd-track", "", ""),
    "header": ("trd-quiet", "surface", "bold"),
    "sorted": ("accent", "", "bold"),
    "mark": ("accent", "", "bold"),
    "cursor": ("", "trd-cursor", ""),
    "cursor-blurred": ("", "trd-cursor-blurred", ""),
}
"""Variable of the theme for the text and for what is behind it, and how it is set; empty where it stays."""


def tone(app: App[Any], name: str) -> Style:
    """What a tone changes of the line's own style, in the theme of now.

    Raises:
        KeyError: there is no such tone.
    """
    if name == "cursor" and app.theme == TERMINAL.name:  # of sixteen colours none is sure to be read on it
        return _style("", "ansi_default", "reverse")
    text, behind, how = TONES[name]
    colours = app.theme_variables
    return _style(colours.get(text, ""), colours.get(behind, ""), how)


@lru_cache(maxsize=256)
def _style(text: str, behind: str, how: str) -> Style:
    return Style(color=_colour(text), bgcolor=_colour(behind)) + Style.parse(how)


def _colour(said: str) -> RichColor | None:
    """A colour of the theme; ``None`` where it changes nothing."""
    colour = Color.parse(said or "transparent")
    return colour.rich_color if colour.a else None
