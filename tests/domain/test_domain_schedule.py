"""When a touch is due, in zones with every kind of clock change that IANA knows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trd_tui.domain.schedule import (
    MIN_GAP_MS,
    ZoneError,
    check_zone,
    first_touch_instant,
    is_open,
    local_date,
    next_open,
    next_touch_instant,
    shift_for_pause,
    touch_instant,
)
from trd_tui.domain.window import Window, parse_window
from trd_tui.domain.zones import instant_at, open_spans

HOUR = 3_600_000
DAY = 24 * HOUR
NEW_YORK = "America/New_York"
ALWAYS = parse_window("mon-sun", "00:00", "24:00")
USUAL = parse_window("mon-sat", "09:00", "20:00")

ZONES = [
    "UTC",
    NEW_YORK,
    "America/Los_Angeles",
    "America/Phoenix",
    "America/St_Johns",  # changed at one minute past midnight until 2011
    "America/Havana",  # changes at midnight
    "America/Sao_Paulo",
    "Asia/Beirut",  # jumps over midnight
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Apia",  # skipped 2011-12-30
    "Pacific/Chatham",
    "Africa/Casablanca",
    "Antarctica/Troll",  # changes by two hours
    "Europe/Dublin",
]

zones = st.sampled_from(ZONES)
dates = st.dates(date(2005, 1, 1), date(2037, 12, 1))
times = st.integers(0, 1_439)
# Seconds apart from the minute as well, and close to changes often enough through the dates below.
instants = st.integers(1_104_537_600_000, 2_145_916_800_000)


@st.composite
def windows(draw: st.DrawFn) -> Window:
    opens = draw(times)
    return Window(draw(st.integers(1, 127)), opens, draw(st.integers(opens + 1, 1_440)))


def changes(zone: str, first: int = 2005, last: int = 2037) -> list[date]:
    """Every local date in these years whose length is not 24 hours, and the days beside it."""
    info = ZoneInfo(zone)
    begin, end = date(first, 1, 1).toordinal(), date(last, 12, 2).toordinal()
    days = [date.fromordinal(at) for at in range(begin, end)]
    noons = [datetime(day.year, day.month, day.day, 12, tzinfo=info).utcoffset() for day in days]
    found: list[date] = []
    for at, (before, after) in enumerate(pairwise(noons)):
        if before != after:
            found += days[at : at + 2]
    return found


CHANGE_DAYS = [(zone, day) for zone in ZONES for day in changes(zone)]
near_changes = st.sampled_from(CHANGE_DAYS)
anywhere = near_changes | st.tuples(zones, dates)


def ms(text: str) -> int:
    """An instant from ISO text with an offset."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


def local(instant: int, zone: str) -> datetime:
    return datetime.fromtimestamp(instant / 1000, UTC).astimezone(ZoneInfo(zone))


def open_by_definition(instant: int, zone: str, window: Window) -> bool:
    """What a person with a clock on the wall would say."""
    wall = local(instant, zone)
    minute = wall.hour * 60 + wall.minute
    return bool(window.days >> wall.weekday() & 1) and window.opens <= minute < window.closes


# --- the way from a date and a time to an instant


@given(anywhere, times)
def test_a_local_time_becomes_its_first_instant_or_the_first_after_the_jump(
    place: tuple[str, date], minutes: int
) -> None:
    zone, day = place
    wanted = datetime(day.year, day.month, day.day) + timedelta(minutes=minutes)
    found = instant_at(day.toordinal(), minutes, zone)
    wall = local(found, zone)
    before = local(found - 1, zone)
    if wall.replace(tzinfo=None) == wanted:
        # The first of two: no earlier instant within a change's reach shows the same.
        assert all(
            local(found - back * 60_000, zone).replace(tzinfo=None) != wanted for back in (30, 60, 120)
        )
    else:
        # It does not exist: the clock jumped over it in this very moment.
        assert before.replace(tzinfo=None) < wanted < wall.replace(tzinfo=None)
        assert before.utcoffset() != wall.utcoffset()


