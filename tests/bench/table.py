"""How benchmarks print: one table each, figures beside what is promised."""

from __future__ import annotations


class Table:
    """Rows of name, figure, ratio and promise."""

    def __init__(self, title: str, what: str) -> None:
        self.title = title
        self.what = what
        self.rows: list[tuple[str, str, str, str]] = []

    def row(self, name: str, figure: str, ratio: str = "", promise: str = "") -> None:
        """Add a row."""
        self.rows.append((name, figure, ratio, promise))

    def show(self) -> None:
        """Print the table."""
        print(f"\n{self.title}: {self.what}")
        widths = [max(len(row[at]) for row in self.rows) for at in range(4)]
        for row in self.rows:
            print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
