"""Fair shares: all slots are used, weights hold over time, and nobody starves."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.fairness import CHUNK, WEIGHTS, Queue, share

priorities = st.integers(1, 5)


@st.composite
def crowds(draw: st.DrawFn) -> list[Queue]:
    served = draw(st.lists(st.tuples(priorities, st.integers(0, 50)), min_size=1, max_size=60))
    return [Queue(f"camp_{n}", priority, last) for n, (priority, last) in enumerate(served)]


def run(slots: int, ranks: dict[str, int], rounds: int) -> list[list[tuple[str, int]]]:
    """What each campaign gets in each round while all of them always have something due."""
    last = dict.fromkeys(ranks, 0)
    history = []
    for turn in range(1, rounds + 1):
        quotas = share(slots, [Queue(name, ranks[name], last[name]) for name in ranks])
        last.update((name, turn) for name, _ in quotas)
        history.append(quotas)
    return history


@given(st.integers(1, 5_000), crowds())
def test_every_slot_is_given_once_to_somebody_who_waits(slots: int, crowd: list[Queue]) -> None:
    quotas = share(slots, crowd)
    names = [name for name, _ in quotas]
    assert len(set(names)) == len(names)
    assert set(names) <= {queue.id for queue in crowd}
    assert sum(quota for _, quota in quotas) == slots
    assert all(quota >= min(CHUNK, slots) for _, quota in quotas)
    assert quotas == share(slots, crowd)


@given(st.integers(1, 5_000), crowds())
def test_within_a_priority_parts_are_equal_and_the_longest_waiting_come_first(
    slots: int, crowd: list[Queue]
) -> None:
    quotas = dict(share(slots, crowd))
    for priority in WEIGHTS:
        peers = [queue for queue in crowd if queue.priority == priority]
        served = [queue for queue in peers if queue.id in quotas]
        passed = [queue for queue in peers if queue.id not in quotas]
        got = [quotas[queue.id] for queue in served]
        assert not got or max(got) - min(got) <= 1
        if served and passed:
            assert max(queue.last_served for queue in served) <= min(queue.last_served for queue in passed)


@given(st.integers(1, 60), st.lists(priorities, min_size=1, max_size=25))
def test_nobody_starves(slots: int, given_priorities: list[int]) -> None:
    ranks = {f"camp_{n}": priority for n, priority in enumerate(given_priorities)}
    # The lightest priority gets a chunk at least every 31 rounds; its campaigns take turns at that.
    history = run(slots, ranks, 3 * 32 * len(ranks))
    for name in ranks:
        rounds = [turn for turn, quotas in enumerate(history) if name in dict(quotas)]
        assert rounds
        bounds = [-1, *rounds, len(history)]
        assert max(later - earlier for earlier, later in pairwise(bounds)) <= 32 * len(ranks)


@pytest.mark.parametrize("slots", [1, 7, 10, 20, 50, 100, 310, 2_000])
def test_priorities_get_their_weight_over_time(slots: int) -> None:
    got: Counter[str] = Counter()
    for quotas in run(slots, {str(priority): priority for priority in WEIGHTS}, 1_500):
        got.update(dict(quotas))
    for priority, weight in WEIGHTS.items():
        assert got[str(priority)] / got.total() * 31 == pytest.approx(weight, rel=0.25)


@pytest.mark.parametrize("slots", [10, 50, 500])
def test_campaigns_of_one_priority_get_the_same_over_time(slots: int) -> None:
    got: Counter[str] = Counter()
    for quotas in run(slots, {f"camp_{n}": 3 for n in range(25)}, 500):
        got.update(dict(quotas))
    assert len(got) == 25
    assert max(got.values()) - min(got.values()) <= 500


def test_a_batch_touches_few_campaigns() -> None:
    assert len(share(100, [Queue(f"camp_{n}", 3, 0) for n in range(1_000)])) == 10


def test_one_campaign_gets_all() -> None:
    assert share(37, [Queue("camp_1", 5, 12)]) == [("camp_1", 37)]


def test_who_was_away_comes_first_but_gets_no_more_than_its_part() -> None:
    quotas = dict(share(170, [Queue("busy", 1, 9_999), Queue("back", 5, 3)]))
    assert quotas == {"busy": 160, "back": 10}


def test_without_slots_or_campaigns_there_is_nothing_to_share() -> None:
    assert share(0, [Queue("camp_1", 1, 0)]) == []
    assert share(-3, [Queue("camp_1", 1, 0)]) == []
    assert share(10, []) == []


@given(st.integers(-100, 100))
def test_a_priority_that_does_not_exist_counts_as_the_nearest(priority: int) -> None:
    nearest = min(max(priority, 1), 5)
    others = [Queue("b", 2, 0), Queue("c", 4, 0)]
    assert share(500, [Queue("a", priority, 0), *others]) == share(500, [Queue("a", nearest, 0), *others])
