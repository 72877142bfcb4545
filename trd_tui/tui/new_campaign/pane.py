"""What the panes of all steps have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from trd_tui.tui.long_act import SHOWN_AFTER, LongAct
from trd_tui.tui.new_campaign.field import Field
from trd_tui.tui.new_campaign.form import Form
from trd_tui.tui.work import Work, begin

if TYPE_CHECKING:
    from trd_tui.domain.sheet import Fault, Sheet
    from trd_tui.tui.desk.new_campaign import StepsDesk
    from trd_tui.tui.new_campaign.screen import NewCampaignScreen


class Pane(Form):
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

    def typed(self, **changes: str) -> None:
        """Tell the screen."""
        self.steps.typed(**changes)

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
        self.to_field(fault.field)

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

    def settle(self) -> None:
        """The step is left: what its keys would still move, stands where it belongs."""

    async def save(self) -> bool:
        """Store the step; answers whether to go on to the next one."""
        return await self.steps.store()

    def drawn(self) -> None:
        """Another size, or other figures."""

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
