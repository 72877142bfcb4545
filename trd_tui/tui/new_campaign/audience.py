"""Step 2: who gets the texts - a file of this computer, or who has not answered another campaign."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from trd_tui.domain.consent import KINDS
from trd_tui.domain.csv_columns import FIELDS, IGNORE
from trd_tui.domain.fields import CUSTOM, field_key
from trd_tui.domain.sheet import AUDIENCE, Fault, Sheet
from trd_tui.tui import format as show
from trd_tui.tui.dialogs import AskName, Confirm
from trd_tui.tui.menu import Choice
from trd_tui.tui.new_campaign.field import Field, Line, Pick
from trd_tui.tui.new_campaign.pane import Pane
from trd_tui.tui.new_campaign.reports import column_line, file_line, report_lines, standing_line
from trd_tui.tui.rows import Rows
from trd_tui.tui.scroll import Scroll

if TYPE_CHECKING:
    from trd_tui.services.csv_files import FileLook
    from trd_tui.services.imports import ImportReport
    from trd_tui.services.new_campaign import AudienceFigures
    from trd_tui.tui.desk.new_campaign import Watch
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen

SOURCES = (("file", "a CSV file"), ("campaign", "another campaign: who has not answered"))
CONSENTS = (("", "nothing is said"), *((kind, kind.replace("_", " ")) for kind in KINDS))

OTHER = "other"
"""In the menu of fields: an own one whose name is typed."""

_LETTERS = "abcdefghilmnopqrstuvwxyz"
"""Letters of the menu of fields; j and k move."""


class PathLine(Line):
    """A path; tab completes it, and goes on where there is nothing to complete."""

    async def on_key(self, event: events.Key) -> None:
        """Tab."""
        if event.key == "tab" and self.value.strip():
            event.stop()
            event.prevent_default()
            pane = next(each for each in self.ancestors if isinstance(each, AudiencePane))
            pane.complete(self.value)


class AudiencePane(Pane):
    """The step."""

    STEP: ClassVar = AUDIENCE

    def __init__(self, steps: NewCampaignScreen) -> None:
        super().__init__(steps)
        self.found: FileLook | None = None
        self.tried: ImportReport | None = None
        self.figures: AudienceFigures | None = None
        self._tried_for: tuple[object, ...] = ()
        self._loaded_for: tuple[object, ...] = ()
        self._column = ""
        self._wrong: dict[str, str] = {}

    def compose(self) -> ComposeResult:
        """The fields, then what was found."""
        yield Field("source", "Contacts of", Pick(SOURCES, id="source"), note="left and right choose")
        yield Field("file", "File", PathLine("file", "leads.csv"), note="")
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

    @property
    def from_file(self) -> bool:
        """Whether contacts come from a file."""
        return self.sheet.source == "file"

    def _sourced(self) -> None:
        """Show what belongs to the source, and read it."""
        for key in ("file", "consent"):
            self.query_one(f"#field-{key}").display = self.from_file
        if self.from_file and self.sheet.file.strip():
            self.look()
        else:
            self._show_choices()

    def _show_choices(self) -> None:
        self.found = None
        self.query_one("#found").display = False
        self.query_one("#choices").display = True
        self.launch(self._files if self.from_file else self._campaigns, group="choices")

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

    async def _files(self) -> None:
        here = await self.asked.files()
        self.query_one("#field-file", Field).explain(
            "tab completes, enter looks; the file lies on this computer"
        )
        now = self.steps.ready.now()
        rows = self.query_one("#choices", Rows)
        rows.border_title = f"CSV files in {here.folder}" if here.files else ""
        rows.border_subtitle = f"from yours: {here.copying}" if here.files else ""
        rows.clear_options()
        rows.add_options([Option(file_line(file, now), id=file.name) for file in here.files])
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

    def blame(self, faults: Sequence[Fault]) -> None:
        """What is wrong with the file and with what is said of consent is found here, not in the sheet."""
        for field in self.query(Field):
            field.blame(self._wrong.get(field.key, ""))

    def heard(self) -> None:
        """Somebody may have put contacts in, or taken some out."""
        self.launch(self._standing, group="standing")

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
        self.steps.typed(file=value, mapping={})  # what was said of columns was of another file's
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

    def complete(self, typed: str) -> None:
        """Complete a path, and show what may be meant."""
        self.launch(partial(self._complete, typed), group="complete")

    async def _complete(self, typed: str) -> None:
        text, options = await self.asked.complete(typed)
        line = self.query_one("#file", Line)
        if line.value != typed:
            return  # a letter came meanwhile
        if text != typed:
            line.value = text
            line.cursor_position = len(text)
        if text == typed and len(options) <= 1:
            if options and not text.endswith("/") and self.found is None:
                self.look(asked=True)
            else:
                self.screen.focus_next()
        note = "  ".join(options[:12]) + (" …" if len(options) > 12 else "")
        self.query_one("#field-file", Field).explain(note if len(options) > 1 else "enter looks at the file")

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A file, a campaign or a column."""
        event.stop()
        chosen = str(event.option_id)
        if event.option_list.id == "columns":
            self._open_fields(chosen)
        elif self.from_file:
            self.query_one("#file", Line).put(chosen)
            self.steps.typed(file=chosen, mapping={})
            self.look(asked=True)
        else:
            self.steps.typed(other=chosen)
            self.launch(self._campaigns, group="choices")

    def _open_fields(self, title: str) -> None:
        self._column = title
        own = f"{CUSTOM}{field_key(title) or 'own'}"
        names = ["phone", *(name for name in FIELDS if name != "number"), own, OTHER, IGNORE[0]]
        words = {OTHER: "an own field: type its name", own: own}  # an own name is written as texts name it
        choices = tuple(
            Choice(name, _LETTERS[at], words.get(name) or name.replace("_", " "))
            for at, name in enumerate(names)
        )
        region = self.query_one("#columns").region
        self.steps.menu().open(f"{title} holds", choices, x=region.x + 4, y=region.y - 6)

    def chosen(self, field: str | None) -> None:
        """The menu of fields was answered."""
        self.query_one("#columns").focus()
        if field == OTHER:
            self.steps.trd.begin_question(self.steps, self._ask_own, group="acts")
        elif field is not None:
            self._hold(field)

    async def _ask_own(self) -> None:
        title = self._column
        sentence = f"{title} holds a field of your own. Texts name it in double braces: {{{{lot}}}}."
        name = await self.steps.app.push_screen_wait(
            AskName("Own field", sentence, field_key(title), "take it")
        )
        if name is None:
            return
        if key := field_key(name.removeprefix(CUSTOM)):
            self._hold(f"{CUSTOM}{key}")
        else:
            self.notify("A field's name needs a letter or a digit.", severity="warning")

    def _hold(self, field: str) -> None:
        """What the column holds is said."""
        if self.is_attached:
            self.steps.typed(mapping={**self.sheet.mapping, self._column: field})
            self.look()

    # Looking

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
            return
        finally:
            self.own = None
            self.steps.say_hints()
        if what != self._what():
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

    # Storing

    def to_fault(self, fault: Fault) -> None:
        """What is missing is said; the cursor goes to where it is given."""
        if not self.from_file:
            self.query_one("#choices").focus()
        elif not self.sheet.file.strip():
            self.query_one("#file").focus()

    async def save(self) -> bool:
        """Import, or take; what is stored already is not stored again."""
        if not await self.steps.store() and not self.sheet.campaign_id:
            self.steps.lacks("Give the campaign a name and a sender first: step 1.")
            return False
        if self.from_file:
            return await self._import()
        if not self.sheet.other:
            return self._told_nobody("Choose the campaign whose contacts are taken: enter in the list.")
        joined = await self.steps.carried("Taking", "contacts", self._take)
        if joined is not None:
            were = "was" if joined == 1 else "were"
            taken = f"{show.plural(joined, 'contact')} {were} taken over"
            said = taken if joined else "nobody new was there to take"
            self.steps.typed(imported=(said,))
            self.notify(said[0].upper() + said[1:] + ".")
        await self._again()
        return bool(joined is not None and self.figures and self.figures.contacts and not joined)

    def _told_nobody(self, sentence: str) -> bool:
        if self.figures is not None and self.figures.contacts:
            return True  # others are in already, and the step is done
        self.steps.lacks(sentence)
        return False

    async def _take(self, watch: Watch) -> int:
        from trd_tui.services.views import ActCancelledError

        try:
            return await self.asked.take_contacts(self.sheet, watch)
        except ActCancelledError:
            self.notify("Called off; who was taken until then is in the draft.", severity="warning")
            return 0

    async def _import(self) -> bool:
        from trd_tui.services.imports import ContactFileError, ImportRefusedError

        what = self._what()
        if not self.sheet.file.strip() or what == self._loaded_for:
            return self._told_nobody("Name a CSV file, or choose one of the list.")
        if self._tried_for != what:
            await self._look()
            if self._tried_for != what:
                return False
        try:
            report = await self.steps.carried(
                "Importing", "rows", lambda watch: self.asked.load(self.sheet, watch)
            )
        except (ContactFileError, ImportRefusedError) as error:
            self._fails(str(error))
            await self._again()
            return False
        if report is None:
            return False
        if not report.cancelled:
            self._loaded_for = what
        lines = report_lines(self.found, report)
        self.steps.typed(imported=tuple(line.plain for line in lines))
        if self.steps.is_open:
            self._report(Content("\n").join(lines))
        told = f"{show.plural(report.enrolled, 'contact')} of {show.plural(report.rows, 'row')} joined"
        told += " the draft."
        if report.rejects_file is not None:
            are = "is" if report.rejected == 1 else "are"
            told += f" {show.plural(report.rejected, 'rejected row')} {are} in {report.rejects_file}."
        if report.cancelled:
            told = f"Called off. {told} The same file can be imported again; nobody is doubled."
        if report.cancelled or self.steps.pane is not self or not self.steps.is_current:
            # else the report in front says it, and a toast would cover its end
            self.notify(told, severity="warning" if report.cancelled or report.rejected else "information")
        await self._again()
        return False

    async def _again(self) -> None:
        await self._standing()
        self.steps.faults = await self.asked.check(self.sheet)
        await self.steps.keep()


async def empty_audience(screen: NewCampaignScreen) -> None:
    """Take everybody out of the draft, after a question."""
    desk, id_ = screen.ready.new_campaign, screen.sheet.campaign_id
    figures = await desk.audience(id_)
    if not figures.contacts:
        screen.notify("Nobody is in the draft.", severity="warning")
        return
    sentence = (
        f"This empties the draft: {show.plural(figures.contacts, 'contact')}. Everybody stays known, with"
        " their consents; another file can be imported then."
    )
    if not await screen.app.push_screen_wait(
        Confirm("Take everybody out?", sentence, "Take out", danger=True)
    ):
        return
    from trd_tui.services.views import ActCancelledError

    try:
        out = await screen.carried("Taking out", "contacts", lambda watch: desk.empty(screen.sheet, watch))
        screen.notify(f"{show.plural(out or 0, 'contact')} taken out of the draft.")
    except ActCancelledError:
        screen.notify("Called off; who was taken out until then is out.", severity="warning")
    screen.typed(imported=())
    for pane in screen.query(AudiencePane):
        pane._loaded_for = ()
        await pane._again()
        pane._sourced()
