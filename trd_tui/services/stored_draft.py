"""A draft as it would be typed, and what is typed of it in its steps and not stored."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, RowMapping

from trd_tui.domain.money import format_usd
from trd_tui.domain.not_stored import NotStored, not_stored_parts
from trd_tui.domain.refused import RefusedError
from trd_tui.domain.sheet import AUDIENCE, SCHEDULE, SENDER, TOUCHES, Sheet, typed_touches
from trd_tui.domain.window import format_days, format_time
from trd_tui.services.actor import WORKSPACE
from trd_tui.store import campaign_edit, campaigns, sheets
from trd_tui.store.database import Database


class NoDraftError(RefusedError):
    """There is no such draft any more; the message says what has become of it."""


def draft_of(conn: Connection, campaign_id: str) -> RowMapping:
    """The row of a draft.

    Raises:
        NoDraftError: it is no draft, or not any more.
    """
    row = campaigns.get(conn, campaign_id)
    if row is None:
        raise NoDraftError("This draft is gone; another person has deleted it.")
    if row["status"] != "draft":
        raise NoDraftError(f"{row['name']} is {row['status']} by now; enter on it in the list opens it.")
    return row


def stored_sheet(conn: Connection, row: RowMapping) -> Sheet:
    """A campaign as it would be typed."""
    values = "; ".join(f"{name}={value}" for name, value in campaigns.variables_of(row).items())
    return Sheet(
        campaign_id=row["id"],
        version=row["sequence_version"],
        seen=(SENDER, AUDIENCE, TOUCHES, SCHEDULE),
        name=row["name"],
        sender=row["sender"],
        brand=row["brand"] or "",
        values=values,
        touches=typed_touches(campaigns.sequence_of(conn, row["id"])),
        days=format_days(row["window_days"]),
        opens=format_time(row["window_from"]),
        closes=format_time(row["window_to"]),
        send_time=format_time(row["send_time"]),
        timezone=row["timezone"],
        resume_policy=row["resume_policy"],
        daily_cap="" if row["daily_cap"] is None else str(row["daily_cap"]),
        budget_usd=_dollars(row["budget_micros"]),
        daily_budget_usd=_dollars(row["daily_budget_micros"]),
        priority=str(row["priority"]),
    )


def _dollars(micros: int | None) -> str:
    return "" if micros is None else format_usd(micros).replace("$", "").replace(",", "")


def custom_fields(conn: Connection, id_: str) -> tuple[str, ...]:
    """The contacts' own fields, which texts may name; none without a draft."""
    if not id_:
        return ()
    stored = campaign_edit.some_custom_fields(conn, id_)
    return tuple(sorted({key for each in set(stored) for key in json.loads(each)}))


async def not_stored(db: Database, ids: Iterable[str]) -> tuple[NotStored, ...]:
    """Of these campaigns, the drafts with contacts of which more is typed than stored."""
    return await db.read(_not_stored, list(dict.fromkeys(ids)))


def _not_stored(conn: Connection, ids: Sequence[str]) -> tuple[NotStored, ...]:
    found = campaigns.find(conn, ids) if ids else {}
    rows = [found[id_] for id_ in ids if id_ in found]
    return not_stored_of(conn, [row for row in rows if row["status"] == "draft" and row["contact_count"]])


def not_stored_of(conn: Connection, drafts: Sequence[RowMapping]) -> tuple[NotStored, ...]:
    """Of these drafts those of which more is typed than stored, in their order."""
    kept = sheets.of_drafts(conn, WORKSPACE) if drafts else {}
    found = []
    for row in drafts:
        if row["id"] not in kept:
            continue
        typed, stored = Sheet.of_plain(json.loads(kept[row["id"]])), stored_sheet(conn, row)
        if parts := not_stored_parts(typed, stored, custom_fields(conn, row["id"])):
            found.append(NotStored(row["id"], row["name"], parts))
    return tuple(found)
