"""Windows as people write them, and the errors that name what is wrong."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.window import (
    Window,
    WindowError,
    format_days,
    format_time,
    parse_days,
    parse_time,
    parse_window,
)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-sat", 0b011_1111),
        ("mon-sun", 0b111_1111),
        ("mon,wed,fri", 0b001_0101),
        ("sat-mon", 0b110_0001),
        ("Sun", 0b100_0000),
        (" monday - Friday , sunday ", 0b101_1111),
        ("tue-tue", 0b000_0010),
    ],
)
def test_days_are_read(text: str, days: int) -> None:
    assert parse_days(text) == days


@pytest.mark.parametrize(
    ("days", "text"),
    [
        (0b011_1111, "mon-sat"),
        (0b111_1111, "mon-sun"),
        (0b110_0001, "sat-mon"),
        (0b110_0000, "sat,sun"),
        (0b001_0101, "mon,wed,fri"),
        (0b001_0111, "mon-wed,fri"),
    ],
)
def test_days_are_written_short(days: int, text: str) -> None:
    assert format_days(days) == text


@given(st.integers(1, 127))
def test_days_come_back(days: int) -> None:
    assert parse_days(format_days(days)) == days


@given(st.integers(0, 1_439))
def test_times_come_back(minutes: int) -> None:
    assert parse_time(format_time(minutes)) == minutes


@pytest.mark.parametrize("text", ["", "mon-", "-fri", "mon,,fri", "montag", "mon-fri-sun", "1-5"])
def test_a_day_that_is_none_is_named(text: str) -> None:
    with pytest.raises(WindowError, match=r"^window\.days: .*mon tue wed") as caught:
        parse_days(text)
    assert caught.value.field == "window.days"


@pytest.mark.parametrize("text", ["", "9", "9am", "24:00", "12:60", "-1:00", "09:00:00", "٠٩:٠٠", "9:5"])
def test_a_time_that_is_none_is_named(text: str) -> None:
    with pytest.raises(WindowError, match=r"^send_time: .* is not a time of day"):
        parse_time(text, field="send_time")


@given(st.text(max_size=12))
def test_any_text_is_read_or_refused(text: str) -> None:
    for parse in (parse_days, parse_time):
        with suppress(WindowError):
            assert parse(text) >= 0


def test_a_window_may_end_at_midnight_but_not_begin_at_the_next() -> None:
    assert parse_window("mon-sun", "00:00", "24:00") == Window(127, 0, 1_440)
    with pytest.raises(WindowError, match=r"^window\.from"):
        parse_window("mon-sun", "24:00", "24:00")


@pytest.mark.parametrize(
    ("days", "opens", "closes", "field"),
    [
        (0, 540, 1_200, "window.days"),
        (128, 540, 1_200, "window.days"),
        (127, -1, 1_200, "window.from"),
        (127, 1_440, 1_440, "window.from"),
        (127, 540, 1_441, "window.to"),
        (127, 540, 540, "window.to"),
        (127, 1_200, 540, "window.to"),
    ],
)
def test_a_window_that_never_opens_is_refused(days: int, opens: int, closes: int, field: str) -> None:
    with pytest.raises(WindowError) as caught:
        Window(days, opens, closes)
    assert caught.value.field == field


def test_a_window_says_what_it_is() -> None:
    assert str(parse_window("mon-sat", "09:00", "20:00")) == "mon-sat 09:00-20:00"
