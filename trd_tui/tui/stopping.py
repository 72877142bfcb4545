"""The emergency stop: set at once and without a question, released after one."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from trd_tui.domain.finding import told_once
from trd_tui.domain.sentences import closed, part
from trd_tui.tui import format as show
from trd_tui.tui.hindrance import ANSWERS_AGAIN, trouble_note
from trd_tui.tui.telling import TOLD_S
from trd_tui.tui.work import begin

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from trd_tui.services.views import Overview
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk import Desk
    from trd_tui.tui.dialogs import Confirm

SYSTEM = "system"
"""Whose acts are the machine's own."""

WORSE: tuple[SeverityLevel, SeverityLevel] = ("information", "warning")
"""How a release is told: as it should be, or with something else in the way."""

STOPPED = "■ Emergency stop"
"""The title of what is told of the stop; its release takes the toast back."""


RELEASED = "● Released"
"""The title of what is told of a release; the next stop takes the toast back."""

ASKED_S = 1.0
"""Seconds that a key waits for what the database says; then it stops, whatever that would have been."""


class EmergencyStop:
    """The stop. Whether it is set the database says; what this app does is ahead of that by one writing."""

    def __init__(self, app: TrdApp) -> None:
        self._app = app
        self._stored = False
        """What the database said when it was looked at last."""
        self._pulled = False
        """Set here, and not known to be in the database yet: this process alone stands still."""
        self._under_way = False
        self._looked = False
        self._stops = 0
        """How often it was set here."""
        self._order = asyncio.Lock()
        """What is written of it is written in the order of the keys."""
        self._question: Confirm | None = None
        """Whether to release it, until that is done; it closes when there is nothing to release any more."""

    @property
    def is_set(self) -> bool:
        """Whether it is set, here or anywhere."""
        return self._pulled or self._stored

    @property
    def _is_answered(self) -> bool:
        """The question of the release has its answer, and that is not done yet."""
        return self._question is not None and self._question not in self._app.screen_stack

    def look(self, desk: Desk, *, for_a_stop: bool = False) -> None:
        """Take over what the database said with its last token; every screen says what has changed.

        Args:
            desk: which asked for the token.
            for_a_stop: whoever looks sets the stop anew where it was released: that is told then.
        """
        before, stored = self.is_set, desk.stopped
        if self._looked and stored and not before:
            begin(self._app, partial(self._tell_of_others, desk), group="stop-told", exclusive=True)
        self._looked = True
        if stored:
            self._pulled = False  # the database knows: from now on its release counts, whoever's it is
        released, self._stored = self._stored and not stored, stored
        if released and not self.is_set:
            self._app.take_back(STOPPED)
            if self._close_question() and not for_a_stop:
                self._tell_released(desk, "The stop has been released")
        if before != self.is_set:
            self._app.tick()

    async def _tell_of_others(self, desk: Desk) -> None:
        """Somebody else, or the system itself, has set it: by whom, why, and what releases it."""
        overview = await desk.overview()
        if not overview.stopped:
            return  # it was released meanwhile
        for title in (RELEASED, ANSWERS_AGAIN):
            self._app.take_back(title)
        who = "The system" if overview.stopped_by == SYSTEM else overview.stopped_by or "Somebody"
        why = f": {part(told_once(overview.stop_reason))}" if overview.stop_reason else ""
        self._app.notify(
            f"{who} has stopped all sending{why}. Your own answers still go. ! asks for the release.",
            title=STOPPED, severity="error", timeout=TOLD_S,
        )  # fmt: skip

    def press(self, *, over_question: bool = False) -> None:
        """Stop at once, without a question; when it is set, ask whether to release it.

        Args:
            over_question: another question stands open: this one is asked elsewhere.
        """
        app, desk = self._app, self._app.desk
        if desk is None:
            app.notify(
                "The product is still opening; nothing is being sent by this process yet.", severity="warning"
            )
        elif not self.is_set or self._is_answered:
            self._stop(desk)  # also where the release was agreed to just now: the last key counts
        elif over_question or self._under_way:  # pressed twice to stop, not to be asked
            begin(app, partial(self._set_unless_stored, desk), group="stop")
        else:
            app.begin_question(app, partial(self._ask_release, desk), group="release", exclusive=True)

    def _as_it_is(self) -> str:
        """Why ``z`` leaves a stop or a release; somebody else may have undone either since."""
        if self.is_set:
            return "The emergency stop stays; ! asks for its release."
        return "Nothing is stopped now; ! stops everything."

    def _close_question(self) -> bool:
        """The stop that it is about is gone; whether it was open."""
        question = self._question
        if question is None or self._app.screen is not question:
            return False
        question.dismiss(False)
        return True

    def _stop(self, desk: Desk, *, again: str = "") -> None:
        self._close_question()
        self._app.take_back(RELEASED)
        desk.stop_now()  # in memory first: the flag is read before every call to the carrier
        self._pulled = self._under_way = True
        self._stops += 1
        app = self._app
        app.did_for_good("the emergency stop", self._as_it_is)
        app.tick()
        begin(app, partial(self._everywhere, desk, again), group="stop")

    async def _everywhere(self, desk: Desk, again: str) -> None:
        try:
            async with self._order:
                await desk.stop_everywhere()
            self._pulled, self._stored = False, True
        except Exception as error:
            self._app.notify(
                f"This process sends nothing any more; the others could not be told: {closed(str(error))}"
                " ! tries again.",
                title=STOPPED, severity="error", timeout=10,
            )  # fmt: skip
            return
        finally:
            self._under_way = False
        self._app.take_back(STOPPED)  # of one before
        self._app.notify(
            f"{again}Nothing is sent any more, in no process. Your own answers still go. ! releases it.",
            title=STOPPED, severity="error", timeout=10,
        )  # fmt: skip
        self._app.read_again()

    async def _set_unless_stored(self, desk: Desk) -> None:
        async with self._order:
            pass  # what an earlier key writes: somebody may have undone it since
        await self._is_stored(desk)

    async def _is_stored(self, desk: Desk) -> bool:
        """Whether it is set by what the database says now; where it is not, this key has set it.

        Who presses the key in an emergency presses it once: a stop too many is released again, a stop too
        few sends. So it is one wherever the database does not say at once that there is one already.
        """
        if self._under_way:
            return True
        was = "The stop had been released already: this ! has set it again. "
        again = was if self._stored else ""  # else it was never written
        try:
            async with asyncio.timeout(ASKED_S):
                await desk.token()
            self.look(desk, for_a_stop=True)
        except Exception:
            self._stored, again = False, "What the database says could not be read: this ! stops anew. "
        if not self._stored:
            self._stop(desk, again=again)
        return self._stored

    async def _ask_release(self, desk: Desk) -> None:
        if self._under_way or not await self._is_stored(desk):
            return
        since, stops = "", self._stops
        try:
            while (seen := await desk.overview()).stopped:
                agreed = await self._agreed(seen, since, trouble_note(desk.trouble))
                if not agreed or self._stops != stops:
                    return
                async with self._order:
                    released = await desk.release(seen)
                if self._stops != stops:
                    return  # a key came after the answer: that stop is written now
                if released:
                    self._was_released(desk)
                    return
                since = "The stop has changed since you were asked. "
        finally:
            self._question = None
        if self._under_way or self._stops != stops:
            return  # one is just being set
        self._pulled = self._stored = False  # somebody else was quicker
        self._app.take_back(STOPPED)
        self._app.tick()
        self._tell_released(desk, "The stop has been released")

    def _was_released(self, desk: Desk) -> None:
        app = self._app
        self._pulled = self._stored = False
        app.take_back(STOPPED)
        app.did_for_good("the release of the stop", self._as_it_is)
        self._tell_released(desk)
        app.read_again()

    def _tell_released(self, desk: Desk, by_others: str = "") -> None:
        """That it is released; sending goes on only where nothing else is in the way."""
        hindered = trouble_note(desk.trouble)
        goes_on = f"{by_others}: sending goes on." if by_others else "Sending goes on."
        said = f"{by_others}. {hindered}" if by_others else hindered
        self._app.notify(said if hindered else goes_on, title=RELEASED, severity=WORSE[bool(hindered)])

    async def _agreed(self, overview: Overview, since: str, hindered: str) -> bool:
        from trd_tui.tui.dialogs import Confirm

        waiting = overview.active_waiting
        by = f" by {overview.stopped_by}" if overview.stopped_by else ""
        why = f": {part(told_once(overview.stop_reason))}" if overview.stop_reason else ""
        due = "" if hindered else ", those that are due go at once"
        sentence = (
            f"{since}Sending was stopped{by}{why}. Released, the active campaigns go on: "
            f"{show.plural(waiting, 'message')} {'waits' if waiting == 1 else 'wait'}{due}."
            " z does not take it back: ! stops everything again."
        )
        notes = (hindered,) if hindered else ()
        self._question = Confirm("Release the emergency stop?", sentence, "Release", notes=notes, danger=True)
        return await self._app.push_screen_wait(self._question)
