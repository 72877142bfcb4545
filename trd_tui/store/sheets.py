"""What is typed of campaigns and not stored yet, and what the steps of a new one ask of the rest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, text

_KEEP = text(
    "INSERT INTO campaign_sheets (workspace_id, campaign_id, actor, typed, saved_at)"
    " VALUES (:workspace, :campaign, :actor, :typed, :now) ON CONFLICT (workspace_id, campaign_id, actor)"
    " DO UPDATE SET typed = excluded.typed, saved_at = excluded.saved_at"
    " WHERE campaign_sheets.typed <> excluded.typed"
)
_KEPT = text(
    "SELECT typed FROM campaign_sheets"
    " WHERE workspace_id = :workspace AND campaign_id = :campaign AND actor = :actor"
)
_OF_DRAFTS = text(
    "SELECT s.campaign_id, s.typed FROM campaign_sheets s JOIN campaigns c ON c.id = s.campaign_id"
    " WHERE s.workspace_id = :workspace AND s.actor = '' AND c.status = 'draft' AND c.deleted_at IS NULL"
)
_FORGET = text(
    "DELETE FROM campaign_sheets"
    " WHERE workspace_id = :workspace AND campaign_id = :campaign AND actor = :actor"
)
_TAKEN = text(
    "SELECT count(*) FROM campaigns WHERE workspace_id = :workspace AND deleted_at IS NULL"
    " AND name_folded = :name AND id <> :but"
)
_SUPPRESSED = text(
    "SELECT count(*) FROM enrolments e JOIN contacts c ON c.id = e.contact_id"
    " JOIN suppressions s ON s.workspace_id = c.workspace_id AND s.number = c.number"
    " WHERE e.campaign_id = :id AND e.status <> 'removed'"
)
_LISTED = {
    "sqlite": text(
        "SELECT count(*) FROM json_each(:numbers) j"
        " JOIN suppressions s ON s.workspace_id = :workspace AND s.number = j.value"
    ),
    "postgresql": text(
        "SELECT count(*) FROM unnest(CAST(:numbers AS text[])) AS j(value)"
        " JOIN suppressions s ON s.workspace_id = :workspace AND s.number = j.value"
    ),
}
_TAKE_OUT = text(
    "DELETE FROM enrolments WHERE id IN (SELECT id FROM enrolments WHERE campaign_id = :id"
    " ORDER BY id LIMIT :limit)"
)


class Place(NamedTuple):
    """Where a sheet is kept.

    A draft's steps without an actor, a person's steps without a campaign, their unsaved touches with both,
    their unsaved schedule and limits with `terms_of` the campaign.
    """

    workspace: int
    campaign: str
    actor: str


def terms_of(campaign: str) -> str:
    """Stands for a campaign where it is not about its touches; no id has a blank."""
    return f"{campaign} terms"


def keep(conn: Connection, place: Place, typed: str, now: int) -> None:
    """Keep what is typed (JSON) in place of what was; the same again writes nothing."""
    conn.execute(_KEEP, {**place._asdict(), "typed": typed, "now": now})


def kept(conn: Connection, place: Place) -> str | None:
    """What is kept there."""
    typed: str | None = conn.execute(_KEPT, place._asdict()).scalar_one_or_none()
    return typed


def of_drafts(conn: Connection, workspace: int) -> dict[str, str]:
    """What is kept of every draft, by its id."""
    return {row[0]: row[1] for row in conn.execute(_OF_DRAFTS, {"workspace": workspace})}


def forget(conn: Connection, place: Place) -> None:
    """Keep nothing there any more."""
    conn.execute(_FORGET, place._asdict())


def name_taken(conn: Connection, workspace: int, name: str, but: str) -> bool:
    """Whether a campaign that is shown, other than ``but``, has this name, whatever its case."""
    values = {"workspace": workspace, "name": name.casefold(), "but": but}
    return bool(conn.execute(_TAKEN, values).scalar_one())


def suppressed_in(conn: Connection, campaign_id: str) -> int:
    """How many contacts of a campaign are on the do-not-contact list."""
    return int(conn.execute(_SUPPRESSED, {"id": campaign_id}).scalar_one())


def suppressed_of(conn: Connection, workspace: int, numbers: Sequence[str]) -> int:
    """How many of some thousand numbers are on the do-not-contact list."""
    given = json.dumps(list(numbers)) if conn.dialect.name == "sqlite" else list(numbers)
    values = {"workspace": workspace, "numbers": given}
    return int(conn.execute(_LISTED[conn.dialect.name], values).scalar_one())


def take_out(conn: Connection, campaign_id: str, limit: int) -> int:
    """Take the first contacts out of a draft; returns how many. Its counters are for the caller to move."""
    return int(conn.execute(_TAKE_OUT, {"id": campaign_id, "limit": limit}).rowcount)
