"""The engine in a thread of its own, with its own event loop, database connections and carrier session.

So no batch delays a key, and a fault of the app does not end a send. This handle is all that a face holds.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace

from trd_tui.engine.scheduler import Engine
from trd_tui.engine.state import EngineState, Role

Publish = Callable[[EngineState], None]


class EngineHandle:
    """Starts, watches and stops an engine from another thread.

    Args:
        make_engine: called in the new thread; gets the function that publishes states.
    """

    def __init__(self, make_engine: Callable[[Publish], Engine]) -> None:
        self._make_engine = make_engine
        self._state = EngineState()
        self._engine: Engine | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._begun = threading.Event()
        self.told: Callable[[], None] | None = None
        """Called in the engine's thread when what it says in words has changed: that writes nothing."""
        # Not a daemon: the interpreter must wait for what is on its way to the carrier.
        self._thread = threading.Thread(target=self._main, name="trd-engine")

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def state(self) -> EngineState:
        """The latest state; never waits. A newer one replaces it, so nothing queues up."""
        return self._state

    def stop_now(self) -> None:
        """Emergency: close the gate in memory at once, before the database is told."""
        engine = self._engine
        if engine is not None:
            engine.stop_now()

    def touch(self) -> None:
        """Look for work now."""
        engine, loop = self._engine, self._loop
        if engine is not None and loop is not None and loop.is_running():
            loop.call_soon_threadsafe(engine.touch)

    def stop(self, timeout: float | None = None) -> bool:
        """End gracefully: await and record the calls under way.

        Args:
            timeout: seconds to wait for that.

        Returns:
            Whether the engine has ended.
        """
        if not self._thread.is_alive():
            return True
        self._begun.wait(timeout)
        loop, stop = self._loop, self._stop
        if loop is not None and stop is not None and loop.is_running():
            loop.call_soon_threadsafe(stop.set)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _main(self) -> None:
        try:
            asyncio.run(self._run())
        except Exception as error:
            reason = f"the scheduler has ended: {_sentence(error)}"
            self._publish(replace(self._state, role=Role.ENDED, in_flight=0, last_error=reason))
        finally:
            self._begun.set()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        self._engine = self._make_engine(self._publish)
        self._begun.set()
        await self._engine.run(self._stop)

    def _publish(self, state: EngineState) -> None:
        before, self._state = self._state, state
        words = (state.role, state.last_error, state.notice)
        if self.told is not None and words != (before.role, before.last_error, before.notice):
            self.told()


def _sentence(error: Exception) -> str:
    """Our own errors are sentences; of what nobody expected the kind says more than its words."""
    said = " ".join(str(error).split())
    return said if type(error).__module__.startswith("trd_tui.") else f"{type(error).__name__}: {said}"
