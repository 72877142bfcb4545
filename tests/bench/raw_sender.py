"""The baseline of the send path: the same life cycle, written by hand on `sqlite3`.

Same tables and indexes, same durability, same statements in the same batches; no rules beyond what the
rows ask, no event loop, no layer.
"""

from __future__ import annotations

import sqlite3
import time
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

TWO_DAYS = 2 * 86_400_000
WEEK = 7 * 86_400_000


def connect(file: Path) -> sqlite3.Connection:
    """A connection with the product's pragmas."""
    connection = sqlite3.connect(file, isolation_level=None)
    pragmas = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON", "cache_size = -65536")
    for pragma in (*pragmas, "wal_autocheckpoint = 16384"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def send_all(file: Path, now: int, *, batch: int, per_campaign: int) -> tuple[int, float]:
    """Send everything that is due; returns how many messages and seconds."""
    connection = connect(file)
    begun = time.perf_counter()
    sent = 0
    while rows := _claim(connection, now, batch, per_campaign):
        _record(connection, rows, now)
        sent += len(rows)
    seconds = time.perf_counter() - begun
    connection.close()
    return sent, seconds


def _claim(connection: sqlite3.Connection, now: int, batch: int, per_campaign: int) -> list[tuple[Any, ...]]:
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("SELECT token FROM leases WHERE name = 'scheduler'").fetchone()
    connection.execute("SELECT stopped, fence FROM control WHERE id = 1").fetchone()
    due = connection.execute(
        "SELECT id, priority, sender, next_due_at FROM campaigns WHERE status = 'active'"
        " AND deleted_at IS NULL AND next_due_at <= ? AND plan_kind IS NULL LIMIT ?",
        (now, max(1, batch // per_campaign)),
    ).fetchall()
    rows: list[tuple[Any, ...]] = []
    for campaign, _priority, sender, _next in due:
        found = connection.execute(
            "SELECT m.id, m.enrolment_id, m.contact_id, m.touch, m.scheduled_for, m.campaign_id,"
            " e.status, e.sent_count, e.last_sent_at, c.number, c.first_name, c.timezone, s.reason,"
            " e.recent_sends, (SELECT group_concat(x.recent_sends, ',') FROM enrolments x"
            "  WHERE x.contact_id = m.contact_id AND x.last_sent_at > ?),"
            " (SELECT group_concat(y.updated_at, ',') FROM scheduled_messages y"
            "  WHERE y.contact_id = m.contact_id AND y.state IN ('sending','unknown'))"
            " FROM (SELECT id, enrolment_id, contact_id, touch, scheduled_for, campaign_id, workspace_id"
            "  FROM scheduled_messages WHERE campaign_id = ? AND state = 'scheduled' AND scheduled_for <= ?"
            "  ORDER BY scheduled_for LIMIT ?) m"
            " JOIN enrolments e ON e.id = m.enrolment_id JOIN contacts c ON c.id = m.contact_id"
            " LEFT JOIN suppressions s ON s.workspace_id = m.workspace_id AND s.number = c.number",
            (now - WEEK, campaign, now, per_campaign),
        ).fetchall()
        rows += [(*row, sender) for row in found]
    if not rows:
        connection.execute("COMMIT")
        return []
    day = date.fromtimestamp(now / 1000).toordinal()
    connection.executemany(
        "UPDATE scheduled_messages SET state = 'sending', attempts = attempts + 1, attempt_id = ?,"
        " fencing_token = 1, attempted_at = ?, sender = ?, recipient = ?, body = ?, segments = 1,"
        " cost_micros = 12800, spend_day = ?, updated_at = ? WHERE id = ? AND state = 'scheduled'",
        [
            (
                f"1-{row[0]:x}-1",
                now,
                row[-1],
                row[9],
                f"Hi {row[10] or 'there'}, touch {row[3]}.",
                day,
                now,
                row[0],
            )
            for row in rows
        ],
    )
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row[5]] += 1
    _spend(connection, day, {campaign: (0, count * 12_800) for campaign, count in counts.items()})
    connection.executemany(
        "UPDATE campaigns SET waiting_count = waiting_count - ?, in_flight_count = in_flight_count + ?,"
        " reserved_micros = reserved_micros + ?, next_due_at = (SELECT min(scheduled_for)"
        " FROM scheduled_messages WHERE campaign_id = campaigns.id AND state = 'scheduled') WHERE id = ?",
        [(count, count, count * 12_800, campaign) for campaign, count in sorted(counts.items())],
    )
    connection.execute(
        "UPDATE totals SET waiting_count = waiting_count - ? WHERE workspace_id = 1 AND status = 'active'",
        (len(rows),),
    )
    connection.execute("COMMIT")
    return rows


def _record(connection: sqlite3.Connection, rows: list[tuple[Any, ...]], now: int) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "UPDATE scheduled_messages SET state = 'sent', sid = ?, sent_at = ?, updated_at = ?"
        " WHERE id = ? AND attempt_id = ? AND state IN ('sending','unknown')",
        [(f"SM{row[0]:032x}", now, now, row[0], f"1-{row[0]:x}-1") for row in rows],
    )
    connection.executemany(
        "UPDATE enrolments SET sent_count = sent_count + 1, last_sent_at = ?, recent_sends = ?,"
        " touches_resolved = touches_resolved + 1, updated_at = ? WHERE id = ?",
        [(now, f"{row[13]},{now}" if row[13] else str(now), now, row[1]) for row in rows],
    )
    connection.executemany(
        "INSERT INTO scheduled_messages (workspace_id, campaign_id, enrolment_id, contact_id, touch,"
        " plan_version, state, scheduled_for, created_at, updated_at) VALUES (1, ?, ?, ?, ?, 1, 'scheduled',"
        " ?, ?, ?)",
        [(row[5], row[1], row[2], row[3] + 1, row[4] + TWO_DAYS, now, now) for row in rows],
    )
    counts: dict[tuple[str, int], int] = defaultdict(int)
    for row in rows:
        counts[row[5], row[3]] += 1
    connection.executemany(
        "UPDATE campaigns SET waiting_count = waiting_count + ?, in_flight_count = in_flight_count - ?,"
        " sent_count = sent_count + ?, texted_count = texted_count + ?, touches_resolved = touches_resolved"
        " + ?, segment_count = segment_count + ?, cost_micros = cost_micros + ?,"
        " reserved_micros = reserved_micros - ?, last_activity_at = max(last_activity_at, ?),"
        " next_due_at = min(coalesce(next_due_at, 9223372036854775807), ?) WHERE id = ?",
        [
            (
                count,
                count,
                count,
                count,
                count,
                count,
                count * 12_800,
                count * 12_800,
                now,
                now + TWO_DAYS,
                key[0],
            )
            for key, count in sorted(counts.items())
        ],
    )
    spent: dict[str, int] = defaultdict(int)
    for (campaign, _), count in counts.items():
        spent[campaign] += count * 12_800
    day = date.fromtimestamp(now / 1000).toordinal()
    _spend(connection, day, {campaign: (cost, -cost) for campaign, cost in spent.items()})
    connection.executemany(
        "UPDATE touches SET sent_count = sent_count + ? WHERE campaign_id = ? AND position = ?",
        [(count, *key) for key, count in sorted(counts.items())],
    )
    connection.execute(
        "UPDATE totals SET sent_count = sent_count + ?, waiting_count = waiting_count + ?,"
        " texted_count = texted_count + ? WHERE workspace_id = 1 AND status = 'active'",
        (len(rows), len(rows), len(rows)),
    )
    connection.execute(
        "INSERT INTO hourly_totals (workspace_id, hour, sent_count) VALUES (1, ?, ?)"
        " ON CONFLICT (workspace_id, hour) DO UPDATE SET sent_count = sent_count + excluded.sent_count",
        (now // 3_600_000, len(rows)),
    )
    connection.execute("COMMIT")


def _spend(connection: sqlite3.Connection, day: int, moved: dict[str, tuple[int, int]]) -> None:
    """Move what a day has spent and reserved, of each campaign and of all together."""
    together = tuple(sum(amounts[at] for amounts in moved.values()) for at in (0, 1))
    connection.executemany(
        "INSERT INTO spend_days (workspace_id, scope, day, spent_micros, reserved_micros)"
        " VALUES (1, ?, ?, ?, ?)"
        " ON CONFLICT (workspace_id, scope, day) DO UPDATE SET"
        " spent_micros = spend_days.spent_micros + excluded.spent_micros,"
        " reserved_micros = spend_days.reserved_micros + excluded.reserved_micros",
        [(scope, day, *amounts) for scope, amounts in sorted({"": together, **moved}.items())],
    )
