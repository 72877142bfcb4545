"""Token buckets: a sender's mean rate is kept exactly, however often and however oddly it is asked."""

from __future__ import annotations

from fractions import Fraction
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.bucket import UNLIMITED, capacity, ready_at, refill, room, settle, take

NOW = 1_700_000_000_000

rates = st.sampled_from([1, 7, 10, 100, 333, 1_000, 1_999, 3_000, 100_000]) | st.integers(1, 200_000)
horizons = st.sampled_from([100, 1_000, 5_000])
lengths = st.integers(1, 11)


@given(rates, horizons, st.lists(st.tuples(st.integers(0, 5_000), lengths), min_size=1, max_size=120))
def test_over_any_span_no_more_is_sent_than_the_rate_and_one_burst(
    rate: int, horizon: int, asks: list[tuple[int, int]]
) -> None:
    full = capacity(rate, horizon)
    tokens, at, now = full, NOW, NOW
    sent: list[tuple[int, int]] = []
    for wait, segments in asks:
        now += wait
        tokens, at = settle(tokens, at, now, rate, horizon)
        assert tokens <= full
        assert at <= now
        left = take(tokens, segments)
        if left is not None:
            tokens = left
            sent.append((now, segments))
    for first, (begin, _) in enumerate(sent):
        total = 0
        for end, segments in sent[first:]:
            # What was there before the last message pays all the others; the last may run into debt.
            # Time is credited in whole steps: up to one that began before the span may be paid within it.
            step = 1000 // gcd(rate, 1000)
            assert total * 1000 <= full + Fraction(rate * (end - begin + step), 1000) + 1
            total += segments


@given(rates, lengths, st.integers(1, 700))
def test_a_busy_sender_gets_its_whole_rate_however_often_it_is_looked_at(
    rate: int, segments: int, look_every: int
) -> None:
    tokens, at = 0, NOW
    sent = 0
    span = 400 * look_every
    for now in range(NOW, NOW + span + 1, look_every):
        tokens, at = settle(tokens, at, now, rate, 100_000)
        while (left := take(tokens, segments)) is not None:
            tokens = left
            sent += segments
    earned = Fraction(rate * span, 1_000_000)
    # One second of an odd rate may be outstanding still, one message is paid in advance.
    assert earned - Fraction(rate, 1000) - 1 <= sent <= earned + segments


@given(rates, st.integers(-20_000, 0), st.integers(0, 10_000))
def test_looking_earlier_changes_nothing_later(rate: int, tokens: int, first: int) -> None:
    end = NOW + 10_000
    at_once = refill(tokens, NOW, end, rate, 100_000)
    by_and_by = settle(tokens, NOW, NOW + first, rate, 100_000)
    assert refill(*by_and_by, end, rate, 100_000) == at_once


@given(rates, st.integers(-50_000, 5_000))
def test_ready_is_the_first_instant_at_which_a_message_is_taken(rate: int, tokens: int) -> None:
    ready = ready_at(tokens, NOW, rate)
    assert take(refill(tokens, NOW, ready, rate), 1) is not None
    if ready > NOW:
        assert take(refill(tokens, NOW, ready - 1, rate), 1) is None


@given(st.integers(-5_000, 200_000))
def test_room_is_what_can_be_taken_one_by_one(tokens: int) -> None:
    count, left = 0, take(tokens, 1)
    while left is not None:
        count, left = count + 1, take(left, 1)
    assert room(tokens) == count


def test_a_long_code_sends_one_segment_a_second() -> None:
    tokens, at = settle(-2_000, NOW, NOW + 1_000, 1_000)
    assert (tokens, at) == (-1_000, NOW + 1_000)
    assert take(tokens, 1) is None
    assert ready_at(tokens, at, 1_000) == NOW + 2_001


def test_a_message_longer_than_the_bucket_is_taken_and_paid_for_afterwards() -> None:
    left = take(capacity(1_000), 4)
    assert left == -3_000
    assert ready_at(left, NOW, 1_000) == NOW + 3_001


@pytest.mark.parametrize("idle", [0, 1, 10**9, 10**12])
def test_idle_time_gives_no_more_than_a_full_bucket(idle: int) -> None:
    assert settle(capacity(3_000), NOW, NOW + idle, 3_000) == (3_000, NOW + idle)


def test_a_clock_that_went_back_gives_nothing_and_blocks_nothing() -> None:
    tokens, at = settle(-500, NOW, NOW - 10**9, 1_000)
    assert (tokens, at) == (-500, NOW - 10**9)
    assert refill(tokens, at, at + 1_000, 1_000) == 500


def test_a_rate_of_nothing_is_no_limit() -> None:
    tokens, at = settle(-(10**9), NOW, NOW, 0)
    assert (tokens, at) == (UNLIMITED, NOW) == (capacity(0), NOW)
    for _ in range(1_000):
        left = take(tokens, 11)
        assert left is not None
        tokens = left
    assert ready_at(-5, NOW, 0) == NOW


def test_a_limit_set_later_holds_at_once() -> None:
    assert settle(UNLIMITED, NOW, NOW, 1_000) == (1_000, NOW)
