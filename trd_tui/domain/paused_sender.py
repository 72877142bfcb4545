"""A sender that is paused, as those must know it whose campaigns are about to go out from it."""

from __future__ import annotations

from dataclasses import dataclass

from trd_tui.domain.sentences import part


@dataclass(frozen=True, slots=True)
class PausedSender:
    """A sender from which nothing goes.

    Attributes:
        address: number or messaging service.
        until: campaign instant; ``None`` = until a person resumes it.
        reason: why; empty where nobody said so.
        campaigns: how many of those that are asked about use it.
    """

    address: str
    until: int | None
    reason: str
    campaigns: int = 1

    def sentence(self, of: int = 1, until: str = "") -> str:
        """What it means for the texts, without a full stop.

        Args:
            of: campaigns that are asked about, in all.
            until: the instant in words, where it has one.
        """
        whose = "its sender" if of == 1 else "their sender"
        if self.campaigns < of:
            whose = f"the sender of {self.campaigns:,} of them,"
        comma = "," if self.campaigns < of else ""
        why = f" ({part(self.reason)})" if self.reason else ""
        return f"{whose} {self.address}{comma} is paused{why}: nothing goes until {until or 'it is resumed'}"
