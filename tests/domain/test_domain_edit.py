"""Editing a campaign under way: which touch is which, and what it means for one contact."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trd_tui.domain.calendar import Calendar, Change, Step, Waiting
from trd_tui.domain.edit import follow, merge, reopen
from trd_tui.domain.schedule import MIN_GAP_MS, is_open
from trd_tui.domain.sequence import Sequence, SequenceError, Touch
from trd_tui.domain.window import Window

NEW_YORK = "America/New_York"
DAY = 86_400_000
WINDOW = Window(127, 540, 1200)
ENROLLED = date(2024, 3, 4).toordinal()


@st.composite
def sequences(draw: st.DrawFn) -> tuple[Touch, ...]:
    days = sorted(draw(st.sets(st.integers(1, 14), min_size=1, max_size=6)))
    bodies = [draw(st.sampled_from("abcde")) for _ in days]
    active = [draw(st.integers(0, 4)) > 0 for _ in days]
    active[draw(st.integers(0, len(days) - 1))] = True
    return tuple(Touch(place, *each) for place, each in enumerate(zip(days, bodies, active, strict=True), 1))


def calendar(touches: tuple[Touch, ...], send_time: int = 540) -> Calendar:
    steps = [Step(touch.day, touch.position, touch.active) for touch in touches]
    return Calendar(steps, send_time, WINDOW, NEW_YORK)


@given(st.lists(sequences(), min_size=2, max_size=5))
def test_edit_after_edit_old_touches_keep_name_and_order_and_new_ones_get_free_names(
    versions: list[tuple[Touch, ...]],
) -> None:
    stored = versions[0]
    for wanted in versions[1:]:
        before = {touch.position: touch for touch in stored}
        order = [touch.position for touch in stored]
        stored = merge(stored, wanted, kept=frozenset(before))
        Sequence(stored)  # days ascend, names are unique
        shown = [touch for touch in stored if not touch.removed]
        assert [(touch.day, touch.body, touch.active) for touch in shown] == [
            (touch.day, touch.body, touch.active) for touch in wanted
        ]
        # every touch that there was is still there
        assert set(before) <= {touch.position for touch in stored}
        assert all(
            touch.removed for touch in stored if touch.position in before and before[touch.position].removed
        )
        # nobody gets an old one again: those in front of a touch stay in front of it
        place = {touch.position: at for at, touch in enumerate(stored)}
        sent = [each for each in order if not stored[place[each]].removed]
        assert sent == sorted(sent, key=place.__getitem__)
        for at, gone in enumerate(order):
            if stored[place[gone]].removed:
                earlier = [each for each in order[:at] if not stored[place[each]].removed]
                assert all(place[each] < place[gone] for each in earlier)


def test_the_same_day_is_the_same_touch_and_the_same_text_between_the_same_neighbours_too() -> None:
    old = (Touch(1, 1, "a"), Touch(2, 3, "b"), Touch(3, 5, "c"))
    new = (Touch(1, 1, "A"), Touch(2, 2, "new"), Touch(3, 4, "b"), Touch(4, 5, "c"), Touch(5, 9, "end"))
    found = merge(old, new, kept=frozenset({1, 2, 3}))
    assert [(touch.position, touch.day, touch.body) for touch in found] == [
        (1, 1, "A"), (4, 2, "new"), (2, 4, "b"), (3, 5, "c"), (5, 9, "end"),
    ]  # fmt: skip


def test_a_touch_that_is_taken_out_stays_as_one_that_is_not_sent() -> None:
    old = (Touch(1, 1, "a"), Touch(2, 3, "b"), Touch(3, 5, "c"))
    found = merge(old, (Touch(1, 1, "a"), Touch(2, 5, "c")), kept=frozenset({1, 2, 3}))
    assert found == (Touch(1, 1, "a"), Touch(2, 3, "b", active=False, removed=True), Touch(3, 5, "c"))
    assert merge(old, (Touch(1, 1, "a"),), kept=frozenset()) == (Touch(1, 1, "a"),)


def test_there_is_a_most_of_different_touches() -> None:
    old = tuple(Touch(place, place, "x", active=place == 60, removed=place < 60) for place in range(1, 61))
    with pytest.raises(SequenceError, match="has had 60 different touches, which is the most; duplicate it"):
        merge(old, (Touch(1, 60, "x"), Touch(2, 61, "y")), kept=frozenset(range(1, 61)))


def waiting(touch: int, dates: Calendar, *, last_sent: int | None = None) -> Waiting:
    who = Waiting(ENROLLED, 0, touch, 0, last_sent, NEW_YORK)
    return who._replace(scheduled_for=dates.instant(who, dates.day(touch), 0))


OLD = (Touch(1, 1, "a"), Touch(2, 3, "b"), Touch(3, 5, "c"))


@pytest.mark.parametrize(
    ("new", "hours", "target"),
    [
        (OLD, 0, None),  # nothing is different
        ((*OLD, Touch(4, 9, "d")), 0, None),  # one more at the end concerns nobody yet
        ((OLD[0], Touch(4, 2, "new"), *OLD[1:]), 0, (4, -24)),  # a new one whose day lies ahead comes first
        ((OLD[0], Touch(4, 2, "new"), *OLD[1:]), 30, None),  # its day is over for this contact
        ((OLD[0], Touch(2, 4, "b"), OLD[2]), 0, (2, 24)),  # a later day
        ((OLD[0], Touch(2, 3, "b", active=False), OLD[2]), 0, (3, 48)),  # not sent any more: the next one
        # the next one has waited behind it beyond its own day: it is not passed over for one that lies ahead
        ((OLD[0], Touch(2, 3, "b", active=False), OLD[2], Touch(4, 9, "d")), 98, (3, 50)),
        ((OLD[0],), 0, (None, 0)),  # nothing is left
        ((OLD[0], Touch(2, 2, "b"), OLD[2]), 30, (2, -18)),  # an earlier day that is over: at once
    ],
)
def test_what_an_edit_means_for_one_who_waits_for_the_second_touch(
    new: tuple[Touch, ...], hours: int, target: tuple[int | None, int] | None
) -> None:
    before, after = calendar(OLD), calendar(merge(OLD, new, kept=frozenset({1, 2, 3})))
    sent = waiting(1, before).scheduled_for
    who = waiting(2, before, last_sent=sent)
    now = sent + hours * 3_600_000
    change = follow(who, before, after, 1, now, running=True)
    if target is None:
        assert change is None
        return
    assert change is not None
    assert (change.touch, (change.at - who.scheduled_for) // 3_600_000) == target


def test_in_a_paused_campaign_the_resume_decides_about_what_is_overdue() -> None:
    before, after = calendar(OLD), calendar((OLD[0], Touch(2, 2, "b"), OLD[2]))
    who = waiting(2, before)
    now = who.scheduled_for - 6 * 3_600_000
    assert follow(who, before, after, 1, now, running=False) == Change(2, who.scheduled_for - DAY, 0)
    running = follow(who, before, after, 1, now, running=True)
    assert running is not None
    assert running.at >= now


def test_who_had_finished_gets_what_was_added_behind_their_last_touch() -> None:
    after = calendar((*OLD, Touch(4, 9, "d"), Touch(5, 12, "e")))
    who = Waiting(ENROLLED, 0, 3, 0, None, NEW_YORK)
    ahead = reopen(who, after, after.planned(who, 7, 0))
    assert ahead == Change(4, after.planned(who, 9, 0), 0)
    late = reopen(who, after, after.planned(who, 30, 0))
    assert late is not None
    assert (late.touch, late.at, late.shift_days) == (4, after.planned(who, 30, 0), 21)
    assert reopen(who, calendar(OLD), 0) is None


@given(sequences(), sequences(), st.integers(0, 1439), st.integers(-2 * DAY, 16 * DAY), st.data())
def test_nobody_is_moved_into_the_past_or_back_to_a_touch_that_they_had(
    old: tuple[Touch, ...], wanted: tuple[Touch, ...], send_time: int, offset: int, data: st.DataObject
) -> None:
    before = calendar(old)
    touch = data.draw(st.sampled_from(before.active))
    earlier = [step.position for step in before.active if step < touch]
    who = waiting(touch.position, before)
    now = who.scheduled_for + offset
    sent = now - data.draw(st.integers(0, 3 * DAY)) if earlier else None
    who = who._replace(last_sent_at=sent)
    last = earlier[-1] if earlier else None
    stored = merge(old, wanted, kept=frozenset(each.position for each in old))
    after = calendar(stored, send_time)
    change = follow(who, before, after, last, now, running=True)
    if change is None:
        assert after.is_active(who.touch)
        return
    if change.touch is None:
        assert after.after(who.touch) == ()
        return
    assert change.touch not in earlier
    assert after.is_active(change.touch)
    assert change.at >= now
    assert is_open(change.at, NEW_YORK, WINDOW)
    assert sent is None or change.at >= sent + MIN_GAP_MS
