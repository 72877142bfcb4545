"""The lists of the step: files of this computer, other campaigns, columns of the file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets.option_list import Option

from trd_tui.tui.new_campaign.reports import column_line, file_line
from trd_tui.tui.rows import Rows

if TYPE_CHECKING:
    from trd_tui.services.csv_files import Column
    from trd_tui.tui.desk.new_campaign import FilesHere


def show_files(rows: Rows, here: FilesHere) -> None:
    """Show the files of this folder to choose from."""
    rows.border_title = f"CSV files in {here.folder}" if here.files else ""
    rows.border_subtitle = f"from yours: {here.copying}" if here.files else ""
    rows.clear_options()
    rows.add_options([Option(file_line(file, here.found_at), id=file.name) for file in here.files])
    if not here.files:
        said = (f"No CSV file in {here.folder}.", "Type a path above, or copy yours here:", here.copying)
        rows.add_options([Option(line, disabled=True) for line in said])
    rows.highlighted = 0 if here.files else None


def show_campaigns(rows: Rows, found: Sequence[tuple[str, str, str]], chosen: str) -> None:
    """Show other campaigns, by id, name and what is known of them, with the cursor on who is chosen."""
    rows.border_title = "Take those who have not answered, nor opted out; enter chooses, ctrl+s takes"
    rows.border_subtitle = ""
    rows.clear_options()
    for id_, name, about in found:
        mark = "● " if id_ == chosen else "  "
        rows.add_option(Option(Content.assemble(mark, f"{name:<34} ", (about, "$trd-quiet")), id=id_))
    if not found:
        rows.add_option(Option("There is no other campaign.", disabled=True))
    places = [at for at, (id_, *_) in enumerate(found) if id_ == chosen]
    rows.highlighted = (places or [0])[0] if found else None


def show_columns(rows: Rows, columns: Sequence[Column]) -> None:
    """Show what each column holds; the cursor stays."""
    at = rows.highlighted
    rows.border_title = "Columns: enter says what one holds"
    rows.clear_options()
    rows.add_options([Option(column_line(each), id=each.title) for each in columns])
    rows.highlighted = at if at is not None and at < len(columns) else 0
