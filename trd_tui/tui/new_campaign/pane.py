"""What the panes of all steps have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Input

from trd_tui.tui.long_act import SHOWN_AFTER, LongAct
from trd_tui.tui.new_campaign.field import Days, Field, Line, Pick
from trd_tui.tui.work import Work, begin

if TYPE_CHECKING:
    from trd_tui.domain.sheet import Fault, Sheet
    from trd_tui.tui.desk.new_campaign import StepsDesk
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen


class Pane(Vertical):
    """One step. It shows the sheet of its screen, and tells the screen what is typed."""

    STEP: ClassVar = 0
    SAVES: ClassVar = "save, next"
    """What ctrl+s does here, in a word or two."""

    whole = False
    """Whether everything in it is there."""

    own: LongAct | None = None
    """Something long that changes nothing, so that acts need not wait for it."""

    def __init__(self, steps: NewCampaignScreen) -> None:
        super().__init__()
        self.steps = steps  # long work outlives the pane, which then has no screen any more

    @property
    def asked(self) -> StepsDesk:
        """What answers."""
        return self.steps.ready.new_campaign

    @property
    def sheet(self) -> Sheet:
        """What is typed."""
        return self.steps.sheet

    def put(self, sheet: Sheet) -> None:
        """Show what was typed before."""
        for field in self.query(Field):
            value = getattr(sheet, field.key, None)
            if value is not None and isinstance(field.control, Line | Pick | Days):
                field.control.put(value)

    def blame(self, faults: Sequence[Fault]) -> None:
        """Show what is wrong, beside what it is about."""
        mine = {fault.field: fault.message for fault in reversed(faults) if fault.step == self.STEP}
        for field in self.query(Field):
            typed = field.key in self.steps.touched or bool(str(getattr(self.sheet, field.key, "")))
            shown = typed or self.steps.was_seen(self.STEP)  # nobody is blamed for what is yet to be typed
            field.blame(mine.get(field.key, "") if shown else "")

    def entered(self) -> None:
        """The step is in front: put the cursor to its first field, and read what it shows."""
        for field in self.query(Field):
            field.control.focus()
            return

    def to_fault(self, fault: Fault) -> None:
        """Put the cursor to what is wrong."""
        for field in self.query(Field):
            if field.key == fault.field:
                field.control.focus()

    def heard(self) -> None:
        """Somebody has changed the draft, or who is in it."""

    def outdated(self) -> bool:
        """Whether what it shows is not of the draft as it is now."""
        return False

    def refocus(self) -> None:
        """A menu over it was answered."""
        self.steps.set_focus(self.steps.news.focused or self.query_one(Field).control)

    def left(self) -> bool:
        """Something inside is left before the step is; answers whether there was anything."""
        return False

    async def save(self) -> bool:
        """Store the step; answers whether to go on to the next one."""
        return await self.steps.store()

    def drawn(self) -> None:
        """Another size, or other figures."""

    # Typing. Textual calls a message's method of every class of the family, so only this one has them.

    def on_input_changed(self, event: Input.Changed) -> None:
        """Something was typed."""
        event.stop()
        self.input_typed(event.input, event.value)

    def on_pick_picked(self, event: Pick.Picked) -> None:
        """Another one was chosen."""
        event.stop()
        self.picked(event.pick, event.value)

    def on_days_changed(self, event: Days.Changed) -> None:
        """Other days were chosen."""
        event.stop()
        self.steps.typed(days=event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        event.stop()
        self.entered_in(event.input)

    def input_typed(self, line: Input, value: str) -> None:
        """Something was typed into a line."""
        self._typed(line, value)

    def picked(self, pick: Pick, value: str) -> None:
        """Another one of a few was chosen."""
        self._typed(pick, value)

    def entered_in(self, line: Input) -> None:
        """Enter goes on."""
        self.screen.focus_next()

    def _typed(self, control: Widget, value: str) -> None:
        for parent in control.ancestors:
            if isinstance(parent, Field):
                self.steps.typed(**{parent.key: value})
                return

    # Long work that changes nothing

    def watch_own(self, doing: str, unit: str, said: Callable[[], object]) -> LongAct:
        """Begin something long; ``said`` shows how far it is, as long as the steps are there."""
        app, steps = self.app, self.steps

        def say() -> None:
            if steps.is_open:
                said()

        self.own = LongAct(doing, unit, lambda: app.call_later(say))
        self.set_timer(2 * SHOWN_AFTER, say)
        return self.own

    def on_unmount(self) -> None:
        """Nobody is there any more to whom it would be told."""
        if self.own is not None:
            self.own.cancel()

    def launch(self, work: Work, *, group: str) -> None:
        """Run in a worker; a newer one of the same group takes its place."""
        begin(self, work, group=group, exclusive=True)
