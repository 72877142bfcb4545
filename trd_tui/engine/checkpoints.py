"""Named points of the send path, at which a test may end the process or look around.

The product sets no hook: `reached` then costs one comparison. A test that starts the engine in a process of
its own sets `hook` before, and proves for each point that a crash there neither doubles nor loses anything.
"""

from __future__ import annotations

from collections.abc import Callable

hook: Callable[[str], None] | None = None
"""Called with the name of each point that is reached; ``None`` in the product."""

POINTS = (
    "lease taken",
    "orphans sorted",
    "claim begins",
    "intent committed",
    "before call",
    "call answered",
    "record begins",
    "recorded",
    "poll begins",
    "changes listed",
    "changes merged",
    "look begins",
    "look answered",
    "lease renewed",
    "draining",
    "lease released",
)
"""Every point, in the order in which a term of the lease meets them first."""


def reached(point: str) -> None:
    """Tell the hook, where there is one, that a point is reached."""
    if hook is not None:
        hook(point)
