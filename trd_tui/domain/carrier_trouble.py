"""What is the matter with the carrier as a whole: no text's fault, and every text's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["refused", "unreachable"]

UNREACHABLE_AFTER_MS = 15_000
"""So long it is asked in vain before that is told as a state: networks hiccup."""

SHORT: dict[str, str] = {"refused": "refused", "unreachable": "offline"}
"""In one word, where there is room for no more."""

IN_WORDS: dict[str, str] = {"refused": "credentials refused", "unreachable": "carrier unreachable"}

SENTENCES: dict[str, str] = {
    "refused": "the carrier refuses the credentials: due texts wait until they are right",
    "unreachable": "the carrier cannot be reached: due texts wait until it answers",
}
"""What it means for the texts."""

OVER: dict[str, str] = {"refused": "It takes the credentials again", "unreachable": "It answers again"}
"""As it is told when it is over."""

WHILE: dict[str, str] = {
    "refused": "the carrier refuses the credentials",
    "unreachable": "the carrier cannot be reached",
}
"""As a part of a sentence."""

ANSWERS: dict[str, str] = {
    "refused": "the carrier refuses the credentials: it would refuse this answer, too",
    "unreachable": "the carrier cannot be reached: this answer can only go when it answers again",
}
"""What it means for a person's own answer."""

REMEDIES: dict[str, str] = {
    "refused": (
        "set twilio_account_sid and twilio_auth_token (or the API key) in Settings or the configuration, then"
        " start trd again; trd doctor checks them"
    ),
    "unreachable": "it is asked again all the time; trd doctor checks the way to it",
}


@dataclass(frozen=True, slots=True)
class CarrierTrouble:
    """The carrier cannot be asked.

    Attributes:
        kind: its credentials are ``refused``, or it is ``unreachable``.
        said: what it was, in a sentence without secrets.
        since: real instant.
    """

    kind: Kind
    said: str
    since: int

    @property
    def sentence(self) -> str:
        """What it means for the texts."""
        return SENTENCES[self.kind]

    @property
    def remedy(self) -> str:
        """What to do."""
        return REMEDIES[self.kind]
