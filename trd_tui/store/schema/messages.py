"""Texts of campaigns, what the carrier said of them, and what they go from."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, UniqueConstraint

from trd_tui.store.schema.base import (
    INT,
    campaign_id,
    contact_id,
    id_,
    int_,
    maybe_int,
    maybe_text,
    table,
    text_,
    where,
)

scheduled_messages = table(
    "scheduled_messages",
    id_(),
    int_("workspace_id", 1),
    campaign_id(),
    Column("enrolment_id", INT, ForeignKey("enrolments.id"), nullable=False),
    contact_id(),
    int_("touch", None),  # position of the touch
    int_("plan_version"),
    text_("state", "scheduled"),
    int_("scheduled_for", None),  # campaign instant
    int_("attempts"),  # calls to the carrier that were begun
    maybe_text("attempt_id"),  # of the last attempt
    maybe_int("fencing_token"),  # lease under which the row was claimed
    maybe_int("attempted_at"),  # real instant of the claim; what is compared with the carrier's dates
    maybe_text("sender"),
    maybe_text("recipient"),
    maybe_text("body"),
    int_("segments"),
    int_("cost_micros"),
    maybe_text("sid"),
    maybe_int("sent_at"),  # campaign instant of acceptance; set on every accepted message
    maybe_int("final_at"),
    maybe_int("error_code"),
    maybe_text("reason"),  # why it is held, failed, skipped or cancelled
    int_("looks"),  # successful looks into the carrier's list that found nothing
    maybe_int("looked_at"),  # real instant of the last look, for what became of it or for its receipt
    int_("created_at", None),
    int_("updated_at", None),
    maybe_text("variant"),  # which of the touch's texts the last attempt had; null = it has one
    # the day whose budgets pay for it, as an ordinal in the campaign's zone; 0 = before days were kept
    int_("spend_day"),
    int_("priced"),  # whether cost_micros is the carrier's own price
    UniqueConstraint("enrolment_id", "touch"),
    CheckConstraint(
        "state IN ('scheduled','sending','unknown','held','sent','delivered',"
        "'undelivered','failed','skipped','cancelled')",
        name="state",
    ),
)


_m = scheduled_messages.c
Index("idx_messages_scheduled_for", _m.scheduled_for, **where("state = 'scheduled'"))
# An index has its price for every text that goes out, the more the larger the table is. So there is none of
# all messages of a campaign or a contact, nor of the carrier's ids: they are found by way of enrolments.
Index("idx_messages_campaign_id", _m.campaign_id, _m.scheduled_for, **where("state = 'scheduled'"))
Index("idx_messages_held", _m.campaign_id, _m.id, **where("state = 'held'"))
Index("idx_messages_in_flight", _m.state, _m.contact_id, **where("state IN ('sending','unknown')"))
Index("idx_messages_open", _m.attempted_at, **where("state = 'sent'"))
# One or two in a hundred: a message that nothing went wrong with is never in it.
Index("idx_messages_errors", _m.updated_at, **where("error_code IS NOT NULL"))

message_events = table(
    "message_events",
    id_(),
    int_("workspace_id", 1),
    text_("sid"),
    text_("status"),
    maybe_int("error_code"),
    int_("received_at", None),
    UniqueConstraint("sid", "status"),
)

senders = table(
    "senders",
    id_(),
    int_("workspace_id", 1),
    text_("address"),  # E.164 number, short code or messaging service SID
    text_("kind"),  # long_code | toll_free | short_code | messaging_service
    int_("rate_milli", None),  # thousandths of a segment per second; 0 = no limit
    int_("tokens_milli"),  # what the bucket held at bucket_at; below zero after a long message
    int_("bucket_at"),  # campaign instant
    maybe_int("paused_until"),  # campaign instant; null = not paused, a far instant = until a person acts
    maybe_text("paused_reason"),
    int_("created_at", None),
    UniqueConstraint("workspace_id", "address"),
)
