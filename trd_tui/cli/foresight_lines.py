"""What a dry run has found, for people and for programs."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from trd_tui.cli.output import iso, printable, table
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.money import format_usd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trd_tui.domain.outlook import Because, Outlook, Sum


def outlook_shape(outlook: Outlook) -> dict[str, object]:
    """Everything that was found; instants are UTC, days are the campaign's own."""
    return {
        "id": outlook.campaign_id,
        "name": outlook.name,
        "status": outlook.status,
        "timezone": outlook.timezone,
        "start": iso(outlook.start),
        "assumed": outlook.assumed,
        "exactToSeconds": outlook.step_ms // 1000,
        **_sum_shape(outlook.total),
        "byReplyRate": [
            {
                "replyRate": rate.reply_rate,
                "messages": rate.messages,
                "segments": rate.segments,
                "costUsd": _usd(rate.cost_micros),
            }
            for rate in outlook.rates()
        ],
        "days": [
            {
                "date": date.fromordinal(day).isoformat(),
                **_sum_shape(outlook.day(day)),
                "touches": {str(touch): sums.messages for touch, sums in sorted(touches.items())},
            }
            for day, touches in sorted(outlook.days.items())
        ],
        "touches": [
            {"touch": touch, "variant": variant, **_sum_shape(sums)}
            for (touch, variant), sums in sorted(
                outlook.touches.items(), key=lambda each: (each[0][0], each[0][1] or "")
            )
        ],
        "putOff": _because_shape(outlook.put_off),
        "heldBefore": outlook.held_before,
        "held": _because_shape(outlook.held),
        "ended": _because_shape(outlook.ended),
        "others": dict(sorted(outlook.others.items())),
        "end": outlook.end,
        "endReason": outlook.end_reason,
        "endedAt": iso(outlook.ended_at),
        "left": outlook.left,
    }


def _sum_shape(sums: Sum) -> dict[str, object]:
    return {
        "messages": sums.messages,
        "segments": sums.segments,
        "costUsd": _usd(sums.cost_micros),
        "firstAt": iso(sums.first_at),
        "lastAt": iso(sums.last_at),
    }


def _usd(micros: int) -> str:
    return format_usd(micros, 6).replace("$", "").replace(",", "")


def _because_shape(rules: Mapping[str, Because]) -> list[dict[str, object]]:
    return [
        {"rule": each.rule, "messages": each.messages, "reason": each.reason, "number": each.number or None}
        for each in rules.values()
    ]


def lines(outlook: Outlook) -> list[str]:
    """The same for a terminal."""
    total = outlook.total
    found = [
        printable(f"{outlook.name} ({outlook.campaign_id}) from {iso(outlook.start)}, if nobody answers")
    ]
    found += [printable(f"  taken for granted: {each}") for each in outlook.assumed]
    if not total.messages:
        found.append("nothing goes out")
    else:
        goes = one_or_many(total.messages, "message goes out", "messages go out")
        found.append(
            f"{goes} in {one_or_many(total.segments, 'segment')},"
            f" the first {iso(total.first_at)}, the last {iso(total.last_at)}"
        )
        worst, *others = outlook.rates()
        some = ", ".join(f"{format_usd(r.cost_micros)} if {r.reply_rate} % answer" for r in others)
        found.append(f"{format_usd(worst.cost_micros)} at most; {some}")
        found += ["", *_days(outlook), ""]
    for heading, rules in (("put off", outlook.put_off), ("held", outlook.held), ("ended", outlook.ended)):
        for each in rules.values():
            who = f", first {each.number}" if each.number else ""
            count = one_or_many(each.messages, "message")
            found.append(printable(f"{heading} by {each.rule}: {count} ({each.reason}{who})"))
    if outlook.held_before:
        found.append(f"held before: {one_or_many(outlook.held_before, 'message')}; trd campaign review")
    if outlook.others:
        count = one_or_many(sum(outlook.others.values()), "message")
        found.append(f"beside it: {count} of {one_or_many(len(outlook.others), 'other campaign')}")
    found.append(printable(_end(outlook)))
    exact = "second" if outlook.step_ms <= 1_000 else f"{outlook.step_ms // 1000} seconds"
    found.append(f"instants are exact to the {exact}, but for the time that the carrier takes to answer")
    return found


def _days(outlook: Outlook) -> list[str]:
    touches = sorted({touch for day in outlook.days.values() for touch in day})
    zone = ZoneInfo(outlook.timezone)
    rows: list[tuple[object, ...]] = []
    for day, sums in sorted(outlook.days.items()):
        whole = outlook.day(day)
        times = (
            datetime.fromtimestamp((at or 0) / 1000, zone).strftime("%H:%M:%S")
            for at in (whole.first_at, whole.last_at)
        )
        counts = (sums[touch].messages if touch in sums else None for touch in touches)
        cost = format_usd(whole.cost_micros)
        rows.append((date.fromordinal(day), *times, whole.messages, whole.segments, cost, *counts))
    heads = ["day", "first", "last", ">messages", ">segments", ">cost"]
    heads += [f">touch {touch}" for touch in touches]
    return [f"days and times of {outlook.timezone}:", table(heads, rows)]


def _end(outlook: Outlook) -> str:
    at = iso(outlook.ended_at)
    match outlook.end:
        case "completed":
            return f"completed {at}"
        case "paused":
            return f"paused {at}: {outlook.end_reason or 'by a rule'}; " + one_or_many(
                outlook.left, "message waits", "messages wait"
            )
        case "waits":
            return f"nothing more goes by itself after {at}: what is left waits for a person"
        case _:
            return f"looked ahead until {at}: {one_or_many(outlook.left, 'message')} waiting then"
