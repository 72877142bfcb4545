"""Contacts, their consent, where they stand in campaigns, and who must not be texted."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint

from trd_tui.store.schema.base import campaign_id, contact_id, id_, int_, maybe_int, maybe_text, table, text_

contacts = table(
    "contacts",
    id_(),
    int_("workspace_id", 1),
    text_("number"),  # E.164
    text_("first_name", ""),
    text_("last_name", ""),
    text_("name_folded", ""),
    text_("company", ""),
    text_("email", ""),
    text_("city", ""),
    text_("state", ""),
    text_("zip", ""),
    maybe_text("timezone"),  # IANA name where it was stated
    text_("custom", "{}"),  # JSON object of the other columns of the import
    int_("soft_failures"),  # in a row; a delivery sets it back
    maybe_text("bad_number"),  # why this number is never texted again
    int_("created_at", None),
    int_("updated_at", None),
    maybe_text("doubt"),  # what reads like an opt-out: nothing automatic goes until a person has decided
    UniqueConstraint("number", "workspace_id"),  # what comes in has a number and no workspace yet
)

consents = table(
    "consents",
    id_(),
    int_("workspace_id", 1),
    contact_id(),
    text_("kind"),  # how it was given, or that it was taken back; rows are only ever added
    text_("source"),  # where: a form's address, a file, who said so
    maybe_int("given_at"),  # when, if that is known
    text_("proof", ""),  # what proves it, in words
    text_("actor"),
    text_("login"),
    int_("recorded_at", None),  # campaign instant
    CheckConstraint(
        "kind IN ('written','web_form','verbal','existing_customer','opt_in','unknown','revoked')",
        name="kind",
    ),
)
Index("idx_consents_contact_id", consents.c.contact_id)

enrolments = table(
    "enrolments",
    id_(),
    int_("workspace_id", 1),
    campaign_id(),
    contact_id(),
    text_("status", "active"),
    maybe_int("enrolled_on"),  # the contact's local date as a proleptic ordinal; null until it starts
    int_("shift_days"),  # whole days that pauses have moved the remaining touches
    int_("touches_planned"),
    int_("touches_resolved"),
    maybe_int("ended_touch"),  # position at which the sequence ended
    maybe_text("end_reason"),
    int_("sent_count"),
    maybe_int("last_sent_at"),
    maybe_int("replied_at"),  # set only where the reply counts
    maybe_int("opted_out_at"),
    int_("created_at", None),
    int_("updated_at", None),
    # sent_at of its accepted messages that lie less than a week before the last one, with commas: the caps
    # over all campaigns are counted from these, so that no text costs a look at the contact's other messages
    maybe_text("recent_sends"),
    UniqueConstraint("campaign_id", "contact_id"),
    CheckConstraint(
        "status IN ('active','held','replied','opted_out','failed','finished','removed')", name="status"
    ),
)
Index("idx_enrolments_contact_id", enrolments.c.contact_id)
# in the order in which a plan goes through a campaign's contacts
Index("idx_enrolments_campaign_id", enrolments.c.campaign_id, enrolments.c.id)

suppressions = table(
    "suppressions",
    id_(),
    int_("workspace_id", 1),
    text_("number"),  # by number, not by contact: it outlives the contact
    text_("reason"),
    text_("source"),
    int_("created_at", None),
    maybe_text("actor"),  # which person; none where a contact or the carrier says so
    UniqueConstraint("workspace_id", "number"),
)
