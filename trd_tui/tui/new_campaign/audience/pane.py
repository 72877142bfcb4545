"""The step itself: its fields, what it shows of the file, and where each key leads."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, OptionList, Static

from trd_tui.domain.consent import KINDS
from trd_tui.domain.sheet import AUDIENCE, Fault, Sheet
from trd_tui.tui.new_campaign.audience.lists import show_campaigns, show_columns, show_files
from trd_tui.tui.new_campaign.audience.look import Look
from trd_tui.tui.new_campaign.audience.mapping import Mapping
from trd_tui.tui.new_campaign.audience.storing import Storing
from trd_tui.tui.new_campaign.field import Field, Line, Pick
from trd_tui.tui.new_campaign.pane import Pane
from trd_tui.tui.new_campaign.reports import standing_line
from trd_tui.tui.paths import PathInput
from trd_tui.tui.rows import Rows
from trd_tui.tui.scroll import Scroll

if TYPE_CHECKING:
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen

SOURCES = (("file", "a CSV file"), ("campaign", "another campaign: who has not answered"))
CONSENTS = (("", "nothing is said"), *((kind, kind.replace("_", " ")) for kind in KINDS))


class PathLine(PathInput, Line):
    """The path among the fields; tab on an empty one goes on."""

    EMPTY_TOO: ClassVar = False


class AudiencePane(Pane):
    """The step."""

    STEP: ClassVar = AUDIENCE

    def __init__(self, steps: NewCampaignScreen) -> None:
        super().__init__(steps)
        self.look = Look(self.asked, lambda: self.sheet, self._show)
        self.mapping = Mapping(steps, self._begin_look)
        self.storing = Storing(steps, self.look)

    def compose(self) -> ComposeResult:
        """The fields, then what was found."""
        yield Field("source", "Contacts of", Pick(SOURCES, id="source"), note="left and right choose")
        yield Field("file", "File", PathLine("file", "leads.csv", complete=self.asked.complete), note="")
        yield Field(
            "consent", "Consent", Pick(CONSENTS, id="consent"), Line("consent_source", "where it was given"),
            Line("consent_at", "2024-01-15"),
            note="how all agreed to be texted; columns of the file come first",
        )  # fmt: skip
        yield Static("", id="standing", markup=False)
        with Horizontal(id="found"):
            yield Rows(id="columns")
            with Scroll(id="report-box"):
                yield Static("", id="report", markup=False)
        yield Rows(id="choices")

    @property
    def from_file(self) -> bool:
        """Whether contacts come from a file."""
        return self.sheet.source == "file"

    # Showing

    def put(self, sheet: Sheet) -> None:
        """Show what was typed before."""
        super().put(sheet)
        self.query_one("#consent_source", Line).put(sheet.consent_source)
        self.query_one("#consent_at", Line).put(sheet.consent_at)

    def entered(self) -> None:
        """Read who is in the draft, and look at the file."""
        self.query_one("#source" if self.sheet.source == "campaign" else "#file").focus()
        self.heard()
        self._sourced()

    def heard(self) -> None:
        """Somebody may have put contacts in, or taken some out."""
        self.launch(self._standing, group="standing")

    async def _standing(self) -> None:
        await self.storing.read()
        if self.steps.is_open:
            self.drawn()

    def drawn(self) -> None:
        """Who is in the draft, and what the last import said."""
        line = standing_line(self.sheet, self.storing.figures, self.size.width)
        widget = self.query_one("#standing", Static)
        if widget.content != line:
            widget.update(line)

    def _sourced(self) -> None:
        """Show what belongs to the source, and read it."""
        for key in ("file", "consent"):
            self.query_one(f"#field-{key}").display = self.from_file
        if self.from_file and self.sheet.file.strip():
            self._begin_look()
        else:
            self.look.put_away()

    def _show(self) -> None:
        """What was found in the file, or in its place the list to choose from."""
        self.blame(())
        said, found = self.look.said, self.look.found
        self.query_one("#found").display = said is not None
        self.query_one("#choices").display = said is None
        if said is None:
            self.launch(self._choices, group="choices")
            return
        if found is not None:
            show_columns(self.query_one("#columns", Rows), found.columns)
        self.query_one("#report", Static).update(said)
        self.call_after_refresh(self._say_more)

    def _say_more(self) -> None:
        """Say how the rest of the report is reached, where it has no room."""
        box = self.query_one("#report-box", Scroll)
        more = "tab, then ↓: more of the report" if box.max_scroll_y > 0 else ""
        self.query_one("#columns", Rows).border_subtitle = more

    async def _choices(self) -> None:
        rows, sheet = self.query_one("#choices", Rows), self.sheet
        if not self.from_file:
            show_campaigns(rows, await self.asked.campaigns(sheet.campaign_id), sheet.other)
            return
        show_files(rows, await self.asked.files())
        note = "tab completes, enter looks; the file lies on this computer"
        self.query_one("#field-file", Field).explain(note)

    def blame(self, faults: Sequence[Fault]) -> None:
        """What is wrong with the file and with what is said of consent is found here, not in the sheet."""
        for field in self.query(Field):
            field.blame(self.look.wrong.get(field.key, ""))

    def to_fault(self, fault: Fault) -> None:
        """What is missing is said; the cursor goes to where it is given."""
        if not self.from_file:
            self.query_one("#choices").focus()
        elif not self.sheet.file.strip():
            self.query_one("#file").focus()

    # Looking and storing

    def _begin_look(self, *, asked: bool = False) -> None:
        self.launch(partial(self._look, asked), group="look")

    async def _look(self, asked: bool = False) -> None:
        """Look at the file; who asked for it goes on at the columns where these need a word."""
        own = self.watch_own("Looking", "rows", self.steps.say_hints)
        try:
            await self.look.begin(own)
        finally:
            self.own = None
            self.steps.say_hints()
        if (found := self.look.found) is not None:
            self.query_one("#field-file", Field).explain("")
            if asked and found.problem:
                self.query_one("#columns").focus()

    async def save(self) -> bool:
        """Import, or take; what is stored already is not stored again."""
        if not await self.steps.store() and not self.sheet.campaign_id:
            self.steps.lacks("Give the campaign a name and a sender first: step 1.")
            return False
        sheet = self.sheet
        if not self.from_file:
            return await self.storing.take(sheet)
        if self.storing.waits(sheet) and not self.look.has_tried(sheet):
            await self._look()
        return await self.storing.load(sheet)

    async def emptied(self) -> None:
        """Nobody is in the draft any more: choose again."""
        await self.storing.emptied()
        self._sourced()

    # Choosing

    def picked(self, pick: Pick, value: str) -> None:
        """Another source, or consent."""
        super().picked(pick, value)
        if pick.id == "source":
            self._sourced()
        elif self.look.found is not None:
            self._begin_look()

    def input_typed(self, line: Input, value: str) -> None:
        """Something was typed; a consent's source and date have no field of their own."""
        if line.id in ("consent_source", "consent_at"):
            self.steps.typed(**{line.id: value})
            return
        self.steps.typed(file=value)
        self.look.wrong.clear()
        self.blame(())
        if self.look.found is not None:
            self.look.put_away()

    def entered_in(self, line: Input) -> None:
        """Enter on a path looks at the file, and on what is said of consent once more."""
        if line.id == "file" or self.look.found is not None:
            self._begin_look(asked=True)
        else:
            super().entered_in(line)

    def on_path_input_completed(self, event: PathInput.Completed) -> None:
        """Say which files may be meant; where one is named in full, look at it, or go on."""
        event.stop()
        if event.line.value != event.text:
            return  # a letter came meanwhile
        if not event.grown and len(event.meant) <= 1:
            if event.meant and not event.text.endswith("/") and self.look.found is None:
                self._begin_look(asked=True)
            else:
                self.screen.focus_next()
        self.query_one("#field-file", Field).explain(event.names or "enter looks at the file")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A file, a campaign or a column."""
        event.stop()
        chosen = str(event.option_id)
        if event.option_list.id == "columns":
            self.mapping.ask(chosen, event.option_list.region)
        elif self.from_file:
            self.query_one("#file", Line).put(chosen)
            self.steps.typed(file=chosen)
            self._begin_look(asked=True)
        else:
            self.steps.typed(other=chosen)
            self.launch(self._choices, group="choices")

    def chosen(self, field: str | None) -> None:
        """The menu of fields was answered."""
        self.query_one("#columns").focus()
        self.mapping.answered(field)
