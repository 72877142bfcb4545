"""The nearest known word to one that nobody knows, so that an error can name its remedy."""

from __future__ import annotations

from collections.abc import Iterable

SURE = 0.85
"""How like two words are of which one is surely meant as the other; 1 is the same."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that looks most like ``word``; ``None`` when none is near.

    Case, blanks and underscores do not count: ``FirstName`` is ``first_name``.
    """
    from difflib import get_close_matches  # 6 ms, only an error needs it

    plain: dict[str, str] = {}
    for each in known:
        plain.setdefault(_plain(each), each)
    wanted = _plain(word)
    if wanted in plain:
        return plain[wanted]
    close = get_close_matches(wanted, plain, n=1, cutoff=0.6)
    return plain[close[0]] if close else None


def slip_of(word: str, known: Iterable[str]) -> str | None:
    """The known word of which ``word`` is surely a slip; stricter than `nearest`, for who may say more."""
    near = nearest(word, known)
    if near is None or word == near:
        return None
    from difflib import SequenceMatcher

    return near if SequenceMatcher(None, _plain(word), _plain(near)).ratio() >= SURE else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Say ``; did you mean 'x'?``, or name all known words when none is near and they are few."""
    words = list(dict.fromkeys(known))
    near = nearest(word, words)
    if near is not None:
        return f"; did you mean '{near}'?"
    return f"; known are {', '.join(words)}" if 0 < len(words) <= 16 else ""


def _plain(word: str) -> str:
    return "".join(filter(str.isalnum, word.casefold()))