@pytest.mark.parametrize(
    ("zone", "day", "minutes", "expected"),
    [
        (NEW_YORK, date(2024, 3, 10), 150, "2024-03-10T03:00-04:00"),  # 02:30 does not exist
        (NEW_YORK, date(2024, 3, 10), 540, "2024-03-10T09:00-04:00"),
        (NEW_YORK, date(2024, 3, 9), 540, "2024-03-09T09:00-05:00"),
        (NEW_YORK, date(2024, 11, 3), 90, "2024-11-03T01:30-04:00"),  # 01:30 comes twice
        (NEW_YORK, date(2024, 11, 3), 540, "2024-11-03T09:00-05:00"),
        ("America/Phoenix", date(2024, 3, 10), 150, "2024-03-10T02:30-07:00"),
        ("Asia/Beirut", date(2024, 3, 31), 15, "2024-03-31T01:00+03:00"),
        ("Pacific/Apia", date(2011, 12, 30), 540, "2011-12-31T00:00+14:00"),
        ("Australia/Lord_Howe", date(2024, 10, 6), 135, "2024-10-06T02:30+11:00"),
    ],
)
def test_known_changes(zone: str, day: date, minutes: int, expected: str) -> None:
    assert instant_at(day.toordinal(), minutes, zone) == ms(expected)


@given(instants, zones)
def test_the_local_date_is_the_calendar_s(instant: int, zone: str) -> None:
    assert local_date(instant, zone) == local(instant, zone).date()


# --- windows


@given(anywhere, st.integers(-DAY, 2 * DAY), windows())
def test_open_is_what_the_clock_on_the_wall_says(
    place: tuple[str, date], offset: int, window: Window
) -> None:
    zone, day = place
    instant = instant_at(day.toordinal(), 0, zone) + offset
    assert is_open(instant, zone, window) == open_by_definition(instant, zone, window)


