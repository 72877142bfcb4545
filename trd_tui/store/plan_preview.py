"""What a plan would mean, read only: the same rows and the same `Planner`, a chunk a snapshot."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, text

from trd_tui.store.plan_rows import Outcome, Planner, PlanRow
from trd_tui.store.plan_terms import PlanKind, PlanTerms, calendar, dates_of, read_plan
from trd_tui.store.planning import inherited, rows_behind

_CONTACTS = text(
    "SELECT e.id AS enrolment_id, c.id AS contact_id, c.number, c.first_name, c.last_name, c.company,"
    " c.email, c.city, c.state, c.zip, c.custom,"
    " EXISTS (SELECT 1 FROM enrolments o JOIN campaigns p ON p.id = o.campaign_id"
    "  WHERE o.contact_id = c.id AND o.campaign_id <> :id AND o.status IN ('active','held')"
    "  AND p.status = 'active' AND p.deleted_at IS NULL) AS shared"
    " FROM enrolments e JOIN contacts c ON c.id = e.contact_id"
    " WHERE e.campaign_id = :id AND e.id > :cursor AND e.id <= :last"
)


class Looked(NamedTuple):
    """A chunk of contacts with what the plan would make of each.

    Attributes:
        rows: the contacts.
        outcomes: what becomes of each; ``None`` when nothing does.
    """

    rows: list[PlanRow]
    outcomes: list[Outcome | None]


def planner_for(
    connection: Connection, campaign_id: str, kind: PlanKind, now: int, terms: PlanTerms, **changed: Any
) -> Planner:
    """Who would decide, had the plan been begun now.

    Args:
        connection: any transaction.
        campaign_id: the campaign.
        kind: what kind of plan.
        now: campaign instant.
        terms: what the plan would do.
        changed: columns of the campaign that the act would change with it; ``steps`` for its touches.

    Raises:
        LookupError: there is no such campaign.
    """
    plan = read_plan(connection, campaign_id)
    if plan is None:
        raise LookupError(f"there is no campaign {campaign_id}")
    if plan.plan_kind is not None:
        terms = inherited(terms, PlanTerms.from_json(plan.plan_terms))
    steps = changed.pop("steps", None)
    version = plan.plan_version + 1
    plan = plan._replace(plan_kind=kind, plan_version=version, plan_at=now, plan_cursor=0, **changed)
    dates = dates_of(connection, campaign_id, plan)
    if steps is not None:
        dates = (tuple(steps), *dates[1:])
    return Planner(plan, terms, calendar(dates), now)


def look(connection: Connection, campaign_id: str, planner: Planner, cursor: int, limit: int) -> Looked:
    """The next contacts behind an enrolment id."""
    rows = rows_behind(connection, campaign_id, planner, cursor, limit, writing=False)
    return Looked(rows, [planner.outcome(row) for row in rows])


def contacts(connection: Connection, campaign_id: str, cursor: int, last: int) -> dict[int, RowMapping]:
    """The contacts of a chunk by enrolment: what a template may say, and whether others text them too."""
    found = connection.execute(_CONTACTS, {"id": campaign_id, "cursor": cursor, "last": last})
    return {row["enrolment_id"]: row for row in found.mappings()}
