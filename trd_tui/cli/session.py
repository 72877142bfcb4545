"""What a command needs to ask a service: the database, the clock that rules it, and who acts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from trd_tui.cli.errors import CliError
from trd_tui.settings import Settings

if TYPE_CHECKING:
    from trd_tui.services.actor import Actor
    from trd_tui.wiring import Product

T = TypeVar("T")


def database_file(settings: Settings) -> Path | None:
    """The file of an SQLite database; ``None`` for another kind."""
    name = settings.database_url.removeprefix("sqlite:///")
    return None if name == settings.database_url else Path(name)


def must_exist(settings: Settings) -> None:
    """Refuse a database that is not there: a stop in an empty new file would be a false comfort.

    Raises:
        CliError: there is no such file.
    """
    file = database_file(settings)
    if file is not None and not file.exists():
        raise CliError(f"there is no database {file}; check TRD_DATABASE_URL, or run `trd init` to create it")


def with_product(
    settings: Settings, body: Callable[[Product, Actor], Awaitable[T]], *, creates: bool = False
) -> T:
    """Open the product, run one coroutine on it as the person at this terminal, and close it again.

    Args:
        settings: which database and carrier.
        body: what to do.
        creates: whether a database that does not exist is made; only what brings data may do so.

    Raises:
        CliError: the database does not exist and this command makes none.
    """
    if not creates:
        must_exist(settings)
    from trd_tui.services.actor import Actor
    from trd_tui.wiring import open_product

    product = open_product(settings)

    async def run() -> T:
        try:
            return await body(product, Actor.local(settings.actor))
        finally:
            await product.close()

    return asyncio.run(run())
