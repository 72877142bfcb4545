"""The columns of the lists: campaigns and a campaign's contacts."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.hindrance import Standing, hindrance
from trd_tui.tui.table.column import Span, TableColumn

if TYPE_CHECKING:
    from trd_tui.services.views import CampaignRow, ContactRow


def _name(row: CampaignRow, _width: int, _now: int) -> Sequence[Span]:
    return [(row.name, "strong" if row.status == "active" else "")]


def status_spans(row: CampaignRow) -> Sequence[Span]:
    """Symbol and word of a campaign's status; a schedule that is still being made says so."""
    if row.planning and row.status == "active":  # one that was called off half way is paused
        return [("◌ ", "info"), ("planning", "")]
    symbol, tone = show.STATUS.get(row.status, ("?", "quiet"))
    return [(f"{symbol} ", tone), (row.status, tone if tone != "good" else "")]


def _progress(row: CampaignRow, width: int, _now: int) -> Sequence[Span]:
    filled, track = show.bar(row.completion_rate, width - 6)
    tone = "bar" if row.status == "active" else "quiet"
    return [(filled, tone), (track, "track"), (f"{show.whole_percent(row.completion_rate):>6}", "")]


def _number(number: int, width: int) -> Sequence[Span]:
    return [(show.count(number, width), "" if number else "quiet")]


def _rate(row: CampaignRow, _width: int, _now: int) -> Sequence[Span]:
    return [(show.percent(row.reply_rate), "" if row.replied_count else "quiet")]


def campaign_columns(
    zone: str, standing: Callable[[], Standing], paused_alone: Callable[[], Container[str]]
) -> tuple[TableColumn, ...]:
    """The columns of the overview.

    Args:
        zone: in which instants are shown.
        standing: what keeps all texts from going.
        paused_alone: the campaigns that have paused by themselves.
    """

    def upcoming(row: CampaignRow, _width: int, now: int) -> Sequence[Span]:
        if row.status == "paused" and row.id in paused_alone():
            return [("! by rule", "warn")]
        kept = hindrance(row.next_due_at, now, standing(), sender_paused=row.sender_paused(now))
        if kept is not None:
            return [kept]
        text = show.due(row.next_due_at, now, zone)
        return [(text, "info" if text.startswith(("in ", "now")) else "quiet" if text == "-" else "")]

    def activity(row: CampaignRow, _width: int, now: int) -> Sequence[Span]:
        return [(show.when(row.last_activity_at, now, zone), "quiet")]

    return (
        TableColumn("name", "Name", 18, _name, "n", flex=3, most=48),
        TableColumn("status", "Status", 11, lambda r, w, n: status_spans(r), "t"),
        TableColumn("progress", "Progress", 13, _progress, "p", flex=2, most=30),
        TableColumn(
            "contacts", "Contacts", 10, lambda r, w, n: [(show.count(r.contact_count, w), "")], "c",
            right=True, rank=3,
        ),
        TableColumn("sent", "Sent", 7, lambda r, w, n: _number(r.sent_count, w), "s", right=True),
        TableColumn("replies", "Replies", 9, lambda r, w, n: _number(r.replied_count, w), "r",
                    right=True, rank=4),
        TableColumn("rate", "Rate", 7, _rate, "a", right=True, rank=1),
        TableColumn("next", "Next", 10, upcoming, "x"),
        TableColumn("activity", "Last active", 13, activity, "l", rank=5, spare=24),
    )  # fmt: skip


SPOKEN = 20
"""Cells of a state from which it says ``replied after #3`` instead of ``replied #3``."""

ENDED = {"replied": "after", "opted_out": "after", "failed": "at"}
"""How a state names the touch at which it came."""


def _ended(row: ContactRow) -> int:
    """The touch that a contact answered, or that failed.

    A sequence ends at the touch that was waiting: who answered has seen the last one that was sent, whatever
    its number, unless that is the one which was just on its way. 0 where there was none.
    """
    if row.status == "failed" and row.last_state in ("failed", "undelivered") and row.last_touch:
        return row.last_touch  # a receipt comes late: another touch may have waited by then
    ended = row.ended_touch or 0
    if row.status == "failed" or ended <= row.sent_count:
        return ended
    return row.last_touch if row.last_touch and row.last_touch != ended else ended - 1


TOLD = 27
"""Cells from which the last touch says in a word what became of it."""

BARRED = 12
"""Cells from which a contact's touches have a bar."""


def contact_columns(zone: str) -> tuple[TableColumn, ...]:
    """The columns of a campaign's contacts; instants are shown in ``zone``."""
    from trd_tui.domain.finding import told_once

    def name(row: ContactRow, _width: int, _now: int) -> Sequence[Span]:
        return [(row.name or "(no name)", "strong" if row.name else "quiet")]

    def status(row: ContactRow, width: int, _now: int) -> Sequence[Span]:
        symbol, tone = show.ENROLMENT.get(row.status, ("?", "quiet"))
        spans = [(f"{symbol} ", tone), (row.status.replace("_", " "), tone if tone != "good" else "")]
        if row.status in ENDED and (at := _ended(row)):
            spoken = f" {ENDED[row.status]}" if width >= SPOKEN else ""
            spans.append((f"{spoken} #{at}", "quiet"))
        return spans

    def touches(row: ContactRow, width: int, _now: int) -> Sequence[Span]:
        """Sent of planned: the touches that an exit spared a contact are not shown as done."""
        done = f"{row.sent_count}/{row.touches_planned}"
        if width < BARRED:
            return [(f"{done:>{width}}", "")]
        share = 100 * row.sent_count / row.touches_planned if row.touches_planned else 0
        filled, track = show.bar(share, width - 6)
        return [(filled, "bar" if row.status == "active" else "quiet"), (track, "track"), (f"{done:>6}", "")]

    def last(row: ContactRow, width: int, now: int) -> Sequence[Span]:
        """The last touch that was tried, when, and what became of it."""
        if row.last_state is None or row.last_touch is None:
            return [(show.when(row.last_sent_at, now, zone), "quiet" if row.last_sent_at is None else "")]
        symbol, tone = show.MESSAGE.get(row.last_state, ("?", ""))
        word = f" {row.last_state}" if width >= TOLD else ""
        return [
            (f"{symbol} ", tone),
            (f"#{row.last_touch} ", "quiet"),
            (show.when(row.last_at, now, zone), ""),
            (word, "bad" if tone == "bad" else "quiet"),
        ]

    def upcoming(row: ContactRow, _width: int, now: int) -> Sequence[Span]:
        if row.next_touch is None:
            return [("-", "quiet")]
        state = "" if row.next_state in (None, "scheduled") else f" {row.next_state}"
        return [
            (f"#{row.next_touch} ", "quiet"),
            (show.due(row.next_at, now, zone), "info"),
            (state, "warn"),
        ]

    def why(row: ContactRow, _width: int, _now: int) -> Sequence[Span]:
        said = row.reason if row.reason != row.status.replace("_", " ") else None
        return [(told_once(said or ""), "quiet")]

    return (
        TableColumn("name", "Name", 12, name, flex=3, most=32),
        TableColumn("number", "Number", 13, lambda r, w, n: [(r.number, "")]),
        TableColumn("status", "State", 14, status, flex=8, most=SPOKEN),
        TableColumn("touches", "Sent", 7, touches, right=True, flex=1, most=20, rank=2),
        TableColumn("last", "Last touch", 15, last, flex=2, most=TOLD),
        TableColumn("next", "Next", 14, upcoming, flex=1, most=18),
        TableColumn("why", "Why", 12, why, flex=6, most=60, rank=3),
    )
