"""The tables. Instants are INTEGER epoch milliseconds UTC, booleans INTEGER, money INTEGER micro-dollars.

SQLite tables are STRICT. A change here needs a migration in ``migrations/versions``; a test compares.
"""

from __future__ import annotations

from trd_tui.store.schema.base import metadata
from trd_tui.store.schema.campaign import (
    campaign_sheets,
    campaigns,
    hourly_totals,
    totals,
    touch_variants,
    touches,
)
from trd_tui.store.schema.company import (
    audit,
    control,
    idempotent_answers,
    leases,
    outbox,
    sessions,
    tokens,
    webhooks,
)
from trd_tui.store.schema.inbox import answers, conversations, replies, reply_drafts
from trd_tui.store.schema.messages import message_events, scheduled_messages, senders
from trd_tui.store.schema.money import outlays, spend_days
from trd_tui.store.schema.people import consents, contacts, enrolments, suppressions

__all__ = [
    "answers",
    "audit",
    "campaign_sheets",
    "campaigns",
    "consents",
    "contacts",
    "control",
    "conversations",
    "enrolments",
    "hourly_totals",
    "idempotent_answers",
    "leases",
    "message_events",
    "metadata",
    "outbox",
    "outlays",
    "replies",
    "reply_drafts",
    "scheduled_messages",
    "senders",
    "sessions",
    "spend_days",
    "suppressions",
    "tokens",
    "totals",
    "touch_variants",
    "touches",
    "webhooks",
]
