"""What is sent by hand, and what a day has cost."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Text

from trd_tui.store.schema.base import INT, id_, int_, maybe_int, maybe_text, table, text_, where

# What a person sends by hand (a test, an answer) and what may have been sent without anybody knowing which:
# it is no message of a campaign, but budgets pay for it.
outlays = table(
    "outlays",
    id_(),
    int_("workspace_id", 1),
    Column("campaign_id", Text, ForeignKey("campaigns.id"), nullable=True),
    text_("kind"),  # test | answer | unclear
    text_("state"),  # reserved | spent | free
    int_("day", None),  # as spend_day of messages
    int_("segments", None),
    int_("cost_micros", None),
    int_("priced"),
    maybe_text("sid"),
    int_("created_at", None),
    int_("updated_at", None),
    # Of what may have been sent unseen: which attempt of which message to whom, and when, so that it counts
    # for the caps, too; null for what was sent by hand.
    maybe_int("contact_id"),
    maybe_int("message_id"),
    maybe_text("attempt_id"),
    maybe_int("tried_at"),  # campaign instant
    CheckConstraint("state IN ('reserved','spent','free')", name="state"),
)
Index(
    "idx_outlays_sid",
    outlays.c.sid,
    unique=True,
    **where("sid IS NOT NULL"),
)
# Asked for each text that is claimed, and next to empty: it holds what nobody knows the fate of.
Index("idx_outlays_unseen", outlays.c.contact_id, **where("kind = 'unclear' AND state = 'spent'"))

# What a day has cost: a counter of messages and outlays, for one campaign or, with an empty scope, for all.
spend_days = table(
    "spend_days",
    Column("workspace_id", INT, primary_key=True, autoincrement=False),
    Column("scope", Text, primary_key=True),
    Column("day", INT, primary_key=True, autoincrement=False),
    int_("spent_micros"),
    int_("reserved_micros"),
    int_("priced_micros"),
)
