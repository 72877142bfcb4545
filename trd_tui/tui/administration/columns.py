"""The columns of the administration's lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trd_tui.tui import format as show
from trd_tui.tui.columns_people import changes
from trd_tui.tui.table.column import Span, TableColumn

if TYPE_CHECKING:
    from trd_tui.services.administration_views import AuditEntry, SenderRow, SuppressionRow
    from trd_tui.settings_file import SettingView


def rate(milli: int) -> str:
    """How fast a sender may send."""
    return "no limit" if not milli else f"{milli / 1_000:g}/s"


def health(row: SenderRow, now: int, zone: str) -> tuple[str, str, str]:
    """Symbol, tone and words of how a sender is."""
    until = row.paused_until
    if until is None or until <= now:
        return ("▲", "warn", "no number of the account") if row.foreign else ("●", "good", "ready")
    if row.paused_for_good:
        return "‖", "warn", "paused until a person resumes it"
    return "‖", "warn", f"paused until {show.when(until, now, zone)}"


def sender_columns(zone: str) -> tuple[TableColumn, ...]:
    """Of senders."""

    def how(row: SenderRow, width: int, now: int) -> Sequence[Span]:
        symbol, tone, words = health(row, now, zone)
        reason = f": {row.paused_reason}" if tone == "warn" and row.paused_reason else ""
        return [(f"{symbol} ", tone), (words if width > 20 else words.split()[0], ""), (reason, "quiet")]

    def used(row: SenderRow, _width: int, _now: int) -> Sequence[Span]:
        if not row.campaigns:
            return [("none", "quiet")]
        return [
            (f"{row.active:,} active", "" if row.active else "quiet"),
            (f" of {row.campaigns:,}", "quiet"),
        ]

    return (
        TableColumn("address", "Sender", 18, lambda r, w, n: [(r.address, "strong")], flex=1, most=36),
        TableColumn("kind", "Kind", 10, lambda r, w, n: [(r.kind.replace("_", " "), "")], flex=1, most=18,
                    rank=2),
        TableColumn("rate", "Rate", 9, lambda r, w, n: [(rate(r.rate_milli), "")], right=True),
        TableColumn("use", "Campaigns", 16, used),
        TableColumn("health", "Health", 12, how, flex=6),
    )  # fmt: skip


SOURCES = {
    "carrier": "the carrier",
    "reply": "the contact",
    "contact": "the contact",
    "import": "a file",
    "operator": "a person",
}
"""Who says that a number must not be texted."""


def suppression_columns(zone: str) -> tuple[TableColumn, ...]:
    """Of suppressed numbers."""

    def since(row: SuppressionRow, _width: int, now: int) -> Sequence[Span]:
        return [(show.when(row.since, now, zone), "quiet")]

    return (
        TableColumn("number", "Number", 14, lambda r, w, n: [("⊘ ", "warn"), (r.number, "strong")], flex=1,
                    most=18),
        TableColumn("reason", "Reason", 20, lambda r, w, n: [(r.reason, "")], flex=6),
        TableColumn("source", "Source", 12, lambda r, w, n: [(SOURCES.get(r.source, r.source), "quiet")],
                    rank=2),
        TableColumn("since", "Since", 12, since),
        TableColumn("by", "By", 12, lambda r, w, n: [(_by(r), "")], rank=1, flex=1, most=20),
    )  # fmt: skip


def _by(row: SuppressionRow) -> str:
    """Who; of an import also that it was one: where it is narrow, the source is not beside it."""
    return row.by if row.source != "import" or row.by == SOURCES["import"] else f"{row.by} (a file)"


def source_word(source: str) -> str:
    """Where a setting comes from, in a word."""
    return source if source in ("default", "environment", "demonstration") else "file"


def setting_columns() -> tuple[TableColumn, ...]:
    """Of settings."""

    def value(row: SettingView, _width: int, _now: int) -> Sequence[Span]:
        if not row.value:
            return [("not set", "quiet")]
        return [(f"{row.value} (not shown)" if row.secret else row.value, "strong")]

    def source(row: SettingView, _width: int, _now: int) -> Sequence[Span]:
        word = source_word(row.source)
        return [(word, "quiet" if word == "default" else "info")]

    return (
        TableColumn("key", "Setting", 22, lambda r, w, n: [(r.key, "")]),
        TableColumn("value", "Value", 18, value, flex=3, most=44),
        TableColumn("source", "From", 13, source),
        TableColumn("sentence", "What for", 24, lambda r, w, n: [(r.sentence, "quiet")], flex=6, rank=1),
    )


def about(row: AuditEntry) -> str:
    """What an act was done to, for people."""
    kind = "" if row.subject == "campaign" else f"{row.subject} "
    which = row.name or row.subject_id
    if row.subject == "control":
        return "all sending"
    return f"{kind}{which}"


def audit_columns(zone: str) -> tuple[TableColumn, ...]:
    """Of acts."""

    def at(row: AuditEntry, _width: int, now: int) -> Sequence[Span]:
        return [(show.when(row.at, now, zone), "quiet")]

    return (
        TableColumn("at", "When", 11, at),
        TableColumn("actor", "Who", 10, lambda r, w, n: [(r.actor, "strong" if r.actor != "system" else "")],
                    flex=1, most=18),
        TableColumn("act", "Act", 11, lambda r, w, n: [(r.act.replace("_", " "), "")], flex=1, most=14),
        TableColumn("about", "On", 20, lambda r, w, n: [(about(r), "")], flex=3, most=40),
        TableColumn("changed", "What changed", 20, lambda r, w, n: [("; ".join(changes(r)), "quiet")], flex=5,
                    rank=1),
    )  # fmt: skip
