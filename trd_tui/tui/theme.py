"""Colours: one dark and one light theme; terminals of 16 colours get their own palette."""

from __future__ import annotations

from collections.abc import Mapping

from textual.theme import Theme

DARK = Theme(
    name="trd-dark",
    primary="#5fb3d9",
    secondary="#8aa0b8",
    accent="#f0b560",
    foreground="#d5dde8",
    background="#0f141b",
    surface="#151c26",
    panel="#1e2834",
    success="#6fcf97",
    warning="#f0b560",
    error="#ff6d6d",
    dark=True,
    variables={
        "trd-quiet": "#909dae",
        "trd-track": "#33414f",
        "trd-cursor": "#243447",
        "trd-cursor-blurred": "#1a2430",
        "trd-strong": "#f2f6fb",
        "trd-line": "#2b3846",
        "trd-info": "#7cc4e8",
        "footer-key-foreground": "#f0b560",
        "input-selection-background": "#5fb3d9 35%",
    },
)

LIGHT = Theme(
    name="trd-light",
    primary="#1d6a92",
    secondary="#5a6b7d",
    accent="#935400",
    foreground="#243240",
    background="#f7f8fa",
    surface="#eef1f4",
    panel="#e2e7ec",
    success="#1a7240",
    warning="#8f5600",
    error="#b3261e",
    dark=False,
    variables={
        "trd-quiet": "#556473",
        "trd-track": "#c3ccd6",
        "trd-cursor": "#d3e4f0",
        "trd-cursor-blurred": "#e6ecf1",
        "trd-strong": "#0d1822",
        "trd-line": "#c3ccd6",
        "trd-info": "#1d6a92",
    },
)

TERMINAL = Theme(
    name="trd-16",
    primary="ansi_cyan",
    secondary="ansi_blue",
    accent="ansi_yellow",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    success="ansi_green",
    warning="ansi_yellow",
    error="ansi_red",
    dark=True,
    ansi=True,
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border-blurred": "ansi_black",
        "block-cursor-foreground": "ansi_black",
        "block-cursor-background": "ansi_cyan",
        "input-cursor-background": "ansi_white",
        "input-cursor-foreground": "ansi_black",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_white",
        "screen-selection-background": "ansi_blue",
        "screen-selection-foreground": "ansi_white",
        "trd-quiet": "ansi_bright_black",
        "trd-track": "ansi_bright_black",
        "trd-cursor": "ansi_blue",
        "trd-cursor-blurred": "ansi_default",
        "trd-strong": "ansi_default",
        "trd-line": "ansi_bright_black",
        "trd-info": "ansi_cyan",
    },
)

CONTRAST = Theme(
    name="trd-contrast",
    primary="#7fd4ff",
    secondary="#d0d0d0",
    accent="#ffd75f",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#141414",
    success="#5fff87",
    warning="#ffd75f",
    error="#ffaaaa",
    dark=True,
    variables={
        "trd-quiet": "#c8c8c8",
        "trd-track": "#8a8a8a",
        "trd-cursor": "#002b55",
        "trd-cursor-blurred": "#262626",
        "trd-strong": "#ffffff",
        "trd-line": "#a8a8a8",
        "trd-info": "#7fd4ff",
        "footer-key-foreground": "#ffd75f",
        "input-selection-background": "#00407a",
    },
)

THEMES = (DARK, LIGHT, CONTRAST, TERMINAL)

DEFAULTS = dict(DARK.variables)
"""Our own variables for the themes that others made; they are overridden by what those themes define."""


_SIXTEEN = frozenset({"linux", "vt100", "vt220", "ansi", "xterm", "screen"})
"""Terminals of which no more than sixteen colours are known."""


def choose(environ: Mapping[str, str], *, no_colour: bool = False) -> str:
    """The theme for a terminal: its own colours where it has few or shall show none, else the dark one."""
    if no_colour or environ.get("TEXTUAL_COLOR_SYSTEM") in ("standard", "windows"):
        return TERMINAL.name
    if "COLORTERM" not in environ and environ.get("TERM", "") in _SIXTEEN:
        return TERMINAL.name
    return DARK.name
