"""Beginning work that waits: in a worker, never on a key."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, cast

from textual.dom import DOMNode

Work = Callable[[], Coroutine[Any, Any, None]]
"""What a worker runs: called only when it begins, so that one replaced before leaves nothing behind."""


def begin(node: DOMNode, work: Work, *, group: str, exclusive: bool = False) -> None:
    """Run in a worker of this node.

    Args:
        node: whose worker it is; it ends with its node.
        work: what it runs.
        group: its name.
        exclusive: a newer one of the same name cancels it.
    """
    node.run_worker(cast("Any", work), group=group, exclusive=exclusive)
