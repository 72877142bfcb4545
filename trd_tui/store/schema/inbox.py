"""What comes in, and what persons of ours write back."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text, UniqueConstraint

from trd_tui.store.schema.base import INT, id_, int_, maybe_int, maybe_text, table, text_, where

replies = table(
    "replies",
    id_(),
    int_("workspace_id", 1),
    text_("sid"),
    text_("sender"),  # the contact's number
    text_("recipient"),  # our number
    text_("body"),
    text_("kind", "reply"),  # reply | opt_out | unclear | opt_in | help | auto
    Column("contact_id", INT, ForeignKey("contacts.id"), nullable=True),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=True),
    maybe_int("message_id"),  # the touch that it answers
    int_("received_at", None),  # campaign instant
    int_("carrier_at", None),  # the carrier's date, real time
    int_("unread", 1),
    maybe_text("opt_out_type"),  # STOP | START | HELP: what the carrier takes it for, where it says so
    maybe_int("answered_at"),  # campaign instant at which a person answered it, or marked it as answered
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
    **where("answered_at IS NULL AND kind IN ('reply','unclear')"),
)

answers = table(
    "answers",
    id_(),
    int_("workspace_id", 1),
    text_("number"),  # the conversation: E.164, whether a contact's or not
    Column("contact_id", INT, ForeignKey("contacts.id"), nullable=True),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=True),  # whose conversation it is
    text_("sender"),
    text_("body"),
    text_("state", "sending"),
    text_("attempt_id"),
    int_("attempted_at", None),  # real instant of the intent; what is compared with the carrier's dates
    int_("segments"),
    maybe_text("sid"),
    maybe_int("sent_at"),  # campaign instant of acceptance
    maybe_int("final_at"),
    maybe_int("error_code"),
    maybe_text("reason"),
    int_("looks"),
    maybe_int("looked_at"),  # real instant of the last look, for what became of it or for its receipt
    int_("user_id", 1),
    text_("actor"),
    text_("login"),
    int_("created_at", None),  # campaign instant of the intent
    int_("updated_at", None),
    maybe_int("outlay_id"),  # what it costs; outlays pay for it
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
    **where("state IN ('sending','unknown')"),
)
Index("idx_answers_open", answers.c.attempted_at, **where("state = 'sent'"))
Index("idx_answers_sid", answers.c.sid, unique=True, **where("sid IS NOT NULL"))

conversations = table(
    "conversations",
    Column("workspace_id", INT, primary_key=True, autoincrement=False),
    Column("number", Text, primary_key=True),
    text_("note", ""),
    maybe_int("snoozed_until"),  # campaign instant; a later reply wakes it
    int_("snoozed_reply"),  # id of the latest reply when it was put off
    int_("updated_at", None),
)

# What somebody has half written: the next login finds it, also after the line has dropped.
reply_drafts = table(
    "reply_drafts",
    Column("workspace_id", INT, primary_key=True, autoincrement=False),
    Column("number", Text, primary_key=True),
    Column("actor", Text, primary_key=True),
    text_("body"),
    int_("saved_at", None),  # real instant
)
