"""Putting sentences together. Reasons come from carriers, databases and persons: some end in a full stop."""

from __future__ import annotations

_ENDS = ".!?…"


def closed(said: str) -> str:
    """What was said as a sentence: with one full stop at its end, or the sign that it has there already."""
    said = said.rstrip()
    return said if not said or said[-1] in _ENDS else f"{said}."


def part(said: str) -> str:
    """What was said as a part of a longer sentence: without a full stop at its end."""
    said = said.rstrip()
    return said if said.endswith("..") else said.removesuffix(".")


def begun(said: str) -> str:
    """What was said with a capital at its beginning, as a sentence has it."""
    return f"{said[:1].upper()}{said[1:]}"
