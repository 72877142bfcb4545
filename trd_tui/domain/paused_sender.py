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
        whose = whose_sender(self.address, self.campaigns, of)
        why = f" ({part(self.reason)})" if self.reason else ""
        return f"{whose} is paused{why}: nothing goes until {until or 'it is resumed'}"


def whose_sender(address: str, campaigns: int, of: int) -> str:
    """A sender by its campaigns: ``its sender +1…``, ``the sender of 2 of them, +1…,``.

    Args:
        address: the sender.
        campaigns: how many use it.
        of: campaigns that are asked about, in all.
    """
    if campaigns < of:
        return f"the sender of {campaigns:,} of them, {address},"
    return f"{'its' if of == 1 else 'their'} sender {address}"
