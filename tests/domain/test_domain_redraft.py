"""A sequence that is changed step by step: touches keep who they are, days keep their order."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain import redraft
from trd_tui.domain.edit import merge
from trd_tui.domain.redraft import RedraftError
from trd_tui.domain.sequence import Sequence, SequenceError, Touch, default_sequence

STEPS = st.lists(
    st.tuples(
        st.sampled_from(("add", "remove", "move", "switch", "write", "variant", "drop", "weigh")),
        st.integers(0, 20),
        st.integers(-1, 40),
    ),
    max_size=12,
)


def step(touches: redraft.Touches, what: str, which: int, number: int) -> redraft.Touches:
    touch = touches[which % len(touches)]
    here = touch.position
    if what == "add":
        touches, made = redraft.add(touches, number if number % 2 else redraft.day_behind(touches, here))
        return redraft.write(touches, made, None, f"new {made}")
    if what == "remove":
        return redraft.remove(touches, here)
    if what == "move":
        return redraft.move(touches, here, number)
    if what == "switch":
        return redraft.switch(touches, here)
    if what == "variant":
        return redraft.add_variant(touches, here, f"variant {number}")[0]
    name = touch.variants[number % len(touch.variants)].name if touch.variants else ""
    if what == "drop":
        return redraft.remove_variant(touches, here, name)
    if what == "weigh":
        return redraft.weigh(touches, here, name, number)
    return redraft.write(touches, here, name or None, f"text {number}")


@given(STEPS)
def test_whatever_is_done_it_can_be_saved_and_every_touch_stays_itself(
    steps: list[tuple[str, int, int]],
) -> None:
    stored = default_sequence().touches
    touches = stored
    for what, which, number in steps:
        try:
            touches = step(touches, what, which, number)
        except RedraftError:
            continue
        assert all(one.day < other.day for one, other in pairwise(touches))
    merged = merge(stored, touches, kept=frozenset(range(1, 10)), known_as=redraft.known_as(touches))
    Sequence(merged)
    after = {touch.position: touch for touch in merged if not touch.removed}
    assert [(t.day, t.body, t.variants, t.active) for t in sorted(after.values(), key=lambda t: t.day)] == [
        (t.day, t.body, t.variants, t.active) for t in touches
    ]
    for touch in touches:
        if touch.position > 0:
            assert after[touch.position] == touch
    gone = {touch.position for touch in stored} - {touch.position for touch in touches}
    assert {touch.position for touch in merged if touch.removed} == gone


def test_old_touches_that_would_change_places_are_refused() -> None:
    old = (Touch(1, 1, "a"), Touch(2, 3, "b"))
    for known in ((2, 1), (1, 1), (1, 7)):
        with pytest.raises(SequenceError, match="keep their order"):
            merge(old, old, kept=frozenset({1, 2}), known_as=known)
