"""The columns of the reports, one set a tab."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from trd_tui.services.report_views import Page
from trd_tui.tui import format as show
from trd_tui.tui.table.column import Span, TableColumn

if TYPE_CHECKING:
    from trd_tui.services.report import Person
    from trd_tui.services.report_views import CostRow, ErrorRow

Draw = Callable[[Any, int, int], Sequence[Span]]


def count(name: str) -> Draw:
    """A figure; nothing of it is quiet, not kept is a dash."""

    def draw(row: Any, width: int, _now: int) -> Sequence[Span]:
        value = getattr(row, name)
        return [("-" if value is None else show.count(value, width), "" if value else "quiet")]

    return draw


def percent(name: str) -> Draw:
    """A rate."""

    def draw(row: Any, _width: int, _now: int) -> Sequence[Span]:
        value = getattr(row, name)
        return [("-" if value is None else show.percent(value), "" if value else "quiet")]

    return draw


def money(name: str) -> Draw:
    """An amount."""

    def draw(row: Any, width: int, _now: int) -> Sequence[Span]:
        value = getattr(row, name)
        said = "-" if value is None else show.usd(value)
        if len(said) > width:  # from a thousand dollars on nobody counts cents
            said = said.partition(".")[0]
        return [(said, "" if value else "quiet")]

    return draw


def text(name: str, tone: str = "") -> Draw:
    """Words."""
    return lambda row, _width, _now: [(str(getattr(row, name)), tone)]


def status(row: Any, _width: int, _now: int) -> Sequence[Span]:
    """Symbol and word of a campaign's status."""
    symbol, tone = show.STATUS.get(row.status, ("", "quiet"))
    return [(f"{symbol} {row.status}" if symbol else row.status, tone)]


def instant(name: str, zone: str) -> Draw:
    """When."""
    return lambda row, _width, now: [(show.when(getattr(row, name), now, zone), "quiet")]


def _figures(first: int) -> tuple[TableColumn, ...]:
    """What became of messages; the rates go before the counts on a narrow terminal."""
    return (
        TableColumn("sent_count", "Sent", 7, count("sent_count"), "s", right=True),
        TableColumn("delivered_count", "Delivered", 10, count("delivered_count"), "d", right=True,
                    rank=first + 2),
        TableColumn("delivery_rate", "Deliv. %", 8, percent("delivery_rate"), right=True, rank=first + 1),
        TableColumn("failed_count", "Failed", 7, count("failed_count"), "f", right=True),
        TableColumn("replied_count", "Replies", 7, count("replied_count"), "r", right=True),
        TableColumn("reply_rate", "Rate", 7, percent("reply_rate"), "a", right=True),
        TableColumn("opted_out_count", "Opt-outs", 8, count("opted_out_count"), "o", right=True),
    )  # fmt: skip


_COST = TableColumn("cost_micros", "Cost", 8, money("cost_micros"), "c", right=True)


def _campaign(row: Any, _width: int, _now: int) -> Sequence[Span]:
    return [(row.name, "strong" if row.status == "active" else "")]


def _campaigns(_zone: str, *, kept: bool) -> tuple[TableColumn, ...]:
    """Campaigns; of all time the list is the database's, which sorts it by its own counters."""
    columns = (
        TableColumn("name", "Campaign", 16, _campaign, "n", flex=3, most=48),
        TableColumn("status", "Status", 11, status, "t", rank=4),
        TableColumn("contact_count", "Contacts", 8, count("contact_count"), "c", right=True, rank=5),
        *_figures(1),
    )  # fmt: skip
    if kept:
        return tuple(c._replace(letter="") if c.key == "opted_out_count" else c for c in columns)
    return (*(c._replace(letter="k") if c.key == "contact_count" else c for c in columns), _COST)


def _touches(_zone: str) -> tuple[TableColumn, ...]:
    return (
        TableColumn("name", "Touch", 6, text("name", "strong")),
        TableColumn("status", "Day", 10, text("status", "quiet"), flex=1, most=26),
        *_figures(1),
        _COST,
    )


def _days(most: Callable[[], int]) -> tuple[TableColumn, ...]:
    """Days, the messages of each as a bar against the busiest."""

    def bar(row: Any, width: int, _now: int) -> Sequence[Span]:
        share = 100 * (row.sent_count or 0) / most() if most() else 0
        filled, track = show.bar(share, width)
        return [(filled, "bar"), (track, "track")]

    return (
        TableColumn("id", "Day", 15, text("name"), "y"),
        TableColumn("bar", "Messages", 10, bar, flex=1, most=30, rank=4),
        *_figures(1),
        _COST,
    )


