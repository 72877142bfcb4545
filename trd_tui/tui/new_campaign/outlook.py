"""What a dry run has found, for the last step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.domain.finding import one_or_many
from trd_tui.tui import format as show
from trd_tui.tui.actions import shown
from trd_tui.tui.new_campaign.lines import NAMES
from trd_tui.tui.touches.reading import IN_STEPS, finding_content

if TYPE_CHECKING:
    from trd_tui.domain.outlook import Outlook
    from trd_tui.domain.sheet import Fault
    from trd_tui.tui.desk.new_campaign import Review


def review_content(review: Review | None, faults: Sequence[Fault], width: int, *, running: bool) -> Content:
    """Everything of the last step, as text.

    Args:
        review: what was found; ``None`` before.
        faults: what is not right yet.
        width: cells of a line.
        running: whether the dry run goes on.
    """
    if faults:
        lines = [Content.styled("Not right yet:", "bold"), *(_fault(each) for each in faults)]
        lines.append(
            Content.styled("The dry run waits for these; their digit or pgup leads there.", "$trd-quiet")
        )
        return Content("\n").join(lines)
    if review is None:
        return Content("The dry run goes through every send …" if running else "The dry run has not begun.")
    lines = []
    if review.hindrance:
        lines.append(_warned(f"{review.hindrance} {shown('go_administration', 'f6')}, 1, r resumes it."))
    if review.outlook is None:
        lines.append(Content.styled(f"✗ {review.problem}", "$warning"))
    else:
        lines += _sums(review.outlook)
    lines += _cost(review)
    if review.outlook is not None and review.outlook.days:
        lines += [Content(""), *_days(review.outlook, width)]
    if review.outlook is not None:
        lines += _because(review.outlook)
    lines += [Content(""), Content.styled("Lint", "bold")]
    found = review.findings
    lines += [finding_content(each, named=True, words=IN_STEPS) for each in found] or [
        Content.styled("✓ nothing to mend", "$success")
    ]
    lines += [Content(""), Content.styled("Before the first text", "bold")]
    lines += [Content.assemble(("· ", "$trd-quiet"), note) for note in review.notes]
    return Content("\n").join(lines)


def _fault(fault: Fault) -> Content:
    where = f"  {fault.step} {NAMES[fault.step - 1]}: "
    about = ""
    if fault.field.startswith("touch["):
        about = f"touch {fault.field[6:].partition(']')[0]}, "
    return Content.assemble(("✗", "$error"), (where, "bold"), about, fault.message)


def _sums(outlook: Outlook) -> list[Content]:
    total, zone = outlook.total, outlook.timezone  # the table below has its days and times, too
    if not total.messages:
        return [Content.styled("! Nothing would go out.", "$warning")]
    return [
        Content.assemble(
            (show.plural(total.messages, "text"), "bold"),
            f" in {show.plural(total.segments, 'segment')} if nobody answers. ",
            "The first ", (_at(total.first_at, zone), "bold"), ", the last ",
            (_at(total.last_at, zone), "bold"), f" ({zone}).",
        ),
        Content.styled("A draft has not begun: the dry run takes it that it starts now.", "$trd-quiet"),
    ]  # fmt: skip


def _at(instant: int | None, zone: str) -> str:
    if instant is None:
        return "-"
    return show.local(instant, zone).strftime("%a %-d %b %H:%M")


def _cost(review: Review) -> list[Content]:
    rates = review.outlook.rates() if review.outlook is not None and review.outlook.total.messages else ()
    lines = []
    if rates:
        worst, *others = rates
        some = ", ".join(f"{show.usd(each.cost_micros)} if {each.reply_rate} % answer" for each in others)
        lines.append(Content.assemble("At most ", (show.usd(worst.cost_micros), "bold"), f"; {some}."))
    cost = review.cost
    if cost is None:
        return lines
    if cost.missing_micros:
        short = show.usd(cost.missing_micros)
        lines.append(_warned(f"The budget is {short} too small for the worst case; then it pauses."))
    if cost.ahead.held:
        said = one_or_many(
            cost.ahead.held,
            "text lacks a field or is too long: it will wait for a person.",
            "texts lack a field or are too long: they will wait for a person.",
        )
        lines.append(_warned(said))
    if cost.ahead.without_price:
        who = show.plural(cost.ahead.without_price, "contact")
        lines.append(_warned(f"No price is known for the country of {who}: counted as the dearest."))
    return lines


def _warned(sentence: str) -> Content:
    return Content.styled(f"! {sentence}", "$warning")


def _days(outlook: Outlook, width: int) -> list[Content]:
    """Sends by day and touch; touches that have no room are left out of the table, not of the sums."""
    touches = sorted({touch for sums in outlook.days.values() for touch in sums})
    largest = max(each.messages for sums in outlook.days.values() for each in sums.values())
    wide = max(3, len(f"{largest:,}")) + 1
    shown = touches[: max(1, (width - 41) // wide)]
    head = f"{'day':<10} {'first':>5} {'last':>5} {'texts':>8} {'cost':>8}" + "".join(
        f"{'#' + str(touch):>{wide}}" for touch in shown
    )
    lines = [Content.styled(head + (" …" if len(touches) > len(shown) else ""), "$trd-quiet")]
    for ordinal, sums in sorted(outlook.days.items()):
        day = outlook.day(ordinal)
        said = date.fromordinal(ordinal).strftime("%a %-d %b")
        first, last = (_clock(at, outlook.timezone) for at in (day.first_at, day.last_at))
        counts = "".join(
            f"{sums[touch].messages if touch in sums else '·':>{wide}{',' if touch in sums else ''}}"
            for touch in shown
        )
        cost = show.usd(day.cost_micros)
        lines.append(Content(f"{said:<10} {first:>5} {last:>5} {day.messages:>8,} {cost:>8}{counts}"))
    lines.append(Content.styled(f"Days and times of {outlook.timezone}.", "$trd-quiet"))
    return lines


def _clock(at: int | None, zone: str) -> str:
    from zoneinfo import ZoneInfo

    return "-" if at is None else datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).strftime("%H:%M")


def _because(outlook: Outlook) -> list[Content]:
    kinds = (
        ("put off to a later time", outlook.put_off),
        ("held for a person", outlook.held),
        ("contacts get nothing more", outlook.ended),
    )
    lines = [
        Content.assemble(("· ", "$trd-quiet"), f"{each.messages:,} {words}: {each.reason}")
        for words, rules in kinds
        for each in rules.values()
    ]
    if outlook.end == "paused":
        lines.append(_warned(f"It pauses before its end: {outlook.end_reason or 'by a rule'}."))
    if outlook.others:
        count, names = sum(outlook.others.values()), show.plural(len(outlook.others), "other campaign")
        go = one_or_many(count, f"text of {names} goes out", f"texts of {names} go out")
        lines.append(Content(f"Meanwhile {go}."))
    return lines
