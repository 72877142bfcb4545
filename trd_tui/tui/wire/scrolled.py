"""Finds out whether a frame is the last one moved up or down: then the terminal can move it by itself."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from trd_tui.tui.wire.cells import Cell

FEWEST = 4
"""Lines that must have moved by as much before it is worth a thought."""


class Shift(NamedTuple):
    """Lines ``top`` to ``bottom`` show what stood ``by`` lines below, or above where it is negative."""

    top: int
    bottom: int
    by: int


def found_shift(before: list[list[Cell]], changed: dict[int, list[Cell]]) -> Shift | None:
    """The shift that most of the changed lines agree on."""
    if len(changed) < FEWEST:
        return None
    stood: dict[tuple[Cell, ...], list[int]] = defaultdict(list)
    for y, line in enumerate(before):
        stood[tuple(line)].append(y)
    votes: Counter[int] = Counter()
    sources: dict[int, set[int]] = defaultdict(set)
    for y, line in changed.items():
        places = stood.get(tuple(line), ())
        if len(places) == 1:  # lines that stand everywhere, such as empty ones, say nothing
            by = places[0] - y
            votes[by] += 1
            sources[by] |= {y, places[0]}
    if not votes:
        return None
    by, agreed = votes.most_common(1)[0]
    if agreed < FEWEST:
        return None
    return Shift(min(sources[by]), max(sources[by]), by)


def shifted(shift: Shift) -> str:
    """The sequence: margins, lines taken out or put in at the top, no margins.

    The linux console has no sequence that scrolls; taking lines out within margins works everywhere. The
    cursor is home after it, so what follows must place it.
    """
    kind = "M" if shift.by > 0 else "L"
    top = shift.top + 1
    return f"\x1b[{top};{shift.bottom + 1}r\x1b[{top};1H\x1b[{abs(shift.by)}{kind}\x1b[r"
