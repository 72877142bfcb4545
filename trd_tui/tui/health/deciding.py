"""What a person does on the screen of health: deciding about held messages, and checking the database."""

from __future__ import annotations

import time
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Literal

from trd_tui.domain.sentences import begun, closed
from trd_tui.tui import format as show
from trd_tui.tui.actions.table import HEALTH
from trd_tui.tui.acts import Done
from trd_tui.tui.health.questions import ask_held, decides
from trd_tui.tui.long_act import LongAct
from trd_tui.tui.tabbed import TabbedScreen
from trd_tui.tui.table.window_table import WindowTable
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from trd_tui.services.health_views import Stuck
    from trd_tui.tui.desk import Desk

MOST = 1_000
"""Messages that are marked at once."""

_HELD = frozenset(
    {"held_mark", "held_mark_all", "held_unmark", "held_release", "held_give_up", "held_campaign"}
)

_NOT_CHECKED = "not checked since this app began; v verifies it"


class HeldActs(TabbedScreen):
    """A screen with the list of what stands still."""

    def __init__(self) -> None:
        super().__init__()
        self.checked = _NOT_CHECKED
        self._chosen: dict[int, Stuck] = {}

    def said_anew(self) -> None:
        """What is known of the integrity has changed."""

    async def read_stuck(self, offset: int, limit: int) -> tuple[Sequence[Stuck], int]:
        """A page of what stands still."""
        page = await self.ready.health.stuck(offset, limit)
        return page.rows, page.total

    async def stuck_place(self, message_id: int) -> int | None:
        """Where a message is, as far as it has not moved away from the cursor."""
        table = self.table
        rows, _total = await self.read_stuck(max(0, table.cursor - 50), 100)
        for place, row in enumerate(rows, max(0, table.cursor - 50)):
            if row.id == message_id:
                return place
        return None

    def fits(self, action: str) -> bool:
        """Marks and decisions are about held messages."""
        if action in _HELD:
            return self.page == "held" and self.table.row is not None
        return action != "search"

    # Marks

    def action_held_mark(self) -> None:
        """Mark the message under the cursor."""
        row = self.table.aimed_at("message") if self.page == "held" else None
        if row is not None:
            self._chosen[row.id] = row
            self.table.toggle_mark()

    def action_held_mark_all(self) -> None:
        """Mark all that are held."""
        if self.page == "held":
            self.launch(self._mark_all, group="mark-all")

    async def _mark_all(self) -> None:
        rows, _total = await self.read_stuck(0, MOST)
        self._chosen = {row.id: row for row in rows if row.state == "held"}
        self.table.set_marks(list(self._chosen))

    def action_held_unmark(self) -> None:
        """Take all marks away."""
        self.table.set_marks([])

    def on_window_table_marks_changed(self, _event: WindowTable.MarksChanged) -> None:
        """The hints count the marks."""
        self.say_hints()

    def word_of(self, action: str) -> str:
        """The acts say how many they are about."""
        marks = len(self.table.marks)
        if marks and action in ("held_release", "held_give_up"):
            return f"{'release' if action == 'held_release' else 'give up'} {marks:,}"
        return ""

    # Deciding

    def action_held_release(self) -> None:
        """Send what is held."""
        self._decide("send")

    def action_held_give_up(self) -> None:
        """Skip what is held."""
        self._decide("skip")

    def _decide(self, decision: Literal["send", "skip"]) -> None:
        table = self.table
        if self.page != "held":
            return
        chosen = [self._chosen[mark] for mark in table.marks if mark in self._chosen]
        rows = chosen or [row for row in (table.aimed_at("message"),) if row is not None]
        if not rows:
            return
        held = [row for row in rows if row.state == "held"]
        if not held:
            self.app.notify(
                "Nobody knows yet whether it was sent: the scheduler looks for it at the carrier, and holds"
                " it for you when it is not found.",
                severity="warning",
            )
            return
        self.trd.begin_question(self.trd, partial(self._ask, decision, held), group="acts")

    async def _ask(self, decision: Literal["send", "skip"], held: Sequence[Stuck]) -> None:
        from trd_tui.services.stuck import DECIDED_AT

        app = self.trd
        if app.acting:
            return
        count, send, desk = show.plural(len(held), "held message"), decision == "send", self.ready
        releases = await desk.health.releases(held) if send else ()
        asked = ask_held(decision, held, releases, now=desk.now(), zone=desk.zone)
        if not await app.push_screen_wait(asked):
            return
        at = desk.now()
        app.acting = True
        try:
            results = await desk.health.decide(decision, held)
        finally:
            app.acting = False
        done_ones = [result for result in results if result.ok]
        undone = ""
        if done_ones and send and decides(held):
            [row], undone = held, " z takes it back until a text goes."
            back = partial(self._doubt_again, desk, row, at)
            app.did(Done(f"the release of the message to {row.name or row.number}", back, "", HEALTH))
        elif done_ones:
            done, then = ("release", "pause their campaign to stop what waits") if send else (
                "giving up", "the next touches come on their dates")  # fmt: skip
            app.did_for_good(f"the {done} of {count}", f"The {done} of {count} stays; {then}.")
        for result in done_ones[:3]:
            app.notify(f"{result.message}{undone}", title=result.name, names_undo=bool(undone))
        for result in [r for r in results if not r.ok][:3]:
            decided = result.figures.get(DECIDED_AT)
            if decided is None:
                app.notify(closed(begun(result.message)), title=result.name, severity="warning")
            else:  # somebody was quicker
                who = next((row.name for row in held if row.number == result.name), "") or result.name
                said = f"{who}: {result.message}, {show.when(int(decided), desk.now(), desk.zone)}."
                app.notify(said, title="Already decided", severity="warning", timeout=10)
        if self.is_running:
            self.table.set_marks([])
            self._chosen = {}
            self.read_again()

    async def _doubt_again(self, desk: Desk, row: Stuck, at: int) -> None:
        """Take a release back that was the decision about what a contact wrote: the inbox's undo."""
        from trd_tui.services.inbox_acts import Cleared
        from trd_tui.tui.undoing import further

        await desk.inbox.doubt_again(Cleared(row.number, (row.campaign,), (), row.doubt or "", at))
        app, who = self.trd, row.name or row.number
        said = f"{who} perhaps has opted out again: it is held.{further(app)}"
        app.notify(said, title="Taken back", names_undo=app.can_undo)
        if self.is_running:
            self.read_again()

    # Verifying

    def action_verify(self) -> None:
        """Recompute and check everything, in a worker of the app: it goes on when this screen is left."""
        begin(self.trd, self._verify, group="acts")

    async def _verify(self) -> None:
        app = self.trd
        if app.acting:
            app.notify("The last act is still under way; esc calls it off.", severity="warning")
            return
        from trd_tui.services.views import ActCancelledError

        app.acting = True
        app.long_act = LongAct("Verifying", "checks", lambda: app.call_later(app.say_progress))
        try:
            wrong = await self.ready.health.verify(app.long_act.report)
        except ActCancelledError:
            app.notify("The check was called off; what it had found is not told.", severity="warning")
            return
        finally:
            app.acting, app.long_act = False, None
            app.say_progress()
        at = time.strftime("%H:%M", time.localtime())
        if wrong:
            first = f"{show.plural(len(wrong), 'difference')} between rows and rules; ! stops sending"
            self.checked = f"✗ {at}: {first}: {wrong[0]}"
            app.notify(wrong[0], title=f"{first}", severity="error", timeout=15)
        else:
            self.checked = f"✔ {at}: every counter and every rule holds"
            app.notify("Every counter and every rule holds.", title="Verified")
        if self.is_running:
            self.said_anew()