def _people(zone: str) -> tuple[TableColumn, ...]:
    def name(row: Person, _width: int, _now: int) -> Sequence[Span]:
        return [(row.name or "(no name)", "strong" if row.name else "quiet")]

    def state(row: Person, _width: int, _now: int) -> Sequence[Span]:
        symbol, tone = show.ENROLMENT.get(row.status, ("?", "quiet"))
        return [(f"{symbol} ", tone), (row.status.replace("_", " "), "")]

    def touch(name: str) -> Draw:
        def draw(row: Any, _width: int, _now: int) -> Sequence[Span]:
            at = getattr(row, f"{name}_touch")
            return [
                (
                    "-" if at is None else f"#{at} day {getattr(row, f'{name}_day')}",
                    "quiet" if at is None else "",
                )
            ]

        return draw

    return (
        TableColumn("name", "Name", 16, name, "n", flex=2, most=36),
        TableColumn("number", "Number", 13, text("number")),
        TableColumn("status", "State", 12, state, "t"),
        TableColumn("replied_touch", "Answered", 11, touch("replied"), "a"),
        TableColumn("replied_at", "When", 10, instant("replied_at", zone), "w"),
        TableColumn("last_touch", "Last touch", 11, touch("last"), "l", rank=2),
        TableColumn("last_sent_at", "Sent at", 10, instant("last_sent_at", zone), "e", rank=3),
        TableColumn("sent", "Sent", 5, count("sent"), "s", right=True, rank=1),
    )  # fmt: skip


def _errors(zone: str) -> tuple[TableColumn, ...]:
    def code(row: ErrorRow, _width: int, _now: int) -> Sequence[Span]:
        return [("none" if row.id < 0 else str(row.id), "strong")]

    return (
        TableColumn("id", "Code", 6, code, "o"),
        TableColumn("name", "What it means", 22, text("name"), "n", flex=3, most=70),
        TableColumn("messages", "Messages", 8, count("messages"), "m", right=True),
        TableColumn("failed", "Failed", 7, count("failed"), "f", right=True),
        TableColumn("last_at", "Last", 10, instant("last_at", zone), "l"),
        TableColumn("action", "What follows", 16, text("action", "quiet"), flex=4, most=90, rank=1),
    )


def _cost(_zone: str) -> tuple[TableColumn, ...]:
    def used(row: CostRow, width: int, _now: int) -> Sequence[Span]:
        if row.used is None:
            return [("no limit", "quiet")]
        filled, track = show.bar(row.used, max(0, width - 8))
        tone = "bad" if row.used >= 100 else "warn" if row.used >= 80 else "bar"
        mark = "▲ " if row.used >= 80 else ""
        return [(filled, tone), (track, "track"), (f"{mark}{show.whole_percent(row.used)}".rjust(8), tone)]

    return (
        TableColumn("name", "Campaign or day", 16, text("name", "strong"), "n", flex=3, most=48),
        TableColumn("status", "Status", 11, status, "t", rank=3),
        TableColumn("spent", "Cost", 10, money("spent"), "c", right=True),
        TableColumn("real", "Real prices", 11, money("real"), "r", right=True, rank=2),
        TableColumn("per_reply", "A reply", 8, money("per_reply"), "y", right=True, rank=1),
        TableColumn("budget", "Budget", 10, money("budget"), "b", right=True),
        TableColumn("used", "Of the budget", 14, used, "u", flex=1, most=26),
    )  # fmt: skip


def columns_of(page: str, zone: str, *, kept: bool, most: Callable[[], int]) -> tuple[TableColumn, ...]:
    """The columns of a tab.

    Args:
        page: which.
        zone: IANA zone in which instants are shown.
        kept: of all time.
        most: the messages of the busiest day.
    """
    if page == Page.CAMPAIGNS:
        return _campaigns(zone, kept=kept)
    if page == Page.DAYS:
        return _days(most)
    made = {Page.TOUCHES: _touches, Page.PEOPLE: _people, Page.ERRORS: _errors, Page.COST: _cost}
    return made[Page(page)](zone)
