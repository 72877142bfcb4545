"""A thread with an event loop of its own: what the screens ask of the database runs there, not on theirs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    """Runs coroutines for another loop: importing, compiling and reading rows never delay a key."""

    def __init__(self, name: str) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._main, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def _main(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()

    async def call(self, make: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Await a coroutine of that loop; cancelling the caller cancels it too."""

        async def run() -> T:
            return await make()

        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run(), self._loop))

    def later(self, make: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run a coroutine of that loop without waiting for it."""
        asyncio.run_coroutine_threadsafe(make(), self._loop)

    async def stop(self) -> None:
        """End the loop; everything of it must have been awaited."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join, 5)
