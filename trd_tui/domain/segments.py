"""Segments: how many the carrier sends, and bills, for a text. Equal to the carrier's own calculator.

In GSM-7 a message holds 160 septets, or 153 in each of several; in UCS-2 70 UTF-16 units, or 67 in each.
One character outside GSM-7 turns the whole text into UCS-2. Neither an extension character (two septets)
nor a cluster such as an emoji family is split over two segments.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from trd_tui.domain.clusters import cluster_units

Encoding = Literal["GSM-7", "UCS-2"]

GSM_EXTENDED = frozenset("\f^{}\\[~]|€")
"""Characters of GSM-7 that take two septets."""

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""Characters of GSM-7 that take one septet."""

_GSM = GSM_BASIC | GSM_EXTENDED
_PLAIN_ASCII = "".join(sorted(char for char in GSM_BASIC if char.isascii())).encode()


@dataclass(frozen=True, slots=True)
class SegmentCount:
    """What a text costs to send.

    Attributes:
        encoding: what the carrier sends it in.
        segments: how many messages it becomes at the carrier; an empty text counts as one.
        units: its length in septets (GSM-7) or UTF-16 units (UCS-2).
        outside: the characters that are not in GSM-7, each once, in order; why it is UCS-2.
    """

    encoding: Encoding
    segments: int
    units: int
    outside: str = ""


def segments(body: str) -> int:
    """Count a text's segments; what the send path calls."""
    if body.isascii() and not body.encode().translate(None, _PLAIN_ASCII):
        length = len(body)
        return 1 if length <= 160 else -(-length // 153)
    return count(body).segments


def count(body: str) -> SegmentCount:
    """Count a text's segments and say in which encoding, and why."""
    if _GSM.issuperset(body):
        extended = sum(map(body.count, GSM_EXTENDED))
        units = len(body) + extended
        if units <= 160 or not extended:
            return SegmentCount("GSM-7", 1 if units <= 160 else -(-units // 153), units)
        return SegmentCount("GSM-7", _pack((2 if c in GSM_EXTENDED else 1 for c in body), 160, 153), units)
    outside = "".join(dict.fromkeys(char for char in body if char not in _GSM))
    sizes = cluster_units(body)
    units = sum(sizes)
    if units <= 70 or units == len(sizes):
        return SegmentCount("UCS-2", 1 if units <= 70 else -(-units // 67), units, outside)
    return SegmentCount("UCS-2", _pack(sizes, 70, 67), units, outside)


def _pack(sizes: Iterable[int], single: int, multi: int) -> int:
    """Put unsplittable sizes into segments as the calculator does: ``single`` alone, else ``multi`` each."""
    first: list[int] = []
    used = 0
    number = 1
    for size in sizes:
        if number == 1:
            if used + size <= single:
                first.append(size)
                used += size
                continue
            # it has become a message of several segments: the first gives back what its header displaces
            number, displaced = 2, 0
            while used > multi:
                last = first.pop()
                used -= last
                displaced += last
            used = displaced + size
        elif used + size > multi:
            number += 1
            used = size
        else:
            used += size
    return number
