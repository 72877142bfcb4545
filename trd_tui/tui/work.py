"""Beginning work that waits: in a worker, never on a key."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, Protocol, cast

from textual.dom import DOMNode

Work = Callable[[], Coroutine[Any, Any, None]]
"""What a worker runs: called only when it begins, so that one replaced before leaves nothing behind."""


class Reporter(Protocol):
    """An app that tells people of a fault."""

    def complain(self, error: Exception) -> None:
        """Say it."""
        ...


def begin(node: DOMNode, work: Work, *, group: str, exclusive: bool = False) -> None:
    """Run in a worker of this node; a fault becomes a toast instead of the end of the app.

    Args:
        node: whose worker it is; it ends with its node.
        work: what it runs.
        group: its name.
        exclusive: a newer one of the same name cancels it.
    """

    async def guarded() -> None:
        try:
            await work()
        except Exception as error:
            cast("Reporter", node.app).complain(error)

    node.run_worker(cast("Any", guarded), group=group, exclusive=exclusive)
