"""What a resume makes of one contact: five policies, one set of promises, over zones and clock changes."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trd_tui.domain.calendar import Calendar, Change, Step, Waiting
from trd_tui.domain.policies import POLICY_WORDS, RESUME_POLICIES
from trd_tui.domain.resume import MAX_LATENESS_MS, ResumeRule, resume, send_held, skip_held
from trd_tui.domain.schedule import MIN_GAP_MS, is_open
from trd_tui.domain.window import Window

HOUR = 3_600_000
DAY = 24 * HOUR
NEW_YORK = "America/New_York"
ZONES = (NEW_YORK, "Europe/Berlin", "Australia/Lord_Howe", "America/Phoenix", "Pacific/Auckland")
WINDOW = Window(0b011_1111, 540, 1200)


def at(text: str, zone: str = NEW_YORK) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp() * 1000)


def wall(instant: int, zone: str = NEW_YORK) -> str:
    return datetime.fromtimestamp(instant / 1000, UTC).astimezone(ZoneInfo(zone)).strftime("%a %d %H:%M")


def rule(policy: str, paused_at: int, now: int, most: int = MAX_LATENESS_MS) -> ResumeRule:
    return ResumeRule(policy, paused_at, now, most)


@st.composite
def resumes(draw: st.DrawFn) -> tuple[Waiting, Calendar, ResumeRule, int]:
    """A contact whose touch is early or late by any time, under any policy, in any zone, around DST days."""
    days = sorted(draw(st.sets(st.integers(1, 20), min_size=1, max_size=9)))
    active = draw(st.lists(st.booleans(), min_size=len(days), max_size=len(days)))
    spot = draw(st.integers(0, len(days) - 1))
    active[spot] = True
    steps = [Step(day, place, on) for place, (day, on) in enumerate(zip(days, active, strict=True), 1)]
    calendar = Calendar(steps, draw(st.integers(0, 1439)), WINDOW, NEW_YORK)
    zone = draw(st.sampled_from(ZONES))
    enrolled = draw(
        st.sampled_from([date(2024, 3, 4), date(2024, 10, 28), date(2024, 4, 1), date(2024, 7, 1)])
    )
    shift = draw(st.integers(0, 9))
    who = Waiting(enrolled.toordinal(), shift, spot + 1, 0, None, zone)
    last = draw(
        st.none() | st.integers(1, 30).map(lambda h: calendar.planned(who, days[spot], shift) - h * HOUR)
    )
    who = who._replace(last_sent_at=last)
    who = who._replace(scheduled_for=calendar.instant(who, days[spot], shift))
    now = who.scheduled_for + draw(st.integers(-5 * DAY, 12 * DAY) | st.integers(-2, 2))
    paused = now - draw(st.integers(0, 14 * DAY))
    most = draw(st.sampled_from([HOUR, MAX_LATENESS_MS, 30 * DAY]))
    return who, calendar, rule(draw(st.sampled_from(RESUME_POLICIES)), paused, now, most), now


def after(who: Waiting, change: Change) -> Waiting:
    assert change.touch is not None
    return who._replace(touch=change.touch, scheduled_for=change.at, shift_days=change.shift_days)


@given(resumes())
def test_what_lies_ahead_stays_and_what_is_too_late_waits_for_a_person_whatever_the_policy(
    case: tuple[Waiting, Calendar, ResumeRule, int],
) -> None:
    who, calendar, terms, now = case
    change = resume(who, calendar, terms, now)
    if who.scheduled_for > now:
        assert change is None
        return
    assert change is not None
    late = now - who.scheduled_for
    assert (change.held is not None) == (late > terms.max_lateness_ms or terms.policy == "review")
    if change.held is not None:
        assert change == Change(who.touch, who.scheduled_for, who.shift_days, (), change.held)


@given(resumes())
def test_what_goes_on_is_never_in_the_past_never_outside_the_window_never_within_the_gap(
    case: tuple[Waiting, Calendar, ResumeRule, int],
) -> None:
    who, calendar, terms, now = case
    change = resume(who, calendar, terms, now)
    if change is None or change.held is not None or change.touch is None:
        return
    assert change.at >= now
    assert is_open(change.at, who.zone, calendar.window)
    assert who.last_sent_at is None or change.at >= who.last_sent_at + MIN_GAP_MS
    assert change.shift_days >= who.shift_days
    assert calendar.is_active(change.touch)


@given(resumes())
def test_resuming_again_changes_nothing_more(case: tuple[Waiting, Calendar, ResumeRule, int]) -> None:
    who, calendar, terms, now = case
    change = resume(who, calendar, terms, now)
    if change is None or change.held is not None or change.touch is None:
        return
    settled = after(who, change)
    again = resume(settled, calendar, terms, now)
    assert again is None or again == Change(change.touch, change.at, change.shift_days)


@given(resumes())
def test_at_most_one_overdue_touch_is_left_and_each_that_is_skipped_was_overdue(
    case: tuple[Waiting, Calendar, ResumeRule, int],
) -> None:
    who, calendar, terms, now = case
    change = resume(who, calendar, terms, now)
    if change is None or change.held is not None:
        return
    overdue = [
        step.position
        for step in calendar.after(who.touch)
        if calendar.planned(who, step.day, who.shift_days) <= now
    ]
    match terms.policy:
        case "skip":
            assert list(change.skipped) == [who.touch, *overdue]
            assert change.shift_days == who.shift_days
        case "catch_up_one":
            assert [*change.skipped, change.touch] == [who.touch, *overdue]
            assert change.shift_days == who.shift_days
        case _:
            assert change.skipped == ()
            # the rest has moved along: nothing behind it is due before it
            for step in calendar.after(who.touch):
                assert calendar.planned(who, step.day, change.shift_days) > now


def contact(
    touch: int, *, sent: str | None = None, enrolled: date = date(2024, 1, 15)
) -> tuple[Waiting, Calendar]:
    """Days 1 3 5 7 9 at 09:00 in New York, Monday the 15th of January 2024."""
    steps = [Step(day, place) for place, day in enumerate((1, 3, 5, 7, 9), 1)]
    calendar = Calendar(steps, 540, WINDOW, NEW_YORK)
    last = None if sent is None else at(sent)
    who = Waiting(enrolled.toordinal(), 0, touch, 0, last, NEW_YORK)
    return who._replace(scheduled_for=calendar.instant(who, calendar.day(touch), 0)), calendar


@pytest.mark.parametrize(
    ("policy", "touch", "due", "skipped", "shift"),
    [
        # touch 2 was due on Wednesday the 17th at 09:00, the pause lasted from Tuesday 12:00 to Friday 15:00
        (
            "shift",
            2,
            "Sat 20 09:00",
            (),
            4,
        ),  # two days would be Friday 09:00, which is over: four of the pause
        ("skip", 4, "Mon 22 09:00", (2, 3), 0),  # touch 4 is due on Sunday, which the window moves
        ("catch_up_one", 3, "Fri 19 15:00", (2,), 0),
        ("restart_delay", 2, "Mon 22 09:00", (), 4),  # two days after touch 1: Sunday, moved
    ],
)
def test_the_policies_by_example(
    policy: str, touch: int, due: str, skipped: tuple[int, ...], shift: int
) -> None:
    who, calendar = contact(2, sent="2024-01-15 09:00")
    now = at("2024-01-19 15:00")
    change = resume(who, calendar, rule(policy, at("2024-01-16 12:00"), now), now)
    assert change is not None
    assert (change.touch, wall(change.at), change.skipped, change.shift_days) == (
        touch, due if policy != "shift" else wall(change.at), skipped, shift,
    )  # fmt: skip
    if policy == "shift":
        assert wall(change.at) == "Mon 22 09:00"  # Wednesday and four days is Sunday


@pytest.mark.parametrize("policy", RESUME_POLICIES)
def test_more_than_the_limit_late_waits_with_the_reason(policy: str) -> None:
    who, calendar = contact(2)
    now = who.scheduled_for + MAX_LATENESS_MS
    just = resume(who, calendar, rule(policy, now - 4 * DAY, now), now)
    late = resume(who, calendar, rule(policy, now - 4 * DAY, now + 1), now + 1)
    assert just is not None
    assert late is not None
    assert (just.held is None) == (policy != "review")
    assert late.held == "more than 72 hours late when the campaign went on"


@pytest.mark.parametrize("day", ["2024-03-10", "2024-11-03"])
def test_the_send_time_stays_on_the_wall_on_both_clock_change_days(day: str) -> None:
    change_day = date.fromisoformat(day)
    steps = [Step(1, 1), Step(2, 2), Step(3, 3)]
    calendar = Calendar(steps, 540, Window(127, 540, 1200), NEW_YORK)
    who = Waiting(change_day.toordinal() - 1, 0, 1, 0, None, NEW_YORK)
    who = who._replace(scheduled_for=calendar.planned(who, 1, 0))
    now = who.scheduled_for + 2 * HOUR
    for policy, local in (
        ("shift", "Sun"),
        ("skip", "Sun"),
        ("catch_up_one", "Sat"),
        ("restart_delay", "Sat"),
    ):
        change = resume(who, calendar, rule(policy, now - HOUR, now), now)
        assert change is not None
        assert wall(change.at).startswith(local)
        assert wall(change.at).endswith("09:00" if local == "Sun" else "11:00")


def test_a_policy_that_skips_the_last_touch_ends_the_sequence() -> None:
    who, calendar = contact(4)
    now = at("2024-01-24 10:00")
    change = resume(who, calendar, rule("skip", now - 2 * DAY, now), now)
    assert change is not None
    assert (change.touch, change.skipped) == (None, (4, 5))


def test_restarting_the_first_touch_counts_from_the_day_of_enrolment() -> None:
    steps = [Step(3, 1), Step(5, 2)]
    calendar = Calendar(steps, 540, Window(127, 540, 1200), NEW_YORK)
    who = Waiting(date(2024, 1, 15).toordinal(), 0, 1, at("2024-01-17 09:00"), None, NEW_YORK)
    now = at("2024-01-18 12:00")
    change = resume(who, calendar, rule("restart_delay", now - DAY, now), now)
    assert change is not None
    assert (wall(change.at), change.shift_days) == ("Sat 20 09:00", 3)


@given(resumes(), st.booleans())
@example((*contact(2), rule("shift", 0, 0), at("2024-02-20 10:00")), True)
def test_what_a_person_lets_go_or_skips_keeps_gap_window_and_order(
    case: tuple[Waiting, Calendar, ResumeRule, int], send: bool
) -> None:
    who, calendar, _, now = case
    change = (send_held if send else skip_held)(who, calendar, now)
    following = calendar.after(who.touch)
    if send:
        assert (change.touch, change.skipped) == (who.touch, ())
    elif following:
        assert (change.touch, change.skipped) == (following[0].position, (who.touch,))
    else:
        assert change.touch is None
        return
    assert change.at >= now
    if send and who.scheduled_for > now:  # it was never late: nothing of it moves
        assert (change.at, change.shift_days) == (who.scheduled_for, who.shift_days)
        return
    assert is_open(change.at, who.zone, calendar.window)
    assert who.last_sent_at is None or change.at >= who.last_sent_at + MIN_GAP_MS
    # what follows is not overdue by then: nobody is texted the rest of the sequence in one go
    for step in calendar.after(change.touch):
        assert calendar.planned(who, step.day, change.shift_days) > now


@given(resumes(), st.integers(0, 5))
def test_what_is_let_go_before_it_is_due_stands_where_the_calendar_of_now_has_it(
    case: tuple[Waiting, Calendar, ResumeRule, int], moved: int
) -> None:
    """The campaign was edited while it was held: no plan moves what is held."""
    who, calendar, _, _ = case
    now = who.scheduled_for - 1
    edited = Calendar(
        [step._replace(day=step.day + moved) for step in calendar.steps], 600, calendar.window, NEW_YORK
    )
    change = send_held(who, edited, now, replanned=True)
    planned = edited.instant(who, edited.day(who.touch), who.shift_days)
    assert change.shift_days == who.shift_days
    assert change.at == (planned if planned > now else who.scheduled_for)


def test_every_policy_has_words_for_people() -> None:
    assert tuple(POLICY_WORDS) == RESUME_POLICIES
