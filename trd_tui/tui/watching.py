"""Watching: the database for what anybody changes, the scheduler, and the time. Keys go first."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from trd_tui.tui.hindrance import ANSWERS_AGAIN, trouble_note

if TYPE_CHECKING:
    from trd_tui.tui.app import TrdApp
    from trd_tui.tui.desk import EngineView

POLL = 0.2
"""Least seconds between two looks, however much is changed."""

STIRRING = 2.0
"""Seconds after a key or a change in which there may be more to see than the database tells of."""

RESTING = 30.0
"""Most seconds between two looks while nothing happens: changes and a new minute wake us from it.

Each look wakes a sleeping processor, so there are no more of them than that takes.
"""

TICK = 1.0
"""Least seconds between two looks at the time of day, where its minutes fly."""

SLOW_TICK = 10.0
"""Seconds after which the next look at anything is one at the time, too."""

RESTED = 0.15
"""Seconds without a key after which live figures may be read and painted."""

LATEST = 0.3
"""Seconds for which keys may hold live figures back."""


class Watch:
    """Looks again and again, and tells the screen in front.

    Args:
        app: whose screens it tells.
        poll: seconds between two looks.
    """

    def __init__(self, app: TrdApp, poll: float = POLL) -> None:
        self._app, self._poll = app, poll
        self.last_key = self._ticked = 0.0
        self._stirred = asyncio.Event()
        self._minute = 0
        self._seen_engine: EngineView | None = None
        self._seen_trouble: str | None = None
        self._told_trouble: str | None = ""  # nothing yet
        self._said_of_engine: tuple[str | None, ...] = (None, None)

    def key_came(self) -> None:
        """Note when the last key came."""
        self.last_key = time.monotonic()
        self._stirred.set()

    async def run(self) -> None:
        """Look for changes; the next look begins after the last has ended, so slow ones never pile up."""
        app = self._app
        if app.desk is not None:
            app.desk.wake_on_changes(self._from_a_thread(asyncio.get_running_loop()))
        token: int | None = None
        stirred_at = time.monotonic()
        while True:
            if self._stirred.is_set():
                stirred_at = time.monotonic()
                self._stirred.clear()
            if time.monotonic() - self.last_key < RESTED:
                await self._stop_first()
            begun = await self.rested()
            app.collector.collect(quiet=begun - self.last_key >= RESTED)
            try:
                token = await app.look(token)
                app.well()
            except Exception as error:
                app.complain(error)
            starting = app.desk is not None and app.desk.engine().role == "starting"
            # who sends is what everybody waits to see
            poll = self._poll / 5 if starting else self._poll
            now = time.monotonic()
            next_at = now + max(poll, 2 * (now - begun))
            flies = app.desk is not None and app.desk.speed != 1  # its time of day does
            if now - stirred_at >= STIRRING and not (starting or flies):
                await self._doze(max(poll, min(RESTING, self._to_next_minute())))
            await asyncio.sleep(next_at - time.monotonic())

    def _to_next_minute(self) -> float:
        """Seconds until the clock shows another one."""
        desk = self._app.desk
        return RESTING if desk is None else 60 - desk.now() % 60_000 / 1000

    async def _doze(self, seconds: float) -> None:
        """Sleep until a key or a change wakes us."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stirred.wait()

    def _from_a_thread(self, loop: asyncio.AbstractEventLoop) -> Callable[[], None]:
        def stir() -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._stirred.set)

        return stir

    async def _stop_first(self) -> None:
        """While keys hold figures back: whether everything is stopped is no figure."""
        app = self._app
        if app.desk is not None:
            with suppress(Exception):  # the look that follows meets it, too, and says it
                await app.desk.token()
                app.stop.look(app.desk)

    async def rested(self) -> float:
        """Let keys go first: nobody reads figures while the cursor runs. Answers the time."""
        asked = now = time.monotonic()
        while now - self.last_key < RESTED and now - asked < LATEST:
            await asyncio.sleep(self.last_key + RESTED - now)
            now = time.monotonic()
        return now

    async def look(self, token: int | None) -> int:
        """Look once: read again what is in view when the token differs from the last."""
        app = self._app
        desk = app.desk
        if desk is None:
            return token or 0
        found = await desk.token()
        app.stop.look(desk)
        engine, trouble = desk.engine(), desk.trouble
        self._hear(engine)
        self._hear_of_the_carrier(trouble)
        others = await app.company.count(desk, changed=found != token)
        front = app.front
        if front is None or not front.is_mounted:
            return found  # it reads for itself when it is
        changed = token is not None and found != token
        if changed:
            front.live()
        app.own_pauses.look(changed=changed)
        now, minute = time.monotonic(), desk.now() // 60_000
        waited = now - self._ticked
        if (
            changed
            or others
            or trouble != self._seen_trouble
            or engine != self._seen_engine
            or waited >= SLOW_TICK
            or (minute != self._minute and waited >= TICK)
        ):
            self._ticked, self._seen_engine, self._minute = now, engine, minute
            self._seen_trouble = trouble
            front.tick()
        return found

    def _hear_of_the_carrier(self, trouble: str | None) -> None:
        """Tell when it cannot be asked, and when it answers again; not of what was so when the app opened."""
        before, self._told_trouble = self._told_trouble, trouble
        if trouble == before or before == "":
            return
        from trd_tui.domain.carrier_trouble import IN_WORDS, OVER

        app = self._app
        for words in IN_WORDS.values():
            app.take_back(f"▲ {words.capitalize()}")
        if trouble is None:
            goes = "" if app.halted else ": due texts go by themselves"
            app.notify(
                f"{OVER.get(before or '', 'It answers again')}{goes}.",
                title=ANSWERS_AGAIN,
            )
        elif trouble in IN_WORDS:
            title = f"▲ {IN_WORDS[trouble].capitalize()}"
            app.notify(trouble_note(trouble)[2:], title=title, severity="warning", timeout=10)

    def _hear(self, engine: EngineView) -> None:
        """Tell once what the scheduler says of itself."""
        news = (engine.last_error, engine.notice)
        for before, sentence in zip(self._said_of_engine, news, strict=True):
            if sentence and sentence != before:
                self._app.notify(sentence, title="The scheduler", severity="warning", timeout=10)
        self._said_of_engine = news
