"""Large databases in seconds: rows put in by SQLite itself, counters that fit them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from trd_tui.store.migrate import ensure_schema

WORDS = (
    "Spring",
    "Summer",
    "Autumn",
    "Winter",
    "Welcome",
    "Re-engagement",
    "Open House",
    "Follow-up",
    "Renewal",
)
SENDER = "+15005550006"

_CAMPAIGNS = """
INSERT INTO campaigns (id, name, name_folded, status, sender, timezone, send_time, window_days, window_from,
  window_to, plan_version, contact_count, open_count, texted_count, waiting_count, sent_count,
  delivered_count, failed_count, replied_count, opted_out_count, touches_planned, touches_resolved,
  created_at, started_at, next_due_at, last_activity_at)
SELECT printf('camp_%013d', :now - i * 60000), n, trd_fold(n), s, :sender, 'America/New_York', 540, 127, 540,
  1200, 1, c, c / 2, c * 9 / 10, c / 2, m, m * 97 / 100, m / 100, m / 17, m / 200, c * 9, m * 102 / 100,
  :now - i * 60000, :now - i * 60000, CASE WHEN s = 'active' THEN :now + (i * 7919 % 86400000) END,
  :now - (i * 104729 % 8640000000)
FROM (
  SELECT i, json_extract(:words, '$[' || (i * 7 % 9) || ']') || ' ' ||
    json_extract(:words, '$[' || (i * 5 / 3 % 9) || ']') || ' ' || printf('%05d', i) AS n,
    json_extract('["active","active","paused","completed","draft"]', '$[' || (i % 5) || ']') AS s,
    20 + i * 37 % 480 AS c, (20 + i * 37 % 480) * (1 + i % 6) AS m
  FROM (WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM r WHERE i < :count) SELECT i FROM r)
)
"""
_TOTALS = """
INSERT OR REPLACE INTO totals (workspace_id, status, campaign_count, contact_count, texted_count,
  waiting_count, sent_count, delivered_count, failed_count, replied_count, opted_out_count)
SELECT 1, status, count(*), sum(contact_count), sum(texted_count), sum(waiting_count), sum(sent_count),
  sum(delivered_count), sum(failed_count), sum(replied_count), sum(opted_out_count)
FROM campaigns WHERE deleted_at IS NULL GROUP BY status
"""
_HOURS = """
INSERT OR REPLACE INTO hourly_totals (workspace_id, hour, sent_count, delivered_count, replied_count)
WITH RECURSIVE r(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM r WHERE i < 700)
SELECT 1, :now / 3600000 - i, 900 + i * 31 % 400, 870, 40 + i % 20 FROM r
"""


@contextmanager
def opened(file: Path) -> Iterator[sqlite3.Connection]:
    """A fast connection to a database that nobody else uses yet; what it did is kept at the end."""
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.create_function("trd_fold", 1, lambda name: name.casefold(), deterministic=True)
        for pragma in ("synchronous = OFF", "cache_size = -262144", "temp_store = MEMORY"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def new_database(file: Path) -> str:
    """An empty database of the product; returns its URL."""
    url = f"sqlite:///{file}"
    ensure_schema(url)
    return url


def campaigns(connection: sqlite3.Connection, count: int, now: int) -> None:
    """Many campaigns of all kinds with kept counters, and two weeks of hours; no contacts, no messages."""
    words = "[" + ",".join(f'"{word}"' for word in WORDS) + "]"
    values = {"count": count, "now": now, "sender": SENDER, "words": words}
    connection.execute(_CAMPAIGNS, values)
    connection.execute(_HOURS, {"now": now})
    sum_up(connection)


def sum_up(connection: sqlite3.Connection) -> None:
    """Bring the kept totals in line with the campaigns."""
    connection.execute(_TOTALS)
