"""The second page of a campaign: its touches beside an editor with preview, segments and lint."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.widgets.option_list import Option

from trd_tui.services.touch_views import as_read, variant_of
from trd_tui.tui.actions import page_bindings
from trd_tui.tui.campaign import touch_lines as lines
from trd_tui.tui.campaign.touch_acts import TouchActs
from trd_tui.tui.campaign.touch_draft import SequenceDraft
from trd_tui.tui.lines import update
from trd_tui.tui.rows import Rows
from trd_tui.tui.touches.reading import IN_BEGUN, IN_DRAFT, findings_content, size_content
from trd_tui.tui.touches.text import TouchText

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.widget import Widget
    from textual.widgets import OptionList, TextArea

    from trd_tui.domain.finding import Finding
    from trd_tui.services.touch_views import AsRead
    from trd_tui.tui.lines import Part

READ_AFTER = 0.06
"""Seconds without a key after which the text is shown as somebody reads it."""

LOOK_AFTER = 0.2
"""Seconds more after which all texts are looked at."""


class TouchRows(Rows):
    """The list of touches; its lines are cut to the width it has, of which it tells."""

    def __init__(self, say: Callable[[], None], *, id: str) -> None:
        super().__init__(id=id, compact=True)
        self._say = say

    def on_resize(self) -> None:
        """Another width; not shown, there was none."""
        self._say()


class TouchesPage(TouchActs):
    """The page."""

    BINDINGS = page_bindings("campaign_touches")

    def compose(self) -> ComposeResult:
        """The list, and beside it the text and what is said of it."""
        with Horizontal(id="touch-body"):
            with Vertical(id="touch-list-box", classes="box") as box:
                box.border_title = "Touches"
                yield TouchRows(self.say, id="touch-list")
            with Vertical(id="touch-editor"):
                yield Static("", id="touch-state", markup=False)
                yield Static("", id="touch-head", markup=False)
                yield TouchText(id="touch-text")
                with VerticalScroll(id="touch-below", can_focus=False):
                    with Vertical(id="touch-read-box", classes="box"):
                        yield Static("", id="touch-read", markup=False)
                    yield Static("", id="touch-size", markup=False)
                    yield Static("", id="touch-findings", markup=False)

    def to_focus(self) -> Widget:
        """The list."""
        return self.query_one(Rows)

    def offers(self, action: str) -> bool:
        """What the touch that is shown can do."""
        draft = self.draft
        if action in ("touch_save", "touch_discard"):
            return draft is not None and draft.changed
        if action == "touch_plain":
            return self.plain_body() is not None
        if action in ("touch_next_reader", "touch_test"):
            return True
        return not action.startswith("touch_") or (draft is not None and draft.found.refusal is None)

    # Reading

    def shown(self) -> None:
        """Read the sequence; what is not saved stays."""
        self.launch(self._read, group="touches", exclusive=True)

    live = shown

    async def _read(self) -> None:
        if self.campaign.desk is None or self.saving:
            return
        found = await self.desk.touches.read(self.campaign_id)
        if found is None:
            return
        if self.reader is None:
            self.reader = await self.desk.touches.reader(self.campaign_id, 0)
        if self.draft is None:
            draft = SequenceDraft(found)
            if found.refusal is None and (kept := await self.desk.touches.kept(self.campaign_id)):
                draft.go_on(kept)
                self.kept = kept
                self.app.notify("This is what you changed the last time and did not save; U discards it.")
            self.draft = draft
            self.show_all()
        elif self.draft.heard(found):
            self.show_all()

    # Saying

    def say(self) -> None:
        """The size has changed: the lines take the room there is."""
        if self.draft is not None and self.query_one(Rows).size:  # else the list tells when it has one
            self.say_list()
            self.say_head()

    def show_all(self) -> None:
        """Show the touch that is chosen, its text and everything about it."""
        draft = self.draft
        if draft is None or not draft.touches:
            return
        self.say_list()
        text = self.query_one(TouchText)
        if text.text != draft.body:  # what is being typed keeps its cursor
            text.load_text(draft.body)
            text.move_cursor(text.document.end)
        text.can_focus = draft.found.refusal is None
        text.read_only = not text.can_focus or self.saving
        if text.has_focus and not text.can_focus:  # nobody writes any more: its keys would be the list's
            self.to_focus().focus()
        self.say_head()
        self.say_read()
        self.look_soon()

    def say_list(self) -> None:
        """The touches, each with what has changed and what was found; only lines that differ are drawn."""
        draft, list_ = self.draft, self.query_one(Rows)
        if draft is None:
            return
        width = list_.content_size.width
        findings = self.findings or ()
        said = [lines.touch_line(draft, touch, findings, width) for touch in draft.touches]
        if list_.option_count != len(said):
            list_.set_options([Option(each) for each in said])
        else:
            for at, each in enumerate(said):
                if list_.get_option_at_index(at).prompt != each:
                    list_.replace_option_prompt_at_index(at, each)
        if list_.highlighted != draft.place:
            list_.highlighted = draft.place

    def say_head(self) -> None:
        """Which touch, and whether it is saved."""
        draft = self.draft
        if draft is None:
            return
        gets = variant_of(self.campaign_id, draft.touch, self.reader)
        head = self.query_one("#touch-head", Static)
        update(head, lines.head_content(draft, self.reader, gets, head.size.width))
        state = self.query_one("#touch-state", Static)
        update(state, lines.state_content(draft, saving=self.saving))
        self.campaign.say_hints()

    def _as_read(self) -> tuple[AsRead, AsRead | None]:
        draft = self.draft
        if draft is None:
            raise RuntimeError("nothing is read yet")
        variables = draft.found.variables
        plain = self.plain_body()
        return (
            as_read(draft.body, self.reader, variables),
            None if plain is None else as_read(plain, self.reader, variables),
        )

    def say_read(self) -> None:
        """The text as somebody reads it, and its segments."""
        if self.draft is None:
            return
        found, plain = self._as_read()
        box = self.query_one("#touch-read-box")
        box.border_title = lines.reader_title(self.reader, wide=self.app.size.width >= 100)
        update(self.query_one("#touch-read", Static), lines.read_content(found))
        update(
            self.query_one("#touch-size", Static),
            size_content(found.size, None if plain is None else plain.size),
        )

    def say_findings(self, findings: Sequence[Finding] | None) -> None:
        """What the lint says."""
        draft = self.draft
        if draft is None:
            return
        content = Content.styled("looking …", "$trd-quiet")
        if findings is not None:
            detail = self.detail
            words = IN_DRAFT if detail is not None and detail.row.status == "draft" else IN_BEGUN
            content = findings_content(findings, draft.position, draft.variant, words=words)
        update(self.query_one("#touch-findings", Static), content)

    # Typing

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """What was typed is the draft's at once; what is said of it follows when the keys rest."""
        draft, body = self.draft, event.text_area.text
        if draft is None or body == draft.body:
            return
        self.write_body(body)
        self.look_soon()

    def look_soon(self) -> None:
        """Say anew what is said of the texts, when no key has come for a moment."""
        self.launch(self._look, group="look", exclusive=True)

    async def _look(self) -> None:
        await asyncio.sleep(READ_AFTER)
        self.say_read()
        self.say_list()
        self.say_head()
        await asyncio.sleep(LOOK_AFTER)
        draft = self.draft
        if draft is None or self.campaign.desk is None:
            return
        self.launch(self.keep_typed, group="keep")  # a newer key must not break off what is being written
        self.findings = await self.desk.touches.look(draft.found, draft.touches)
        self.say_findings(self.findings)
        self.say_list()
        self.say_read()  # the plain text is offered once it is known
        self.campaign.say_hints()

    # Choosing

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Another touch is shown."""
        draft = self.draft
        if draft is None or event.option_list.id != "touch-list":
            return
        touch = draft.touches[event.option_index] if event.option_index < len(draft.touches) else None
        if touch is not None and touch.position != draft.position:
            draft.choose(touch.position)
            self.show_all()
            self.say_findings(self.findings)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter goes on to the text."""
        event.stop()
        self.action_edit()

    def on_descendant_focus(self) -> None:
        """In the text other keys work than in the list."""
        self.campaign.say_hints()

    def hints(self) -> list[Part] | None:
        """In the text: the keys that are no letters."""
        if not self.query(TouchText) or not self.query_one(TouchText).has_focus:
            return None
        return lines.writing_parts(plain=self.plain_body() is not None, wide=self.app.size.width >= 100)

    def leave(self) -> bool:
        """Escape: from the text to the list."""
        text = self.query_one(TouchText)
        if text.has_focus:
            self.to_focus().focus()
            return True
        return False
