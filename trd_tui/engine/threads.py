"""The engine's two database threads: one writes, one watches; each transaction is one hop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection

from trd_tui.store.database import SyncDatabase

T = TypeVar("T")


class StoreThreads:
    """Runs statements off the event loop. Transactions of the writer run one after the other."""

    def __init__(self, url: str) -> None:
        self._writing = SyncDatabase(url)
        self._reading = SyncDatabase(url)
        self._writer = ThreadPoolExecutor(1, "trd-writer")
        self._reader = ThreadPoolExecutor(1, "trd-watcher")

    async def write(self, statement: Callable[..., T], *args: Any, **kwargs: Any) -> T:
        """Run a function in one writing transaction.

        Raises:
            StoreError: the database cannot be written now.
        """
        call = partial(self._writing.write, statement, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._writer, call)

    async def read(self, statement: Callable[[Connection], T]) -> T:
        """Run a function in one short snapshot, beside the writer.

        Raises:
            StoreError: the database cannot be read now.
        """
        call = partial(self._reading.read, statement)
        return await asyncio.get_running_loop().run_in_executor(self._reader, call)

    async def carry_over(self) -> None:
        """Tidy SQLite's log up, beside the writer.

        Raises:
            StoreError: the database cannot be written now.
        """
        await asyncio.get_running_loop().run_in_executor(self._reader, self._reading.carry_over)

    def close(self) -> None:
        """End the threads and give the connections back."""
        self._writer.shutdown(wait=True)
        self._reader.shutdown(wait=True)
        self._writing.close()
        self._reading.close()
