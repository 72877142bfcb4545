"""What the terminal shows, and what must be written so that it shows something else."""

from __future__ import annotations

from collections.abc import Iterable

from trd_tui.tui.wire.cells import Cell
from trd_tui.tui.wire.look import PLAIN, Look, turn
from trd_tui.tui.wire.scrolled import Shift, found_shift, shifted

UNKNOWN: Cell = ("\0", PLAIN)
"""A cell of which nobody knows what the terminal shows; it differs from all others."""

NEAR = 4
"""Cells between two changes that are rather written again than jumped over: the jump takes as many bytes."""

Line = list[Cell]


class Shown:
    """The cells of the terminal, line by line."""

    def __init__(self) -> None:
        self.width = self.height = 0
        self._lines: list[Line] = []

    def forget(self, width: int, height: int) -> None:
        """Nothing is known any more: the terminal has another size, or somebody else wrote on it."""
        self.width, self.height = width, height
        self._lines = [[UNKNOWN] * width for _ in range(height)]

    def frame(self, pieces: Iterable[tuple[int, int, list[Cell]]]) -> str:
        """What makes the terminal show these pieces; empty where it does.

        Args:
            pieces: line, column and cells of each; what lies outside of the terminal is left out.
        """
        wanted: dict[int, Line] = {}
        for y, x, cells in pieces:
            if 0 <= y < self.height and 0 <= x < self.width:
                line = wanted.get(y)
                if line is None:
                    line = wanted[y] = self._lines[y].copy()
                cells = cells[: self.width - x]
                line[x : x + len(cells)] = cells
        changed = {y: line for y, line in wanted.items() if line != self._lines[y]}
        if not changed:
            return ""
        written = _written(self._lines, changed)
        shift = found_shift(self._lines, changed)
        if shift is not None:
            moved = self._after(shift)
            rest = {y: wanted.get(y, self._lines[y]) for y in {*range(shift.top, shift.bottom + 1), *changed}}
            by_scrolling = shifted(shift) + _written(moved, rest)
            written = min(written, by_scrolling, key=len)
        for y, line in changed.items():
            self._lines[y] = line
        return written

    def _after(self, shift: Shift) -> list[Line]:
        """The lines as the terminal shows them after it has scrolled."""
        lines = self._lines.copy()
        empty = [UNKNOWN] * self.width
        for y in range(shift.top, shift.bottom + 1):
            source = y + shift.by
            lines[y] = self._lines[source] if shift.top <= source <= shift.bottom else empty
        return lines


def _written(before: list[Line], wanted: dict[int, Line]) -> str:
    """The sequences for all lines that differ."""
    parts: list[str] = []
    drawn = PLAIN
    for y in sorted(wanted):
        drawn = _line(parts, drawn, y, before[y], wanted[y])
    if drawn != PLAIN:
        parts.append("\x1b[m")  # whatever else is written starts from nothing
    return "".join(parts)


def _line(parts: list[str], drawn: Look, y: int, before: Line, wanted: Line) -> Look:
    """Write the runs of one line that differ; answers how the terminal draws afterwards."""
    at = -1  # the column behind what was written last
    for x, end in _runs(before, wanted):
        if at < 0:
            parts.append(f"\x1b[{y + 1};{x + 1}H")
        else:
            parts.append(f"\x1b[{x - at}C")
        for character, look in wanted[x:end]:
            if character:
                if look is not drawn:
                    codes, drawn = turn(drawn, look)
                    parts.append(codes)
                parts.append(character)
        at = end
    return drawn


def _runs(before: Line, wanted: Line) -> list[tuple[int, int]]:
    """Where the cells differ, as columns from and to; runs that are near each other are one."""
    runs: list[tuple[int, int]] = []
    width = len(wanted)
    x = 0
    while x < width:
        if before[x] == wanted[x]:
            x += 1
            continue
        start = x
        while x < width and (before[x] != wanted[x] or not wanted[x][0]):  # a wide one is written as a whole
            x += 1
        if runs and start - runs[-1][1] <= NEAR:
            runs[-1] = (runs[-1][0], x)
        else:
            runs.append((start, x))
    return runs
