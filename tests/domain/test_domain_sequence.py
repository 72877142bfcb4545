"""Sequences: what is accepted, what is refused by name, and what comes next."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.sequence import (
    DEFAULT_DAYS,
    MAX_DAY,
    MAX_TOUCHES,
    Sequence,
    SequenceError,
    Touch,
    default_sequence,
)


@st.composite
def touches(draw: st.DrawFn) -> tuple[Touch, ...]:
    """Valid touches, with holes in the positions and some of them not active."""
    positions = sorted(draw(st.sets(st.integers(1, MAX_TOUCHES), min_size=1)))
    days = sorted(draw(st.sets(st.integers(1, MAX_DAY), min_size=len(positions), max_size=len(positions))))
    active = draw(st.lists(st.booleans(), min_size=len(positions), max_size=len(positions)))
    active[draw(st.integers(0, len(positions) - 1))] = True
    return tuple(
        Touch(position, day, "Hi", on) for position, day, on in zip(positions, days, active, strict=True)
    )


@given(touches())
def test_the_active_touches_follow_each_other_once_each_and_end(steps: tuple[Touch, ...]) -> None:
    sequence = Sequence(steps)
    walked: list[Touch] = []
    following: Touch | None = sequence.first()
    while following is not None:
        walked.append(following)
        following = sequence.next_after(following.position)
    assert tuple(walked) == sequence.active == tuple(touch for touch in steps if touch.active)
    assert sequence.planned == len(walked) >= 1


@given(touches(), st.integers(0, MAX_TOUCHES + 10))
def test_the_next_touch_is_the_nearest_active_one_behind(steps: tuple[Touch, ...], position: int) -> None:
    behind = [touch for touch in steps if touch.active and touch.position > position]
    assert Sequence(steps).next_after(position) == (behind[0] if behind else None)


@given(touches(), st.integers(1, MAX_TOUCHES))
def test_a_touch_is_found_at_its_position(steps: tuple[Touch, ...], position: int) -> None:
    here = {touch.position: touch for touch in steps}
    assert Sequence(steps).at(position) == here.get(position)


def test_a_position_before_the_sequence_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="0 or more"):
        default_sequence().next_after(-1)


@pytest.mark.parametrize(
    ("steps", "problem", "position"),
    [
        ((), "a sequence needs at least one touch", None),
        (tuple(Touch(n, n, "Hi") for n in range(1, 62)), "at most 60 touches, this one has 61", None),
        ((Touch(0, 1, "Hi"),), "touch 0: a position is a number from 1 to 60", 0),
        ((Touch(61, 1, "Hi"),), "touch 61: a position", 61),
        ((Touch(1, 0, "Hi"),), "touch 1: day 0 must be", 1),
        ((Touch(1, MAX_DAY + 1, "Hi"),), "touch 1: day 3651 must be", 1),
        ((Touch(2, 1, "Hi"), Touch(2, 3, "Hi")), "touch 2: the position is given twice", 2),
        ((Touch(1, 3, "Hi"), Touch(2, 3, "Hi")), "touch 2: day 3 must be later than day 3 of touch 1", 2),
        ((Touch(1, 3, "Hi"), Touch(2, 1, "Hi")), "touch 2: day 1 must be later than day 3 of touch 1", 2),
        ((Touch(1, 1, "Hi", kind="call"),), "touch 1: kind 'call' is not known", 1),
        ((Touch(1, 1, " \n"),), "touch 1: the text is empty", 1),
        ((Touch(1, 1, "Hi", active=False),), "at least one touch must be active", None),
    ],
)
def test_a_sequence_that_cannot_be_is_refused_by_name(
    steps: tuple[Touch, ...], problem: str, position: int | None
) -> None:
    with pytest.raises(SequenceError, match=re.escape(problem)) as caught:
        Sequence(steps)
    assert caught.value.position == position


def test_the_default_is_nine_different_touches_on_their_days() -> None:
    sequence = default_sequence()
    assert tuple(touch.day for touch in sequence.touches) == DEFAULT_DAYS == tuple(range(1, 18, 2))
    assert [touch.position for touch in sequence.touches] == list(range(1, 10))
    assert len({touch.body for touch in sequence.touches}) == 9
    assert sequence.first().body.endswith("Reply STOP to opt out.")


def test_the_default_texts_fit_one_plain_segment_for_usual_names() -> None:
    for touch in default_sequence().touches:
        text = touch.body.replace("{{first_name|there}}", "Christopher").replace(
            "{{first_name|Hello}}", "Maria"
        )
        text = text.replace("{{agent|our team}}", "Ann of Acme Homes")
        assert text.isascii()
        assert "{" not in text
        assert len(text) <= 160
