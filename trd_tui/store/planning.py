"""Starting and resuming in chunks, so that a million contacts never hold the writer for long.

`begin_plan` opens a plan in the transaction that changes the campaign's status; `plan_chunk` carries it on,
a chunk a transaction, from where the last one ended, whoever calls it. Nothing of the campaign is claimed
while a plan is unfinished, and a row of an older plan version never again until a plan has looked at it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, text

from trd_tui.store.plan_rows import Chunk, Plan, PlanRow

PlanKind = Literal["start", "resume", "join"]


class PlanError(Exception):
    """A campaign that cannot be planned as asked; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class PlanProgress:
    """How far a plan is.

    Attributes:
        done: contacts that have been looked at, of the campaign's; exact when finished, else by proportion.
        total: contacts of the campaign.
        finished: there is nothing more to do now; stop calling.
        interrupted: finished only for now: the campaign was paused meanwhile, its next resume goes on.
    """

    done: int
    total: int
    finished: bool
    interrupted: bool = False


_POLICY = text("SELECT name, resume_policy FROM campaigns WHERE id = :id")
_ACTIVE_TOUCHES = text("SELECT count(*) FROM touches WHERE campaign_id = :id AND active = 1")
_BEGIN = text(
    "UPDATE campaigns SET plan_version = plan_version + 1, plan_kind = :kind, plan_cursor = 0,"
    " plan_at = :now WHERE id = :id"
)
# A plan that is under way looks at everybody behind its cursor, those who join included; only the cursor
# may have to go back.
_JOIN = text(
    "UPDATE campaigns SET plan_kind = coalesce(plan_kind, 'start'), plan_at = coalesce(plan_at, :now),"
    " plan_cursor = CASE WHEN plan_kind IS NOT NULL AND plan_cursor < :after THEN plan_cursor ELSE :after END"
    " WHERE id = :id AND status IN ('active','paused')"
)
_PLAN = text(f"SELECT {', '.join(Plan._fields)} FROM campaigns WHERE id = :id AND deleted_at IS NULL")
_BEHIND = (
    "SELECT id, workspace_id, contact_id, status, enrolled_on, shift_days, touches_planned,"
    " last_sent_at FROM enrolments"
    " WHERE campaign_id = :id AND id > :cursor ORDER BY id LIMIT :limit"
)
_CHUNK = (
    "SELECT e.id, e.workspace_id, e.contact_id, e.status, e.enrolled_on, e.shift_days,"
    " e.touches_planned, e.last_sent_at, c.timezone, m.id, m.touch, m.scheduled_for, m.plan_version"
    " FROM ({behind}) e JOIN contacts c ON c.id = e.contact_id"
    " LEFT JOIN scheduled_messages m ON m.enrolment_id = e.id AND m.state = 'scheduled' ORDER BY e.id"
)
_ROWS = {
    "sqlite": text(_CHUNK.format(behind=_BEHIND)),
    # On PostgreSQL a reply may end an enrolment beside us: hold those that we are about to plan.
    "postgresql": text(_CHUNK.format(behind=f"{_BEHIND} FOR UPDATE")),
}
_ONE_PLANNER = text("SELECT pg_advisory_xact_lock(hashtext(:id))")
_SPAN = text("SELECT min(id), max(id) FROM enrolments WHERE campaign_id = :id")

_ADVANCE = text("UPDATE campaigns SET plan_cursor = :cursor WHERE id = :id")
_FINISH = text("UPDATE campaigns SET plan_kind = NULL, plan_at = NULL, plan_cursor = 0 WHERE id = :id")


def begin_plan(connection: Connection, campaign_id: str, kind: PlanKind, now: int, after: int = 0) -> None:
    """Open a plan; call it in the transaction that starts or resumes the campaign, then `plan_chunk`.

    Args:
        connection: a writing transaction.
        campaign_id: the campaign.
        kind: ``start`` and ``resume`` look at every contact and outdate the rows of the plan before;
            ``join`` looks at those who were enrolled into a campaign that has been started.
        now: campaign instant.
        after: with ``join``, the enrolment id behind which the new ones lie.

    Raises:
        PlanError: the campaign has no active touch, or a resume policy that is not there yet.
        LookupError: there is no such campaign.
    """
    found = connection.execute(_POLICY, {"id": campaign_id}).one_or_none()
    if found is None:
        raise LookupError(f"there is no campaign {campaign_id}")
    name, policy = found
    if not connection.execute(_ACTIVE_TOUCHES, {"id": campaign_id}).scalar_one():
        raise PlanError(f"{name} has no active touch; activate one, then start it")
    if kind == "resume" and policy != "shift":
        raise PlanError(
            f'{name} has the resume policy {policy}, which this version does not know yet; use "shift"'
        )
    if kind == "join":
        connection.execute(_JOIN, {"id": campaign_id, "now": now, "after": after})
    else:
        connection.execute(_BEGIN, {"id": campaign_id, "kind": kind, "now": now})


def plan_chunk(connection: Connection, campaign_id: str, now: int, limit: int) -> PlanProgress:
    """Carry an unfinished plan on by up to ``limit`` contacts; harmless when there is none.

    A contact who has not started yet is enrolled on today's date in their own zone and gets the first
    touch. Of the others, a touch that fell due in the pause moves by the whole local days of the pause, as
    does everything after it; a touch that still lies ahead keeps its date.

    Args:
        connection: a writing transaction.
        campaign_id: the campaign.
        now: campaign instant.
        limit: most contacts to look at; 2,000 take about 40 ms.

    Raises:
        ZoneError: a contact or the campaign names a zone that does not exist.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_PLANNER, {"id": campaign_id})
    row = connection.execute(_PLAN, {"id": campaign_id}).one_or_none()
    if row is None:
        return PlanProgress(0, 0, finished=True, interrupted=True)
    plan = Plan(*row)
    if plan.plan_kind is None:
        return PlanProgress(plan.contact_count, plan.contact_count, finished=True)
    if plan.status != "active":
        return PlanProgress(0, plan.contact_count, finished=True, interrupted=True)
    rows = [
        PlanRow(*found)
        for found in connection.execute(
            _ROWS[connection.dialect.name], {"id": campaign_id, "cursor": plan.plan_cursor, "limit": limit}
        )
    ]
    chunk = Chunk(connection, campaign_id, plan, now)
    for found in rows:
        chunk.take(found)
    finished = len(rows) < limit
    chunk.write()
    if finished:
        connection.execute(_FINISH, {"id": campaign_id})
        return PlanProgress(plan.contact_count, plan.contact_count, finished=True)
    cursor = rows[-1].enrolment_id
    connection.execute(_ADVANCE, {"id": campaign_id, "cursor": cursor})
    first, last = connection.execute(_SPAN, {"id": campaign_id}).one()
    done = plan.contact_count * (cursor - first + 1) // (last - first + 1)
    return PlanProgress(done, plan.contact_count, finished=False)
