"""Variants of a touch: which of its texts a contact gets, the same wherever and whenever it is asked."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from string import ascii_uppercase

from trd_tui.domain.template import Template, compile_template

LEAST_VARIANTS = 2
MAX_VARIANTS = 26
MAX_WEIGHT = 1_000
NAME = re.compile(r"[^\W_][\w .-]{0,29}")
"""A name that fits in a column, a path and an option."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the texts of a touch.

    Attributes:
        name: its name for good: figures and contacts belong to it, whatever becomes of text and weight.
        body: the template of its text.
        weight: its share of the contacts, beside the weights of the others.
    """

    name: str
    body: str
    weight: int = 1


def usual_name(place: int) -> str:
    """The name of a variant that is given none: ``A`` for the first (place 0), ``B`` for the second."""
    return ascii_uppercase[place]


def choose(campaign_id: str, position: int, contact_id: int, weights: Sequence[tuple[str, int]]) -> str:
    """The name of the variant that a contact gets, by nothing but what is given here.

    Each variant draws a number from a hash of campaign, touch, contact and its own name, scaled by its
    weight; the lowest wins (weighted rendezvous hashing, Schindelhauer and Schomaker 2005). So each variant
    gets its share, the order does not matter, and a new weight, a new variant or one that is taken out
    moves only contacts to it or from it.

    Args:
        campaign_id: the campaign; a duplicate splits its contacts anew.
        position: the touch; each splits them anew.
        contact_id: the contact.
        weights: name and weight of each variant, at least one.
    """
    key = f"{campaign_id}\0{position}\0{contact_id}\0"

    def drawn(variant: tuple[str, int]) -> tuple[float, str]:
        name, weight = variant
        digest = blake2b((key + name).encode(), digest_size=8).digest()
        # 53 bits, which a float holds exactly; the half keeps the logarithm finite
        share = ((int.from_bytes(digest, "big") >> 11) + 0.5) / (1 << 53)
        return -math.log(share) / weight, name

    return min(map(drawn, weights))[1]


@dataclass(frozen=True, slots=True)
class Choice:
    """The variants of one touch, ready to render.

    Attributes:
        campaign_id: the campaign.
        position: the touch.
        variants: at least two.
    """

    campaign_id: str
    position: int
    variants: tuple[Variant, ...]
    _weights: tuple[tuple[str, int], ...] = field(init=False, repr=False, compare=False)
    _templates: Mapping[str, Template] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_weights", tuple((each.name, each.weight) for each in self.variants))
        templates = {each.name: compile_template(each.body) for each in self.variants}
        object.__setattr__(self, "_templates", templates)

    def of(self, contact_id: int) -> tuple[str, Template]:
        """Name and template of the variant that a contact gets."""
        name = choose(self.campaign_id, self.position, contact_id, self._weights)
        return name, self._templates[name]


def problem_with(variants: Sequence[Variant]) -> str | None:
    """What keeps these from being the variants of one touch, with the remedy; ``None`` when nothing does."""
    if len(variants) < LEAST_VARIANTS:
        return "one variant alone compares nothing; write its text as the touch's body, or add another"
    if len(variants) > MAX_VARIANTS:
        return f"a touch has at most {MAX_VARIANTS} variants, this one has {len(variants)}; leave some out"
    seen: set[str] = set()
    for each in variants:
        if each.name.casefold() in seen:
            return f"two variants are called '{each.name}'; give each a name of its own"
        seen.add(each.name.casefold())
    return None
