"""A transaction that was begun ends by itself, whoever is called off meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def whole(work: Coroutine[Any, Any, T]) -> T:
    """Run to the end; who is cancelled meanwhile hears it then.

    Broken off between two statements, SQLAlchemy 2.1 gives the connection up without an end of its
    transaction: a writing one would lock SQLite's file until this process ends, a reading one hold its
    snapshot.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            try:
                await asyncio.wait([task])
            except asyncio.CancelledError:
                continue  # once is enough
        if not task.cancelled():
            task.exception()  # nobody is there any more to hear of it
        raise
