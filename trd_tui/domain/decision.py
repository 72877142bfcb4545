"""What a person has decided about a text that reads like an opt-out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NO_OPT_OUT, IS_OPT_OUT, TAKEN_BACK = "no_opt_out", "is_opt_out", "undo no_opt_out"
"""The acts, as the audit names them."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision.

    Attributes:
        act: what was decided, or that a decision was taken back.
        by: who decided.
        at: campaign instant.
        up_to: id of the latest text that they had written by then.
    """

    act: str
    by: str
    at: int
    up_to: int

    @property
    def opt_out(self) -> bool:
        """Whether it was found to be an opt-out."""
        return self.act == IS_OPT_OUT

    @property
    def words(self) -> str:
        """What was decided, and by whom."""
        return f"{'an opt-out' if self.opt_out else 'no opt-out'}, decided by {self.by}"


def decided(decisions: Iterable[Decision], text: int) -> Decision | None:
    """Which decision holds for a text, by its id: the first after it that was not taken back.

    Args:
        decisions: about its writer, the oldest first.
        text: id of the text.
    """
    found: Decision | None = None
    for each in decisions:
        if each.up_to >= text:
            found = None if each.act == TAKEN_BACK else found or each
    return found
