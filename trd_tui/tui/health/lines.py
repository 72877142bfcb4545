"""What the first tab of health says: who sends, the senders, the carrier, the clock and the database."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import TYPE_CHECKING

from textual.content import Content

from trd_tui.domain.carrier_trouble import IN_WORDS, WHILE
from trd_tui.domain.finding import told_once
from trd_tui.domain.sentences import closed, part
from trd_tui.tui import format as show

if TYPE_CHECKING:
    from trd_tui.services.health_views import DatabaseView, Health, SenderView
    from trd_tui.tui.desk import EngineView

Pieces = list[str | tuple[str, str]]
_LABEL = 12
SLOW_MS = 1_000
"""A clock that is farther from the database's than this is told."""


def headline(state: Health, zone: str, width: int) -> Content:
    """In one word how it is, and the figures of the queue."""
    said, tone = verdict(state)
    parts: Pieces = [
        (said, f"bold {tone}"), (f"  ·  as of {show.clock(state.at, zone)}", "$trd-quiet"), "\n",
    ]  # fmt: skip
    late = show.overdue(state.next_due_at, state.at)  # what is due waits for its turn
    upcoming = None if state.next_due_at is None else max(state.next_due_at, state.at)
    figures = [
        (show.count(state.waiting), "waiting"), (show.count(state.sending), "with the carrier"),
        (show.count(state.unknown), "unknown"), (show.count(state.held), "held"),
        (late, "overdue") if late else (show.when(upcoming, state.at, zone), "next"),
    ]  # fmt: skip
    for value, label in figures:
        parts += [(value, "bold"), (f" {label}{'    ' if width >= 98 else '  '}", "$trd-quiet")]
    return Content.assemble(*parts)


def verdict(state: Health) -> tuple[str, str]:
    """What matters most, and its colour; what only people can mend is told together."""
    if state.stopped:
        return "■ Everything is stopped", "$error"
    if not state.alive and state.waiting:
        return "▲ Nobody sends, and messages wait", "$warning"
    if state.trouble is not None:
        return f"▲ {IN_WORDS[state.trouble.kind].capitalize()}: due texts wait", "$warning"
    found = [
        ("Messages need a look: tab 3", state.unknown or state.held),
        ("A sender is paused", any(sender.paused_until is not None for sender in state.senders)),
        ("A webhook cannot be reached: tab 5", any(hook.failures for hook in state.webhooks)),
    ]
    said = " · ".join(sentence for sentence, holds in found if holds)
    return (f"▲ {said}", "$warning") if said else ("✔ All is well", "$success")


def _rows(rows: Sequence[tuple[str, str]], width: int) -> Content:
    """Labels, and behind them what is said, wrapped within its own column."""
    parts: Pieces = []
    for label, value in rows:
        lines = wrap(value, max(20, width - _LABEL)) or [""]
        parts += [(f"{label:<{_LABEL}}", "$trd-quiet"), f"\n{'':<{_LABEL}}".join(lines), "\n"]
    return Content.assemble(*parts[:-1])


def sending_content(state: Health, engine: EngineView, zone: str, width: int) -> Content:
    """The lease and the emergency stop."""
    real = state.real
    rows = []
    if state.stopped:
        by = f" by {state.stopped_by}" if state.stopped_by else ""
        why = f": {part(told_once(state.stop_reason))}" if state.stop_reason else ""
        rows.append(("stop", f"■ set{by} {show.when(state.stopped_at, real, zone)}{why}; ! releases it"))
    else:
        rows.append(("stop", "not set; ! stops everything at once"))
    if state.trouble is not None:
        trouble, since = state.trouble, show.when(state.trouble.since, real, zone)
        rows.append(("carrier", f"▲ since {since}: {trouble.sentence}. {closed(trouble.said)}"))
        rows.append(("to do", trouble.remedy))
    if state.holder is None:
        takes = "trd run or this app takes it"
        if engine.role == "ended":
            takes = "trd run takes it, or this app when it is started again without its trouble"
        rows.append(("sender", f"nobody holds the lease: {takes}"))
    else:
        alive = "alive" if state.alive else "✗ its lease has run out: another process may take over"
        rows.append(("sender", f"{state.holder}, {alive}"))
        rows.append(("since", f"{show.when(state.held_since, real, zone)}, fencing token {state.token}"))
    beat = (
        "never: nobody could send yet"
        if state.heartbeat_at is None
        else show.when(state.heartbeat_at, real, zone)
    )
    rows.append(("heartbeat", beat + _why_it_rests(state)))
    if state.yield_to:
        rows.append(("asked", f"{state.yield_to} has asked for the lease"))
    rows.append(("this app", _this_app(state, engine, zone)))
    return _rows(rows, width)


def _this_app(state: Health, engine: EngineView, zone: str) -> str:
    """What this process does, and its last trouble with the time: it may be long over."""
    sends = "is the sender; nothing goes while everything is stopped" if state.stopped else "sends"
    doing = {"sending": sends, "watching": "watches", "starting": "is starting"}.get(engine.role, "has ended")
    if not engine.last_error:
        return doing
    at = "" if engine.last_error_at is None else f" {show.when(engine.last_error_at, state.real, zone)}"
    return f"{doing}; last trouble{at}: {engine.last_error}"


