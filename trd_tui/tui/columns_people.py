"""The columns of what belongs to one campaign's people: replies and acts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from trd_tui.domain.instants import is_instant
from trd_tui.tui import format as show
from trd_tui.tui.table.column import Span, TableColumn

if TYPE_CHECKING:
    from trd_tui.services.administration_views import AuditEntry
    from trd_tui.services.people_views import CampaignReply


def reply_columns(zone: str) -> tuple[TableColumn, ...]:
    """The columns of a campaign's replies; instants are shown in ``zone``."""

    def at(row: CampaignReply, _width: int, now: int) -> Sequence[Span]:
        return [(show.when(row.at, now, zone), "")]

    def name(row: CampaignReply, _width: int, _now: int) -> Sequence[Span]:
        return [(row.name or "(no name)", "strong" if row.name else "quiet")]

    def touch(row: CampaignReply, _width: int, _now: int) -> Sequence[Span]:
        return [("-" if row.touch is None else f"#{row.touch}", "quiet" if row.touch is None else "")]

    def kind(row: CampaignReply, _width: int, _now: int) -> Sequence[Span]:
        decision = row.decision
        if decision is not None and not decision.opt_out:
            return [("✔ no opt-out", "quiet")]
        symbol, tone, word = show.REPLY.get("opt_out" if decision else row.kind, ("?", "quiet", row.kind))
        if row.kind == "reply":
            word = "counted" if row.counted else "again"
        return [(f"{symbol} ", tone), (word, "quiet" if word == "again" else "")]

    def state(row: CampaignReply, _width: int, _now: int) -> Sequence[Span]:
        if row.answered_at is not None:
            return [("✔ answered", "quiet")]
        if row.decision is not None:
            return [("✔ decided", "quiet")]
        return [("○ waits", "warn")] if row.kind in ("reply", "unclear") else [("-", "quiet")]

    def said(row: CampaignReply, _width: int, _now: int) -> Sequence[Span]:
        return [(" ".join(row.body.split()), "")]

    return (
        TableColumn("at", "When", 10, at),
        TableColumn("name", "Name", 12, name, flex=2, most=28),
        TableColumn("number", "Number", 13, lambda r, w, n: [(r.number, "")], rank=2),
        TableColumn("touch", "Touch", 5, touch),
        TableColumn("kind", "Kind", 12, kind),
        TableColumn("state", "Answer", 10, state, rank=1),
        TableColumn("said", "Text", 16, said, flex=6),
    )


def changes(row: AuditEntry) -> list[str]:
    """What an act has changed: ``status active → paused``."""
    said = []
    for name in {**row.before, **row.after}:
        word = name.replace("_", " ").removesuffix(" micros")
        before, after = value_of(name, row.before.get(name)), value_of(name, row.after.get(name))
        if name in row.before and name in row.after and before != after:
            said.append(f"{word} {before} → {after}")
        elif name in row.after:
            said.append(f"{word} {after}" if word else after)
        else:
            said.append(f"{word} was {before}")
    return said


def value_of(name: str, value: object) -> str:
    """A value of the audit, for people."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        if name.endswith("_micros"):
            return show.usd(value)
        if is_instant(name, value):
            return show.moment(value, value, "UTC") + " UTC"
        return f"{value:,}"
    if isinstance(value, list):
        return "; ".join(value_of("", each) for each in value) or "none"
    if isinstance(value, dict):
        return "; ".join(f"{key} {value_of(str(key), each)}" for key, each in value.items()) or "none"
    return str(value)


def activity_columns(zone: str) -> tuple[TableColumn, ...]:
    """The columns of a campaign's acts; instants are shown in ``zone``."""

    def at(row: AuditEntry, width: int, now: int) -> Sequence[Span]:
        whole = show.moment(row.at, now, zone)
        return [(whole if len(whole) <= width else show.when(row.at, now, zone), "")]

    def who(row: AuditEntry, _width: int, _now: int) -> Sequence[Span]:
        login = f" ({row.login})" if row.login != row.actor else ""
        return [(row.actor, "quiet" if row.actor == "system" else "strong"), (login, "quiet")]

    def changed(row: AuditEntry, _width: int, _now: int) -> Sequence[Span]:
        return [(", ".join(changes(row)), "")]

    return (
        TableColumn("at", "When", 16, at),
        TableColumn("who", "Who", 10, who, flex=1, most=24),
        TableColumn("act", "What", 12, lambda r, w, n: [(r.act.replace("_", " "), "")], flex=1, most=22),
        TableColumn("changed", "Before and after", 20, changed, flex=6),
    )
