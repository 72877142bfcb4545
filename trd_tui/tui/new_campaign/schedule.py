"""Step 4: when texts may go, how many, and what they may cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from trd_tui.domain.policies import POLICY_WORDS, RESUME_POLICIES
from trd_tui.domain.sheet import SCHEDULE
from trd_tui.tui.new_campaign.field import Days, Field, Line, Pick
from trd_tui.tui.new_campaign.form import Form
from trd_tui.tui.new_campaign.pane import Pane

if TYPE_CHECKING:
    from trd_tui.domain.sheet import Sheet

_PRIORITIES = (("1", "1 first"), ("2", "2"), ("3", "3 usual"), ("4", "4"), ("5", "5 last"))
_POLICIES = [(each, each.replace("_", " ")) for each in RESUME_POLICIES]

_NO_LIMIT = "no limit"
_LINES = (
    ("opens", "Window from", "", "on the contact's clock; the law's quiet hours hold besides"),
    ("closes", "Window to", "", "from here on texts wait until it opens again"),
    ("send_time", "Send time", "", "when a touch is due on its day; moved into the window"),
    ("timezone", "Time zone", "", "of contacts whose own is not known; its days count"),
    ("daily_cap", "Texts a day", _NO_LIMIT, "at most so many; the rest goes on the next day"),
    ("budget_usd", "Budget in $", _NO_LIMIT, "for all of it; the campaign pauses before it is passed"),
    ("daily_budget_usd", "Budget a day $", _NO_LIMIT, "when it is used up, texts wait for the next day"),
)
"""Key, label, what stands in an empty one, and what it means."""


def schedule_fields() -> Iterator[Field]:
    """The fields, in their order."""
    lines = [Field(key, label, Line(key, empty), note=note) for key, label, empty, note in _LINES]
    yield Field("days", "Days", Days(id="days"), note="space chooses; nothing goes on other days")
    yield from lines[:4]
    yield Field("resume_policy", "After a pause", Pick(_POLICIES, id="policy"), note="")
    yield from lines[4:]
    yield Field(
        "priority", "Priority", Pick(_PRIORITIES, id="priority"),
        note="who is served first when several campaigns share a sender",
    )  # fmt: skip


def explain_policy(form: Form, sheet: Sheet) -> None:
    """The policy is explained by what it does."""
    form.query_one("#field-resume_policy", Field).explain(POLICY_WORDS.get(sheet.resume_policy, ""))


class SchedulePane(Pane):
    """The step."""

    STEP: ClassVar = SCHEDULE

    def compose(self) -> ComposeResult:
        """The fields."""
        with VerticalScroll(classes="fields", can_focus=False):
            yield from schedule_fields()

    def drawn(self) -> None:
        """Another policy may be chosen."""
        explain_policy(self, self.sheet)
