"""Printing: tables for people, JSON for programs, one line for errors. Data goes to standard output only."""

from __future__ import annotations

import json
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from trd_tui.domain.instants import iso as iso


def print_json(value: object) -> None:
    """Print one object or one array; text stays readable and the keys keep their order."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def complain(command: str, sentence: str) -> None:
    """Say on standard error, in one line, why the command did not do it."""
    # a line of progress may stand where the cursor is
    clear = "\r\x1b[K" if sys.stderr.isatty() else ""
    print(f"{clear}{command}: {printable(sentence)}", file=sys.stderr)


def note(sentence: str) -> None:
    """Tell a person something on standard error, so that standard output stays data."""
    print(printable(sentence), file=sys.stderr)


def printable(text: str) -> str:
    """Text without control characters: a contact's name must not steer the terminal."""
    return "".join(c if c.isprintable() else " " for c in text)


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text
    )


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Lay rows out under their headings; a column of numbers is aligned right.

    Args:
        columns: headings; one that begins with ``>`` is aligned right.
        rows: cells, printed with ``str``; ``None`` prints as a dash.
    """
    heads = [column.removeprefix(">") for column in columns]
    right = [column.startswith(">") for column in columns]
    cells = [["-" if cell is None else printable(str(cell)) for cell in row] for row in rows]
    widths = [max([_width(head), *(_width(row[i]) for row in cells)]) for i, head in enumerate(heads)]

    def line(row: Sequence[str]) -> str:
        padded = []
        for cell, width, is_right in zip(row, widths, right, strict=True):
            blank = " " * (width - _width(cell))
            padded.append(blank + cell if is_right else cell + blank)
        return "  ".join(padded).rstrip()

    return "\n".join([line(heads), *(line(row) for row in cells)])


def say_more(pages: Mapping[str, Any], shown: int) -> None:
    """Say how to see the rows behind a page, by the object ``pagination`` of its JSON."""
    if pages["hasMore"]:
        print(f"more: --offset {pages['offset'] + shown}")


def confirm(question: str) -> bool:
    """Ask a person; without a terminal nobody can answer, so the answer is no."""
    if not sys.stdin.isatty():
        return False
    print(f"{printable(question)} [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def progress_line(noun: str) -> Callable[[int, int], None] | None:
    """A listener that shows how far a long act is, on one line; ``None`` without a terminal."""
    if not sys.stderr.isatty():
        return None
    begun = time.monotonic()

    def on_progress(done: int, total: int) -> None:
        spent = time.monotonic() - begun
        rate = done / spent if spent else 0.0
        left = f", {(total - done) / rate:,.0f} s left" if rate and done < total else ""
        end = "\n" if done >= total else ""
        line = f"\r{done:,} of {total:,} {noun}, {rate:,.0f}/s{left}\x1b[K"
        print(line, end=end, file=sys.stderr, flush=True)

    return on_progress
