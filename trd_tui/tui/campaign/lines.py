"""What the campaign's screen says: its headline, its tabs, its settings and its hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.tui import format as show
from trd_tui.tui.actions import CAMPAIGN, RIGHT, hints, known, shown
from trd_tui.tui.campaign.pages import PAGES
from trd_tui.tui.hindrance import NOTHING, Standing, hindrance
from trd_tui.tui.hint_lines import action_parts, is_empty_draft, right_parts, typing_parts, works
from trd_tui.tui.lines import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trd_tui.services.views import CampaignDetail, CampaignRow
    from trd_tui.tui.campaign.page import CampaignPage
    from trd_tui.tui.long_act import LongAct
    from trd_tui.tui.paged import Page

_COLOURS = {"good": "$success", "warn": "$warning", "info": "$trd-info", "bad": "$error"}
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def status_content(
    detail: CampaignDetail, now: int, zone: str, width: int, standing: Standing = NOTHING
) -> Content:
    """Name, status and progress, and under them the campaign's figures."""
    row = detail.row
    symbol, tone = show.STATUS.get(row.status, ("?", "quiet"))
    word = "planning" if row.planning and row.status == "active" else row.status
    no_sender = row.sender_paused(now)
    if no_sender:
        tone, word = "warn", f"{word}, sender paused: {shown('go_administration', 'f6')}, 1"
    if detail.pause_reason:  # nobody has paused it: who reads it must know what to mend first
        word += f": {detail.pause_reason}"
    kept = hindrance(row.next_due_at, now, standing, sender_paused=no_sender)
    upcoming = show.due(row.next_due_at, now, zone) if kept is None else kept[0]
    wide, gap = width >= 98, 4 if width >= SPACED else 2
    figures = [
        ("contacts", show.count(row.contact_count, 0 if wide else 6)),
        ("sent", show.count(row.sent_count, 0 if wide else 6)),
        ("delivered" if wide else "deliv.", show.percent(row.delivery_rate)),
        ("replies", f"{show.count(row.replied_count, 0 if wide else 6)} · {show.percent(row.reply_rate)}"),
        ("asked to stop", show.count(row.opted_out_count)),  # others end as opted out, too
        ("next", upcoming),
    ]
    if not wide:
        del figures[4]  # 80 columns have no room for it
    if row.held_count:
        figures.insert(4, ("held", show.count(row.held_count)))
    room = max(4, min(30, width - len(row.name) - len(word) - 18))
    filled, track = show.bar(row.completion_rate, room)
    parts: list[str | tuple[str, str]] = [
        (row.name, "bold $trd-strong"), "   ", (f"{symbol} {word}", _COLOURS.get(tone, "$trd-quiet")), "   ",
        (filled, "$primary"), (track, "$trd-track"), f" {show.whole_percent(row.completion_rate)}", "\n",
    ]  # fmt: skip
    for label, value in figures:
        parts += [(value, "bold"), (f" {label}{' ' * gap}", "$trd-quiet")]
    return Content.assemble(*parts)


SPACED = 112
"""From this width on there are lines between the tabs."""


def page_parts(detail: CampaignDetail | None, chosen: Page, *, width: int) -> list[Part]:
    """The pages of the screen."""
    contacts = "" if detail is None or width < 100 else f" {show.count(detail.row.contact_count, 7)}"
    parts = [Part(" ")] if width >= 100 else []
    for page in PAGES:
        if parts and page is not PAGES[0] and width >= SPACED:
            parts.append(Part(" │ ", "quiet"))
        word = page.word + (contacts if page.name == "contacts" else "")
        action = f"tab({page.number})"
        if page is chosen:
            parts.append(Part(f" {page.number} {word} ", "chosen", action))
        else:
            parts += [Part(f" {page.number}", "key", action), Part(f" {word} ", "", action)]
    return parts


