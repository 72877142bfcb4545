"""One half-written answer that is open in two places: whatever either of them does, no text is lost.

What is stored is one text. Where two places have written different things, the parts stand one under the
other, so that whoever goes on with it sees both and strikes what is not wanted.
"""

from __future__ import annotations

BETWEEN = "\n\n"


def stored_after(stored: str, was: str, text: str) -> str:
    """What is kept when one place keeps its text.

    Args:
        stored: what is kept now, perhaps by another place.
        was: what this place has kept or read last.
        text: what stands in its field now; blank takes out what it had kept.
    """
    if not stored.strip() or stored == was:
        return text
    if was.strip() and _has(stored, was):
        return _swapped(stored, was, text)
    if text.strip() in stored:
        return stored
    if stored.strip() in text:
        return text
    return f"{stored}{BETWEEN}{text}"


def stored_after_sending(stored: str, sent: str) -> str:
    """What is kept when a text was sent: what others have written beside it."""
    if stored.strip() == sent:
        return ""
    return _swapped(stored, sent, "") if _has(stored, sent) else stored


def _has(stored: str, part: str) -> bool:
    return f"{BETWEEN}{part}{BETWEEN}" in f"{BETWEEN}{stored}{BETWEEN}"


def _swapped(stored: str, part: str, text: str) -> str:
    whole = f"{BETWEEN}{stored}{BETWEEN}"
    before, after = whole.split(f"{BETWEEN}{part}{BETWEEN}", 1)
    parts = (before.removeprefix(BETWEEN), text, after.removesuffix(BETWEEN))
    return BETWEEN.join(each for each in parts if each.strip())
