"""A look at the file: what its columns hold and what an import would do; nothing is stored."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from trd_tui.domain.sheet import Fault
from trd_tui.tui.new_campaign.audience.sources import AudienceSources
from trd_tui.tui.new_campaign.field import Field
from trd_tui.tui.new_campaign.reports import column_line, report_lines
from trd_tui.tui.rows import Rows
from trd_tui.tui.scroll import Scroll

if TYPE_CHECKING:
    from trd_tui.services.csv_files import FileLook
    from trd_tui.services.imports import ImportReport
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen


class AudienceLook(AudienceSources):
    """What was found in a file, in the place of the list to choose from."""

    def __init__(self, steps: NewCampaignScreen) -> None:
        super().__init__(steps)
        self.found: FileLook | None = None
        self.tried: ImportReport | None = None
        self._tried_for: tuple[object, ...] = ()
        self._wrong: dict[str, str] = {}

    def _what(self) -> tuple[object, ...]:
        sheet = self.sheet
        return (
            sheet.file.strip(), tuple(sheet.mapping.items()), sheet.consent, sheet.consent_source,
            sheet.consent_at, sheet.campaign_id,
        )  # fmt: skip

    def look(self, *, asked: bool = False) -> None:
        """Look at the file and say what an import would do; nothing is stored.

        Args:
            asked: a person asked for it, and goes on at the columns where these need a word.
        """
        self.launch(partial(self._look, asked), group="look")

    async def _look(self, asked: bool = False) -> None:
        from trd_tui.services.imports import ContactFileError, ImportRefusedError

        what = self._what()
        own = self.watch_own("Looking", "rows", self.steps.say_hints)
        self._report(Content("Looking at the file …"))
        field = self.query_one("#field-file", Field)
        try:
            found, tried = await self.asked.look(self.sheet, own)
        except (ContactFileError, ImportRefusedError) as error:
            if what == self._what():
                self._fails(str(error))
            else:
                self._show_choices()
            return
        finally:
            self.own = None
            self.steps.say_hints()
        if what != self._what():
            self._show_choices()  # not what was looked at, and nothing is looked at any more
            return
        self.found, self.tried = found, tried
        self._tried_for = what if tried is not None and not tried.cancelled else ()
        self._wrong = {"file": found.problem} if found.problem else {}
        self.blame(())
        field.explain("")
        self._show_found(found, tried)
        if asked and found.problem:
            self.query_one("#columns").focus()

    def _fails(self, problem: str) -> None:
        self._show_choices()
        about_consent = problem.startswith(("consent ", "a source or date"))
        if "no such file" in problem:
            problem += "; tab completes a path"
        self._wrong = {"consent" if about_consent else "file": problem}
        self.blame(())

    def blame(self, faults: Sequence[Fault]) -> None:
        """What is wrong with the file and with what is said of consent is found here, not in the sheet."""
        for field in self.query(Field):
            field.blame(self._wrong.get(field.key, ""))

    # Showing

    def _show_choices(self) -> None:
        self.found = None
        self.query_one("#found").display = False
        self.query_one("#choices").display = True
        self.launch(self._files if self.from_file else self._campaigns, group="choices")

    def _show_found(self, found: FileLook, tried: ImportReport | None) -> None:
        rows = self.query_one("#columns", Rows)
        at = rows.highlighted
        rows.border_title = "Columns: enter says what one holds"
        rows.clear_options()
        rows.add_options([Option(column_line(each), id=each.title) for each in found.columns])
        rows.highlighted = at if at is not None and at < len(found.columns) else 0
        self._report(Content("\n").join(report_lines(found, tried)))
        self.steps.say_hints()

    def _report(self, said: Content) -> None:
        self.query_one("#found").display = True
        self.query_one("#choices").display = False
        self.query_one("#report", Static).update(said)
        self.call_after_refresh(self._say_more)

    def _say_more(self) -> None:
        """Say how the rest of the report is reached, where it has no room."""
        box = self.query_one("#report-box", Scroll)
        more = "tab, then ↓: more of the report" if box.max_scroll_y > 0 else ""
        self.query_one("#columns", Rows).border_subtitle = more
