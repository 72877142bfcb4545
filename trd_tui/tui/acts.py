"""Acts on campaigns, the same on every screen: preview, question, doing, toasts, undo."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from textual.screen import Screen

from trd_tui.tui import format as show
from trd_tui.tui.work import Work, begin

if TYPE_CHECKING:
    from trd_tui.services.views import ActResult, CampaignRow
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk import Desk
    from trd_tui.tui.menu import Menu

_DONE = {
    "start": "Started",
    "pause": "Paused",
    "resume": "Resumed",
    "duplicate": "Duplicated",
    "archive": "Archived",
    "delete": "Deleted",
}

UNDOABLE = frozenset({"start", "pause", "resume", "delete", "duplicate"})
"""Acts that can be taken back. What has been sent, and an archive, cannot."""


class Done(NamedTuple):
    """The last act, kept for ``z``."""

    act: str
    results: tuple[ActResult, ...]


class ActingScreen(Screen[None]):
    """A screen on which campaigns are acted upon. Everything that waits, waits in a worker."""

    name_in_table = ""
    """Which screen this is, in the table of actions."""

    @property
    def trd(self) -> TrdApp:
        """The app, by its own type."""
        from trd_tui.tui.app import TrdApp

        if not isinstance(self.app, TrdApp):
            raise TypeError("this screen belongs to TRD's own app")
        return self.app

    @property
    def desk(self) -> Desk | None:
        """The desk, once it is open."""
        return self.trd.desk

    @property
    def ready(self) -> Desk:
        """The desk, where it is known to be open.

        Raises:
            RuntimeError: it is not.
        """
        desk = self.trd.desk
        if desk is None:
            raise RuntimeError("The product is still opening; try again in a moment.")
        return desk

    # What a screen says of itself

    def targets(self) -> Sequence[str]:
        """Ids that an act is about: the marks, else the row under the cursor."""
        return ()

    def in_view(self) -> Collection[str]:
        """Ids that can be seen now."""
        return ()

    def current(self) -> CampaignRow | None:
        """The campaign under the cursor."""
        return None

    def acted(self, act: str, results: Sequence[ActResult]) -> None:
        """An act is over: read again, take marks away."""

    def live(self) -> None:
        """Something changed in the database."""

    def tick(self) -> None:
        """Time has passed, or the scheduler does something else."""

    def menu(self) -> Menu:
        """The menu on its layer, mounted when it is first wanted."""
        from trd_tui.tui.menu import Menu

        for found in self.query(Menu):
            return found
        made = Menu(id="menu")
        self.mount(made)
        return made

    # Acting

    def launch(self, work: Work, *, group: str = "acts", exclusive: bool = False) -> None:
        """Run in a worker; a fault becomes a toast."""
        begin(self, work, group=group, exclusive=exclusive)

    async def perform(self, act: str, ids: Sequence[str]) -> None:
        """Preview, ask, do and tell."""
        desk, app = self.desk, self.trd
        if desk is None or not ids or app.acting:
            if app.progress_text:
                app.notify("The last act is still under way.", severity="warning")
            return
        app.acting = True
        try:
            await self._perform(desk, act, ids)
        finally:
            app.acting = False
            app.progress_over()

    async def _perform(self, desk: Desk, act: str, ids: Sequence[str]) -> None:
        from trd_tui.tui.dialogs import AskName, question

        preview = await desk.preview(act, ids)
        if preview.campaigns == 0:
            reason = preview.refused[0].message if preview.refused else preview.sentence
            self.app.notify(reason, severity="warning", markup=False)
            return
        name: str | None = None
        if act == "duplicate" and len(ids) == 1:
            row = self.current()
            suggestion = f"{row.name} (copy)" if row is not None and row.id == ids[0] else ""
            name = await self.app.push_screen_wait(
                AskName("Duplicate?", preview.sentence, suggestion, "duplicate")
            )
            if name is None:
                return
        else:
            seen = self.in_view()
            hidden = sum(1 for campaign in ids if campaign not in seen) if len(ids) > 1 else 0
            if not await self.app.push_screen_wait(question(preview, hidden=hidden)):
                return
        results = await desk.act(act, ids, name=name, progress=self.trd.progress_of(act))
        if act in UNDOABLE and any(result.ok for result in results):
            self.trd.last_done = Done(act, tuple(result for result in results if result.ok))
        self.tell(_DONE[act], results, undo=act in UNDOABLE)
        self.acted(act, results)

    def tell(self, done: str, results: Sequence[ActResult], *, undo: bool = False) -> None:
        """Toasts: what was done, and what was refused and why."""
        good = [result for result in results if result.ok]
        bad = [result for result in results if not result.ok]
        if len(good) == 1:
            self.app.notify(
                good[0].message,
                title=f"{done} {good[0].name}" + (" · z undoes" if undo else ""),
                markup=False,
            )
        elif good:
            self.app.notify(
                f"{done} {show.plural(len(good), 'campaign')}." + (" z undoes it." if undo else ""),
                markup=False,
            )
        for result in bad[:3]:
            self.app.notify(result.message, title=result.name, severity="warning", markup=False)
        if len(bad) > 3:
            self.app.notify(f"{len(bad) - 3:,} more were refused.", severity="warning", markup=False)

    def _act_of(self, act: str) -> str:
        row = self.current()
        ids = self.targets()
        alone = row is not None and list(ids) == [row.id]
        return "start" if act == "resume" and alone and row is not None and row.status == "draft" else act

    def action_pause(self) -> None:
        """Pause."""
        self.launch(partial(self.perform, "pause", self.targets()))

    def action_resume(self) -> None:
        """Resume; a draft is started."""
        self.launch(partial(self.perform, self._act_of("resume"), self.targets()))

    def action_duplicate(self) -> None:
        """Duplicate."""
        self.launch(partial(self.perform, "duplicate", self.targets()))

    def action_delete(self) -> None:
        """Delete."""
        self.launch(partial(self.perform, "delete", self.targets()))

    def action_archive(self) -> None:
        """Archive."""
        self.launch(partial(self.perform, "archive", self.targets()))

    def action_undo(self) -> None:
        """Take the last act back."""
        self.launch(self._undo)

    async def _undo(self) -> None:
        desk, done = self.desk, self.trd.last_done
        if desk is None:
            return
        if done is None:
            self.app.notify("There is nothing to undo.", severity="warning")
            return
        self.trd.last_done = None
        results = await desk.undo(done.act, done.results)
        self.tell("Undone for", results)
        self.acted("undo", results)

    # What every screen has

    def action_stop(self) -> None:
        """The emergency stop."""
        self.trd.emergency()

    def action_help(self) -> None:
        """Help for this screen."""
        from trd_tui.tui.help import HelpScreen

        self.app.push_screen(HelpScreen(self.name_in_table, self.trd.actions_here()))

    def action_palette(self) -> None:
        """Every command by name."""
        self.app.action_command_palette()

    def action_faster(self) -> None:
        """The demonstration clock runs twice as fast."""
        self.trd.change_speed(2.0)

    def action_slower(self) -> None:
        """The demonstration clock runs half as fast."""
        self.trd.change_speed(0.5)

    async def action_quit(self) -> None:
        """Leave."""
        await self.app.action_quit()
