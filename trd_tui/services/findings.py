"""One line of what an examination, as by ``trd doctor``, has found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the examination.

    Attributes:
        level: ok, warning or error.
        subject: what was looked at.
        text: what was found.
        remedy: what to do about it; empty when there is nothing to do.
        foreign: the sender that it says is no number of the account; empty where it says something else.
    """

    level: str
    subject: str
    text: str
    remedy: str = ""
    foreign: str = ""

    def shape(self) -> dict[str, str]:
        """For programs."""
        return {"level": self.level, "subject": self.subject, "text": self.text, "remedy": self.remedy}
