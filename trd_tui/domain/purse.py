"""What is left of one budget.

Real prices come hours after a message was sent, so most of what was spent is known by estimate only. An
estimate is a worst price of the price table; where the carrier has billed more than that, everything whose
price is not known yet counts as so much dearer, too.
"""

from __future__ import annotations

from dataclasses import dataclass

from trd_tui.domain.money import share_up

AS_ESTIMATED = 1_000
"""Thousandths of its estimate that a message may cost, as long as none was billed above it."""


@dataclass(slots=True)
class Purse:
    """One budget and what it has to pay; all amounts are micro-dollars.

    Attributes:
        limit: the budget; ``None`` is no limit.
        spent: what accepted messages cost, by real prices where they are known, else by estimates.
        reserved: estimates of messages in flight, those included whose fate is unknown.
        priced: of ``spent``, what is real prices.
        dearest: the most that the carrier has billed for a message, in thousandths of its estimate.
    """

    limit: int | None
    spent: int = 0
    reserved: int = 0
    priced: int = 0
    dearest: int = AS_ESTIMATED

    def worst(self, more: int = 0) -> int:
        """What it may come to: real prices, and everything else as dear as the dearest message was.

        Args:
            more: the estimate of a message that is not reserved yet.
        """
        estimated = self.spent - self.priced + self.reserved + more
        return self.priced + share_up(estimated, self.dearest, AS_ESTIMATED)

    def holds(self, more: int) -> bool:
        """Whether a message of this estimate fits into what is left."""
        return self.limit is None or self.worst(more) <= self.limit

    def reserve(self, estimate: int) -> None:
        """Promise a message its money."""
        self.reserved += estimate


def dearness(estimate: int, real: int) -> int:
    """How dear a message was, in thousandths of its estimate, rounded up."""
    return share_up(real, AS_ESTIMATED, estimate) if estimate > 0 else AS_ESTIMATED
