"""What every part of the sending machine works with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from trd_tui.carriers.protocol import Carrier
from trd_tui.clock import Clock
from trd_tui.engine.options import EngineOptions
from trd_tui.engine.threads import StoreThreads


@dataclass(frozen=True, slots=True)
class Means:
    """The means of one run of the engine.

    Attributes:
        store: the database's writing and reading threads.
        carrier: who sends.
        clock: campaign and real time.
        options: tuning.
        complain: tells people of a trouble, in one sentence.
    """

    store: StoreThreads
    carrier: Carrier
    clock: Clock
    options: EngineOptions
    complain: Callable[[str], None]
