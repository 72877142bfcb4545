"""The services' side of the database, without threads: each transaction is one turn of the simulated loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from trd_tui.store.database import Database, Statement, SyncDatabase

P = ParamSpec("P")
T = TypeVar("T")


class TurnDatabase(Database):
    """What services get in a simulation; another process than the engine, as far as the engine can tell.

    Attributes:
        committed: called right after the commit of each writing transaction, before anything else happens.
    """

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.sync = SyncDatabase(url)
        self.at_once = False
        """Whether a transaction is run where it is asked for, without a turn of the loop."""
        self._queue = ThreadPoolExecutor(1)  # the name of a queue; it never gets a thread
        self.committed: Callable[[], None] = lambda: None

    async def read(self, statement: Statement[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a reading function in one snapshot."""
        call = partial(self.sync.read, statement, *args, **kwargs)
        if self.at_once:
            return call()
        return await asyncio.get_running_loop().run_in_executor(self._queue, call)

    async def write(self, statement: Statement[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a writing function in one transaction."""

        def call() -> T:
            result = self.sync.write(statement, *args, **kwargs)
            self.committed()
            return result

        if self.at_once:
            return call()
        return await asyncio.get_running_loop().run_in_executor(self._queue, call)

    async def close(self) -> None:
        """Give the connections back."""
        await super().close()
        self.sync.close()
