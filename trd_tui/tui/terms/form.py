"""The fields of a campaign that was started, and below them what cannot be changed here, and why."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widget import Widget
from textual.widgets import OptionList, Static

from trd_tui.domain.money import format_usd
from trd_tui.tui.new_campaign.field import Field
from trd_tui.tui.new_campaign.form import Form
from trd_tui.tui.new_campaign.schedule import explain_policy, schedule_fields
from trd_tui.tui.new_campaign.sender import sender_fields, show_senders, take_sender
from trd_tui.tui.terms.lines import BUDGET, FIXED, fixed_values, theirs_line

if TYPE_CHECKING:
    from trd_tui.services.new_campaign import KnownSender
    from trd_tui.services.term_views import Terms
    from trd_tui.tui.desk import Desk


class Tell(Protocol):
    """Told what is typed, by field."""

    def __call__(self, **changes: str) -> None:
        """Something was typed."""


class TermsForm(Form):
    """The fields of the steps that are asked again, the limits first.

    Args:
        tell: told what is typed.
    """

    def __init__(self, tell: Tell) -> None:
        super().__init__()
        self._tell = tell

    def compose(self) -> ComposeResult:
        """Three groups of fields."""
        with VerticalScroll(classes="fields", can_focus=False):
            yield Static("Schedule and limits", classes="heading -first")
            yield from schedule_fields()
            yield Static("Name and sender", classes="heading")
            yield from sender_fields()
            yield Static("Not changed here", classes="heading")
            for key, label, note in FIXED:
                yield Field(key, label, Static("", classes="fixed", markup=False), note=note)

    def typed(self, **changes: str) -> None:
        """Tell the screen."""
        self._tell(**changes)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter takes the sender."""
        event.stop()
        take_sender(self, str(event.option_id))

    def show_senders(self, found: Sequence[KnownSender], chosen: str, *, simulated: bool) -> None:
        """Who can send."""
        show_senders(self, found, chosen, simulated=simulated)

    def first(self, found: Terms) -> Widget:
        """The field that one is here for."""
        key = BUDGET if found.used_up else "days"
        return self.query_one(f"#field-{key}", Field).control

    def say(self, found: Terms, desk: Desk) -> None:
        """What is wrong, what others have changed, and what the campaign has come to."""
        wrong = {fault.field: fault.message for fault in reversed(found.faults)}
        wrong |= {change.part: theirs_line(change, found, desk) for change in found.crossed}
        for field in self.query(Field):
            field.blame(wrong.get(field.key, ""))
        explain_policy(self, found.sheet)
        spent = f"{format_usd(found.spent_micros)} spent or promised so far; it pauses before it is passed"
        self.query_one(f"#field-{BUDGET}", Field).explain(spent)
        for key, value in fixed_values(found, desk).items():
            self.query_one(f"#field-{key}", Field).query_one(".fixed", Static).update(value)
