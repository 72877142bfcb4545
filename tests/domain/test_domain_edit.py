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
from trd_tui.domain.zones import local_ordinal

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
        # Nobody gets an old one again, and nobody loses one that is to come: those in front of a touch stay
        # in front of it and those behind it behind it. What is put in comes behind what was taken out there.
        steps = calendar(stored).steps  # between two that are not sent on one day it makes no difference
        assert [(step.day, step.active) for step in steps] == [(each.day, each.active) for each in stored]
        sent_in_turn = [each.position for each in stored if each.active]
        assert [step.position for step in steps if step.active] == sent_in_turn
        place = {touch.position: at for at, touch in enumerate(stored)}
        sent = [each for each in order if not stored[place[each]].removed]
        assert sent == sorted(sent, key=place.__getitem__)
        for at, gone in enumerate(order):
            if stored[place[gone]].removed:
                earlier = [each for each in order[:at] if not stored[place[each]].removed]
                later = [each for each in order[at:] if not stored[place[each]].removed]
                assert all(place[each] < place[gone] for each in earlier)
                assert all(place[gone] < place[each] for each in later)
                behind = max((place[each] for each in earlier), default=-1)
                assert all(stored[each].removed for each in range(behind + 1, place[gone]))


def test_what_is_passed_over_stands_behind_what_was_taken_out_before_it() -> None:
    """Who had what was taken out gets the other one when it is sent again."""
    first = (Touch(1, 1, "a"), Touch(2, 2, "b", active=False))
    second = (Touch(1, 1, "a"), Touch(2, 3, "new"), Touch(3, 4, "b", active=False))
    third = (Touch(1, 1, "a"), Touch(2, 2, "b", active=False))
    stored = merge(merge(first, second, kept=frozenset({1, 2})), third, kept=frozenset({1, 2, 3}))
    assert [(each.body, each.removed) for each in stored] == [("a", False), ("new", True), ("b", False)]
    read = sorted(
        stored, key=lambda each: (each.day, each.active, each.position)
    )  # as the database gives them
    again = merge(read, (Touch(1, 1, "a"), Touch(2, 2, "b")), kept=frozenset({1, 2, 3}))
    assert [each.body for each in again] == ["a", "new", "b"]


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


@st.composite
def edits(draw: st.DrawFn) -> tuple[Calendar, Calendar]:
    """Calendars before and after, in which old touches keep their order."""
    count = draw(st.integers(1, 5))
    order = list(range(1, count + 1))
    for name in range(11, 11 + draw(st.integers(0, 2))):
        order.insert(draw(st.integers(0, len(order))), name)
    days = [
        sorted(draw(st.sets(st.integers(1, 14), min_size=many, max_size=many)))
        for many in (count, len(order))
    ]
    old = [Step(day, at) for at, day in enumerate(days[0], 1)]
    new = [Step(day, at, draw(st.integers(0, 3)) > 0) for at, day in zip(order, days[1], strict=True)]
    send_time = draw(st.sampled_from((540, 540, 810)))
    return Calendar(old, 540, WINDOW, NEW_YORK), Calendar(new, send_time, WINDOW, NEW_YORK)


@given(edits(), st.integers(0, 4), st.integers(0, 3), st.integers(-1, 12), st.booleans())
def test_after_an_edit_nothing_comes_again_nothing_is_passed_over_and_what_lies_ahead_comes(
    edit: tuple[Calendar, Calendar], waits: int, shift: int, days: int, running: bool
) -> None:
    before, after = edit
    touch = before.active[waits % len(before.active)]
    had = [step.position for step in before.active if step < touch]
    last = had[-1] if had else None
    who = Waiting(ENROLLED, shift, touch.position, 0, None, NEW_YORK)
    sent = before.planned(who, before.day(last), shift) if last else None
    who = who._replace(last_sent_at=sent, scheduled_for=before.instant(who, touch.day, shift))
    # between two send times, so that what lies ahead is no matter of milliseconds
    now = (sent or who.scheduled_for) + days * DAY + 6 * 3_600_000
    change = follow(who, before, after, last, now, running=running)

    order = [step.position for step in after.steps]
    gone = touch.position not in [step.position for step in after.active]
    waited = [step.position for step in before.active if step >= touch][: None if gone else 1]
    left = (
        after.active
        if last is None
        else [s for s in after.active if order.index(s.position) > order.index(last)]
    )
    planned = {step.position: after.planned(who, step.day, shift) for step in left}
    comes = [step for step in left if step.position in waited or planned[step.position] > now]
    comes = comes or [s for s in left if order.index(s.position) > order.index(touch.position)]
    if not comes:
        assert change == Change(None, who.scheduled_for, shift)
        return
    first = comes[0]
    if first.position == touch.position and planned[first.position] == before.planned(who, touch.day, shift):
        assert change is None
        return
    assert change is not None
    assert change.touch == first.position
    due = after.instant(who, first.day, shift)
    if due > now or not running:
        assert change == Change(first.position, due, shift)
        return
    assert change.at == after.earliest(who, now)
    # what follows keeps its distance to it, and nothing is moved to an earlier date
    behind = local_ordinal(change.at, NEW_YORK) - (ENROLLED + first.day - 1)
    assert change.shift_days == max(shift, behind)


@given(edits(), st.integers(0, 4), st.integers(0, 3), st.integers(-1, 12))
def test_who_is_taken_in_again_goes_on_with_the_very_next_touch(
    edit: tuple[Calendar, Calendar], waits: int, shift: int, days: int
) -> None:
    before, after = edit
    last = before.active[waits % len(before.active)]
    who = Waiting(ENROLLED, shift, last.position, 0, None, NEW_YORK)
    sent = before.planned(who, last.day, shift)
    who = who._replace(last_sent_at=sent)
    now = sent + days * DAY + 6 * 3_600_000
    place = [step.position for step in after.steps].index(last.position)
    behind = [step for step in after.steps[place + 1 :] if step.active]
    change = reopen(who, after, now)
    assert (change is None) == (not behind)
    if change is not None:
        due = after.instant(who, behind[0].day, shift)
        assert change.touch == behind[0].position
        assert change.at == (due if due > now else after.earliest(who, now))


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
