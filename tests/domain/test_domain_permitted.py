"""Quiet hours against an oracle that walks the clock on the wall, minute by minute, by its own reading."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import trd_tui.domain
from trd_tui.domain.permitted import closes_at, next_permitted, validity_s
from trd_tui.domain.place import STATES, Place, place_of, zones_of_state
from trd_tui.domain.schedule import first_touch_instant, touch_instant
from trd_tui.domain.window import Window, parse_window

MINUTE = 60_000
DATA = tomllib.loads((Path(trd_tui.domain.__file__).parent / "data" / "quiet_hours.toml").read_text())
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HOLIDAYS_2026 = {
    date(2026, *day)
    for day in (
        (1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 3), (7, 4), (9, 7), (10, 12),
        (11, 11), (11, 26), (12, 25),
    )
}  # fmt: skip
ZONES = sorted(zone for zone in available_timezones() if "/" in zone)
EVERY_DAY = parse_window("mon-sun", "00:00", "24:00")
USUAL = parse_window("mon-sat", "09:00", "20:00")
NOWHERE = Place((), ())
NEW_YORK = "America/New_York"


def utc(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def wall_allows(wall: datetime, states: tuple[str, ...], window: Window) -> bool:
    """Whether a wall clock shows a time at which a text may come."""
    minute = wall.hour * 60 + wall.minute
    if not window.days >> wall.weekday() & 1 or not max(window.opens, 480) <= minute < min(
        window.closes, 1260
    ):
        return False
    now = f"{minute // 60:02}:{minute % 60:02}"
    for rule in DATA["rule"]:
        if rule["state"] not in states or f"{wall:%Y-%m-%d}" < rule.get("begins", ""):
            continue
        if rule.get("holidays") == "closed" and wall.date() in HOLIDAYS_2026:
            return False
        hours = rule.get(DAYS[wall.weekday()], rule.get("hours", "08:00-21:00"))
        if hours == "closed" or not hours[:5] <= now < hours[6:]:
            return False
    return True


def allows(instant: int, place: Place, window: Window) -> bool:
    """Whether every possible wall clock allows it, and still does for a minute."""
    return all(
        wall_allows(datetime.fromtimestamp(at / 1000, ZoneInfo(zone)), place.states, window)
        for at in ((instant, instant + MINUTE - 1) if instant % MINUTE else (instant,))
        for zone in place.zones
    )


def walked(instant: int, place: Place, window: Window, days: int) -> int | None:
    """The first permitted instant within some days, found by walking."""
    if allows(instant, place, window):
        return instant
    at = instant - instant % MINUTE
    for _ in range(days * 24 * 60):
        at += MINUTE
        if allows(at, place, window):
            return at
    return None


@st.composite
def places(draw: st.DrawFn) -> Place:
    states = draw(st.lists(st.sampled_from(sorted(STATES)), max_size=2, unique=True))
    whose: bool = draw(st.booleans())
    if states and whose:
        zones = tuple(sorted({zone for state in states for zone in zones_of_state(state)}))
    else:
        zones = tuple(draw(st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True)))
    return Place(zones, tuple(sorted(states)))


@st.composite
def windows(draw: st.DrawFn) -> Window:
    opens = draw(st.integers(0, 23 * 60))
    return Window(draw(st.integers(1, 127)), opens, draw(st.integers(opens + 30, 24 * 60)))


# Around both changes of the clocks in the US and in Europe, some holidays, the day a rule begins, any day.
instants = st.builds(
    lambda day, second: utc(day) + second * 1000,
    st.sampled_from(
        ["2026-03-07", "2026-03-28", "2026-04-04", "2026-07-02", "2026-10-17", "2026-10-24", "2026-10-31"]
    )
    | st.dates(date(2026, 1, 2), date(2026, 12, 20)).map(str),
    st.integers(0, 2 * 86_400),
)


@settings(max_examples=80)
@given(instants, places(), windows())
@example(utc("2026-03-08T05:30"), Place((NEW_YORK, "America/Chicago"), ("FL",)), EVERY_DAY)
@example(utc("2026-11-01T05:30"), Place(("America/Denver", "America/Chicago"), ("TX",)), EVERY_DAY)
@example(utc("2026-10-18T14:00"), Place((NEW_YORK,), ("PA",)), EVERY_DAY)
@example(utc("2026-11-27T01:30"), Place(("Pacific/Apia",), ("LA",)), USUAL)
def test_the_first_permitted_instant_is_what_a_walk_along_the_walls_finds(
    instant: int, place: Place, window: Window
) -> None:
    found = next_permitted(instant, NEW_YORK, window, place)
    if found is not None and found > instant + 4 * 86_400_000:
        # too far to walk: it is allowed, and the minutes before it are not
        assert allows(found, place, window)
        assert not allows(found - MINUTE, place, window)
        assert walked(instant, place, window, 1) is None
    else:
        assert walked(instant, place, window, 5) == found


@settings(max_examples=80)
@given(instants, places())
def test_what_a_carrier_drops_too_late_lies_before_the_hours_close(instant: int, place: Place) -> None:
    at = next_permitted(instant, NEW_YORK, EVERY_DAY, place)
    if at is None:
        return
    closes = closes_at(at, NEW_YORK, EVERY_DAY, place)
    assert at + MINUTE <= closes
    assert not allows(closes, place, EVERY_DAY)
    assert all(
        wall_allows(datetime.fromtimestamp((closes - 1) / 1000, ZoneInfo(zone)), place.states, EVERY_DAY)
        for zone in place.zones
    )
    valid = validity_s(at, closes)
    assert 5 < valid <= 36_000
    assert at + valid * 1000 + 30_000 <= closes


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_state_has_an_hour_each_week_and_none_outside(state: str) -> None:
    place = Place(zones_of_state(state), (state,))
    at, end = utc("2026-10-31T00:00"), utc("2026-11-07T00:00")  # with the night in which clocks go back
    hours = 0
    while at < end:
        permitted = next_permitted(at, NEW_YORK, USUAL, place) == at
        assert permitted == allows(at, place, USUAL)
        hours += permitted
        at += 60 * MINUTE
    assert hours >= 20


def test_two_zones_share_the_hours_of_both() -> None:
    west_florida = place_of("+18505550123", "", "", None)
    assert west_florida == Place(("America/Chicago", NEW_YORK), ("FL",))
    at = next_permitted(utc("2026-11-25T05:00"), NEW_YORK, EVERY_DAY, west_florida)
    assert at == utc("2026-11-25T14:00")  # eight in Chicago
    assert closes_at(at, NEW_YORK, EVERY_DAY, west_florida) == utc("2026-11-26T01:00")  # 20:00 in New York


def test_a_window_that_no_zone_shares_never_opens() -> None:
    antipodes = Place(("Pacific/Auckland", "Europe/Madrid"), ())
    assert next_permitted(utc("2026-11-25T05:00"), NEW_YORK, USUAL, antipodes) is None
    sundays = parse_window("sun", "09:00", "20:00")
    assert next_permitted(utc("2026-11-25T05:00"), NEW_YORK, sundays, Place((NEW_YORK,), ("AL",))) is None


def test_the_last_minute_before_closing_waits_for_the_next_opening() -> None:
    place = Place((NEW_YORK,), ())
    assert next_permitted(utc("2026-11-25T00:59"), NEW_YORK, USUAL, place) == utc("2026-11-25T00:59")
    assert next_permitted(utc("2026-11-25T00:59:01"), NEW_YORK, USUAL, place) == utc("2026-11-25T14:00")


def test_who_is_nowhere_follows_the_campaign() -> None:
    assert next_permitted(utc("2026-11-25T05:00"), "Asia/Tokyo", USUAL, NOWHERE) == utc("2026-11-25T05:00")


def test_a_touch_is_planned_where_it_may_go() -> None:
    honolulu = place_of("+18085550123", "", "", None)
    planned = touch_instant(date(2026, 11, 25), 1, 0, 9 * 60, NEW_YORK, USUAL, honolulu)
    assert planned == utc("2026-11-25T19:00")  # nine in New York is four there
    joined = first_touch_instant(
        planned + 12 * 3_600_000, date(2026, 11, 25), 1, 0, 9 * 60, NEW_YORK, USUAL, honolulu
    )
    assert joined == utc("2026-11-26T19:00")
    impossible = Place(("Pacific/Auckland", "Europe/Madrid"), ())
    assert touch_instant(date(2026, 11, 25), 1, 0, 9 * 60, NEW_YORK, USUAL, impossible) == utc(
        "2026-11-25T14:00"
    )


def test_the_holidays_of_the_year_are_the_lists() -> None:
    louisiana = Place(("America/Chicago",), ("LA",))
    day = date(2026, 1, 1)
    while day.year == 2026:
        noon = round(
            datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("America/Chicago")).timestamp()
        )
        open_ = next_permitted(noon * 1000, NEW_YORK, EVERY_DAY, louisiana) == noon * 1000
        assert open_ == (day not in HOLIDAYS_2026 and day.weekday() != 6), day
        day += timedelta(days=1)
