"""The list of touches: what each says in a line, whether it is right, and which one is under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from trd_tui.domain.sheet import TypedTouch
from trd_tui.tui.new_campaign.pane import Pane
from trd_tui.tui.rows import Rows
from trd_tui.tui.touches.reading import MARKS

if TYPE_CHECKING:
    from trd_tui.tui.desk.new_campaign import Texts
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen


class TouchesList(Pane):
    """The list."""

    def __init__(self, steps: NewCampaignScreen) -> None:
        super().__init__(steps)
        self.at = 0
        self.texts: Texts | None = None

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