def settings_content(detail: CampaignDetail, now: int, zone: str) -> Content:
    """The campaign's settings and dates."""
    days = _days(detail.window_days)
    rows = [
        ("sender", detail.sender),
        ("send time", f"{_time(detail.send_time)} in the contact's zone, else {detail.timezone}"),
        ("window", f"{days} {_time(detail.window_from)} to {_time(detail.window_to)}"),
        ("resume", f"policy {detail.resume_policy.replace('_', ' ')}"),
        ("daily cap", "none" if detail.daily_cap is None else show.count(detail.daily_cap)),
        ("created", show.when(detail.row.created_at, now, zone)),
        ("started", show.when(detail.started_at, now, zone)),
    ]  # fmt: skip
    if detail.paused_at is not None and detail.row.status == "paused":
        rows.append(("paused", show.when(detail.paused_at, now, zone)))
    if detail.completed_at is not None:
        rows.append(("completed", show.when(detail.completed_at, now, zone)))
    parts: list[str | tuple[str, str]] = []
    for label, value in rows:
        parts += [(f"{label:<11}", "$trd-quiet"), value, "\n"]
    return Content.assemble(*parts[:-1])


def _time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _days(bits: int) -> str:
    chosen = [bool(bits >> day & 1) for day in range(7)]
    if all(chosen):
        return "every day"
    runs: list[str] = []
    day = 0
    while day < 7:
        if chosen[day]:
            last = day
            while last < 6 and chosen[last + 1]:
                last += 1
            runs.append(_DAYS[day] if last == day else f"{_DAYS[day]}-{_DAYS[last]}")
            day = last
        day += 1
    return ", ".join(runs)


def hint_parts(
    row: CampaignRow | None,
    page: CampaignPage,
    in_table: str,
    *,
    undo: bool,
    stopped: bool,
    long_act: LongAct | None,
    width: int,
    used_up: bool = False,
) -> tuple[list[Part], list[Part]]:
    """The keys that work now: the page's own first, then the campaign's.

    Of a campaign that has paused because its budget was used up the way to that stands before its resume.
    """
    if long_act is not None and long_act.shown:
        return long_act.parts(width), right_parts(CAMPAIGN, stopped=stopped, only_stop=width < 100)
    own = page.hints()
    if own is not None:
        focused = page.campaign.focused
        typing = focused is not None and focused.check_consume_key("exclamation_mark", "!")
        return own, typing_parts(stopped=stopped) if typing else right_parts(CAMPAIGN, stopped=stopped)
    left: list[Part] = [Part(" "), Part("esc", "key", "back"), Part(" back  ", "", "back")]
    for action in hints(in_table):
        if action.hint >= RIGHT or (action.id == "undo" and not undo) or not page.offers(action.id):
            continue
        if action.id == "search" and not page.SEARCHES:
            continue
        if action.act and (row is None or not works(action.act, row.status)):
            continue
        draft = row is not None and row.status == "draft"
        if action.id == "resume" and is_empty_draft(row):
            action = known("steps")
        if action.id == "resume" and used_up:
            left += action_parts(known("steps")._replace(shown=shown("steps", "S")), "limits")
        left += action_parts(action, "start" if action.id == "resume" and draft else action.label)
    return left, right_parts(CAMPAIGN, stopped=stopped)


STATES: tuple[tuple[str | None, str, str], ...] = (
    (None, "all", "a"),
    ("active", "active", "c"),
    ("held", "held", "h"),
    ("replied", "replied", "r"),
    ("opted_out", "opted out", "o"),
    ("failed", "failed", "x"),
    ("finished", "finished", "f"),
    ("removed", "removed", "m"),
)
"""States of a contact in a campaign: as it is stored, as it is read, and the letter that chooses it."""


def state_parts(counts: Mapping[str, int], chosen: str | None) -> list[Part]:
    """The states with their counts; those that nobody is in stand only in the menu of ``f``."""
    parts = [Part(" "), Part(shown("filter", "f"), "key", "filter")]
    for key, word, letter in STATES:
        number = sum(counts.values()) if key is None else counts.get(key, 0)
        if not number and key not in (None, chosen):
            continue
        symbol = "" if key is None else f"{show.ENROLMENT[key][0]} "
        action = f"on_page('state', '{letter}')"
        text = f" {symbol}{word} {show.count(number, 5)} "
        parts += [Part(" ", ""), Part(text, "chosen" if key == chosen else "", action)]
    return parts
