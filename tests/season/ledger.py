"""The carrier's ledger of a season: what was sent and what was heard, in arrays; 700,000 texts are 20 MB."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field


@dataclass(slots=True)
class Ledger:
    """What the carrier has on paper.

    Attributes:
        at: instants at which texts were accepted.
        to: index of the contact of each.
        what: campaign's letter (as a number) times 256 plus touch.
        validity: seconds after which it would have been dropped.
        segments: of each.
        bills: micro-dollars of each; 0 where no price was ever told.
        heard: what contacts wrote: instant, index, words, and the instant at which a list showed it first.
        refused: instants of refusals for good, by index of the contact.
    """

    at: array[int] = field(default_factory=lambda: array("q"))
    to: array[int] = field(default_factory=lambda: array("l"))
    what: array[int] = field(default_factory=lambda: array("l"))
    validity: array[int] = field(default_factory=lambda: array("l"))
    segments: array[int] = field(default_factory=lambda: array("b"))
    bills: array[int] = field(default_factory=lambda: array("l"))
    heard: list[tuple[int, int, str, int]] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)