def _why_it_rests(state: Health) -> str:
    """A sign of life says that texts could go; who is alive and may send none leaves none."""
    if state.holder is None or not state.alive:
        return ""
    if state.stopped:
        return ": nobody may send while everything is stopped"
    return f": no due text goes while {WHILE[state.trouble.kind]}" if state.trouble is not None else ""


def senders_content(state: Health, zone: str, width: int) -> Content:
    """The senders with their buckets, a line each."""
    if not state.senders:
        return Content("No sender yet: trd sender add, or the first campaign, brings one.")
    wide = width >= 110
    head = f"{'sender':<22} {'rate':>9} {'tokens':>8} {'queue':>8} {'in flight':>9}  " + (
        "state" if wide else ""
    )
    lines = [Content.styled(head, "$trd-quiet")]
    lines += [_sender(sender, state.at, zone) for sender in state.senders]
    return Content("\n").join(lines)


def _sender(sender: SenderView, now: int, zone: str) -> Content:
    rate = f"{sender.rate_milli / 1000:g}/s" if sender.rate_milli else "no limit"
    tokens = f"{sender.tokens_milli / 1000:.1f}" if sender.rate_milli else "-"
    paused = sender.paused_until is not None
    if paused:
        until = (
            "until a person acts" if sender.for_good else f"until {show.when(sender.paused_until, now, zone)}"
        )
        state = f"‖ paused {until}" + (f": {sender.paused_reason}" if sender.paused_reason else "")
    else:
        state = "● ready"
    return Content.assemble(
        (f"{sender.address[:22]:<22}", "bold"), f" {rate:>9} {tokens:>8} {show.count(sender.waiting, 8):>8}"
        f" {show.count(sender.in_flight, 9):>9}  ", (state, "$warning" if paused else "$success"),
    )  # fmt: skip


def machine_content(state: Health, checked: str, zone: str, width: int) -> Content:
    """Polls, errors of the last hour, webhooks, clock and database."""
    real = state.real
    polled = "never" if not state.polled_at else show.when(min(state.polled_at, real), real, zone)
    pace = f"every {state.poll_busy_s:g} s while sending, else every {state.poll_idle_s:g} s"
    rows = [
        ("carrier", f"asked {polled}; {pace}"),
        ("last hour", _errors(state)),
        ("webhooks", _webhooks(state)),
        ("clock", _clock(state, zone)),
        ("database", _database(state.database)),
        ("integrity", checked),
    ]  # fmt: skip
    return _rows(rows, width)


def _errors(state: Health) -> str:
    errors = [row for row in state.errors if not row.waits]
    count = sum(row.messages for row in errors)
    not_taken = sum(row.messages for row in state.errors if row.waits)
    sent = f"of {show.count(state.sent_lately)} sent in this hour and the one before"
    beside = (
        f"; the carrier took {show.plural(not_taken, 'text')} only later, or not yet" if not_taken else ""
    )
    if not count:
        return f"no errors, {sent}{beside}" + (": tab 4" if beside else "")
    codes = ", ".join(f"{row.messages:,} × {row.id}" for row in errors[:3])
    more = f" and {len(errors) - 3} more codes" if len(errors) > 3 else ""
    return f"{show.plural(count, 'error')} ({codes}{more}), {sent}{beside}: tab 4"


def _webhooks(state: Health) -> str:
    if not state.webhooks:
        return "none; trd webhook add posts events to another program"
    waiting = sum(hook.waiting for hook in state.webhooks)
    failing = sum(hook.failures > 0 for hook in state.webhooks)
    said = f"{show.plural(len(state.webhooks), 'receiver')}, {show.plural(waiting, 'event')} to post"
    return said + (f", ▲ {failing} cannot be reached: tab 5" if failing else "")


def _clock(state: Health, zone: str) -> str:
    if not state.virtual:
        return f"real, {show.clock(state.real, zone)}"
    ahead = (state.at - state.real) / 1000
    where = f"{show.duration(abs(ahead))} {'ahead of' if ahead >= 0 else 'behind'} real time"
    drift = (
        f", ▲ {state.drift_ms / 1000:+.1f} s from the other processes"
        if abs(state.drift_ms) > SLOW_MS
        else ""
    )
    return f"virtual, {state.speed:g} times as fast, {where}{drift}"


def _database(data: DatabaseView) -> str:
    log = f", log {_bytes(data.log)}" if data.log else ""
    free = f"; {_bytes(data.free)} free" if data.free is not None else ""
    return f"{data.place}, {data.kind}, {_bytes(data.size)}{log}{free}"


def _bytes(size: int | None) -> str:
    if size is None:
        return "size not known"
    for unit, step in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size >= step:
            return f"{size / step:,.1f} {unit}"
    return f"{size} B"
