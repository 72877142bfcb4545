"""What the screen of reports says around its list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.services.report_views import Page, Span
from trd_tui.tui import format as show

if TYPE_CHECKING:
    from trd_tui.services.report_views import Report, ReportQuery

_SINCE = {
    Span.TODAY: "today",
    Span.WEEK: "the last 7 days",
    Span.MONTH: "the last 30 days",
    Span.ALL: "all time",
}


def headline(report: Report, name: str, span: Span, zone: str, width: int, *, who: str = "") -> Content:
    """Of whom and of when, which of its people where they are listed, and under it the sums."""
    whole, wide = report.whole, width >= 98
    parts: list[str | tuple[str, str]] = [
        (name, "bold $trd-strong"), (f"  ·  {who}" if who else "", "bold"), ("  ·  ", "$trd-quiet"),
        (_SINCE[span], "bold"),
        (f"  ·  figures of {show.clock(report.at, zone)}", "$trd-quiet"), "\n",
    ]  # fmt: skip
    figures = [
        ("sent", _count(whole.sent_count)),
        ("delivered" if wide else "deliv.", _percent(whole.delivery_rate)),
        ("failed", _count(whole.failed_count)),
        ("replies", f"{_count(whole.replied_count)} · {_percent(whole.reply_rate)}"),
        ("opt-outs", _count(whole.opted_out_count)),
        ("cost", "-" if whole.cost_micros is None else show.usd(whole.cost_micros)),
    ]
    for label, value in figures:
        parts += [(value, "bold"), (f" {label}{'    ' if wide else '  '}", "$trd-quiet")]
    return Content.assemble(*parts)


def _count(value: int | None) -> str:
    return "-" if value is None else show.count(value)


def _percent(value: float | None) -> str:
    return "-" if value is None else show.percent(value)


def empty_text(query: ReportQuery, name: str) -> str:
    """Why a tab has no rows, and what to do."""
    when = (
        ""
        if query.span is Span.ALL
        else f" in {_SINCE[query.span]}"
        if query.span is not Span.TODAY
        else " today"
    )
    match query.page:
        case Page.CAMPAIGNS:
            if query.search:
                return f"No campaign matches “{query.search}”."
            return (
                f"No campaign did anything{when}."
                if when
                else "No campaigns yet: n on the overview makes one."
            )
        case Page.TOUCHES:
            return "No touches yet: a campaign brings them."
        case Page.DAYS:
            return f"Nothing was sent and nothing came in{when}."
        case Page.PEOPLE:
            if query.campaign_id is None:
                return "Choose a campaign first: 1, then enter on its row."
            if query.silent:
                return f"Nobody whom {name} has texted is left without an answer."
            return f"Nobody has answered {name}{when}."
        case Page.ERRORS:
            return f"No failures{when}: the carrier had nothing against any message."
    return f"Nothing was spent{when}."
