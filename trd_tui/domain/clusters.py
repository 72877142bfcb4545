"""Text in clusters: the characters that the carrier never splits over two segments.

A flag, a family of emoji or a letter with its accents is one cluster. The rules are those of UAX 29 for
Unicode 10 as the carrier's calculator applies them, with its deviations: what counts is the carrier's bill.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, lru_cache

from trd_tui.domain.cluster_table import RANGES

_HANGUL_FIRST, _HANGUL_LAST, _HANGUL_STEP = 0xAC00, 0xD7A3, 28
_BREAKING = frozenset({"control", "cr", "lf"})
_BASES = frozenset({"base", "base_glue"})
_AFTER: dict[str, frozenset[str]] = {
    "lead": frozenset({"lead", "vowel", "syllable", "closed_syllable"}),
    "vowel": frozenset({"vowel", "trail"}),
    "syllable": frozenset({"vowel", "trail"}),
    "trail": frozenset({"trail"}),
    "closed_syllable": frozenset({"trail"}),
    "joiner": frozenset({"glue", "base_glue"}),
}
_NONE: frozenset[str] = frozenset()


@cache
def _table() -> tuple[list[int], list[int], list[str]]:
    """The ranges in order: first code points, last code points, classes. Only odd texts need it."""
    rows: list[tuple[int, int, str]] = []
    for name, ranges in RANGES.items():
        for each in ranges.split():
            first, _, last = each.partition("-")
            rows.append((int(first, 16), int(last or first, 16), name))
    rows.sort()
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


@lru_cache(maxsize=4096)
def _class_of(char: str) -> str:
    code = ord(char)
    if _HANGUL_FIRST <= code <= _HANGUL_LAST:
        return "syllable" if (code - _HANGUL_FIRST) % _HANGUL_STEP == 0 else "closed_syllable"
    if char in "\r\n":
        return "cr" if char == "\r" else "lf"
    firsts, lasts, names = _table()
    place = bisect_right(firsts, code) - 1
    return names[place] if place >= 0 and code <= lasts[place] else "other"


@cache
def _joining() -> re.Pattern[str]:
    """Match a character without which no two characters of a text make one cluster."""
    parts = []
    for name in ("extend", "joiner", "spacing", "prepend", "modifier", "regional", "lead", "vowel", "trail"):
        for each in RANGES[name].split():
            first, _, last = each.partition("-")
            parts.append(f"{chr(int(first, 16))}-{chr(int(last or first, 16))}")
    return re.compile(f"[{''.join(parts)}]")


def cluster_units(body: str) -> list[int]:
    """Return the size of each cluster of a text, in UTF-16 units.

    A CR LF counts as two, as at the carrier.
    """
    units = [2 if char > "\uffff" else 1 for char in body]
    if _joining().search(body) is None:
        return units
    sizes: list[int] = []
    previous = before = second = ""  # classes: of the cluster's last character, last but one, second
    length = 0
    extended = regional = False  # whether the cluster holds such a class; regional: after its first
    for char, size in zip(body, units, strict=True):
        now = _class_of(char)
        flag_is_over = length > 2 and second == "regional"  # the calculator lets one character follow a flag
        if (
            length
            and not flag_is_over
            and _joins(now, previous, before, extended=extended, regional=regional)
        ):
            sizes[-1] += size
            length += 1
            if length == 2:
                second = now
            regional = regional or now == "regional"
            extended = extended or now == "extend"
        else:
            sizes.append(size)
            length, second, previous = 1, "", ""
            regional, extended = False, now == "extend"
        before, previous = previous, now
    return sizes


def _joins(now: str, previous: str, before: str, *, extended: bool, regional: bool) -> bool:
    """Whether a character of class ``now`` goes on with a cluster that ends in ``before, previous``."""
    if previous in _BREAKING or now in _BREAKING:
        return False
    if now in {"extend", "joiner", "spacing"} or previous == "prepend":
        return True
    if now in _AFTER.get(previous, _NONE):
        return True
    if now == "modifier":
        # the calculator looks for the base just before the last extending character, and nowhere else
        return (before if previous == "extend" else "" if extended else previous) in _BASES
    return now == "regional" and previous == "regional" and not regional
