"""The rate that the top line shows."""

from trd_tui.engine.rate import SPAN_S, Rate


def test_rate_follows_the_last_seconds() -> None:
    now = 100.0
    rate = Rate(lambda: now)
    assert rate.of(0) == 0.0
    for step in range(1, 101):
        now = 100.0 + step / 20
        shown = rate.of(step * 50)
    assert shown == 1_000.0
    now += SPAN_S
    assert 0 <= rate.of(5_000) < 1_000
    now += SPAN_S
    assert rate.of(5_000) == 0.0


def test_the_first_messages_are_no_burst() -> None:
    now = 5.0
    rate = Rate(lambda: now)
    rate.of(0)
    now += 0.05
    assert rate.of(10) == 10.0
