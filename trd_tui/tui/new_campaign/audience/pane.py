"""The step itself: its fields, and where each key in them leads."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, OptionList, Static

from trd_tui.domain.consent import KINDS
from trd_tui.domain.sheet import AUDIENCE, Fault, Sheet
from trd_tui.tui.new_campaign.audience.storing import AudienceStoring
from trd_tui.tui.new_campaign.field import Field, Line, Pick
from trd_tui.tui.paths import PathInput
from trd_tui.tui.rows import Rows
from trd_tui.tui.scroll import Scroll

SOURCES = (("file", "a CSV file"), ("campaign", "another campaign: who has not answered"))
CONSENTS = (("", "nothing is said"), *((kind, kind.replace("_", " ")) for kind in KINDS))


class PathLine(PathInput, Line):
    """The path among the fields; tab on an empty one goes on."""

    EMPTY_TOO: ClassVar = False


class AudiencePane(AudienceStoring):
    """The step."""

    STEP: ClassVar = AUDIENCE

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

    # Showing

    def put(self, sheet: Sheet) -> None:
        """Show what was typed before."""
        super().put(sheet)
        self.query_one("#consent_source", Line).put(sheet.consent_source)
        self.query_one("#consent_at", Line).put(sheet.consent_at)

    def entered(self) -> None:
        """Read who is in the draft, and look at the file."""
        self.query_one("#source" if self.sheet.source == "campaign" else "#file").focus()
        self.launch(self._standing, group="standing")
        self._sourced()

    def _sourced(self) -> None:
        """Show what belongs to the source, and read it."""
        for key in ("file", "consent"):
            self.query_one(f"#field-{key}").display = self.from_file
        if self.from_file and self.sheet.file.strip():
            self.look()
        else:
            self._show_choices()

    def to_fault(self, fault: Fault) -> None:
        """What is missing is said; the cursor goes to where it is given."""
        if not self.from_file:
            self.query_one("#choices").focus()
        elif not self.sheet.file.strip():
            self.query_one("#file").focus()

    async def emptied(self) -> None:
        """Nobody is in the draft any more: choose again."""
        await super().emptied()
        self._sourced()

    # Choosing

    def picked(self, pick: Pick, value: str) -> None:
        """Another source, or consent."""
        super().picked(pick, value)
        if pick.id == "source":
            self._sourced()
        elif self.found is not None:
            self.look()

    def input_typed(self, line: Input, value: str) -> None:
        """Something was typed; a consent's source and date have no field of their own."""
        if line.id in ("consent_source", "consent_at"):
            self.steps.typed(**{line.id: value})
            return
        self.steps.typed(file=value)
        self._wrong.clear()
        self.blame(())
        if self.found is not None:
            self._show_choices()

    def entered_in(self, line: Input) -> None:
        """Enter on a path looks at the file, and on what is said of consent once more."""
        if line.id == "file" or self.found is not None:
            self.look(asked=True)
        else:
            super().entered_in(line)

    def on_path_input_completed(self, event: PathInput.Completed) -> None:
        """Say which files may be meant; where one is named in full, look at it, or go on."""
        event.stop()
        if event.line.value != event.text:
            return  # a letter came meanwhile
        if not event.grown and len(event.meant) <= 1:
            if event.meant and not event.text.endswith("/") and self.found is None:
                self.look(asked=True)
            else:
                self.screen.focus_next()
        self.query_one("#field-file", Field).explain(event.names or "enter looks at the file")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A file, a campaign or a column."""
        event.stop()
        chosen = str(event.option_id)
        if event.option_list.id == "columns":
            self._open_fields(chosen)
        elif self.from_file:
            self.query_one("#file", Line).put(chosen)
            self.steps.typed(file=chosen)
            self.look(asked=True)
        else:
            self.steps.typed(other=chosen)
            self.launch(self._campaigns, group="choices")
