"""Twilio's magic test numbers: what a create from or to one of them is answered with."""

from __future__ import annotations

MAGIC_PREFIX = "+1500555"
GOOD_SENDER = "+15005550006"

_FROM = {
    "+15005550001": 21212,
    "+15005550008": 21611,
}
_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}


def magic_refusal(sender: str, to: str) -> int | None:
    """The code with which a magic number refuses; ``None`` when the pair is served.

    The sender is judged first, as the carrier does. Numbers outside the magic range are all served.
    """
    if sender.startswith(MAGIC_PREFIX) and sender != GOOD_SENDER:
        return _FROM.get(sender, 21606)
    return _TO.get(to)
