"""Signs for terminals that know none but those of ASCII; each takes as many cells as what it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from rich.cells import cell_len

_OLD = frozenset({"vt52", "vt100", "vt102", "vt220", "dumb"})
"""Terminals that are older than Unicode."""

_SIGNS = dict(
    zip(
        "●○◌◎◆◇■□‖✔✓✗⊘↩↷✎⚠★☆"  # states, as symbols beside their words
        "▌▐▲▼▸▾◂←→↑↓‹›«»"  # where one is, and what moves
        "━╸█▉▊▋▍▎▏▁▂▃▄▅▆▇▀░▒▓"  # figures
        "·•…–—‑“”„‘’×÷≤≥≈±€§\u00a0\u202f",  # writing
        '*o.@!o#-=vxX/<>~!**><^v>v<<>^v<><>######|||_.:-=+*".:#.*~---"""\'\'x/<>~+ES  ',
        strict=True,
    )
)


def needed(environ: Mapping[str, str]) -> bool:
    """Whether the terminal takes ASCII only.

    ``TRD_ASCII`` decides (``1`` or ``0``). Without it a locale that names another encoding than UTF-8 does,
    and a terminal that is older. No locale at all says nothing: over SSH it is often left out.
    """
    said = environ.get("TRD_ASCII", "").strip().lower()
    if said:
        return said not in ("0", "no", "false", "off")
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or ""
    _, dot, encoding = locale.partition(".")
    other = bool(dot) and encoding.partition("@")[0].lower().replace("-", "") != "utf8"
    return other or environ.get("LC_ALL") in ("C", "POSIX") or environ.get("TERM", "") in _OLD


@lru_cache(maxsize=4096)
def plain(character: str) -> str:
    """An ASCII sign for one, or for two where it takes two cells; letters lose their marks."""
    if character.isascii():
        return character
    sign = _SIGNS.get(character)
    if sign is None:
        sign = _line(character) or _letter(character)
    return sign.ljust(max(1, cell_len(character)), sign[-1])


def _line(character: str) -> str | None:
    """Lines, corners and crossings, whose names say what they are."""
    import unicodedata  # nothing else before the first paint wants it

    name = unicodedata.name(character[0], "")
    if not name.startswith("BOX DRAWINGS"):
        return "#" if name.startswith(("LEFT ", "RIGHT ", "LOWER ", "UPPER ", "BRAILLE")) else None
    upright, level = "VERTICAL" in name, "HORIZONTAL" in name
    return "-" if level and not upright else "|" if upright and not level else "+"


def _letter(character: str) -> str:
    import unicodedata

    known = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return known[:1] or "?"
