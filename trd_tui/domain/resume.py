"""What a resume does with a touch that fell due in the pause: one pure rule a contact, five policies.

Whatever the policy: a touch that lies ahead stays as it is; at most one overdue touch remains a contact;
one that is later than the limit waits for a person, it is neither sent nor dropped unasked. Applied
again without time passing the rule changes nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

from trd_tui.domain.calendar import Calendar, Change, Waiting
from trd_tui.domain.schedule import shift_for_pause
from trd_tui.domain.zones import local_ordinal

HOUR_MS = 3_600_000
MAX_LATENESS_MS = 72 * HOUR_MS
"""A touch that is later than this is stale: a person decides."""


@dataclass(frozen=True, slots=True)
class ResumeRule:
    """The terms of one resume.

    Attributes:
        policy: one of `trd_tui.domain.policies.RESUME_POLICIES`.
        paused_at: campaign instant at which the pause began.
        resumed_at: campaign instant at which it was to end.
        max_lateness_ms: campaign milliseconds after which a touch is too late to go unasked.
        unasked: nobody has asked for the pause, the sender was silent: a touch of this very day still goes
            today. Whoever opens the program at half past nine would else never send what is due at nine.
    """

    policy: str
    paused_at: int
    resumed_at: int
    max_lateness_ms: int = MAX_LATENESS_MS
    unasked: bool = False


def resume(who: Waiting, calendar: Calendar, rule: ResumeRule, now: int) -> Change | None:
    """What a resume makes of the touch that waits for a contact; ``None`` when it stays as it is.

    Args:
        who: the contact and the touch that waits.
        calendar: the campaign's touches and times.
        rule: the terms of the resume.
        now: campaign instant.

    Raises:
        ZoneError: the contact's zone does not exist.
        KeyError: there is no such policy.
    """
    if who.scheduled_for > now:
        return None
    if now - who.scheduled_for > rule.max_lateness_ms:
        hours = rule.max_lateness_ms // HOUR_MS
        return _hold(who, f"more than {hours} hours late when the campaign went on")
    if rule.unasked and local_ordinal(who.scheduled_for, who.zone) == local_ordinal(now, who.zone):
        return None
    return _POLICIES[rule.policy](who, calendar, rule, now)


def _hold(who: Waiting, reason: str) -> Change:
    return Change(who.touch, who.scheduled_for, who.shift_days, held=reason)


def _review(who: Waiting, _calendar: Calendar, _rule: ResumeRule, _now: int) -> Change:
    return _hold(who, "fell due while the campaign was paused")


def _shift(who: Waiting, calendar: Calendar, rule: ResumeRule, now: int) -> Change:
    day = calendar.day(who.touch)
    shift = who.shift_days + shift_for_pause(min(rule.paused_at, rule.resumed_at), rule.resumed_at, who.zone)
    at = calendar.instant(who, day, shift)
    # What had been overdue before the pause, or fell due while a plan was interrupted, needs more days
    # than the pause had: a resume never leaves anything overdue.
    while at <= now:
        shift += max(1, local_ordinal(now, who.zone) - local_ordinal(at, who.zone))
        at = calendar.instant(who, day, shift)
    return Change(who.touch, at, shift)


def _skip(who: Waiting, calendar: Calendar, _rule: ResumeRule, now: int) -> Change:
    skipped = [who.touch]
    for step in calendar.after(who.touch):
        if calendar.planned(who, step.day, who.shift_days) > now:
            at = calendar.instant(who, step.day, who.shift_days)
            return Change(step.position, at, who.shift_days, tuple(skipped))
        skipped.append(step.position)
    return Change(None, who.scheduled_for, who.shift_days, tuple(skipped))


def _catch_up_one(who: Waiting, calendar: Calendar, _rule: ResumeRule, now: int) -> Change:
    newest, skipped = who.touch, []
    for step in calendar.after(who.touch):
        if calendar.planned(who, step.day, who.shift_days) > now:
            break
        skipped.append(newest)
        newest = step.position
    return Change(newest, calendar.earliest(who, now), who.shift_days, tuple(skipped))


def _restart_delay(who: Waiting, calendar: Calendar, _rule: ResumeRule, now: int) -> Change:
    day, before = calendar.day(who.touch), calendar.before(who.touch)
    # The first touch has no touch before it: its delay counts from the day of enrolment.
    delay = day - (1 if before is None else before.day)
    wanted = local_ordinal(now, who.zone) + delay - (who.enrolled_on + day - 1)
    shift = max(who.shift_days, wanted)
    at = calendar.instant(who, day, shift)
    return Change(who.touch, at if at > now else calendar.earliest(who, now), shift)


_POLICIES = {
    "shift": _shift,
    "skip": _skip,
    "catch_up_one": _catch_up_one,
    "restart_delay": _restart_delay,
    "review": _review,
}


def send_held(who: Waiting, calendar: Calendar, now: int, *, replanned: bool = False) -> Change:
    """A person lets a held touch go: on its date where that lies ahead, else as soon as it may.

    What is held before it is due (a doubt) is not late: it and all that follows stand where they would have
    stood. Of what was late, the rest keeps its gaps to it.

    Args:
        who: the contact and the touch that is held.
        calendar: the campaign's touches and times.
        now: campaign instant.
        replanned: the campaign has had a new plan since the touch was dated: no plan moves what is held, so
            that the calendar tells where it stands now.

    Raises:
        ZoneError: the contact's zone does not exist.
    """
    day, due = calendar.day(who.touch), who.scheduled_for
    if replanned and calendar.planned(who, day, who.shift_days) > now:
        due = calendar.instant(who, day, who.shift_days)
    if due > now:
        return Change(who.touch, due, who.shift_days)
    at = calendar.earliest(who, now)
    wanted = local_ordinal(at, who.zone) - (who.enrolled_on + day - 1)
    return Change(who.touch, at, max(who.shift_days, wanted))


def skip_held(who: Waiting, calendar: Calendar, now: int) -> Change:
    """A person skips a held touch: the next one keeps its date where that lies ahead, else its gap."""
    following = calendar.after(who.touch)
    if not following:
        return Change(None, who.scheduled_for, who.shift_days, (who.touch,))
    step, shift = following[0], who.shift_days
    if calendar.planned(who, step.day, shift) <= now:
        wanted = local_ordinal(now, who.zone) - (who.enrolled_on + calendar.day(who.touch) - 1)
        shift = max(shift, wanted)
    at = calendar.instant(who, step.day, shift)
    return Change(step.position, max(at, calendar.earliest(who, now)), shift, (who.touch,))
