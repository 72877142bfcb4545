"""The touch under the cursor: its day and text, its size, how somebody reads it, what the lint says."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static, TextArea

from trd_tui.domain.sheet import TOUCHES, Fault, order_of_days
from trd_tui.tui.new_campaign.field import Line
from trd_tui.tui.new_campaign.touches.list import TouchesList
from trd_tui.tui.touches.reading import IN_STEPS, findings_content, size_content


class TouchesEditor(TouchesList):
    """The editor beside the list."""

    person = 0
    """As whom it is read: a place among the first contacts."""

    _filling = False
    """Whether the program types, and not a person."""

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

    # Reading

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

    def next_reader(self) -> None:
        """As another contact."""
        self.person += 1
        self._read()
