"""Where contacts may come from: the files of this computer, other campaigns; and who is in already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from trd_tui.tui.new_campaign.field import Field
from trd_tui.tui.new_campaign.pane import Pane
from trd_tui.tui.new_campaign.reports import file_line, standing_line
from trd_tui.tui.rows import Rows

if TYPE_CHECKING:
    from trd_tui.services.draft_audience import AudienceFigures
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen


class AudienceSources(Pane):
    """The list to choose from, and the line of who is in the draft."""

    def __init__(self, steps: NewCampaignScreen) -> None:
        super().__init__(steps)
        self.figures: AudienceFigures | None = None

    @property
    def from_file(self) -> bool:
        """Whether contacts come from a file."""
        return self.sheet.source == "file"

    async def _standing(self) -> None:
        self.figures = await self.asked.audience(self.sheet.campaign_id)
        if self.steps.is_open:
            self.drawn()

    def drawn(self) -> None:
        """Who is in the draft, and what the last import said."""
        line = standing_line(self.sheet, self.figures, self.size.width)
        widget = self.query_one("#standing", Static)
        if widget.content != line:
            widget.update(line)

    def heard(self) -> None:
        """Somebody may have put contacts in, or taken some out."""
        self.launch(self._standing, group="standing")

    async def _files(self) -> None:
        here = await self.asked.files()
        self.query_one("#field-file", Field).explain(
            "tab completes, enter looks; the file lies on this computer"
        )
        rows = self.query_one("#choices", Rows)
        rows.border_title = f"CSV files in {here.folder}" if here.files else ""
        rows.border_subtitle = f"from yours: {here.copying}" if here.files else ""
        rows.clear_options()
        rows.add_options([Option(file_line(file, here.found_at), id=file.name) for file in here.files])
        if not here.files:
            said = (f"No CSV file in {here.folder}.", "Type a path above, or copy yours here:", here.copying)
            rows.add_options([Option(line, disabled=True) for line in said])
        rows.highlighted = 0 if here.files else None

    async def _campaigns(self) -> None:
        found = await self.asked.campaigns(self.sheet.campaign_id)
        rows = self.query_one("#choices", Rows)
        rows.border_title = "Take those who have not answered, nor opted out; enter chooses, ctrl+s takes"
        rows.border_subtitle = ""
        rows.clear_options()
        for id_, name, about in found:
            mark = "● " if id_ == self.sheet.other else "  "
            rows.add_option(Option(Content.assemble(mark, f"{name:<34} ", (about, "$trd-quiet")), id=id_))
        if not found:
            rows.add_option(Option("There is no other campaign.", disabled=True))
        chosen = [at for at, (id_, *_) in enumerate(found) if id_ == self.sheet.other]
        rows.highlighted = (chosen or [0])[0] if found else None
