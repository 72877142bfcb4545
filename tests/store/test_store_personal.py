"""Whoever adds a place for a person's words, name or number says what records and erasure do with it."""

from __future__ import annotations

from sqlalchemy import Table, Text

from trd_tui.store.schema import metadata

ERASED = {
    "contacts": {
        *("number", "first_name", "last_name", "name_folded", "company", "email", "city", "state", "zip"),
        *("timezone", "custom", "bad_number", "doubt"),
    },
    "consents": {"source", "proof"},
    "enrolments": {"end_reason"},
    "scheduled_messages": {"recipient", "body", "reason"},
    "replies": {"sender", "body"},
    "answers": {"number", "body", "reason"},
    "conversations": {"number", "note"},  # the row goes
    "reply_drafts": {"number", "actor", "body"},  # the row goes
    "audit": {"subject_id", "before", "after"},
    "suppressions": {"reason", "source", "actor"},
    "outbox": {"number", "payload", "event_id", "event", "state", "error"},  # the row goes
}
"""What `personal.erase` overwrites."""

KEPT = {
    "suppressions": {"number"},  # so that it is never texted again
    "consents": {"kind", "actor", "login"},
    "enrolments": {"campaign_id", "status", "recent_sends"},
    "scheduled_messages": {"campaign_id", "state", "attempt_id", "sender", "sid", "variant"},
    "replies": {"sid", "recipient", "kind", "campaign_id", "opt_out_type"},
    "answers": {"campaign_id", "sender", "state", "attempt_id", "sid", "actor", "login"},
    "audit": {"actor", "login", "act", "subject"},
    "touches": {"campaign_id", "kind", "body"},  # templates, no contact's text
    "idempotent_answers": {
        "key",
        "body",
        "request_hash",
    },  # an answer of the API, without contacts, for a day
    "touch_variants": {"campaign_id", "name", "body"},
}
"""Says nothing of a person, or is theirs who work here."""

PERSONAL_NAMES = {"number", "recipient", "body", "email", "phone", "to_number", "payload", "note", "notes"}


def is_about_people(table: Table) -> bool:
    parents = {key.column.table.name for key in table.foreign_keys}
    return bool(
        parents & {"contacts", "enrolments", "scheduled_messages", "replies"}
        or PERSONAL_NAMES & set(table.columns.keys())
        or table.name in ERASED
    )


def test_every_text_about_people_is_erased_or_kept_on_purpose() -> None:
    texts = {
        table.name: {column.name for column in table.columns if isinstance(column.type, Text)}
        for table in metadata.tables.values()
        if is_about_people(table)
    }
    assert len(texts) >= 7
    said = {name: ERASED.get(name, set()) | KEPT.get(name, set()) for name in texts}
    assert said == texts, (
        "teach trd_tui/store/personal.py (records and erasure) the new place, then say so here"
    )
