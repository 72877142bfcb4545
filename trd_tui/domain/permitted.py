"""When a contact may be texted: the campaign's window and the law, in every zone where they may be at once.

A minute must be left before the hours close, so that a text is not called, queued and carried into the
quiet: what is nearer to closing waits for the next opening.
"""

from __future__ import annotations

from functools import lru_cache

from trd_tui.domain.law import Law, hours_on
from trd_tui.domain.law_in_force import in_force
from trd_tui.domain.place import Place
from trd_tui.domain.window import Window
from trd_tui.domain.zones import open_spans

LEAST_LEFT_MS = 60_000
"""Least time before closing at which a text may still go."""

LOOK_AHEAD_DAYS = 40
"""Longer than any window that opens at all stays closed, over holidays and weekends."""

MOST_VALID_S = 36_000
"""The longest validity that the carrier takes, which is also its own."""

_UNDER_WAY_S = 30
"""Time for the call itself: by so much a text expires before the hours close."""

_DAY_MS = 86_400_000
_EPOCH_ORDINAL = 719_163

Span = tuple[int, int]


def next_permitted(instant: int, zone: str, window: Window, place: Place) -> int | None:
    """The first instant, this one included, at which a contact may be texted; ``None`` when there is none.

    Args:
        instant: epoch milliseconds.
        zone: the campaign's zone, for whoever may be anywhere.
        window: the campaign's window, on the contact's own clock.
        place: where the contact may be.

    Raises:
        ZoneError: there is no such zone.
    """
    span = next_span(instant, zone, window, place)
    return None if span is None else span[0]


def next_span(instant: int, zone: str, window: Window, place: Place) -> Span | None:
    """The same, with the instant at which the hours close that are open then.

    The arguments are those of `next_permitted`.

    Raises:
        ZoneError: there is no such zone.
    """
    zones, law = place.zones or (zone,), in_force()
    day = instant // _DAY_MS
    for ahead in range(LOOK_AHEAD_DAYS):
        for first, closes in _spans(day + ahead, zones, place.states, window, law):
            at = max(first, instant)
            if at + LEAST_LEFT_MS <= closes:
                return at, closes
    return None


def closes_at(instant: int, zone: str, window: Window, place: Place) -> int:
    """The instant at which the hours close that are open at an instant; the instant itself when none are.

    The arguments are those of `next_permitted`.
    """
    for first, closes in _spans(instant // _DAY_MS, place.zones or (zone,), place.states, window, in_force()):
        if first <= instant < closes:
            return closes
    return instant


def validity_s(instant: int, closes: int) -> int:
    """Seconds after which the carrier shall drop a text unsent, so that it cannot come after closing."""
    return max(1, min(MOST_VALID_S, (closes - instant) // 1000 - _UNDER_WAY_S))


@lru_cache(maxsize=1 << 15)
def _spans(
    day: int, zones: tuple[str, ...], states: tuple[str, ...], window: Window, law: Law
) -> tuple[Span, ...]:
    """Spans that touch a day of UTC and in which all zones are open, each in its full length."""
    begins, ends = day * _DAY_MS, (day + 1) * _DAY_MS
    common = [(begins - 2 * _DAY_MS, ends + 2 * _DAY_MS)]
    for zone in zones:
        common = _both(common, _zone_spans(day, zone, states, window, law))
    return tuple(span for span in common if span[0] < ends and span[1] > begins)


@lru_cache(maxsize=1 << 15)
def _zone_spans(day: int, zone: str, states: tuple[str, ...], window: Window, law: Law) -> tuple[Span, ...]:
    """The open spans of the local dates around a day of UTC, ascending, what touches made one."""
    found: list[Span] = []
    for ordinal in range(_EPOCH_ORDINAL + day - 2, _EPOCH_ORDINAL + day + 3):
        # Ordinal 1 was a Monday.
        hours = hours_on(law, ordinal, states) if window.days >> (ordinal - 1) % 7 & 1 else None
        if hours is not None:
            opens, closes = max(hours[0], window.opens), min(hours[1], window.closes)
            if opens < closes:
                found += open_spans(ordinal, opens, closes, zone)
    merged: list[Span] = []
    # Where clocks go back over midnight, a date goes on after the first minutes of the next one.
    for first, after in sorted(found):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(after, merged[-1][1]))
        else:
            merged.append((first, after))
    return tuple(merged)


def _both(one: list[Span], other: tuple[Span, ...]) -> list[Span]:
    found = []
    for first, after in one:
        for begins, ends in other:
            if max(first, begins) < min(after, ends):
                found.append((max(first, begins), min(after, ends)))
    return found
