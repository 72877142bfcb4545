"""What follows from a failure: every class has a verdict, and none repeats what must not be repeated."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.failures import (
    RETRY_AFTER_CAP_MS,
    Decision,
    FailureClass,
    decide,
    jitter_of,
    next_pacific_midnight,
)

NOW = int(datetime(2024, 3, 9, 18, 30, tzinfo=UTC).timestamp() * 1000)
HOUR = 3_600_000

classes = st.sampled_from(FailureClass)
instants = st.integers(0, 4_000_000_000_000)


@given(
    classes,
    st.integers(-1, 10_000),
    st.none() | st.floats(),
    instants,
    st.floats(0, 1),
    st.booleans(),
)
def test_a_delay_comes_with_a_retry_and_only_then(
    failure: FailureClass, attempts: int, asked: float | None, now: int, jitter: float, toll_free: bool
) -> None:
    verdict = decide(failure, attempts, asked, now, jitter=jitter, toll_free=toll_free)
    assert (verdict.delay_ms is not None) == (verdict.decision is Decision.RETRY)
    assert verdict.delay_ms is None or 0 < verdict.delay_ms <= 26 * HOUR
    assert verdict.reason
    assert verdict == decide(failure, attempts, asked, now, jitter=jitter, toll_free=toll_free)


@pytest.mark.parametrize(
    ("failure", "decision"),
    [
        (FailureClass.BAD_NUMBER, Decision.FAIL_CONTACT),
        (FailureClass.OPTED_OUT, Decision.SUPPRESS),
        (FailureClass.LITIGATOR, Decision.SUPPRESS),
        (FailureClass.SENDER, Decision.PAUSE_SENDER),
        (FailureClass.CREDENTIALS, Decision.PAUSE_ALL),
        (FailureClass.ACCOUNT, Decision.PAUSE_ALL),
        (FailureClass.TRIAL, Decision.PAUSE_ALL),
        (FailureClass.CONTENT, Decision.HOLD),
        (FailureClass.CONFIG, Decision.HOLD),
        (FailureClass.REGION, Decision.HOLD),
        (FailureClass.RUNAWAY, Decision.HOLD),
    ],
)
def test_what_cannot_work_is_never_tried_again(failure: FailureClass, decision: Decision) -> None:
    assert {decide(failure, attempts, 5.0, NOW).decision for attempts in range(1, 5)} == {decision}


@pytest.mark.parametrize(
    ("failure", "retries", "then"),
    [
        (FailureClass.SOFT, 2, Decision.FAIL_TOUCH),
        (FailureClass.SOFT_OPTOUT, 1, Decision.SUPPRESS),
        (FailureClass.EXPIRED, 1, Decision.FAIL_TOUCH),
        (FailureClass.RETRY_LATER, 12, Decision.HOLD),
        (FailureClass.WINDOW, 24, Decision.HOLD),
        (FailureClass.NEXT_DAY, 7, Decision.HOLD),
    ],
)
def test_retries_are_counted_and_end(failure: FailureClass, retries: int, then: Decision) -> None:
    verdicts = [decide(failure, attempt, None, NOW).decision for attempt in range(1, retries + 3)]
    assert verdicts == [Decision.RETRY] * retries + [then, then]


def test_too_many_requests_back_off_by_doubling_up_to_half_a_minute_and_never_give_up() -> None:
    delays = [decide(FailureClass.RETRY, attempt, None, NOW).delay_ms for attempt in range(1, 12)]
    assert delays[:4] == [100, 200, 400, 800]
    assert delays[-2:] == [30_000, 30_000]
    assert decide(FailureClass.RETRY, 1_000_000, None, NOW).delay_ms == 30_000


@given(st.floats(0.001, 3_600), st.integers(1, 50), st.floats(0, 1))
def test_what_the_carrier_asks_for_is_kept(asked: float, attempts: int, jitter: float) -> None:
    delay = decide(FailureClass.RETRY, attempts, asked, NOW, jitter=jitter).delay_ms
    assert delay is not None
    assert asked * 1000 <= delay <= math.ceil(asked * 1000) * 1.5


@pytest.mark.parametrize("nonsense", [math.nan, math.inf, -math.inf, -3.0, 0.0])
def test_a_nonsensical_retry_after_is_ignored(nonsense: float) -> None:
    assert decide(FailureClass.RETRY, 1, nonsense, NOW).delay_ms == 100


@pytest.mark.parametrize("days", [1e5, 1e9, 1.7e308])
def test_a_retry_after_of_days_is_cut(days: float) -> None:
    assert decide(FailureClass.RETRY, 1, days, NOW).delay_ms == RETRY_AFTER_CAP_MS


def test_soft_failures_wait_hours() -> None:
    delays = [decide(FailureClass.SOFT, attempt, None, NOW).delay_ms for attempt in (1, 2)]
    assert delays == [2 * HOUR, 4 * HOUR]


def test_a_block_from_a_toll_free_number_means_stop() -> None:
    assert decide(FailureClass.SOFT_OPTOUT, 1, None, NOW, toll_free=True).decision is Decision.SUPPRESS


@given(instants)
def test_the_daily_cap_opens_at_the_next_pacific_midnight(now: int) -> None:
    midnight = next_pacific_midnight(now)
    local = datetime.fromtimestamp(midnight / 1000, ZoneInfo("America/Los_Angeles"))
    assert (local.hour, local.minute, local.second) == (0, 0, 0)
    assert 0 < midnight - now <= 25 * HOUR


def test_the_daily_cap_on_the_days_when_clocks_change() -> None:
    # 2024-03-10 has 23 hours in Los Angeles, 2024-11-03 has 25.
    spring = int(datetime(2024, 3, 10, 8, 0, tzinfo=UTC).timestamp() * 1000)
    assert decide(FailureClass.NEXT_DAY, 1, None, spring).delay_ms == 23 * HOUR
    autumn = int(datetime(2024, 11, 3, 7, 0, tzinfo=UTC).timestamp() * 1000)
    assert decide(FailureClass.NEXT_DAY, 1, None, autumn).delay_ms == 25 * HOUR


@given(st.text(), st.integers(0, 1_000))
def test_jitter_is_the_same_whenever_asked(key: str, attempts: int) -> None:
    assert 0.0 <= jitter_of(key, attempts) < 1.0
    assert jitter_of(key, attempts) == jitter_of(key, attempts)


def test_jitter_spreads_a_crowd() -> None:
    assert len({int(jitter_of(f"attempt-{n}", 1) * 100) for n in range(2_000)}) == 100
