"""What the summary of a campaign says of money, of variants, and of messages that wait for somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.services.variant_views import results_of
from trd_tui.tui import format as show
from trd_tui.tui.actions import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trd_tui.services.course_views import Course
    from trd_tui.services.estimates import CampaignCost
    from trd_tui.services.variant_views import VariantFigures
    from trd_tui.services.views import CampaignDetail, TouchFunnel

LABEL = 10
"""Cells of the words before figures."""


def money_content(
    detail: CampaignDetail, cost: CampaignCost | None, *, counting: bool, width: int
) -> Content:
    """Spent, reserved and what is still to come, against the budget."""
    rows: list[tuple[str, str, str]] = [("spent", show.usd(detail.cost_micros), "")]
    if detail.segment_count:
        rows.append(("", "", f"{show.plural(detail.segment_count, 'segment')}"))
    if detail.priced_micros:
        rows.append(("", "", f"{show.usd(detail.priced_micros)} by the carrier's prices"))
    if detail.by_hand_micros:
        rows.append(("by hand", show.usd(detail.by_hand_micros), "tests, answers"))
        if detail.perhaps_sent:
            rows.append(("", "", "and what is perhaps sent"))
    if detail.reserved_micros:
        rows.append(("reserved", show.usd(detail.reserved_micros), "on the way"))
    worst = 0
    if cost is not None and not cost.ahead.contacts:
        rows.append(("to come", show.usd(0), "nobody waits for a text"))
    elif cost is not None:
        ahead = cost.ahead.worst
        worst = ahead.cost_micros
        rows.append(("to come", show.usd(worst), "at most"))
        rows += [
            ("", show.usd(each.cost_micros), f"if {each.reply_rate} % reply") for each in cost.ahead.rates[1:]
        ]
        rows.append(("", "", f"{show.count(ahead.messages)} messages, prices of {cost.as_of}"))
    elif counting:
        rows.append(("to come", "", "counting …"))
    else:
        rows.append(("to come", "", "f counts it, contact by contact"))
    wide = max(len(figure) for _, figure, _ in rows)
    parts: list[str | tuple[str, str]] = []
    for word, figure, note in rows:
        gap = "  " if figure else ""
        shown = f"{figure:>{wide}}" if figure else ""
        parts += [_label(word), (shown, "bold"), (f"{gap}{note}", "$trd-quiet"), "\n"]
    bound = detail.cost_micros + detail.by_hand_micros + detail.reserved_micros
    return Content.assemble(*parts, *_budget(detail, bound, worst, width))


def _budget(detail: CampaignDetail, bound: int, worst: int, width: int) -> list[str | tuple[str, str]]:
    daily = detail.daily_budget_micros
    if detail.budget_micros is None:
        said = "none" if daily is None else f"{show.usd(daily)} a day"
        return [_label("budget"), said]
    share = 100 * bound / detail.budget_micros
    filled, track = show.bar(share, max(6, min(16, width - LABEL - 24)))
    tone = "$error" if bound + worst > detail.budget_micros else "$primary"
    parts: list[str | tuple[str, str]] = [
        _label("budget"), (filled, tone), (track, "$trd-track"),
        f" {show.whole_percent(min(share, 100))} of {show.usd(detail.budget_micros)}",
    ]  # fmt: skip
    if bound + worst > detail.budget_micros:
        missing = show.usd(bound + worst - detail.budget_micros)
        parts += ["\n", _label(""), (f"▲ at most {missing} short", "$warning")]
    if daily is not None:
        parts += ["\n", _label(""), (f"and {show.usd(daily)} a day", "$trd-quiet")]
    return parts


def variants_content(touches: Sequence[TouchFunnel]) -> Content:
    """What the variants of touches have brought, and whether a difference means something."""
    parts: list[str | tuple[str, str]] = []
    for result in results_of(touches):
        head = f"touch {result.position} · day {result.day}"
        parts += ["\n\n" if parts else "", (f"{head:<24}", "bold"), (_HEADS, "$trd-quiet")]
        for each in (*result.variants, *([result.others] if result.others is not None else [])):
            parts += ["\n", *_variant(each)]
        for said in (result.replies_said, result.opt_outs_said):
            parts += ["\n", (f"  {said}", "$trd-quiet")]
    return Content.assemble(*parts)


_HEADS = f"{'weight':>6} {'sent':>7} {'replies':>8} {'rate':>7}  {'95 % lies in':<15} {'opt-out':>7}"


def _variant(each: VariantFigures) -> list[str | tuple[str, str]]:
    low, high = each.reply_range
    name = each.name or "while it had one text"
    gone = " (removed)" if each.removed and each.name else ""
    figures = (
        f"{each.weight or '-':>6} {show.count(each.sent_count, 7):>7} {show.count(each.replied_count, 8):>8}"
    )
    return [
        f"  {show.shortened(name + gone, 22):<22}{figures} ",
        (f"{show.percent(each.reply_rate):>7}", "bold"),
        (f"  {low:.1f} to {high:.1f} %".ljust(17), "$trd-quiet"),
        f" {show.percent(each.opt_out_rate):>7}",
    ]


def waiting_content(detail: CampaignDetail, course: Course | None, zone: str, now: int) -> Content:
    """Messages that wait for a person, and those that may have been sent; empty without any."""
    held = detail.row.held_count
    unclear = 0 if course is None else course.unclear
    parts: list[str | tuple[str, str]] = []
    if held:
        wait = "waits" if held == 1 else "wait"
        parts.append((f"◆ {show.plural(held, 'message')} {wait} for a person", "$warning"))
        for each in () if course is None else course.held:
            again = "  perhaps sent already" if each.perhaps_sent else ""
            who = show.shortened(each.name or each.number, 22)
            due = show.due(each.due_at, now, zone)
            parts += ["\n", f"  {who:<23}", (f"#{each.touch} ", "$trd-quiet"), f"{due:<10} "]
            parts.append((f"{each.reason}{again}", "$trd-quiet"))
        keys = f"{shown('held_release', 'r')} releases, {shown('held_give_up', 'x')} gives up"
        parts += ["\n", "  Health (f5), ", ("3", "bold"), f" lists all of them: {keys}"]
        parts += ["\n", (f"  in a shell: trd campaign review {detail.row.id}", "$trd-quiet")]
    if (given_up := detail.perhaps_sent - unclear) > 0:
        counted = f" perhaps sent: caps and budgets count {'it' if given_up == 1 else 'them'} as sent"
        is_ = "is" if given_up == 1 else "are"
        parts += ["\n" if parts else "", (f"? {show.plural(given_up, 'message')} {is_}", "$warning"), counted]
    if unclear:
        asked = " may have been sent or not; the carrier's own list is asked before anything else is done"
        parts += ["\n" if parts else "", (f"? {show.plural(unclear, 'message')}", "$warning"), asked]
    return Content.assemble(*parts)


def _label(word: str) -> tuple[str, str]:
    return f"{word:<{LABEL}}", "$trd-quiet"
