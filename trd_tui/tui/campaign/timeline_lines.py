"""What the timeline says in words: how the dry run stands, what it takes for granted, and one day's hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.domain.finding import one_or_many
from trd_tui.tui import format as show
from trd_tui.tui.campaign.colours import coloured
from trd_tui.tui.campaign.days import COMING, MADE, SYMBOLS, Day
from trd_tui.tui.lines import Part

if TYPE_CHECKING:
    from trd_tui.domain.outlook import Because
    from trd_tui.domain.timeline import Timeline
    from trd_tui.services.views import CampaignDetail
    from trd_tui.tui.desk.timeline import DryRun, Foreseen

COMPUTE = "on_page('compute')"


def line_parts(
    run: DryRun | None,
    detail: CampaignDetail,
    now: int,
    zone: str,
    *,
    ahead: int,
    over: bool,
    width: int,
) -> tuple[list[Part], list[Part]]:
    """How the dry run stands, and what the symbols mean."""
    wide = width >= 100
    legend = [Part("✔", "good"), Part(" sent  "), Part("○", "info"), Part(" to come ")]
    if over:
        return [Part(f"It is {detail.row.status}: nothing more is sent.", "quiet")], legend[:2]
    if run is None:
        about = (
            f"About {one_or_many(ahead, 'message lies', 'messages lie')} ahead; "
            if wide
            else f"{ahead:,} ahead; "
        )
        return [Part(about), Part("c", "key", COMPUTE), Part(" computes when they go", "", COMPUTE)], legend
    if run.running:
        return _progress(run, wide=wide), []
    if run.found is not None:
        return _found(run.found, detail, now, zone, wide=wide), legend
    said = "There is nothing to foresee. " if run.fault else "The dry run was called off. "
    return [Part(said, "warn"), Part("c", "key", COMPUTE), Part(" computes it", "", COMPUTE)], legend


def _progress(run: DryRun, *, wide: bool) -> list[Part]:
    """How far it is, how fast, and how long it still takes."""
    esc = [Part("  esc", "key", "back"), Part(" cancel", "", "back")]
    if not run.expected:
        copying = f"copying what it needs, {show.duration(run.spent_s)} …"
        return [Part("Dry run ", "strong"), Part(copying, "quiet"), *esc]
    share = 100 * run.done / run.expected
    filled, track = show.bar(share, 20 if wide else 8)
    rate = run.rate
    left = f" · {rate:,.0f}/s · {show.duration((run.expected - run.done) / rate)} left" if rate else ""
    of = (
        f" {run.done:,} of {show.plural(run.expected, 'message')}"
        if wide
        else f" {run.done:,}/{run.expected:,}"
    )
    return [
        Part("Dry run ", "strong"), Part(filled, "info"), Part(track, "quiet"),
        Part(f" {show.whole_percent(share)}{of}{left}"), *esc,
    ]  # fmt: skip


def _found(found: Foreseen, detail: CampaignDetail, now: int, zone: str, *, wide: bool) -> list[Part]:
    outlook = found.outlook
    total = outlook.total
    parts = [Part(f"{total.messages:,}", "strong"), Part(" to come, " if wide else " to come ")]
    parts.append(Part(show.usd(total.cost_micros), "strong"))
    if wide:
        parts.append(Part(f" · {_end(found, now, detail.timezone)}"))  # as the calendar below it
    changed = changed_since(found.basis, detail)
    at = show.moment(outlook.start, now, zone)
    if changed:
        what = f": {', '.join(changed)}" if wide else ""
        parts.append(Part(f" · changed since {at}{what}", "warn"))
    else:
        parts.append(Part(f" · computed {at}" if wide else f" · {at}", "quiet"))
    parts += [Part(" c", "key", COMPUTE), Part(" again", "", COMPUTE)]
    return parts


def _end(found: Foreseen, now: int, zone: str) -> str:
    outlook = found.outlook
    at = show.moment(outlook.ended_at, now, zone)
    match outlook.end:
        case "completed":
            return f"completed {at}"
        case "paused":
            return f"pauses {at}: {outlook.end_reason or 'by a rule'}"
        case "waits":
            return f"after {at} the rest waits for a person"
        case _:
            return f"{show.plural(outlook.left, 'message')} still wait {at}"


def changed_since(basis: CampaignDetail, detail: CampaignDetail) -> list[str]:
    """What of the campaign is otherwise than when the dry run was made, sends as foreseen apart."""
    before, after = basis.row, detail.row
    found = []
    if before.status != after.status:
        found.append("status")
    counts = (("replies", "replied_count"), ("opt-outs", "opted_out_count"), ("failures", "failed_count"),
              ("held", "held_count"), ("contacts", "contact_count"))  # fmt: skip
    found += [word for word, name in counts if getattr(before, name) != getattr(after, name)]
    texts = [[(t.position, t.day, t.body, t.active) for t in each.touches] for each in (basis, detail)]
    if texts[0] != texts[1] or basis.variables != detail.variables:
        found.append("texts")
    settings = ("sender", "timezone", "send_time", "window_days", "window_from", "window_to", "daily_cap",
                "budget_micros", "daily_budget_micros", "resume_policy", "priority")  # fmt: skip
    if any(getattr(basis, name) != getattr(detail, name) for name in settings):
        found.append("settings")
    return found


def note_content(run: DryRun | None, detail: CampaignDetail) -> Content:
    """What the dry run took for granted, which rules moved or stopped how many messages, or what kept it."""
    if run is not None and run.fault and not run.found:
        return Content.assemble((" ✗ ", "$error"), run.fault)
    found = None if run is None else run.found
    if found is None or detail.row.status in ("completed", "archived"):
        return Content()
    outlook = found.outlook
    lines: list[Content] = []
    if outlook.assumed:
        lines.append(Content.assemble((" if ", "$warning"), "; ".join(outlook.assumed)))
    rules = [*_rules("put off by", outlook.put_off), *_rules("held by", outlook.held),
             *_rules("ended by", outlook.ended)]  # fmt: skip
    if rules:
        lines.append(Content.assemble((" also ", "$trd-quiet"), " · ".join(rules)))
    return Content("\n").join(lines)


def _rules(word: str, found: Mapping[str, Because]) -> list[str]:
    return [f"{each.messages:,} {word} {each.rule.replace('_', ' ')}" for each in found.values()]


def day_title(day: Day) -> str:
    """``Thu 12 March 2026``."""
    at = date.fromordinal(day.ordinal)
    return f"{at:%a} {at.day} {at:%B %Y}"


def day_content(
    day: Day,
    made: Timeline | None,
    coming: Timeline | None,
    detail: CampaignDetail | None,
    width: int,
    *,
    over: bool,
) -> Content:
    """The hours of a day with their touches, and what each touch says."""
    if not day.entries and coming is None and not over:
        return Content(
            "Nothing was sent on this day. What is to come is not known before a dry run has ended."
        )
    if not day.entries:
        return Content("Nothing was sent on this day, and nothing will be as far as the dry run tells.")
    zone = "" if detail is None else f", by the clock of {detail.timezone}"
    parts: list[str | tuple[str, str]] = [
        (show.plural(day.messages, "message"), "bold"), f", {show.usd(day.cost_micros)}",
        (f"{zone}\n\n", "$trd-quiet"),
    ]  # fmt: skip
    last = None
    hours = [
        (hour.at, kind, hour)
        for kind, timeline in ((MADE, made), (COMING, coming))
        for hour in ([] if timeline is None else timeline.hours(day.ordinal))
    ]
    for at, kind, hour in sorted(hours, key=lambda each: (each[0], each[1] != MADE, each[2].touch)):
        symbol, tone = SYMBOLS[kind]
        word = "sent" if kind == MADE else "to come"
        clock = f"{hour.hour:02}:00" if at != last else ""
        tally = hour.tally
        parts += [
            (f"{clock:<7}", "bold"), (f"{symbol} ", coloured(tone)), f"#{hour.touch:<3} {word:<8}",
            (f"{tally.messages:>7,}", "bold"), (f" {tally.segments:>7,} segments", "$trd-quiet"),
            f" {show.usd(tally.cost_micros):>10}\n",
        ]  # fmt: skip
        last = at
    bodies = {} if detail is None else {each.position: each for each in detail.touches}
    parts.append("\n")
    for touch in sorted({entry.touch for entry in day.entries}):
        if touch in bodies:
            text = " ".join(bodies[touch].body.split())
            room = max(10, width - 14)
            text = text if len(text) <= room else f"{text[: room - 1]}…"
            parts += [(f"#{touch:<3}", "bold"), (f"day {bodies[touch].day:<4} ", "$trd-quiet"), f"{text}\n"]
    return Content.assemble(*parts).rstrip()
