"""The emergency stop: set at once and without a question, released after one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk import Desk

STOPPED = "■ Emergency stop"
"""The title of what is told of the stop; its release takes the toast back."""


class EmergencyStop:
    """The stop, as this app knows it."""

    def __init__(self, app: TrdApp) -> None:
        self._app = app
        self.known = False
        """Whether it was set here, or read to be set."""
        self._under_way = False

    @property
    def is_set(self) -> bool:
        """Whether it is set, here or anywhere."""
        desk = self._app.desk
        return self.known or (desk is not None and desk.engine().stopped)

    def press(self) -> None:
        """Stop at once, without a question; when it is set, ask whether to release it."""
        app, desk = self._app, self._app.desk
        if desk is None:
            app.notify(
                "The product is still opening; nothing is being sent by this process yet.", severity="warning"
            )
        elif self.is_set:
            app.begin_question(app, partial(self._ask_release, desk), group="release", exclusive=True)
        else:
            desk.stop_now()  # in memory first: the flag is read before every call to the carrier
            self.known = self._under_way = True
            app.did_for_good("the emergency stop", "The emergency stop stays; ! asks for its release.")
            app.tick()
            begin(app, partial(self._everywhere, desk), group="stop")

    async def _everywhere(self, desk: Desk) -> None:
        try:
            await desk.stop_everywhere()
        finally:
            self._under_way = False
        self._app.notify(
            "Nothing is sent any more, in no process. Your own answers still go. ! releases it.",
            title=STOPPED, severity="error", timeout=10,
        )  # fmt: skip
        self._app.read_again()

    async def _ask_release(self, desk: Desk) -> None:
        from trd_tui.tui.dialogs import Confirm

        app, being_set = self._app, self._under_way
        overview = await desk.overview()
        if not (being_set or overview.stopped or desk.engine().stopped):  # of that only the home hears
            self.known = False
            app.take_back(STOPPED)
            app.notify("Sending goes on already: somebody else has released the stop.", title="● Released")
            app.read_again()
            return
        waiting = overview.active_waiting
        by = f" by {overview.stopped_by}" if overview.stopped_by else ""
        why = f": {overview.stop_reason.rstrip('.')}" if overview.stop_reason else ""
        sentence = (
            f"Sending was stopped{by}{why}. Released, the active campaigns go on: "
            f"{show.plural(waiting, 'message')} {'waits' if waiting == 1 else 'wait'}, those that are due go"
            " at once."
        )
        question = Confirm("Release the emergency stop?", sentence, "Release", danger=True)
        if await app.push_screen_wait(question):
            await desk.release()
            self.known = False
            app.did_for_good("the release of the stop", "Sending goes on; ! stops it again.")
            app.take_back(STOPPED)
            app.notify("Sending goes on.", title="● Released")
            app.read_again()
