"""How benchmarks print: one table each, figures beside what is promised."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import NamedTuple


class Row(NamedTuple):
    """One line of a table; ``kept`` is ``None`` where nothing is promised."""

    name: str
    figure: str
    ratio: str
    promise: str
    kept: bool | None


class Table:
    """Rows of name, figure, ratio and promise."""

    def __init__(self, title: str, what: str) -> None:
        self.title = title
        self.what = what
        self.rows: list[Row] = []

    def row(
        self, name: str, figure: str, ratio: str = "", promise: str = "", *, kept: bool | None = None
    ) -> None:
        """Add a row."""
        self.rows.append(Row(name, figure, ratio, promise, kept))

    def at_least(self, name: str, figure: str, ratio: float, least: float) -> None:
        """Add a row whose ratio must not fall below ``least``."""
        self.row(name, figure, f"{ratio:.2f}", f"at least {least:g}", kept=ratio >= least)

    def at_most(self, name: str, figure: str, ratio: float, most: float) -> None:
        """Add a row whose ratio must not rise above ``most``."""
        self.row(name, figure, f"{ratio:.2f}", f"at most {most:g}", kept=ratio <= most)

    def within_ms(self, name: str, ms: float, most: float) -> None:
        """Add a row whose time must stay below ``most`` milliseconds."""
        self.row(name, f"{ms:,.1f} ms", "", f"under {most:g} ms", kept=ms < most)

    @property
    def missed(self) -> int:
        """How many promises were not kept."""
        return sum(row.kept is False for row in self.rows)

    def show(self) -> None:
        """Print the table."""
        print(f"\n{self.title}: {self.what}", flush=True)
        words = {True: "kept", False: "MISSED", None: ""}
        cells = [(*row[:4], words[row.kept]) for row in self.rows]
        widths = [max(len(row[at]) for row in cells) for at in range(5)]
        for row in cells:
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print(f"  {line.rstrip()}", flush=True)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of all lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def median_of(times: int, measure: Callable[[], float]) -> float:
    """The median of several measurements, for a machine that others use too."""
    return median(measure() for _ in range(times))
