"""Campaigns in the middle of their sequences, by the million rows: enrolments, history, and what is due."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from tests.bench import seed
from tests.support.world import SENDER, ZONE

DAY = 86_400_000


@dataclass(frozen=True, slots=True)
class Middle:
    """A crowd of campaigns.

    Attributes:
        campaigns: how many, with an equal share of the contacts.
        contacts: how many in all; each is enrolled once.
        history: touches that each contact has had.
        first: number of the first contact and campaign; crowds in one database must not overlap.
        status: of the campaigns.
        due_every: of so many contacts one is due per lot: neighbours, as those are who joined together.
        lots: lots of due messages, a minute apart; the other contacts are due tomorrow.
    """

    campaigns: int
    contacts: int
    history: int
    first: int = 0
    status: str = "active"
    due_every: int = 1
    lots: int = 1


def put_in(connection: sqlite3.Connection, middle: Middle, now: int) -> None:
    """Put a crowd in; its first lot is due at ``now``."""
    each = middle.contacts // middle.campaigns
    values = {
        "campaigns": middle.campaigns, "contacts": each * middle.campaigns, "each": each,
        "history": middle.history, "first": middle.first, "status": middle.status, "now": now, "zone": ZONE,
        "sender": SENDER, "touches": middle.history + 3, "cohort": each // middle.due_every,
        "lots": middle.lots, "day": DAY, "enrolled_on": (now - middle.history * 2 * DAY) // DAY + 719_163,
    }  # fmt: skip
    # With the indexes in place, touch after touch: pages fill and split as they do in real life.
    for statement in (_SENDER, _CAMPAIGN, _TOUCH, _CONTACT, _ENROLMENT, _HISTORY, _NEXT):
        connection.execute(statement, values)
    connection.execute(_COUNTS, values)
    seed.sum_up(connection)


_SERIES = "WITH RECURSIVE r(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM r WHERE i + 1 < {}) "

_SENDER = """
INSERT OR IGNORE INTO senders (address, kind, rate_milli, created_at) VALUES (:sender, 'long_code', 0, 0)
"""
_CAMPAIGN = f"""
INSERT INTO campaigns (id, name, name_folded, status, sender, timezone, send_time, window_days, window_from,
  window_to, plan_version, created_at, started_at, last_activity_at)
{_SERIES.format(":campaigns")}
SELECT printf('camp_%09d', :first + i), 'Campaign ' || i, 'campaign ' || i, :status, :sender, :zone, 540, 127,
  540, 1200, 1, 0, 0, 0 FROM r
"""
_TOUCH = f"""
INSERT INTO touches (campaign_id, position, day, body)
{_SERIES.format(":touches")}
SELECT c.id, r.i + 1, r.i * 2 + 1, 'Hi {{{{first_name|there}}}}, touch ' || (r.i + 1) || '.'
FROM campaigns c CROSS JOIN r
WHERE c.id BETWEEN printf('camp_%09d', :first) AND printf('camp_%09d', :first + :campaigns - 1)
"""
_CONTACT = f"""
INSERT INTO contacts (id, number, first_name, name_folded, created_at, updated_at)
{_SERIES.format(":contacts")}
SELECT :first + i + 1, '+1' || (2122000000 + :first + i), 'Ann', 'ann', :now, :now FROM r
"""
_ENROLMENT = f"""
INSERT INTO enrolments (id, campaign_id, contact_id, enrolled_on, touches_planned, touches_resolved,
  sent_count, last_sent_at, recent_sends, created_at, updated_at)
{_SERIES.format(":contacts")}
SELECT :first + i + 1, printf('camp_%09d', :first + i / :each), :first + i + 1, :enrolled_on, :touches,
  :history, :history, CASE WHEN :history THEN :now - 2 * :day END,
  (SELECT group_concat(:now - k.column1 * 2 * :day, ',') FROM (VALUES (1), (2), (3), (4)) k
    WHERE k.column1 <= :history), :now, :now FROM r
"""
_MESSAGE = """
INSERT INTO scheduled_messages (campaign_id, enrolment_id, contact_id, touch, plan_version, state,
  scheduled_for, attempts, sid, sent_at, created_at, updated_at)
"""
_HISTORY = f"""
{_MESSAGE}{_SERIES.format(":history")}
SELECT e.campaign_id, e.id, e.contact_id, r.i + 1, 1, 'delivered', :now - (:history - r.i) * 2 * :day, 1,
  'SM' || lower(hex(randomblob(16))), :now - (:history - r.i) * 2 * :day, :now, :now
FROM r CROSS JOIN enrolments e WHERE e.id > :first AND r.i < :history
"""
_NEXT = f"""
{_MESSAGE}SELECT campaign_id, id, contact_id, :history + 1, 1, 'scheduled',
  CASE WHEN (id - :first - 1) % :each / :cohort < :lots
    THEN :now + (id - :first - 1) % :each / :cohort * 60000 - 1 ELSE :now + :day + id % 60000 END,
  0, NULL, NULL, :now, :now
FROM enrolments WHERE id > :first
"""
_COUNTS = """
UPDATE campaigns SET contact_count = :each, open_count = :each, waiting_count = :each,
  touches_planned = :each * :touches, touches_resolved = :each * :history, sent_count = :each * :history,
  delivered_count = :each * :history, texted_count = CASE WHEN :history THEN :each ELSE 0 END,
  next_due_at = (SELECT min(scheduled_for) FROM scheduled_messages m
    WHERE m.campaign_id = campaigns.id AND m.state = 'scheduled')
WHERE id BETWEEN printf('camp_%09d', :first) AND printf('camp_%09d', :first + :campaigns - 1)
"""
