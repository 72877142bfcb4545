"""Who acts and who sends: the audit, outgoing webhooks, the emergency stop, leases, tokens, open apps."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, UniqueConstraint

from trd_tui.store.schema.base import INT, id_, int_, maybe_int, maybe_text, table, text_, where

audit = table(
    "audit",
    id_(),
    int_("workspace_id", 1),
    int_("user_id", 1),
    text_("actor"),  # who acts, or `system`
    text_("login"),  # the login name of the system
    text_("act"),
    text_("subject"),  # campaign | contact | sender | control | suppression
    text_("subject_id"),
    maybe_text("before"),  # JSON
    maybe_text("after"),  # JSON
    int_("at", None),  # real instant
)
Index("idx_audit_subject", audit.c.subject, audit.c.subject_id)
Index("idx_audit_at", audit.c.at, audit.c.id)
Index("idx_audit_actor", audit.c.actor, audit.c.at, audit.c.id)
Index("idx_audit_act", audit.c.act, audit.c.at, audit.c.id)

webhooks = table(
    "webhooks",
    id_(),
    int_("workspace_id", 1),
    text_("name"),
    text_("url"),
    text_("secret"),  # signs what is posted; shown once
    text_("events"),  # comma-separated
    int_("created_at", None),  # this instant and those below are real
    int_("delivered_count"),
    int_("given_up_count"),
    int_("failures"),  # of the receiver, in a row
    maybe_int("failing_since"),
    maybe_int("retry_at"),  # before it the receiver is left alone
    maybe_int("delivered_at"),
    maybe_text("last_error"),
    UniqueConstraint("workspace_id", "name"),
)

# What is to be posted: a row for each event and webhook, gone when it is delivered.
outbox = table(
    "outbox",
    id_(),
    int_("workspace_id", 1),
    Column("webhook_id", INT, ForeignKey("webhooks.id"), nullable=False),
    text_("event_id"),  # the same at every attempt, so that a receiver knows what it has
    text_("event"),
    maybe_text("number"),  # whom it is about
    maybe_text("payload"),  # JSON; taken out when it is given up
    text_("state", "pending"),
    int_("attempts"),  # that the receiver answered with a refusal
    int_("next_at", None),  # real instant
    int_("created_at", None),  # real instant
    maybe_text("error"),
    CheckConstraint("state IN ('pending','given_up')", name="state"),
)
Index(
    "idx_outbox_due",
    outbox.c.webhook_id,
    outbox.c.next_at,
    **where("state = 'pending'"),
)

control = table(
    "control",
    Column("id", INT, primary_key=True, autoincrement=False),  # one row: 1
    int_("stopped"),
    maybe_int("stopped_at"),
    maybe_text("stopped_by"),
    maybe_text("stop_reason"),
    int_("fence"),  # bumped by every act that must be seen before the next call to the carrier
    # the clock's anchor; null = real time
    maybe_int("anchor_real"),
    maybe_int("anchor_virtual"),
    maybe_int("speed_milli"),
    int_("polled_until"),  # real instant up to which the carrier's changes have been read
    maybe_text("home"),  # JSON: which very database this is; null = not yet used to send
    maybe_int("heartbeat_at"),  # real instant at which the database last had a sender that could send
    int_("price_milli", 1_000),  # the dearest message of all campaigns, in thousandths of its estimate
    int_("writes"),  # SQLite: transactions that changed more than a sign of life
    # that the carrier cannot be asked: refused or unreachable, what it said, real instant; null = it answers
    maybe_text("carrier_trouble"),
    maybe_text("carrier_said"),
    maybe_int("carrier_since"),
    CheckConstraint("id = 1", name="one_row"),
)

leases = table(
    "leases",
    Column("name", Text, primary_key=True),
    int_("token"),  # fencing token: grows with every change of owner
    maybe_text("owner"),
    maybe_text("description"),  # host, process and face, for people
    int_("expires_at"),  # real instant
    maybe_text("yield_to"),  # who asked the owner to give it up
    maybe_int("held_since"),  # real instant at which the owner took it
)

tokens = table(
    "tokens",
    id_(),
    int_("workspace_id", 1),
    text_("name"),  # the actor of what is done with it; a name is never given twice
    text_("key"),  # the part of the token that finds its row
    text_("hash"),  # SHA-256 of the whole token, hexadecimal; the token itself is kept nowhere
    text_("created_by"),
    int_("created_at", None),  # real instants, all four
    maybe_int("expires_at"),
    maybe_int("last_used_at"),  # to the minute
    maybe_int("revoked_at"),
    UniqueConstraint("workspace_id", "name"),
    UniqueConstraint("key"),
)

idempotent_answers = table(
    "idempotent_answers",
    id_(),
    Column("token_id", INT, ForeignKey("tokens.id"), nullable=False),
    text_("key"),  # the header Idempotency-Key of a create
    text_("request_hash"),  # SHA-256 of call and body
    maybe_int("status"),  # null while the create is under way
    maybe_text("body"),
    int_("created_at", None),  # real instant
    UniqueConstraint("token_id", "key"),
)
Index("idx_idempotent_answers_created_at", idempotent_answers.c.created_at)

sessions = table(
    "sessions",
    Column("id", Text, primary_key=True),  # of one open app; goes when that is left
    int_("workspace_id", 1),
    text_("actor"),
    text_("login"),
    text_("place"),  # from where: an address of SSH, `browser`, or `here`
    int_("since", None),  # real instants, both
    int_("seen_at", None),
)
