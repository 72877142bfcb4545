"""The tables. Instants are INTEGER epoch milliseconds UTC, booleans INTEGER, money INTEGER micro-dollars.

SQLite tables are STRICT. A change here needs a migration in ``migrations/versions``; a test compares.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy import Table as _Table

metadata = MetaData(
    naming_convention={
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

_INT = BigInteger().with_variant(Integer, "sqlite")


def _table(name: str, *parts: Any) -> _Table:
    return _Table(name, metadata, *parts, sqlite_strict=True)


def _id() -> Column[int]:
    return Column("id", _INT, primary_key=True, autoincrement=True)


def _int(name: str, default: int | None = 0) -> Column[int]:
    return Column(name, _INT, nullable=False, server_default=None if default is None else text(str(default)))


def _maybe_int(name: str) -> Column[int | None]:
    return Column(name, _INT, nullable=True)


def _text(name: str, default: str | None = None) -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _maybe_text(name: str) -> Column[str | None]:
    return Column(name, Text, nullable=True)


def _campaign() -> Column[str]:
    return Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=False)


def _contact() -> Column[int]:
    return Column("contact_id", _INT, ForeignKey("contacts.id"), nullable=False)


campaigns = _table(
    "campaigns",
    Column("id", Text, primary_key=True),
    _int("workspace_id", 1),
    # what a list filters, searches and sorts by stands in front: SQLite decodes a row up to the last
    # column that it needs, and a page looks at every row (3.0 ms against 1.0 at 10,000 campaigns)
    _maybe_int("deleted_at"),
    _text("status", "draft"),
    _text("name_folded"),  # casefolded, because LIKE folds ASCII only
    _text("name"),
    _int("created_at", None),
    _int("last_activity_at", None),  # the latest send, reply or act
    _maybe_int("next_due_at"),  # the earliest scheduled_for of its scheduled messages
    _maybe_text("plan_kind"),  # null when no plan is unfinished, else start | resume | edit
    # counters: each moves in the transaction that moves the rows it counts
    _int("contact_count"),
    _int("open_count"),  # enrolments active or held
    _int("texted_count"),  # enrolments with at least one accepted message
    _int("waiting_count"),  # messages scheduled
    _int("in_flight_count"),  # messages sending or unknown
    _int("held_count"),  # messages held
    _int("sent_count"),  # messages accepted by the carrier, whatever came later
    _int("delivered_count"),
    _int("failed_count"),  # messages refused, failed or undelivered
    _int("replied_count"),  # contacts whose reply counts here
    _int("opted_out_count"),
    _int("touches_planned"),
    _int("touches_resolved"),
    _int("segment_count"),  # segments of accepted messages
    _int("cost_micros"),  # real prices where known, else segments by the price table
    _int("reserved_micros"),  # estimated cost of messages in flight
    _int("user_id", 1),
    _text("sender"),
    _text("timezone"),
    _int("send_time", None),  # minutes after local midnight
    _int("window_days", None),  # bit 0 Monday ... bit 6 Sunday
    _int("window_from", None),  # minutes after local midnight
    _int("window_to", None),
    _text("resume_policy", "shift"),
    _maybe_int("daily_cap"),  # automated messages a day of the campaign's zone
    _maybe_int("budget_micros"),
    _int("priority", 3),  # 1 first ... 5 last
    _text("variables", "{}"),  # JSON object: the campaign's own values for templates
    _int("sequence_version", 1),
    # a start or a resume works in chunks: rows of an older plan version cannot be claimed
    _int("plan_version", 0),
    _int("plan_cursor"),  # the last enrolment id that the unfinished plan has done
    _maybe_int("plan_at"),  # campaign instant at which the unfinished plan was asked for
    # the daily cap's day, as a proleptic ordinal in the campaign's zone, and how many it has used
    _int("cap_day"),
    _int("cap_used"),
    _maybe_int("started_at"),
    _maybe_int("paused_at"),
    _maybe_int("resumed_at"),
    _maybe_int("completed_at"),
    _maybe_int("archived_at"),
    _maybe_text("plan_terms"),  # JSON object: policy, limit of lateness and edit of the unfinished plan
    _maybe_text("brand"),  # who writes, as the first touch must say; null = not known
    _maybe_int("daily_budget_micros"),  # for a day of the campaign's zone
    _int("priced_micros"),  # a counter: of cost_micros, what is real prices
    _int("by_hand_micros"),  # a counter: outlays in the campaign's name
    _int("price_milli", 1_000),  # the dearest message, in thousandths of its estimate; see domain/purse.py
    CheckConstraint("status IN ('draft','active','paused','completed','archived')", name="status"),
    CheckConstraint(
        "resume_policy IN ('shift','skip','catch_up_one','restart_delay','review')", name="policy"
    ),
)
Index("idx_campaigns_status", campaigns.c.status)
Index("idx_campaigns_user_id", campaigns.c.user_id)
# With the status in front it wins against idx_campaigns_status; SQLite weighs them without statistics.
Index(
    "idx_campaigns_due",
    campaigns.c.status,
    campaigns.c.next_due_at,
    sqlite_where=text("deleted_at IS NULL"),
    postgresql_where=text("deleted_at IS NULL"),
)
# The two orders in which whole lists are read, newest first and oldest first.
Index("idx_campaigns_last_activity", campaigns.c.last_activity_at, campaigns.c.id)
Index("idx_campaigns_created", campaigns.c.created_at, campaigns.c.id)
Index(
    "idx_campaigns_unplanned",
    campaigns.c.id,
    sqlite_where=text("plan_kind IS NOT NULL"),
    postgresql_where=text("plan_kind IS NOT NULL"),
)

touches = _table(
    "touches",
    _id(),
    _int("workspace_id", 1),
    _campaign(),
    _int("position", None),  # 1 to 60, its name for good: messages carry it; the day gives the order
    _int("day", None),  # day 1 is the contact's local enrolment date
    _text("kind", "sms"),
    _text("body"),
    _int("active", 1),
    # counters of this touch over all contacts of the campaign
    _int("sent_count"),
    _int("delivered_count"),
    _int("failed_count"),
    _int("replied_count"),
    _int("opted_out_count"),
    _int("removed"),  # taken out of the sequence; it stays because messages of it exist
    UniqueConstraint("campaign_id", "position"),
    CheckConstraint("position BETWEEN 1 AND 60", name="position"),
)

touch_variants = _table(
    "touch_variants",
    _id(),
    _int("workspace_id", 1),
    _campaign(),
    _int("touch", None),  # position of the touch
    _text("name"),  # its name for good: messages carry it
    _int("place", None),  # where it stands among the others, from 0
    _int("weight", 1),
    _text("body"),
    _int("removed"),  # taken out; it stays because messages of it exist
    # counters of this variant over all contacts who got it
    _int("sent_count"),
    _int("delivered_count"),
    _int("failed_count"),
    _int("replied_count"),
    _int("opted_out_count"),
    UniqueConstraint("campaign_id", "touch", "name"),
)

contacts = _table(
    "contacts",
    _id(),
    _int("workspace_id", 1),
    _text("number"),  # E.164
    _text("first_name", ""),
    _text("last_name", ""),
    _text("name_folded", ""),
    _text("company", ""),
    _text("email", ""),
    _text("city", ""),
    _text("state", ""),
    _text("zip", ""),
    _maybe_text("timezone"),  # IANA name where it was stated
    _text("custom", "{}"),  # JSON object of the other columns of the import
    _int("soft_failures"),  # in a row; a delivery sets it back
    _maybe_text("bad_number"),  # why this number is never texted again
    _int("created_at", None),
    _int("updated_at", None),
    _maybe_text("doubt"),  # what reads like an opt-out: nothing automatic goes until a person has decided
    UniqueConstraint("number", "workspace_id"),  # what comes in has a number and no workspace yet
)

consents = _table(
    "consents",
    _id(),
    _int("workspace_id", 1),
    _contact(),
    _text("kind"),  # how it was given, or that it was taken back; rows are only ever added
    _text("source"),  # where: a form's address, a file, who said so
    _maybe_int("given_at"),  # when, if that is known
    _text("proof", ""),  # what proves it, in words
    _text("actor"),
    _text("login"),
    _int("recorded_at", None),  # campaign instant
    CheckConstraint(
        "kind IN ('written','web_form','verbal','existing_customer','opt_in','unknown','revoked')",
        name="kind",
    ),
)
Index("idx_consents_contact_id", consents.c.contact_id)

enrolments = _table(
    "enrolments",
    _id(),
    _int("workspace_id", 1),
    _campaign(),
    _contact(),
    _text("status", "active"),
    _maybe_int("enrolled_on"),  # the contact's local date as a proleptic ordinal; null until it starts
    _int("shift_days"),  # whole days that pauses have moved the remaining touches
    _int("touches_planned"),
    _int("touches_resolved"),
    _maybe_int("ended_touch"),  # position at which the sequence ended
    _maybe_text("end_reason"),
    _int("sent_count"),
    _maybe_int("last_sent_at"),
    _maybe_int("replied_at"),  # set only where the reply counts
    _maybe_int("opted_out_at"),
    _int("created_at", None),
    _int("updated_at", None),
    # sent_at of its accepted messages that lie less than a week before the last one, with commas: the caps
    # over all campaigns are counted from these, so that no text costs a look at the contact's other messages
    _maybe_text("recent_sends"),
    UniqueConstraint("campaign_id", "contact_id"),
    CheckConstraint(
        "status IN ('active','held','replied','opted_out','failed','finished','removed')", name="status"
    ),
)
Index("idx_enrolments_contact_id", enrolments.c.contact_id)
# in the order in which a plan goes through a campaign's contacts
Index("idx_enrolments_campaign_id", enrolments.c.campaign_id, enrolments.c.id)

scheduled_messages = _table(
    "scheduled_messages",
    _id(),
    _int("workspace_id", 1),
    _campaign(),
    Column("enrolment_id", _INT, ForeignKey("enrolments.id"), nullable=False),
    _contact(),
    _int("touch", None),  # position of the touch
    _int("plan_version"),
    _text("state", "scheduled"),
    _int("scheduled_for", None),  # campaign instant
    _int("attempts"),  # calls to the carrier that were begun
    _maybe_text("attempt_id"),  # of the last attempt
    _maybe_int("fencing_token"),  # lease under which the row was claimed
    _maybe_int("attempted_at"),  # real instant of the claim; what is compared with the carrier's dates
    _maybe_text("sender"),
    _maybe_text("recipient"),
    _maybe_text("body"),
    _int("segments"),
    _int("cost_micros"),
    _maybe_text("sid"),
    _maybe_int("sent_at"),  # campaign instant of acceptance; set on every accepted message
    _maybe_int("final_at"),
    _maybe_int("error_code"),
    _maybe_text("reason"),  # why it is held, failed, skipped or cancelled
    _int("looks"),  # successful looks into the carrier's list that found nothing
    _maybe_int("looked_at"),  # real instant of the last look, for what became of it or for its receipt
    _int("created_at", None),
    _int("updated_at", None),
    _maybe_text("variant"),  # which of the touch's texts the last attempt had; null = it has one
    # the day whose budgets pay for it, as an ordinal in the campaign's zone; 0 = before days were kept
    _int("spend_day"),
    _int("priced"),  # whether cost_micros is the carrier's own price
    UniqueConstraint("enrolment_id", "touch"),
    CheckConstraint(
        "state IN ('scheduled','sending','unknown','held','sent','delivered',"
        "'undelivered','failed','skipped','cancelled')",
        name="state",
    ),
)


def _messages_where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


_m = scheduled_messages.c
Index("idx_messages_scheduled_for", _m.scheduled_for, **_messages_where("state = 'scheduled'"))
# An index has its price for every text that goes out, the more the larger the table is. So there is none of
# all messages of a campaign or a contact, nor of the carrier's ids: they are found by way of enrolments.
Index("idx_messages_campaign_id", _m.campaign_id, _m.scheduled_for, **_messages_where("state = 'scheduled'"))
Index("idx_messages_held", _m.campaign_id, _m.id, **_messages_where("state = 'held'"))
Index("idx_messages_in_flight", _m.state, _m.contact_id, **_messages_where("state IN ('sending','unknown')"))
Index("idx_messages_open", _m.attempted_at, **_messages_where("state = 'sent'"))
# One or two in a hundred: a message that nothing went wrong with is never in it.
Index("idx_messages_errors", _m.updated_at, **_messages_where("error_code IS NOT NULL"))

message_events = _table(
    "message_events",
    _id(),
    _int("workspace_id", 1),
    _text("sid"),
    _text("status"),
    _maybe_int("error_code"),
    _int("received_at", None),
    UniqueConstraint("sid", "status"),
)

replies = _table(
    "replies",
    _id(),
    _int("workspace_id", 1),
    _text("sid"),
    _text("sender"),  # the contact's number
    _text("recipient"),  # our number
    _text("body"),
    _text("kind", "reply"),  # reply | opt_out | unclear | opt_in | help | auto
    Column("contact_id", _INT, ForeignKey("contacts.id"), nullable=True),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=True),
    _maybe_int("message_id"),  # the touch that it answers
    _int("received_at", None),  # campaign instant
    _int("carrier_at", None),  # the carrier's date, real time
    _int("unread", 1),
    _maybe_text("opt_out_type"),  # STOP | START | HELP: what the carrier takes it for, where it says so
    _maybe_int("answered_at"),  # campaign instant at which a person answered it, or marked it as answered
    UniqueConstraint("sid"),
)
Index("idx_replies_campaign_id", replies.c.campaign_id)
Index("idx_replies_contact_id", replies.c.contact_id)
Index("idx_replies_sender", replies.c.sender, replies.c.received_at)
Index("idx_replies_received_at", replies.c.received_at)
# who waits for a person: a machine, a call for help and an opt-out do not
Index(
    "idx_replies_unanswered",
    replies.c.sender,
    **_messages_where("answered_at IS NULL AND kind IN ('reply','unclear')"),
)

answers = _table(
    "answers",
    _id(),
    _int("workspace_id", 1),
    _text("number"),  # the conversation: E.164, whether a contact's or not
    Column("contact_id", _INT, ForeignKey("contacts.id"), nullable=True),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=True),  # whose conversation it is
    _text("sender"),
    _text("body"),
    _text("state", "sending"),
    _text("attempt_id"),
    _int("attempted_at", None),  # real instant of the intent; what is compared with the carrier's dates
    _int("segments"),
    _maybe_text("sid"),
    _maybe_int("sent_at"),  # campaign instant of acceptance
    _maybe_int("final_at"),
    _maybe_int("error_code"),
    _maybe_text("reason"),
    _int("looks"),
    _maybe_int("looked_at"),  # real instant of the last look, for what became of it or for its receipt
    _int("user_id", 1),
    _text("actor"),
    _text("login"),
    _int("created_at", None),  # campaign instant of the intent
    _int("updated_at", None),
    _maybe_int("outlay_id"),  # what it costs; outlays pay for it
    UniqueConstraint("attempt_id"),
    CheckConstraint(
        "state IN ('sending','unknown','held','sent','delivered','undelivered','failed')", name="state"
    ),
)
Index("idx_answers_number", answers.c.number, answers.c.id)
# The carrier's list tells messages apart by number and text: one answer to a number is under way at a time.
Index(
    "idx_answers_in_flight",
    answers.c.number,
    unique=True,
    **_messages_where("state IN ('sending','unknown')"),
)
Index("idx_answers_open", answers.c.attempted_at, **_messages_where("state = 'sent'"))
Index("idx_answers_sid", answers.c.sid, unique=True, **_messages_where("sid IS NOT NULL"))

conversations = _table(
    "conversations",
    Column("workspace_id", _INT, primary_key=True, autoincrement=False),
    Column("number", Text, primary_key=True),
    _text("note", ""),
    _maybe_int("snoozed_until"),  # campaign instant; a later reply wakes it
    _int("snoozed_reply"),  # id of the latest reply when it was put off
    _int("updated_at", None),
)

# What somebody has typed of a campaign and not stored: the next login finds it, also after a dropped line.
campaign_sheets = _table(
    "campaign_sheets",
    Column("workspace_id", _INT, primary_key=True, autoincrement=False),
    Column("campaign_id", Text, primary_key=True),  # empty before there is a draft
    Column("actor", Text, primary_key=True),  # whose it is; empty for a draft's steps, which are everybody's
    _text("typed"),  # JSON: `domain.sheet.Sheet` of the steps, `services.touch_views.Unsaved` of touches
    _int("saved_at", None),  # real instant
)

# What somebody has half written: the next login finds it, also after the line has dropped.
reply_drafts = _table(
    "reply_drafts",
    Column("workspace_id", _INT, primary_key=True, autoincrement=False),
    Column("number", Text, primary_key=True),
    Column("actor", Text, primary_key=True),
    _text("body"),
    _int("saved_at", None),  # real instant
)

suppressions = _table(
    "suppressions",
    _id(),
    _int("workspace_id", 1),
    _text("number"),  # by number, not by contact: it outlives the contact
    _text("reason"),
    _text("source"),
    _int("created_at", None),
    UniqueConstraint("workspace_id", "number"),
)

senders = _table(
    "senders",
    _id(),
    _int("workspace_id", 1),
    _text("address"),  # E.164 number, short code or messaging service SID
    _text("kind"),  # long_code | toll_free | short_code | messaging_service
    _int("rate_milli", None),  # thousandths of a segment per second; 0 = no limit
    _int("tokens_milli"),  # what the bucket held at bucket_at; below zero after a long message
    _int("bucket_at"),  # campaign instant
    _maybe_int("paused_until"),  # campaign instant; null = not paused, a far instant = until a person acts
    _maybe_text("paused_reason"),
    _int("created_at", None),
    UniqueConstraint("workspace_id", "address"),
)

totals = _table(
    "totals",
    Column("workspace_id", _INT, primary_key=True, autoincrement=False),
    Column("status", Text, primary_key=True),  # a campaign status, or 'deleted'
    _int("campaign_count"),
    _int("contact_count"),
    _int("texted_count"),
    _int("waiting_count"),
    _int("sent_count"),
    _int("delivered_count"),
    _int("failed_count"),
    _int("replied_count"),
    _int("opted_out_count"),
)

hourly_totals = _table(
    "hourly_totals",
    Column("workspace_id", _INT, primary_key=True, autoincrement=False),
    Column("hour", _INT, primary_key=True, autoincrement=False),  # hours since the epoch, campaign time
    _int("sent_count"),
    _int("delivered_count"),
    _int("failed_count"),
    _int("replied_count"),
)

# What a person sends by hand (a test, an answer) and what may have been sent without anybody knowing which:
# it is no message of a campaign, but budgets pay for it.
outlays = _table(
    "outlays",
    _id(),
    _int("workspace_id", 1),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=True),
    _text("kind"),  # test | answer | unclear
    _text("state"),  # reserved | spent | free
    _int("day", None),  # as spend_day of messages
    _int("segments", None),
    _int("cost_micros", None),
    _int("priced"),
    _maybe_text("sid"),
    _int("created_at", None),
    _int("updated_at", None),
    CheckConstraint("state IN ('reserved','spent','free')", name="state"),
)
Index(
    "idx_outlays_sid",
    outlays.c.sid,
    unique=True,
    sqlite_where=text("sid IS NOT NULL"),
    postgresql_where=text("sid IS NOT NULL"),
)

# What a day has cost: a counter of messages and outlays, for one campaign or, with an empty scope, for all.
spend_days = _table(
    "spend_days",
    Column("workspace_id", _INT, primary_key=True, autoincrement=False),
    Column("scope", Text, primary_key=True),
    Column("day", _INT, primary_key=True, autoincrement=False),
    _int("spent_micros"),
    _int("reserved_micros"),
    _int("priced_micros"),
)

audit = _table(
    "audit",
    _id(),
    _int("workspace_id", 1),
    _int("user_id", 1),
    _text("actor"),  # who acts, or `system`
    _text("login"),  # the login name of the system
    _text("act"),
    _text("subject"),  # campaign | contact | sender | control | suppression
    _text("subject_id"),
    _maybe_text("before"),  # JSON
    _maybe_text("after"),  # JSON
    _int("at", None),  # real instant
)
Index("idx_audit_subject", audit.c.subject, audit.c.subject_id)
Index("idx_audit_at", audit.c.at, audit.c.id)
Index("idx_audit_actor", audit.c.actor, audit.c.at, audit.c.id)
Index("idx_audit_act", audit.c.act, audit.c.at, audit.c.id)

webhooks = _table(
    "webhooks",
    _id(),
    _int("workspace_id", 1),
    _text("name"),
    _text("url"),
    _text("secret"),  # signs what is posted; shown once
    _text("events"),  # comma-separated
    _int("created_at", None),  # this instant and those below are real
    _int("delivered_count"),
    _int("given_up_count"),
    _int("failures"),  # of the receiver, in a row
    _maybe_int("failing_since"),
    _maybe_int("retry_at"),  # before it the receiver is left alone
    _maybe_int("delivered_at"),
    _maybe_text("last_error"),
    UniqueConstraint("workspace_id", "name"),
)

# What is to be posted: a row for each event and webhook, gone when it is delivered.
outbox = _table(
    "outbox",
    _id(),
    _int("workspace_id", 1),
    Column("webhook_id", _INT, ForeignKey("webhooks.id"), nullable=False),
    _text("event_id"),  # the same at every attempt, so that a receiver knows what it has
    _text("event"),
    _maybe_text("number"),  # whom it is about
    _maybe_text("payload"),  # JSON; taken out when it is given up
    _text("state", "pending"),
    _int("attempts"),  # that the receiver answered with a refusal
    _int("next_at", None),  # real instant
    _int("created_at", None),  # real instant
    _maybe_text("error"),
    CheckConstraint("state IN ('pending','given_up')", name="state"),
)
Index(
    "idx_outbox_due",
    outbox.c.webhook_id,
    outbox.c.next_at,
    sqlite_where=text("state = 'pending'"),
    postgresql_where=text("state = 'pending'"),
)

control = _table(
    "control",
    Column("id", _INT, primary_key=True, autoincrement=False),  # one row: 1
    _int("stopped"),
    _maybe_int("stopped_at"),
    _maybe_text("stopped_by"),
    _maybe_text("stop_reason"),
    _int("fence"),  # bumped by every act that must be seen before the next call to the carrier
    # the clock's anchor; null = real time
    _maybe_int("anchor_real"),
    _maybe_int("anchor_virtual"),
    _maybe_int("speed_milli"),
    _int("polled_until"),  # real instant up to which the carrier's changes have been read
    _maybe_text("home"),  # JSON: which very database this is; null = not yet used to send
    _maybe_int("heartbeat_at"),  # real instant at which the database last had a sender that could send
    _int("price_milli", 1_000),  # the dearest message of all campaigns, in thousandths of its estimate
    _int("writes"),  # SQLite: transactions that changed more than a sign of life
    CheckConstraint("id = 1", name="one_row"),
)

leases = _table(
    "leases",
    Column("name", Text, primary_key=True),
    _int("token"),  # fencing token: grows with every change of owner
    _maybe_text("owner"),
    _maybe_text("description"),  # host, process and face, for people
    _int("expires_at"),  # real instant
    _maybe_text("yield_to"),  # who asked the owner to give it up
    _maybe_int("held_since"),  # real instant at which the owner took it
)

tokens = _table(
    "tokens",
    _id(),
    _int("workspace_id", 1),
    _text("name"),  # the actor of what is done with it; a name is never given twice
    _text("key"),  # the part of the token that finds its row
    _text("hash"),  # SHA-256 of the whole token, hexadecimal; the token itself is kept nowhere
    _text("created_by"),
    _int("created_at", None),  # real instants, all four
    _maybe_int("expires_at"),
    _maybe_int("last_used_at"),  # to the minute
    _maybe_int("revoked_at"),
    UniqueConstraint("workspace_id", "name"),
    UniqueConstraint("key"),
)

idempotent_answers = _table(
    "idempotent_answers",
    _id(),
    Column("token_id", _INT, ForeignKey("tokens.id"), nullable=False),
    _text("key"),  # the header Idempotency-Key of a create
    _text("request_hash"),  # SHA-256 of call and body
    _maybe_int("status"),  # null while the create is under way
    _maybe_text("body"),
    _int("created_at", None),  # real instant
    UniqueConstraint("token_id", "key"),
)
Index("idx_idempotent_answers_created_at", idempotent_answers.c.created_at)

sessions = _table(
    "sessions",
    Column("id", Text, primary_key=True),  # of one open app; goes when that is left
    _int("workspace_id", 1),
    _text("actor"),
    _text("login"),
    _text("place"),  # from where: an address of SSH, `browser`, or `here`
    _int("since", None),  # real instants, both
    _int("seen_at", None),
)
