"""What befalls requests by chance: slow and reordered answers, faults, lists that lag, repeat and go back."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from tests.peer.faults import KINDS


@dataclass(slots=True)
class Weather:
    """The peer's settings that may change while it runs; instants and spans are real.

    Attributes:
        seed: of every chance.
        latency_ms: before every request is looked at.
        spread_ms: up to so much more for a create, some of it before the text is taken and the rest before
            that is answered; so answers come in another order than their requests.
        delivery_spread_ms: up to so much more from acceptance to the final status.
        calls: kind of fault -> share of the creates that it befalls.
        lists: kind of fault -> share of the lists that it befalls.
        slow_ms: how late the answer of the kind ``slow`` comes.
        listing_lag_ms: up to so long after it was taken is a text missing from every list.
        stale: share of the list's rows that show what was true up to ``stale_ms`` ago: a report that comes
            late or after a newer one.
        stale_ms: see there.
        repeated: share of the list's rows that stand in it twice.
    """

    seed: int = 1
    latency_ms: float = 0.0
    spread_ms: float = 0.0
    delivery_spread_ms: int = 0
    calls: dict[str, float] = field(default_factory=dict)
    lists: dict[str, float] = field(default_factory=dict)
    slow_ms: float = 300.0
    listing_lag_ms: int = 0
    stale: float = 0.0
    stale_ms: int = 2_000
    repeated: float = 0.0
    _chance: random.Random = field(default_factory=lambda: random.Random(1))

    def change(self, settings: dict[str, Any]) -> None:
        """Take over some settings.

        Raises:
            ValueError: there is no such setting or fault.
        """
        for name, value in settings.items():
            if name.startswith("_") or name not in self.__slots__:
                raise ValueError(f"the peer's weather has no {name}")
            unknown = set(value) - KINDS if isinstance(value, dict) else set()
            if unknown:
                raise ValueError(f"no fault is called {', '.join(sorted(unknown))}")
            setattr(self, name, value)
        if "seed" in settings:
            self._chance = random.Random(self.seed)

    def fault(self, method: str) -> str | None:
        """The kind of fault that befalls this request by chance."""
        shares = self.calls if method == "POST" else self.lists
        drawn = self._chance.random() if shares else 0.0
        for kind, share in shares.items():
            drawn -= share
            if drawn < 0:
                return kind
        return None

    def waits_s(self, method: str, extra_ms: float = 0.0) -> tuple[float, float]:
        """Seconds before a request is carried out, and from there to its answer."""
        spread = extra_ms + (self._chance.random() * self.spread_ms if method == "POST" else 0.0)
        before = self._chance.random() * spread
        return (self.latency_ms + before) / 1000, (spread - before) / 1000

    def up_to(self, most_ms: int) -> int:
        """Some milliseconds, at most so many."""
        return int(self._chance.random() * most_ms) if most_ms else 0

    def listed_as_of(self, now: int, *, not_before: int) -> list[int]:
        """The instants as of which a list shows a row: once or twice, now or some time ago."""
        chance = self._chance.random
        times = 2 if self.repeated and chance() < self.repeated else 1
        ago = (self.up_to(self.stale_ms) if self.stale and chance() < self.stale else 0 for _ in range(times))
        return [max(now - each, not_before) for each in ago]
