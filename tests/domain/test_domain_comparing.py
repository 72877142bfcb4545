"""Whether a difference means something: the formulas against known figures, and against chance itself."""

from __future__ import annotations

from random import Random
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.comparing import Comparison, Count, compare, in_words, two_proportions, wilson


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    # Newcombe (1998), table I, method 3: the worked examples of the Wilson interval
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_that_of_the_literature(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=0.00005)


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_an_interval_holds_its_rate_and_stays_within_bounds(hits: int, more: int) -> None:
    low, high = wilson(hits, hits + more)
    share = hits / (hits + more) if hits + more else 0.5
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


@given(st.integers(20, 400), st.integers(1, 400), st.integers(20, 400), st.integers(1, 400))
def test_the_test_is_that_of_the_normal_distribution(a: int, more_a: int, b: int, more_b: int) -> None:
    one, other = Count("A", a, a + more_a), Count("B", b, b + more_b)
    found = two_proportions(one, other)
    if found is None:
        return
    pooled = (a + b) / (one.of + other.of)
    z = (one.share - other.share) / (pooled * (1 - pooled) * (1 / one.of + 1 / other.of)) ** 0.5
    assert found == pytest.approx(2 * (1 - NormalDist().cdf(abs(z))), abs=1e-9)
    assert two_proportions(other, one) == found


def said(*counts: tuple[int, int]) -> str:
    named = [Count("ABCDEFG"[at], *each) for at, each in enumerate(counts)]
    return in_words("replies", named, compare(named))


def test_what_is_said_is_what_is_known() -> None:
    assert "nothing to compare" in said((1, 5))
    assert "too early" in said((0, 0), (0, 0))
    assert "too early" in said((4, 40), (0, 40)), "two expected replies of each tell nothing"
    assert "too early" in said((300, 300), (300, 301)), "nor do so few who do not reply"
    assert "could not be chance" not in said((60, 500), (30, 500))
    assert "no difference that could not be chance (A to B: 7.0 % to 6.0 %" in said((35, 500), (30, 500))
    assert "B is probably above A (9.6 % to 6.0 %, p = 0.034)" in said((30, 500), (48, 500))
    assert "A is clearly above B (12.0 % to 6.0 %" in said((60, 500), (30, 500))


def test_many_variants_need_more_and_the_lowest_may_be_out_of_the_race() -> None:
    """The same difference that means something between two means nothing among seven."""
    assert compare([Count("A", 30, 500), Count("B", 48, 500)]).verdict == "likely"
    seven = [Count("A", 30, 500), Count("B", 48, 500), *(Count(name, 39, 500) for name in "CDEFG")]
    assert compare(seven).verdict == "chance"
    third = compare([Count("A", 60, 500), Count("B", 59, 500), Count("C", 20, 500)])
    assert (third.verdict, third.highest, third.other) == ("clear", "A", "C")
    assert compare([Count("A", 100, 500), Count("B", 50, 500), Count("C", 0, 3)]).other == "B"


def test_equal_texts_are_rarely_told_apart() -> None:
    """Of 400 comparisons of a text with itself, some 4 may claim to be clear, and some 16 more likely."""
    random = Random(7)
    verdicts: list[str] = []
    for _ in range(400):
        counts = [Count(name, sum(random.random() < 0.06 for _ in range(500)), 500) for name in "AB"]
        verdicts.append(compare(counts).verdict)
    assert verdicts.count("clear") <= 12
    assert verdicts.count("clear") + verdicts.count("likely") <= 36
    assert Comparison("early") == compare([Count("A", 0, 0), Count("B", 9, 50)])
