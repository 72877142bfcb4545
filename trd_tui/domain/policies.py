"""The resume policies by name and in words; the rules themselves are in `trd_tui.domain.resume`."""

from __future__ import annotations

from typing import Literal

RESUME_POLICIES = ("shift", "skip", "catch_up_one", "restart_delay", "review")
"""What a resume may do with touches that fell due in the pause, as definitions name it."""

POLICY_WORDS = {
    "shift": "what fell due and what follows move by whole days, at least 1",
    "skip": "what fell due is skipped, the calendar stays",
    "catch_up_one": "only the newest of what fell due is sent, the calendar stays",
    "restart_delay": "the delay before what fell due begins again today",
    "review": "what fell due waits for a person",
}
"""The policies in words for people."""

Reach = Literal["all", "campaign"]

REACHES: tuple[Reach, ...] = ("all", "campaign")
"""How far a contact's answer reaches: into all of their campaigns, or only into the one that they answer."""
