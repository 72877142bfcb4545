"""How far a contact's answer reaches: into all of their campaigns, or only into the one that they answer."""

from __future__ import annotations

from dataclasses import dataclass

from trd_tui.domain.policies import Reach


@dataclass(frozen=True, slots=True)
class Endings:
    """What an answer ends. It is counted only in the campaign that it answers, whatever it ends.

    Attributes:
        reply: what a reply ends. Who answered one campaign must not get the next automated text of another
            unless somebody has decided so.
        opt_out: what an opt-out in the contact's own words ends. The carrier's words (STOP and its like)
            always reach everything and suppress the number: the carrier blocks it by itself.
    """

    reply: Reach = "all"
    opt_out: Reach = "all"


EVERYTHING = Endings()
"""The default."""
