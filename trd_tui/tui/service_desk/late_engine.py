"""The scheduler, imported when the first rows are there: its modules take as long to import as they do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from trd_tui.engine.state import EngineState, Role

LATEST_S = 1.0
"""Seconds after which the scheduler begins, whether rows have been asked for or not."""

PAINTING_S = 0.1
"""Seconds for which rows that are there are painted: imports would hold them up."""


class Engine(Protocol):
    """What the desk needs of the scheduler in its thread.

    Attributes:
        told: called, from any thread, when what it says in words has changed.
    """

    told: Callable[[], None] | None

    def start(self) -> None:
        """Begin."""
        ...

    def state(self) -> EngineState:
        """The latest state."""
        ...

    def stop_now(self) -> None:
        """Close the gate in memory."""
        ...

    def touch(self) -> None:
        """Look for work now."""
        ...

    def stop(self, timeout: float | None = None) -> bool:
        """Drain and end."""
        ...


class LateEngine:
    """Stands for a scheduler that begins a little later.

    Args:
        make: imports and makes it; called in a thread of its own.
        then: what else can wait that long, in the same thread.
    """

    def __init__(self, make: Callable[[], Engine], then: Callable[[], None]) -> None:
        self._make = make
        self._then = then
        self._engine: Engine | None = None
        self.told: Callable[[], None] | None = None
        self._state = EngineState()
        self._due = threading.Event()
        self._left = threading.Event()
        self._thread = threading.Thread(target=self._begin, name="trd-engine-import")

    def start(self) -> None:
        """Begin when `begin_now` says so, or after `LATEST_S`."""
        self._thread.start()

    def begin_now(self) -> None:
        """The first rows are there."""
        self._due.set()

    def _begin(self) -> None:
        if self._due.wait(LATEST_S):
            self._left.wait(PAINTING_S)
        if self._left.is_set():
            return
        try:
            engine = self._make()
            engine.told = self._tell
            engine.start()
            self._engine = engine
        except Exception as error:
            reason = f"the scheduler could not begin: {type(error).__name__}: {error}"
            self._state = EngineState(role=Role.ENDED, last_error=reason)
            self._tell()
        if not self._left.is_set():
            self._then()

    def _tell(self) -> None:
        if self.told is not None:
            self.told()

    def state(self) -> EngineState:
        """The latest state."""
        return self._state if self._engine is None else self._engine.state()

    def stop_now(self) -> None:
        """Close the gate in memory; before the beginning nothing goes through it."""
        if self._engine is not None:
            self._engine.stop_now()

    def touch(self) -> None:
        """Look for work now."""
        if self._engine is not None:
            self._engine.touch()

    def stop(self, timeout: float | None = None) -> bool:
        """Drain and end; one that has not begun never does."""
        self._left.set()
        self._due.set()
        if self._thread.ident is not None:
            self._thread.join()
        return self._engine is None or self._engine.stop(timeout)
