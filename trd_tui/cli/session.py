"""What a command needs to ask a service: the database, the clock that rules it, and who acts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.wiring import Product

T = TypeVar("T")


def with_product(settings: Settings, body: Callable[[Product, Actor], Awaitable[T]]) -> T:
    """Open the product, run one coroutine on it as the person at this terminal, and close it again."""
    from trd_tui.services.actor import Actor
    from trd_tui.wiring import open_product

    product = open_product(settings)

    async def run() -> T:
        try:
            return await body(product, Actor.local(settings.actor))
        finally:
            await product.close()

    return asyncio.run(run())
