"""Tones of the table, as a text's own markup of colours."""

from __future__ import annotations

_COLOURS = {
    "good": "$success",
    "warn": "$warning",
    "info": "$trd-info",
    "bad": "$error",
    "quiet": "$trd-quiet",
}


def coloured(tone: str) -> str:
    """The theme's colour for a tone; empty where it changes nothing."""
    return _COLOURS.get(tone, "")
