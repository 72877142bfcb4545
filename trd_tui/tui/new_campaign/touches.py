"""Step 3: the touches - their days and texts, as somebody reads them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static, TextArea
from textual.widgets.option_list import Option

from trd_tui.domain.sheet import HOUSE_VALUES, TOUCHES, Fault, Sheet, TypedTouch, order_of_days
from trd_tui.tui.menu import Choice
from trd_tui.tui.new_campaign.field import Field, Line
from trd_tui.tui.new_campaign.pane import Pane
from trd_tui.tui.rows import Rows
from trd_tui.tui.touches.reading import IN_STEPS, MARKS, findings_content, size_content
from trd_tui.tui.touches.text import TouchText

if TYPE_CHECKING:
    from trd_tui.tui.desk.new_campaign import Texts
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen

HOUSE, NONE = "house", "none"
_LETTERS = "abcdefgilmopqrsu"
"""Letters of campaigns to copy from; h and n are taken."""


class TouchesPane(Pane):
    """The step."""

    STEP: ClassVar = TOUCHES

    def __init__(self, steps: NewCampaignScreen) -> None:
        super().__init__(steps)
        self.at = 0
        self.person = 0
        self.texts: Texts | None = None
        self._filling = False
        self._gone: list[tuple[int, TypedTouch]] = []
        self._replaced: tuple[tuple[TypedTouch, ...], tuple[TypedTouch, ...]] | None = None

    def compose(self) -> ComposeResult:
        """The list, and beside it the touch under its cursor."""
        yield Field("values", "Own values", Line("values", "agent=Ann; office=Acme Homes"),
                    note="what texts may name besides, as {{agent}}; several with ;")  # fmt: skip
        with Horizontal(id="touch-body"):
            yield Rows(id="touch-list")
            with Vertical(id="touch-editor"):
                with Horizontal(id="touch-line"):
                    yield Static("Day", classes="label", markup=False)
                    yield Line("touch-day", "1")
                    yield Static("", id="touch-state", markup=False)
                yield TouchText(id="touch-text")
                yield Static("", id="touch-size", markup=False)
                with VerticalScroll(id="touch-reading", can_focus=False):
                    yield Static("", id="touch-preview", markup=False)
                    yield Static("", id="touch-lint", markup=False)

    # Showing

    def put(self, sheet: Sheet) -> None:
        """Show what was typed before."""
        super().put(sheet)
        self._list()
        self._fill()
        if self.display and self.steps.is_open:
            self._read()

    def entered(self) -> None:
        """The cursor to the list."""
        self.query_one("#touch-list").focus()
        self._read()

    @property
    def touches(self) -> tuple[TypedTouch, ...]:
        """What is typed."""
        return self.sheet.touches

    @property
    def touch(self) -> TypedTouch | None:
        """The one under the cursor."""
        return self.touches[self.at] if 0 <= self.at < len(self.touches) else None

    def _list(self) -> None:
        """The list; the cursor stays."""
        rows = self.query_one("#touch-list", Rows)
        lines = [self._line(place, each) for place, each in enumerate(self.touches, start=1)]
        if rows.option_count == len(lines):
            for index, line in enumerate(lines):
                if rows.get_option_at_index(index).prompt != line:
                    rows.replace_option_prompt_at_index(index, line)
        else:
            with self.prevent(OptionList.OptionHighlighted):
                rows.clear_options()
                rows.add_options([Option(line) for line in lines])
        self.at = max(0, min(self.at, len(lines) - 1))
        if lines and rows.highlighted != self.at:
            with self.prevent(OptionList.OptionHighlighted):
                rows.highlighted = self.at

    def _line(self, place: int, each: TypedTouch) -> Content:
        wrong = any(fault.field.startswith(f"touch[{place}]") for fault in self.steps.faults)
        found = () if self.texts is None else self.texts.findings
        warned = any(one.touch == place and one.severity == "warning" for one in found)
        mark, tone = MARKS["error"] if wrong else MARKS["warning"] if warned else ("✓", "$success")
        if not each.active:
            mark, tone = "○", "$trd-quiet"
        body = each.variants[0].body if each.variants else each.body
        text = " ".join(body.split()) or "(no text)"
        several = f"[{len(each.variants)} variants] " if each.variants else ""
        return Content.assemble(
            (f"{mark} ", tone), (f"#{place:<2} day {each.day or '?':<3} ", "bold"),
            (several + text, "" if each.active else "$trd-quiet"),
        )  # fmt: skip

    def _fill(self) -> None:
        """Put the touch under the cursor into the editor."""
        touch = self.touch
        area, day = self.query_one("#touch-text", TextArea), self.query_one("#touch-day", Line)
        area.read_only = touch is None or bool(touch.variants)
        day.disabled = touch is None
        self._filling = True
        day.put("" if touch is None else touch.day)
        body = "" if touch is None else touch.variants[0].body if touch.variants else touch.body
        if area.text != body:
            at = area.cursor_location
            with self.prevent(TextArea.Changed):
                area.load_text(body)
            if area.has_focus:  # somebody else's text under one's cursor, which stays
                area.move_cursor(at)
        self._filling = False
        self._say_state()

    def _say_state(self) -> None:
        touch = self.touch
        if touch is None:
            said = Content.styled("a adds a touch, t takes a whole set", "$warning")
        elif touch.variants:
            said = Content.styled(
                f"{len(touch.variants)} variants: they are edited on the campaign's Touches page", "$trd-info"
            )
        elif touch.active:
            place = order_of_days(self.touches).index(self.at) + 1
            then = "day 1 is when they join" if place == self.at + 1 else f"will stand as touch {place}"
            said = Content.assemble(("● in use", "$success"), (f"  {then}", "$trd-quiet"))
        else:
            said = Content.styled("○ passed over; space in the list sends it", "$warning")
        self.query_one("#touch-state", Static).update(said)

    def _read(self) -> None:
        self.launch(self._texts, group="texts")

    async def _texts(self) -> None:
        sheet, at = self.sheet, self.at
        found = await self.asked.texts(sheet, at, self.person)
        if sheet != self.sheet or at != self.at or not self.steps.is_open:
            return
        self.texts = found
        self._say_reading()
        self._list()

    def _say_reading(self) -> None:
        found = self.texts
        size, preview = self.query_one("#touch-size", Static), self.query_one("#touch-preview", Static)
        lint = self.query_one("#touch-lint", Static)
        place = self.at + 1
        wrong = [
            Content.styled(f"✗ {self._of(fault)}{fault.message}", "$error")
            for fault in self.steps.faults
            if fault.step == TOUCHES
            and fault.field != "values"
            and not self._elsewhere(fault, place)
            and not (found and found.text and fault.message == found.text.problem)  # said already
        ]
        if found is None or found.text is None:
            size.update("")
            preview.update("")
            lint.update(Content("\n").join(wrong))
            return
        text = found.text
        size.update(Content("") if text.size is None else size_content(text.size))
        as_whom = Content.styled(
            f"As {text.who}{'  ] reads as the next' if text.people > 1 else ''}", "$trd-quiet"
        )
        said = Content(text.body) if not text.problem else Content.styled(f"✗ {text.problem}", "$error")
        preview.update(Content.assemble(as_whom, "\n", said, "\n"))
        lint.update(
            Content("\n").join(wrong)
            if wrong or text.problem
            else findings_content(found.findings, place, words=IN_STEPS)
        )

    @staticmethod
    def _of(fault: Fault) -> str:
        return "Day: " if fault.field.endswith(".day") else ""

    @staticmethod
    def _elsewhere(fault: Fault, place: int) -> bool:
        return fault.field.startswith("touch[") and not fault.field.startswith(f"touch[{place}]")

    def refocus(self) -> None:
        """A menu over it was answered."""
        self.steps.set_focus(self.steps.news.focused or self.query_one("#touch-list"))

    def drawn(self) -> None:
        """Other faults."""
        self._list()
        self._say_reading()

    def to_fault(self, fault: Fault) -> None:
        """To the touch that is wrong."""
        super().to_fault(fault)
        if fault.field.startswith("touch["):
            self.at = int(fault.field[6:].partition("]")[0]) - 1
            self._list()
            self._fill()
            self._read()
            self.query_one("#touch-day" if fault.field.endswith(".day") else "#touch-text").focus()
            self.notify(fault.message, title=f"Touch {self.at + 1}", severity="warning")

    # Typing

    def input_typed(self, line: Input, value: str) -> None:
        """A day, or the own values."""
        if line.id != "touch-day":
            super().input_typed(line, value)
            self._read()
        elif (touch := self.touch) is not None and not self._filling:
            self._replace(replace(touch, day=value))

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """The day is left: the touch goes to its place among the others, and the cursor with it."""
        if event.input.id == "touch-day":
            event.stop()
            self.settle()

    async def save(self) -> bool:
        """Store them in their order, and show them so: ctrl+s leaves no field."""
        self.settle()
        return await super().save()

    def settle(self) -> None:
        """The touches to their places; the cursor stays on its own."""
        order = order_of_days(self.touches)
        if order != tuple(range(len(order))):
            touch = self.touch
            self.at = order.index(self.at)
            self._set(tuple(self.touches[place] for place in order))
            self._fill()
            if touch is not None:
                self.notify(f"It stands by its day, as touch {self.at + 1}.", title=f"Day {touch.day}")

    def entered_in(self, line: Input) -> None:
        """Enter goes on from the day to the text."""
        self.query_one("#touch-text" if line.id == "touch-day" else "#touch-list").focus()

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """A text."""
        event.stop()
        touch = self.touch
        if touch is not None and not self._filling and not touch.variants:
            self._replace(replace(touch, body=event.text_area.text))

    def _replace(self, touch: TypedTouch) -> None:
        if touch != self.touches[self.at]:
            self._set((*self.touches[: self.at], touch, *self.touches[self.at + 1 :]))

    def _set(self, touches: tuple[TypedTouch, ...]) -> None:
        if self._replaced is not None and touches != self._replaced[1]:
            self.steps.trd.undo_changed()  # a set that is written in is not given back for the one before
        self.steps.typed(touches=touches)
        self._list()
        self._say_state()
        self._read()

    # The list

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Another touch is under the cursor."""
        if event.option_list.id == "touch-list" and event.option_index != self.at:
            event.stop()
            self.at = event.option_index
            self._fill()
            self._read()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter writes the text."""
        if event.option_list.id == "touch-list":
            event.stop()
            self.query_one("#touch-text").focus()

    def left(self) -> bool:
        """A text is left for its list."""
        if isinstance(self.screen.focused, TextArea) or getattr(self.screen.focused, "id", "") == "touch-day":
            self.query_one("#touch-list").focus()
            return True
        return False

    def add(self) -> None:
        """One more behind the last, two days later."""
        days = [int(each.day) for each in self.touches if each.day.isdigit()]
        self.at = len(self.touches)
        self._set((*self.touches, TypedTouch(str(max(days) + 2 if days else 1), "")))
        self._fill()
        self.query_one("#touch-text").focus()

    def remove_touch(self) -> None:
        """This one out; it can be brought back as long as one is in the steps."""
        if (touch := self.touch) is not None:
            gone = self.at
            self.steps.trd.undo_changed()
            self._gone.append((gone, touch))
            self._replaced = None
            self._set((*self.touches[:gone], *self.touches[gone + 1 :]))
            self._fill()
            said = f"z brings it back · {_beginning(touch)}"
            self.steps.trd.notify(said, title=f"Took out touch {gone + 1}", names_undo=True)

    def bring_back(self) -> None:
        """The touch that was taken out last, or the touches that a set has replaced."""
        self.steps.trd.undo_changed()
        if self._replaced is not None and self._replaced[1] == self.touches:
            before, self._replaced = self._replaced[0], None
            self.at = 0
            self._set(before)
        elif self._gone:
            place, touch = self._gone.pop()
            self.at = min(place, len(self.touches))
            self._set((*self.touches[: self.at], touch, *self.touches[self.at :]))
        else:
            self.notify("No touch was taken out here that could come back.", severity="warning")
            return
        self._fill()

    def switch(self) -> None:
        """Send it, or pass it over."""
        if (touch := self.touch) is not None:
            self._replace(replace(touch, active=not touch.active))

    def next_reader(self) -> None:
        """As another contact."""
        self.person += 1
        self._read()

    # Whole sets

    def choose_set(self) -> None:
        """The menu of sets."""
        self.launch(self._offer, group="sets")

    async def _offer(self) -> None:
        others = (await self.asked.campaigns(self.sheet.campaign_id))[: len(_LETTERS)]
        choices = (
            Choice(HOUSE, "h", "The nine touches of the house"),
            Choice(NONE, "n", "None: begin empty"),
            *(Choice(id_, _LETTERS[at], f"As in {name}") for at, (id_, name, _) in enumerate(others)),
        )
        region = self.query_one("#touch-list").region
        self.steps.menu().open("In place of these touches", choices, x=region.x + 3, y=region.y + 1)

    def chosen(self, name: str | None) -> None:
        """A set was chosen."""
        self.query_one("#touch-list").focus()
        if name is not None:
            self.launch(partial(self._take, name), group="sets")

    async def _take(self, name: str) -> None:
        found = () if name == NONE else await self.asked.touches("" if name == HOUSE else name)
        if self.touches and tuple(found) != self.touches:
            self._replaced = (self.touches, tuple(found))
            self.steps.trd.undo_changed()
            said = "z brings back those that were there."
            self.steps.trd.notify(said, title="Other touches", names_undo=True)
        self.at = 0
        if name == HOUSE and not self.sheet.values.strip():
            self.steps.typed(values=HOUSE_VALUES)
            self.query_one("#values", Line).put(HOUSE_VALUES)
        self._set(found)
        self._fill()


def _beginning(touch: TypedTouch) -> str:
    """The first words of a touch, by which one knows it again."""
    body = " ".join((touch.variants[0].body if touch.variants else touch.body).split())
    return (body if len(body) <= 40 else f"{body[:39].rstrip()}…") or "it had no text"
