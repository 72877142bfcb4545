"""One column of the window table: its label, how much room it takes, and how it draws a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from rich.cells import cell_len, set_cell_size

Span = tuple[str, str]
"""A piece of a cell: its text, and its tone (one of the table of tones)."""

GAP = 2
"""Cells between two columns."""


class TableColumn(NamedTuple):
    """A column.

    Attributes:
        key: the name it is sorted by; stable, also in tests.
        label: the heading.
        width: cells it takes; for a flexible column the least it is content with.
        draw: row, width and campaign instant -> spans. They are cut or filled up to the width.
        letter: the letter that sorts by it after ``s``; empty when it cannot be sorted by.
        right: whether it is aligned to the right.
        flex: its share of the room that is left over; 0 = none.
        most: a flexible column never grows beyond this many cells; 0 = no limit.
        rank: columns of the highest rank go first when the terminal is narrow; 0 = always there.
        spare: it is shown only where this much room is left over for the flexible ones.
    """

    key: str
    label: str
    width: int
    draw: Callable[[Any, int, int], Sequence[Span]]
    letter: str = ""
    right: bool = False
    flex: int = 0
    most: int = 0
    rank: int = 0
    spare: int = 0


class PlacedColumn(NamedTuple):
    """A column with the cells that it got."""

    column: TableColumn
    x: int
    width: int


def place_columns(columns: Sequence[TableColumn], room: int) -> tuple[PlacedColumn, ...]:
    """Share ``room`` cells among the columns, dropping the least important ones where it does not suffice."""
    shown = list(columns)
    while len(shown) > 1:
        least = max(shown, key=lambda c: c.rank)
        if least.rank == 0 or sum(c.width + GAP for c in shown) - GAP + least.spare <= room:
            break
        shown.remove(least)
    spare = max(0, room - sum(c.width + GAP for c in shown) + GAP)
    widths = {c.key: c.width for c in shown}
    growing = [c for c in shown if c.flex]
    while spare > 0 and growing:
        shares = sum(c.flex for c in growing)
        given = 0
        for column in list(growing):
            share = max(1, spare * column.flex // shares)
            if column.most:
                share = min(share, column.most - widths[column.key])
            share = min(share, spare - given)
            widths[column.key] += share
            given += share
            if column.most and widths[column.key] >= column.most:
                growing.remove(column)
        if given == 0:
            break
        spare -= given
    placed = []
    x = 0
    for column in shown:
        placed.append(PlacedColumn(column, x, widths[column.key]))
        x += widths[column.key] + GAP
    return tuple(placed)


def _printable(text: str) -> str:
    return text if text.isprintable() else "".join(c if c.isprintable() else "·" for c in text)


def fit(spans: Sequence[Span], width: int, *, right: bool) -> list[Span]:
    """Cut or fill spans up to exactly ``width`` cells; what is cut ends in an ellipsis."""
    # A tab, a newline or an escape in a name would break the whole line.
    clean = [
        (t if t.isprintable() else "".join(c if c.isprintable() else "·" for c in t), s) for t, s in spans
    ]
    length = sum(cell_len(text) for text, _ in clean)
    if length <= width:
        filler = (" " * (width - length), "")
        return [filler, *clean] if right else [*clean, filler]
    out: list[Span] = []
    left = width - 1
    for text, tone in clean:
        size = cell_len(text)
        if size > left:
            out.append((set_cell_size(text, left) + "…", tone))
            break
        out.append((text, tone))
        left -= size
    return out
