"""What a dry run needs of a database, copied into one that may be thrown away.

The copy holds one campaign and all that are active, with the contacts who still get something of them: their
campaigns share senders, budgets and caps with it. Nothing is written to the database that is read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, text

from trd_tui.domain.frequency import WEEK_MS
from trd_tui.store.schema import metadata

ROWS_AT_ONCE = 5_000

_CHOSEN = "SELECT id FROM campaigns WHERE id = :id OR (status = 'active' AND deleted_at IS NULL)"
# An edit that is under way looks at those, too, whose sequence has ended.
_PLANNED = f"SELECT id FROM campaigns WHERE plan_kind IS NOT NULL AND id IN ({_CHOSEN})"
_WAITING = f"campaign_id IN ({_CHOSEN}) AND status IN ('active','held')"
_ENDED = f"campaign_id IN ({_PLANNED}) AND status NOT IN ('active','held')"
_MEMBERS = f"SELECT contact_id FROM enrolments WHERE {_WAITING}"

_PARTS = (
    ("campaigns", f"id IN ({_CHOSEN})"),
    ("touches", f"campaign_id IN ({_CHOSEN})"),
    ("touch_variants", f"campaign_id IN ({_CHOSEN})"),
    ("senders", ""),
    ("totals", ""),
    ("control", ""),
    ("spend_days", "day >= :yesterday"),
    ("contacts", f"id IN ({_MEMBERS}) OR id IN (SELECT contact_id FROM enrolments WHERE {_ENDED})"),
    ("suppressions", f"number IN (SELECT number FROM contacts WHERE id IN ({_MEMBERS}))"),
    ("enrolments", _WAITING),
    ("enrolments", _ENDED),
    # What other campaigns have sent them lately counts for the caps.
    (
        "enrolments",
        f"last_sent_at > :since AND contact_id IN ({_MEMBERS}) AND NOT ({_WAITING}) AND NOT ({_ENDED})",
    ),
    (
        "outlays",
        f"kind = 'unclear' AND state = 'spent' AND tried_at > :since AND contact_id IN ({_MEMBERS})",
    ),
    ("scheduled_messages", f"state = 'scheduled' AND campaign_id IN ({_CHOSEN})"),
    ("scheduled_messages", f"state = 'held' AND campaign_id IN ({_CHOSEN})"),
    ("scheduled_messages", "state IN ('sending','unknown')"),
    (
        "scheduled_messages",
        f"state NOT IN ('scheduled','held','sending','unknown') AND campaign_id IN ({_PLANNED})",
    ),
)

_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_FROM_NOW_ON = (
    text("UPDATE enrolments SET sent_count = 0"),
    text("UPDATE control SET stopped = 0, stop_reason = NULL, home = NULL"),
    text("UPDATE senders SET paused_until = NULL, paused_reason = NULL WHERE paused_until >= :for_good"),
)


class CopyCancelledError(Exception):
    """Nobody wants the copy any more."""


def copy_excerpt(
    source: Connection,
    target: Connection,
    campaign_id: str,
    now: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> int:
    """Copy into an empty SQLite database, a few thousand rows at a time; returns how many rows.

    Args:
        source: the first statements of a reading transaction.
        target: a writing transaction, without foreign keys: rows of other campaigns come alone.
        campaign_id: the campaign that is asked about, in whatever state.
        now: campaign instant.
        cancelled: asked between two pages.

    Raises:
        CopyCancelledError: it said yes.
    """
    if source.dialect.name == "postgresql":
        source.exec_driver_sql(_SNAPSHOT)
    metadata.create_all(target)
    values = {"id": campaign_id, "since": now - WEEK_MS, "yesterday": now // 86_400_000 + 719_163 - 2}
    copied = 0
    for table, where in _PARTS:
        names = metadata.tables[table].columns.keys()
        query = f"SELECT {', '.join(names)} FROM {table}" + (f" WHERE {where}" if where else "")
        insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        used = {name: value for name, value in values.items() if f":{name}" in where}
        found = source.execute(text(query).execution_options(stream_results=True), used)
        for page in found.partitions(ROWS_AT_ONCE):
            if cancelled():
                raise CopyCancelledError
            target.exec_driver_sql(insert, [tuple(row) for row in page])
            copied += len(page)
    return copied


def from_now_on(target: Connection, for_good: int) -> None:
    """Let a copy count from now on, and release what a person has stopped.

    Args:
        target: a writing transaction of the copy.
        for_good: campaign instant at which a sender is paused until a person acts.
    """
    for statement in _FROM_NOW_ON:
        values: dict[str, Any] = {"for_good": for_good} if ":for_good" in statement.text else {}
        target.execute(statement, values)
