"""A sender of which the carrier has said that it is no number of the account."""

from __future__ import annotations

from dataclasses import dataclass

from trd_tui.domain.paused_sender import whose_sender


@dataclass(frozen=True, slots=True)
class ForeignSender:
    """A sender whose texts the carrier will refuse.

    Attributes:
        address: the number.
        campaigns: how many of those that are asked about use it.
    """

    address: str
    campaigns: int = 1

    def sentence(self, of: int = 1) -> str:
        """What it means for the texts, without a full stop.

        Args:
            of: campaigns that are asked about, in all.
        """
        whose = whose_sender(self.address, self.campaigns, of)
        return f"{whose} is no number of the account: the carrier will refuse its texts"