@given(anywhere, st.integers(-DAY, 2 * DAY), windows())
def test_the_next_opening_is_open_and_nothing_before_it_is(
    place: tuple[str, date], offset: int, window: Window
) -> None:
    zone, day = place
    instant = instant_at(day.toordinal(), 0, zone) + offset
    opening = next_open(instant, zone, window)
    assert opening >= instant
    assert open_by_definition(opening, zone, window)
    assert next_open(opening, zone, window) == opening
    if opening > instant:
        assert not open_by_definition(instant, zone, window)
        assert not open_by_definition(opening - 1, zone, window)
        minutes = range(instant, opening, max(60_000, (opening - instant) // 400))
        assert not any(open_by_definition(minute, zone, window) for minute in minutes)


@given(anywhere, times, times)
def test_open_spans_ascend_and_do_not_touch(place: tuple[str, date], one: int, other: int) -> None:
    zone, day = place
    assume(one != other)
    spans = open_spans(day.toordinal(), min(one, other), max(one, other), zone)
    bounds = [bound for span in spans for bound in span]
    assert bounds == sorted(set(bounds))


def test_a_window_that_the_jump_swallows_opens_a_week_later() -> None:
    narrow = parse_window("sun", "02:10", "02:50")
    assert next_open(ms("2024-03-10T00:00-05:00"), NEW_YORK, narrow) == ms("2024-03-17T02:10-04:00")


def test_a_window_within_the_doubled_hour_opens_twice() -> None:
    narrow = parse_window("sun", "01:10", "01:50")
    day = date(2024, 11, 3).toordinal()
    twice = open_spans(day, 70, 110, NEW_YORK)
    assert [first for first, _ in twice] == [ms("2024-11-03T01:10-04:00"), ms("2024-11-03T01:10-05:00")]
    assert next_open(ms("2024-11-03T01:50-04:00"), NEW_YORK, narrow) == twice[1][0]


def test_a_midnight_that_comes_twice_does_not_hide_the_evening_before_it() -> None:
    # At 00:01 on 2010-11-07 St. John's went back to 23:01 on the 6th, a Saturday.
    saturday = parse_window("sat", "23:00", "24:00")
    sunday_for_a_minute = ms("2010-11-07T00:00:30-02:30")
    assert next_open(sunday_for_a_minute, "America/St_Johns", saturday) == ms("2010-11-06T23:01-03:30")


# --- touches


@given(anywhere, st.integers(1, 400), st.integers(0, 40), times, windows())
def test_a_touch_is_due_at_the_first_open_moment_from_its_day_and_time(
    place: tuple[str, date], day: int, shift: int, send_time: int, window: Window
) -> None:
    zone, enrolled_on = place
    due = touch_instant(enrolled_on, day, shift, send_time, zone, window)
    wanted = instant_at((enrolled_on + timedelta(days=day - 1 + shift)).toordinal(), send_time, zone)
    assert due == next_open(wanted, zone, window)
    assert 0 <= due - wanted <= 15 * DAY


@given(anywhere, st.integers(1, 400), st.integers(0, 40), times)
def test_days_and_shifts_are_the_calendar_s_never_24_hours(
    place: tuple[str, date], day: int, shift: int, send_time: int
) -> None:
    zone, enrolled_on = place
    due = local(touch_instant(enrolled_on, day, shift, send_time, zone, ALWAYS), zone)
    on = enrolled_on + timedelta(days=day - 1 + shift)
    jumped = (due.date(), due.hour * 60 + due.minute) > (on, send_time)
    assert jumped or (due.date(), due.hour * 60 + due.minute) == (on, send_time)
    if jumped:
        assert (zone, on) in CHANGE_DAYS


@given(anywhere, st.lists(st.integers(1, 60), min_size=2, max_size=9, unique=True), times, windows())
def test_later_days_are_never_due_earlier(
    place: tuple[str, date], days: list[int], send_time: int, window: Window
) -> None:
    zone, enrolled_on = place
    due = [touch_instant(enrolled_on, day, 0, send_time, zone, window) for day in sorted(days)]
    assert due == sorted(due)


def test_the_usual_nine_touches_over_the_spring_change() -> None:
    days = (1, 3, 5, 7, 9, 11, 13, 15, 17)
    due = [local(touch_instant(date(2024, 3, 4), day, 0, 540, NEW_YORK, USUAL), NEW_YORK) for day in days]
    assert {(at.hour, at.minute) for at in due} == {(9, 0)}
    # Day 7 is Sunday the 10th, on which the window is closed and clocks change.
    assert [at.day for at in due] == [4, 6, 8, 11, 12, 14, 16, 18, 20]


def test_a_send_time_before_or_after_the_window_moves_to_its_next_opening() -> None:
    assert touch_instant(date(2024, 3, 4), 1, 0, 420, NEW_YORK, USUAL) == ms("2024-03-04T09:00-05:00")
    assert touch_instant(date(2024, 3, 4), 1, 0, 1_200, NEW_YORK, USUAL) == ms("2024-03-05T09:00-05:00")
    assert touch_instant(date(2024, 3, 9), 1, 0, 1_260, NEW_YORK, USUAL) == ms("2024-03-11T09:00-04:00")


@given(anywhere, st.integers(-2 * DAY, 5 * DAY), st.integers(1, 5), times, windows())
def test_who_joins_late_gets_the_first_touch_at_once_or_at_the_next_opening(
    place: tuple[str, date], offset: int, day: int, send_time: int, window: Window
) -> None:
    zone, enrolled_on = place
    now = instant_at(enrolled_on.toordinal(), 0, zone) + offset
    planned = touch_instant(enrolled_on, day, 0, send_time, zone, window)
    first = first_touch_instant(now, enrolled_on, day, 0, send_time, zone, window)
    assert first >= now
    assert open_by_definition(first, zone, window)
    assert first == (planned if planned >= now else next_open(now, zone, window))


def test_joining_before_within_and_after_the_window_of_the_day() -> None:
    def joining(at: str) -> int:
        return first_touch_instant(ms(at), date(2024, 3, 9), 1, 0, 540, NEW_YORK, USUAL)

    assert joining("2024-03-09T07:00-05:00") == ms("2024-03-09T09:00-05:00")
    assert joining("2024-03-09T15:12-05:00") == ms("2024-03-09T15:12-05:00")
    assert joining("2024-03-09T21:00-05:00") == ms("2024-03-11T09:00-04:00")


@given(
    anywhere, st.integers(2, 60), st.integers(0, 9), times, windows(), st.none() | st.integers(-DAY, 9 * DAY)
)
def test_the_least_gap_wins_over_the_calendar(
    place: tuple[str, date], day: int, shift: int, send_time: int, window: Window, sent: int | None
) -> None:
    zone, enrolled_on = place
    planned = touch_instant(enrolled_on, day, shift, send_time, zone, window)
    last = None if sent is None else planned - sent
    due = next_touch_instant(enrolled_on, day, shift, send_time, zone, window, last)
    assert due >= planned
    assert open_by_definition(due, zone, window)
    if last is None or planned - last >= MIN_GAP_MS:
        assert due == planned
    else:
        assert due == next_open(last + MIN_GAP_MS, zone, window)


# --- pauses


@given(zones, instants, st.integers(0, 400 * DAY))
def test_a_shift_is_at_least_the_pause_and_less_than_a_day_more(zone: str, paused: int, length: int) -> None:
    shift = shift_for_pause(paused, paused + length, zone)
    on_the_wall = local(paused + length, zone).replace(tzinfo=None) - local(paused, zone).replace(tzinfo=None)
    assert shift >= 1
    assert timedelta(days=shift) >= on_the_wall
    assert shift == 1 or timedelta(days=shift - 1) < on_the_wall


@given(zones, instants, st.integers(0, 30 * DAY), dates, st.integers(1, 60), times)
def test_a_shift_keeps_the_send_time(
    zone: str, paused: int, length: int, enrolled_on: date, day: int, send_time: int
) -> None:
    shift = shift_for_pause(paused, paused + length, zone)
    moved = touch_instant(enrolled_on, day, shift, send_time, zone, ALWAYS)
    assert moved == touch_instant(enrolled_on + timedelta(days=shift), day, 0, send_time, zone, ALWAYS)


@pytest.mark.parametrize(
    ("paused", "resumed", "days"),
    [
        ("2024-03-04T10:00-05:00", "2024-03-04T10:00-05:00", 1),
        ("2024-03-04T10:00-05:00", "2024-03-04T10:05-05:00", 1),
        ("2024-03-04T10:00-05:00", "2024-03-05T10:00-05:00", 1),
        ("2024-03-04T10:00-05:00", "2024-03-05T10:01-05:00", 2),
        ("2024-03-09T10:00-05:00", "2024-03-10T10:00-04:00", 1),  # 23 hours
        ("2024-11-02T10:00-04:00", "2024-11-03T10:00-05:00", 1),  # 25 hours
        ("2024-03-05T10:00-05:00", "2024-03-04T10:00-05:00", 1),  # a clock that went back
    ],
)
def test_pauses_are_counted_on_the_wall(paused: str, resumed: str, days: int) -> None:
    assert shift_for_pause(ms(paused), ms(resumed), NEW_YORK) == days


# --- zones


def test_a_known_zone_is_given_back() -> None:
    assert check_zone(NEW_YORK) == NEW_YORK


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("America/New_Yrok", NEW_YORK),
        ("america/new_york ", NEW_YORK),
        ("New York", NEW_YORK),
        ("Los_Angelos", "America/Los_Angeles"),
        ("Europe/Kiyv", "Europe/Kyiv"),
    ],
)
def test_an_unknown_zone_is_refused_with_the_nearest(name: str, nearest: str) -> None:
    with pytest.raises(ZoneError, match=f"did you mean {nearest}"):
        check_zone(name)


@pytest.mark.parametrize(
    "name", ["", "America", "../etc/passwd", "/etc/localtime", "a\0b", "Factory", "GMT+99"]
)
def test_what_is_no_zone_at_all_is_refused(name: str) -> None:
    with pytest.raises(ZoneError, match="is not a time zone"):
        check_zone(name)


@given(st.text(max_size=20))
def test_any_name_is_a_zone_or_refused(name: str) -> None:
    try:
        known = check_zone(name)
    except ZoneError:
        return
    assert ZoneInfo(known).key == name
