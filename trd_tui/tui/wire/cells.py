"""Textual's updates as cells: a character (none in the second half of a wide one) and its look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import repeat

from rich.cells import cell_len, split_graphemes
from rich.color import ColorSystem
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

from trd_tui.tui.wire.look import Look, blank, look

Cell = tuple[str, Look]


def cells_of(strips: Iterable[Strip], system: ColorSystem) -> list[Cell]:
    """The cells of strips that stand side by side."""
    cells: list[Cell] = []
    for strip in strips:
        for text, style, control in strip:
            if control or not text:
                continue
            seen = look(style, system)
            if text.isspace():
                cells.extend(repeat((" ", blank(seen)), cell_len(text)))
            elif text.isascii() or cell_len(text) == len(text):
                empty = (" ", blank(seen))
                cells.extend([empty if character == " " else (character, seen) for character in text])
            else:
                cells.extend(_wide(text, seen))
    return cells


def _wide(text: str, seen: Look) -> list[Cell]:
    """Characters of two cells, and marks that belong to the one before."""
    cells: list[Cell] = []
    for start, end, width in split_graphemes(text)[0]:
        character = text[start:end]
        if width:
            cells.append((character, blank(seen) if character == " " else seen))
            cells.extend(repeat(("", seen), width - 1))
        elif cells:
            at = next(place for place in range(len(cells) - 1, -1, -1) if cells[place][0])
            cells[at] = (cells[at][0] + character, seen)
    return cells


def pieces(update: CompositorUpdate, system: ColorSystem) -> Iterator[tuple[int, int, list[Cell]]]:
    """Line, column and cells of each piece of an update.

    Raises:
        TypeError: it is an update of a kind that Textual did not have.
    """
    if isinstance(update, LayoutUpdate):
        for y, strips in enumerate(update.strips, update.region.y):
            yield y, update.region.x, cells_of(strips, system)
    elif isinstance(update, ChopsUpdate):
        for y, x1, x2 in update.spans:
            yield from _chopped(update, y, x1, x2, system)
    else:
        raise TypeError(f"an update that is not known here: {type(update).__name__}")


def _chopped(
    update: ChopsUpdate, y: int, x1: int, x2: int, system: ColorSystem
) -> Iterator[tuple[int, int, list[Cell]]]:
    ends: Sequence[int] = update.chop_ends[y]
    for end, (x, strip) in zip(ends, update.chops[y].items(), strict=False):  # as Textual pairs them
        if strip is not None and x < x2 and end > x1:
            yield y, x, cells_of((strip,), system)
