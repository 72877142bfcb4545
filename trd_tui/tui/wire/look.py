"""How a cell looks, and the shortest sequence from one look to the next."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.style import Style

BOLD, DIM, ITALIC, UNDERLINE, BLINK, BLINK2, REVERSE, CONCEAL, STRIKE, UNDERLINE2, FRAME, CIRCLE, OVERLINE = (
    1 << bit for bit in range(13)
)
"""Rich's bits of attributes, in its order."""

_ON = {
    BOLD: "1", DIM: "2", ITALIC: "3", UNDERLINE: "4", BLINK: "5", BLINK2: "6", REVERSE: "7", CONCEAL: "8",
    STRIKE: "9", UNDERLINE2: "21", FRAME: "51", CIRCLE: "52", OVERLINE: "53",
}  # fmt: skip
_OFF = {
    BOLD: "22", DIM: "22", ITALIC: "23", UNDERLINE: "24", BLINK: "25", BLINK2: "25", REVERSE: "27",
    CONCEAL: "28", STRIKE: "29", UNDERLINE2: "24", FRAME: "54", CIRCLE: "54", OVERLINE: "55",
}  # fmt: skip

_UNSEEN_ON_BLANK = BOLD | DIM | ITALIC | BLINK | BLINK2 | CONCEAL


class Look(NamedTuple):
    """Attributes and the codes of both colours; ``None`` before: any will do, nothing is drawn in it."""

    attributes: int
    fore: str | None
    back: str


PLAIN = Look(0, "39", "49")
"""A terminal after a reset."""


@lru_cache(maxsize=8192)
def look(style: Style | None, system: ColorSystem) -> Look:
    """The look of a style on a terminal of so many colours."""
    if style is None:
        return PLAIN
    fore, back = style.color, style.bgcolor
    return Look(
        style._attributes & style._set_attributes,  # Rich has no public way to all of them at once
        "39" if fore is None else ";".join(fore.downgrade(system).get_ansi_codes()),
        "49" if back is None else ";".join(back.downgrade(system).get_ansi_codes(foreground=False)),
    )


@lru_cache(maxsize=8192)
def blank(of: Look) -> Look:
    """The look of a space: what cannot be seen on it is left out, so that fewer cells differ."""
    if of.attributes & REVERSE:
        return of
    seen = of.attributes & ~_UNSEEN_ON_BLANK
    return Look(seen, of.fore if seen else None, of.back)


@lru_cache(maxsize=16384)
def turn(before: Look, wanted: Look) -> tuple[str, Look]:
    """The shortest sequence that makes the next cell look as wanted, and how the terminal draws after it."""
    attributes = wanted.attributes
    if wanted.fore is None:
        attributes |= before.attributes & _UNSEEN_ON_BLANK
    fore = before.fore if wanted.fore is None else wanted.fore
    after = Look(attributes, fore, wanted.back)
    if after == before:
        return "", before
    changed = _codes(before, after)
    anew = ["0", *_codes(PLAIN, after)] if after != PLAIN else [""]
    shorter = min((";".join(changed), ";".join(anew)), key=len)
    return f"\x1b[{shorter}m", after


def _codes(before: Look, after: Look) -> list[str]:
    codes: list[str] = []
    kept = before.attributes
    for bit, off in _OFF.items():
        if kept & bit and not after.attributes & bit and off not in codes:
            codes.append(off)
            kept &= ~sum(other for other, code in _OFF.items() if code == off)
    codes += [on for bit, on in _ON.items() if after.attributes & bit and not kept & bit]
    if after.fore is not None and after.fore != before.fore:
        codes.append(after.fore)
    if after.back != before.back:
        codes.append(after.back)
    return codes
