"""Faults on demand: what goes wrong with the next requests."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

KINDS = frozenset(
    {
        "hang",  # no answer, nothing taken
        "timeout_after_accept",  # taken, no answer
        "error_after_accept",  # taken, HTTP 500
        "error_before_accept",  # not taken, HTTP 503
        "drop_before_accept",  # connection cut, nothing taken
        "drop_after_accept",  # connection cut, taken
        "throttle",  # HTTP 429 with Retry-After
        "throttle_bare",  # HTTP 429 without it
        "unauthorised",  # HTTP 401
        "problem",  # an RFC 9457 answer, HTTP 400
        "garbage",  # taken; HTTP 201 with a body that is no JSON
        "html",  # not taken; HTTP 502 with a page of a proxy
        "slow",  # taken at some time before the answer comes, which is late
    }
)
AFTER_ACCEPT = frozenset({"timeout_after_accept", "error_after_accept", "drop_after_accept", "garbage"})
"""Faults of a text that is taken all the same."""


_LOOK_S = 0.25
"""So often a silence looks whether anybody still waits for its end."""


@dataclass(slots=True)
class PlannedFault:
    """One kind of fault for the next ``times`` requests that fit.

    ``method`` is ``POST`` or ``GET``; ``to`` narrows creates to one number; ``code`` is for ``problem``.
    """

    kind: str
    times: int = 1
    method: str = "POST"
    to: str | None = None
    code: int = 21211
    retry_after: str = "1"

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind}; there are {', '.join(sorted(KINDS))}")


class FaultPlan:
    """The faults to come, one by one."""

    def __init__(self) -> None:
        self._planned: deque[PlannedFault] = deque()
        self._released = asyncio.Event()

    def plan(self, kind: str, **details: object) -> None:
        """Let a fault befall the next requests; see :class:`PlannedFault`."""
        self._planned.append(PlannedFault(kind, **details))  # type: ignore[arg-type]

    def take(self, method: str, to: str | None) -> PlannedFault | None:
        """The fault of this request, used up."""
        for fault in self._planned:
            if fault.method == method and fault.to in (None, to):
                fault.times -= 1
                if fault.times == 0:
                    self._planned.remove(fault)
                return fault
        return None

    async def silence(self, gone: Callable[[], bool]) -> None:
        """Give no answer, until who asked is gone or the peer is shut down."""
        while not gone():
            try:
                async with asyncio.timeout(_LOOK_S):
                    await self._released.wait()
                return
            except TimeoutError:
                continue

    def release(self) -> None:
        """End every silence."""
        self._released.set()
