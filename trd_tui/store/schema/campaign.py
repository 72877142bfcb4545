"""Campaigns, their sequences, what is typed of them, and the totals over all."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Text, UniqueConstraint

from trd_tui.store.schema.base import INT, campaign_id, id_, int_, maybe_int, maybe_text, table, text_, where

campaigns = table(
    "campaigns",
    Column("id", Text, primary_key=True),
    int_("workspace_id", 1),
    # what a list filters, searches and sorts by stands in front: SQLite decodes a row up to the last
    # column that it needs, and a page looks at every row (3.0 ms against 1.0 at 10,000 campaigns)
    maybe_int("deleted_at"),
    text_("status", "draft"),
    text_("name_folded"),  # casefolded, because LIKE folds ASCII only
    text_("name"),
    int_("created_at", None),
    int_("last_activity_at", None),  # the latest send, reply or act
    maybe_int("next_due_at"),  # the earliest scheduled_for of its scheduled messages
    maybe_text("plan_kind"),  # null when no plan is unfinished, else start | resume | edit
    # counters: each moves in the transaction that moves the rows it counts
    int_("contact_count"),
    int_("open_count"),  # enrolments active or held
    int_("texted_count"),  # enrolments with at least one accepted message
    int_("waiting_count"),  # messages scheduled
    int_("in_flight_count"),  # messages sending or unknown
    int_("held_count"),  # messages held
    int_("sent_count"),  # messages accepted by the carrier, whatever came later
    int_("delivered_count"),
    int_("failed_count"),  # messages refused, failed or undelivered
    int_("replied_count"),  # contacts whose reply counts here
    int_("opted_out_count"),
    int_("touches_planned"),
    int_("touches_resolved"),
    int_("segment_count"),  # segments of accepted messages
    int_("cost_micros"),  # real prices where known, else segments by the price table
    int_("reserved_micros"),  # estimated cost of messages in flight
    int_("user_id", 1),
    text_("sender"),
    text_("timezone"),
    int_("send_time", None),  # minutes after local midnight
    int_("window_days", None),  # bit 0 Monday ... bit 6 Sunday
    int_("window_from", None),  # minutes after local midnight
    int_("window_to", None),
    text_("resume_policy", "shift"),
    maybe_int("daily_cap"),  # automated messages a day of the campaign's zone
    maybe_int("budget_micros"),
    int_("priority", 3),  # 1 first ... 5 last
    text_("variables", "{}"),  # JSON object: the campaign's own values for templates
    int_("sequence_version", 1),
    # a start or a resume works in chunks: rows of an older plan version cannot be claimed
    int_("plan_version", 0),
    int_("plan_cursor"),  # the last enrolment id that the unfinished plan has done
    maybe_int("plan_at"),  # campaign instant at which the unfinished plan was asked for
    # the daily cap's day, as a proleptic ordinal in the campaign's zone, and how many it has used
    int_("cap_day"),
    int_("cap_used"),
    maybe_int("started_at"),
    maybe_int("paused_at"),
    maybe_int("resumed_at"),
    maybe_int("completed_at"),
    maybe_int("archived_at"),
    maybe_text("plan_terms"),  # JSON object: policy, limit of lateness and edit of the unfinished plan
    maybe_text("brand"),  # who writes, as the first touch must say; null = not known
    maybe_int("daily_budget_micros"),  # for a day of the campaign's zone
    int_("priced_micros"),  # a counter: of cost_micros, what is real prices
    int_("by_hand_micros"),  # a counter: outlays in the campaign's name
    int_("price_milli", 1_000),  # the dearest message, in thousandths of its estimate; see domain/purse.py
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
    **where("deleted_at IS NULL"),
)
# What each sender sends next, in as many seeks as there are senders. It holds no more than is looked for; the
# status stands in front all the same, else SQLite takes idx_campaigns_due and sorts.
Index(
    "idx_campaigns_next",
    campaigns.c.status,
    campaigns.c.sender,
    campaigns.c.next_due_at,
    **where("status = 'active' AND deleted_at IS NULL AND next_due_at IS NOT NULL"),
)
# The two orders in which whole lists are read, newest first and oldest first.
Index("idx_campaigns_last_activity", campaigns.c.last_activity_at, campaigns.c.id)
Index("idx_campaigns_created", campaigns.c.created_at, campaigns.c.id)
Index(
    "idx_campaigns_unplanned",
    campaigns.c.id,
    **where("plan_kind IS NOT NULL"),
)

touches = table(
    "touches",
    id_(),
    int_("workspace_id", 1),
    campaign_id(),
    int_("position", None),  # 1 to 60, its name for good: messages carry it; the day gives the order
    int_("day", None),  # day 1 is the contact's local enrolment date
    text_("kind", "sms"),
    text_("body"),
    int_("active", 1),
    # counters of this touch over all contacts of the campaign
    int_("sent_count"),
    int_("delivered_count"),
    int_("failed_count"),
    int_("replied_count"),
    int_("opted_out_count"),
    int_("removed"),  # taken out of the sequence; it stays because messages of it exist
    UniqueConstraint("campaign_id", "position"),
    CheckConstraint("position BETWEEN 1 AND 60", name="position"),
)

touch_variants = table(
    "touch_variants",
    id_(),
    int_("workspace_id", 1),
    campaign_id(),
    int_("touch", None),  # position of the touch
    text_("name"),  # its name for good: messages carry it
    int_("place", None),  # where it stands among the others, from 0
    int_("weight", 1),
    text_("body"),
    int_("removed"),  # taken out; it stays because messages of it exist
    # counters of this variant over all contacts who got it
    int_("sent_count"),
    int_("delivered_count"),
    int_("failed_count"),
    int_("replied_count"),
    int_("opted_out_count"),
    UniqueConstraint("campaign_id", "touch", "name"),
)

# What somebody has typed of a campaign and not stored: the next login finds it, also after a dropped line.
campaign_sheets = table(
    "campaign_sheets",
    Column("workspace_id", INT, primary_key=True, autoincrement=False),
    Column("campaign_id", Text, primary_key=True),  # empty before there is a draft; see `store.sheets.Place`
    Column("actor", Text, primary_key=True),  # whose it is; empty for a draft's steps, which are everybody's
    text_("typed"),  # JSON: `domain.sheet.Sheet` of fields, `services.touch_views.Unsaved` of touches
    int_("saved_at", None),  # real instant
)

totals = table(
    "totals",
    Column("workspace_id", INT, primary_key=True, autoincrement=False),
    Column("status", Text, primary_key=True),  # a campaign status, or 'deleted'
    int_("campaign_count"),
    int_("contact_count"),
    int_("texted_count"),
    int_("waiting_count"),
    int_("sent_count"),
    int_("delivered_count"),
    int_("failed_count"),
    int_("replied_count"),
    int_("opted_out_count"),
)

hourly_totals = table(
    "hourly_totals",
    Column("workspace_id", INT, primary_key=True, autoincrement=False),
    Column("hour", INT, primary_key=True, autoincrement=False),  # hours since the epoch, campaign time
    int_("sent_count"),
    int_("delivered_count"),
    int_("failed_count"),
    int_("replied_count"),
)
