"""Textual's own table with a thousand rows styled like ours: what a cursor key costs there."""

from rich.text import Text
from textual.app import App, ComposeResult
from textual.widgets import DataTable

ROWS = 1_000
STATES = (("●", "active", "green"), ("‖", "paused", "yellow"), ("✔", "completed", "cyan"))


class TableApp(App[None]):
    """A list of as many columns as the overview has."""

    def compose(self) -> ComposeResult:
        """The table."""
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        """Fill it."""
        table = self.query_one(DataTable)
        table.add_columns("Name", "Status", "Progress", "Contacts", "Sent", "Replies", "Rate", "Next")
        for number in range(ROWS):
            symbol, status, colour = STATES[number % len(STATES)]
            done = number % 12
            table.add_row(
                f"Campaign {number:05} of the spring",
                Text.assemble((f"{symbol} ", colour), status),
                Text.assemble(("━" * done, "cyan"), ("·" * (12 - done), "grey50"), f"{done * 8:>4} %"),
                "1,560", f"{number * 7:,}", f"{number % 90}", "5.9 %", Text("in 12 min", "blue"),
            )  # fmt: skip
        table.focus()


if __name__ == "__main__":
    TableApp().run()
