"""Sends by time and touch: nothing is lost between quarters, hours and days, also when the clocks change."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.frequency import Caps
from trd_tui.domain.timeline import QUARTER_MS, Timeline
from trd_tui.domain.zones import local_ordinal

ZONES = ("America/New_York", "Asia/Kolkata", "Pacific/Chatham", "UTC")
CHANGES = (datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC))
"""Around these the clocks of New York change."""
AROUND = st.builds(
    lambda day, minutes: int(day.timestamp() * 1000) // QUARTER_MS + minutes,
    st.sampled_from(CHANGES),
    st.integers(-200, 200),
)


@given(st.sampled_from(ZONES), st.lists(st.tuples(AROUND, st.integers(1, 3), st.integers(1, 9)), max_size=30))
def test_days_and_hours_hold_every_message_once(zone: str, sends: list[tuple[int, int, int]]) -> None:
    timeline = Timeline(zone)
    for quarter, touch, count in sends:
        timeline.add(quarter, touch, count, count * 2, count * 7)
    days = timeline.days()
    for ordinal, touches in days.items():
        wanted: dict[int, int] = {}
        for quarter, touch, count in sends:
            if local_ordinal(quarter * QUARTER_MS, zone) == ordinal:
                wanted[touch] = wanted.get(touch, 0) + count
        assert {touch: tally.messages for touch, tally in touches.items()} == wanted
        hours = list(timeline.hours(ordinal))
        assert sum(hour.tally.messages for hour in hours) == sum(wanted.values())
        assert sum(hour.tally.cost_micros for hour in hours) == 7 * sum(wanted.values())
        assert [hour.at for hour in hours] == sorted(hour.at for hour in hours)
        assert len({(hour.at, hour.touch) for hour in hours}) == len(hours)
    assert sum(tally.segments for day in days.values() for tally in day.values()) == 2 * sum(
        count for _, _, count in sends
    )


def test_the_hour_that_comes_twice_is_told_twice() -> None:
    timeline = Timeline("America/New_York")
    begins = int(datetime(2026, 11, 1, 5, tzinfo=UTC).timestamp() * 1000) // QUARTER_MS
    for quarter in (begins, begins + 4):
        timeline.add(quarter, 1, 1, 1, 1)
    (ordinal,) = timeline.days()
    assert [hour.hour for hour in timeline.hours(ordinal)] == [1, 1]


@given(
    st.lists(st.integers(0, 60).map(lambda step: step * 4 * 3_600_000), max_size=8),
    st.integers(0, 3), st.integers(0, 5), st.one_of(st.none(), st.integers(1, 3)),
)  # fmt: skip
def test_what_is_said_of_the_caps_is_what_the_claim_asks(
    texted: list[int], per_day: int, per_week: int, legal: int | None
) -> None:
    caps, now = Caps(per_day, per_week), 10 * 86_400_000
    used = caps.used(texted, legal, now)
    free = max((cap.free_at for cap in used if cap.free_at is not None), default=0)
    earliest, _ = caps.earliest(texted, legal)
    assert max(free, now) == max(earliest, now)
    assert all((cap.free_at is not None) == (cap.used >= cap.limit.most) for cap in used)
    assert all(cap.free_at is None or cap.free_at > now for cap in used)
