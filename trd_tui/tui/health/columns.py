"""The columns of health's lists, one set a tab."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.reports.columns import count, instant, text
from trd_tui.tui.table.column import Span, TableColumn

if TYPE_CHECKING:
    from trd_tui.services.health_views import Stuck, WaitRow, WebhookView
    from trd_tui.services.report_views import ErrorRow
    from trd_tui.tui.desk.health import LogLine

_LEVELS = {"information": ("·", "quiet"), "warning": ("▲", "warn"), "error": ("✗", "bad")}


def waiting_columns(zone: str) -> tuple[TableColumn, ...]:
    """What waits, reason by reason."""

    def first(row: WaitRow, _width: int, now: int) -> Sequence[Span]:
        return [(show.due(row.at, now, zone), "info" if row.at else "quiet")]

    def rule(row: WaitRow, _width: int, _now: int) -> Sequence[Span]:
        return [(row.id.replace("_", " "), "strong")]

    return (
        TableColumn("messages", "Messages", 9, count("messages"), right=True),
        TableColumn("id", "Rule", 14, rule),
        TableColumn("name", "Why", 24, text("name"), flex=4, most=80),
        TableColumn("at", "First may go", 12, first, rank=1),
        TableColumn("campaign", "For example in", 16, text("campaign", "quiet"), flex=1, most=32, rank=2),
    )


def stuck_columns(zone: str) -> tuple[TableColumn, ...]:
    """Messages that stand still, with the evidence."""

    def state(row: Stuck, _width: int, _now: int) -> Sequence[Span]:
        return [("? unknown", "bad")] if row.state == "unknown" else [("◆ held", "warn")]

    def evidence(row: Stuck, _width: int, now: int) -> Sequence[Span]:
        spans: list[Span] = [("▲ perhaps sent: ", "warn")] if row.perhaps_sent else []
        looked = (
            f"; looked for {row.looks} times" if row.looks > 1 else "; looked for once" if row.looks else ""
        )
        return [*spans, (f"{row.reason}{looked}", "")]

    return (
        TableColumn("state", "State", 9, state),
        TableColumn("number", "Number", 13, text("number", "strong")),
        TableColumn("name", "Name", 12, text("name"), flex=1, most=24, rank=2),
        TableColumn("campaign", "Campaign", 14, text("campaign"), flex=2, most=32, rank=1),
        TableColumn("touch", "Touch", 5, count("touch"), right=True, rank=3),
        TableColumn("due_at", "Due", 10, instant("due_at", zone)),
        TableColumn("reason", "Evidence", 20, evidence, flex=5, most=90),
    )


def error_columns(zone: str, sent: int) -> tuple[TableColumn, ...]:
    """What the carrier had against messages of the last hour."""

    def rate(row: ErrorRow, _width: int, _now: int) -> Sequence[Span]:
        return [(show.percent(100 * row.messages / sent) if sent and not row.waits else "-", "")]

    return (
        TableColumn("id", "Code", 6, text("id", "strong"), "o"),
        TableColumn("name", "What it means", 22, text("name"), "n", flex=3, most=70),
        TableColumn("messages", "Messages", 8, count("messages"), "m", right=True),
        TableColumn("rate", "Of sent", 8, rate, right=True),
        TableColumn("last_at", "Last", 12, instant("last_at", zone), "l"),
        TableColumn("action", "What follows", 16, text("action", "quiet"), flex=4, most=90, rank=1),
    )


def webhook_columns(zone: str, real: int) -> tuple[TableColumn, ...]:
    """Receivers of events."""

    def state(row: WebhookView, _width: int, _now: int) -> Sequence[Span]:
        if not row.failures:
            return [("● ", "good"), ("takes events", "")]
        since = f" since {show.when(row.failing_since, real, zone)}" if row.failing_since else ""
        return [("✗ ", "bad"), (f"out of reach{since}", "")]

    def again(row: WebhookView, _width: int, _now: int) -> Sequence[Span]:
        return [(show.when(row.retry_at, real, zone) if row.failures else "-", "quiet")]

    return (
        TableColumn("name", "Receiver", 14, text("name", "strong"), flex=1, most=28),
        TableColumn("state", "State", 18, state, flex=1, most=30),
        TableColumn("waiting", "To post", 8, count("waiting"), right=True),
        TableColumn("delivered", "Taken", 8, count("delivered"), right=True, rank=1),
        TableColumn("given_up", "Given up", 8, count("given_up"), right=True),
        TableColumn("retry_at", "Again", 10, again, rank=2),
        TableColumn("last_error", "Last trouble", 14,
                    lambda r, w, n: [(r.last_error or "", "quiet")], flex=4, most=90, rank=3),
    )  # fmt: skip


def log_columns(zone: str) -> tuple[TableColumn, ...]:
    """What was told and logged; by this terminal's clock, whatever the campaigns' says."""

    def at(row: LogLine, _width: int, _now: int) -> Sequence[Span]:
        return [(f"{show.local(row.at, zone):%d %b %H:%M:%S}", "quiet")]

    def said(row: LogLine, _width: int, _now: int) -> Sequence[Span]:
        symbol, tone = _LEVELS[row.level]
        return [(f"{symbol} ", tone), (row.name, "" if row.level == "information" else tone)]

    return (
        TableColumn("at", "Time", 15, at),
        TableColumn("where", "Where", 12, text("where", "quiet"), flex=1, most=26, rank=1),
        TableColumn("name", "What", 30, said, flex=8),
    )
