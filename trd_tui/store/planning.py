"""Starting, resuming and editing in chunks, so that a million contacts never hold the writer for long.

`begin_plan` opens a plan in the transaction that changes the campaign; `plan_chunk` carries it on, a chunk
a transaction, from where the last one ended, whoever calls it. Nothing of the campaign is claimed while a
plan is unfinished, and a row of an older plan version never again until a plan has looked at it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, TextClause, text

from trd_tui.store.completing import complete_campaigns
from trd_tui.store.plan_rows import Planner, PlanRow
from trd_tui.store.plan_terms import Plan, PlanKind, PlanTerms, calendar, dates_of, read_plan
from trd_tui.store.plan_write import Chunk, still_waiting

__all__ = ["PlanError", "PlanKind", "PlanProgress", "PlanTerms", "begin_plan", "plan_chunk", "planner_of"]

HEAVY = 3_000
"""Rows that one transaction of a plan writes at most, about 50 ms; who skips many touches has many."""


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


_ASKED = text("SELECT name, resume_policy, plan_kind, plan_terms FROM campaigns WHERE id = :id")
_ACTIVE_TOUCHES = text("SELECT count(*) FROM touches WHERE campaign_id = :id AND active = 1")
_BEGIN = text(
    "UPDATE campaigns SET plan_version = plan_version + 1, plan_kind = :kind, plan_cursor = 0,"
    " plan_at = :now, plan_terms = :terms WHERE id = :id"
)
# A plan that is under way looks at everybody behind its cursor, those who join included; only the cursor
# may have to go back.
_JOIN = text(
    "UPDATE campaigns SET plan_kind = coalesce(plan_kind, 'start'), plan_at = coalesce(plan_at, :now),"
    " plan_cursor = CASE WHEN plan_kind IS NOT NULL AND plan_cursor < :after THEN plan_cursor ELSE :after END"
    " WHERE id = :id AND status IN ('active','paused')"
)
_BEHIND = (
    "SELECT id, workspace_id, contact_id, status, enrolled_on, shift_days, touches_planned,"
    " touches_resolved, last_sent_at FROM enrolments"
    " WHERE campaign_id = :id AND id > :cursor ORDER BY id LIMIT :limit"
)
_CHUNK = (
    "SELECT e.id, e.workspace_id, e.contact_id, e.status, e.enrolled_on, e.shift_days,"
    " e.touches_planned, e.touches_resolved, e.last_sent_at, c.timezone,"
    " c.number, c.state, c.zip,"
    " m.id, m.touch, m.state, m.scheduled_for, m.plan_version, {last}"
    " FROM ({behind}) e JOIN contacts c ON c.id = e.contact_id"
    " LEFT JOIN scheduled_messages m ON m.enrolment_id = e.id AND m.state IN ({states}) ORDER BY e.id"
)
# Only an edit asks what a contact had last, and counts again what follows a message in flight.
_LAST = (
    "(SELECT d.touch FROM scheduled_messages d WHERE d.enrolment_id = e.id"
    " AND d.state IN ('sent','delivered','undelivered','failed','skipped','cancelled')"
    " ORDER BY d.id DESC LIMIT 1)"
)
_PENDING = "'scheduled','sending','unknown','held'"


def _rows(behind: str) -> dict[str, TextClause]:
    return {
        "plain": text(_CHUNK.format(behind=behind, last="NULL", states="'scheduled'")),
        "edit": text(_CHUNK.format(behind=behind, last=_LAST, states=_PENDING)),
    }


_READ = _rows(_BEHIND)
_ROWS = {
    "sqlite": _READ,
    # On PostgreSQL a reply may end an enrolment beside us: hold those that we are about to plan.
    "postgresql": _rows(f"{_BEHIND} FOR UPDATE"),
}
_ONE_PLANNER = text("SELECT pg_advisory_xact_lock(hashtext(:id))")
_SPAN = text("SELECT min(id), max(id) FROM enrolments WHERE campaign_id = :id")

_FIRST_UNPLANNED = text(
    "SELECT min(id) FROM enrolments WHERE campaign_id = :id AND status = 'active' AND enrolled_on IS NULL"
)
_ADVANCE = text("UPDATE campaigns SET plan_cursor = :cursor WHERE id = :id")
_FINISH = text(
    "UPDATE campaigns SET plan_kind = NULL, plan_at = NULL, plan_cursor = 0, plan_terms = NULL WHERE id = :id"
)


def begin_plan(
    connection: Connection,
    campaign_id: str,
    kind: PlanKind,
    now: int,
    after: int = 0,
    terms: PlanTerms | None = None,
) -> None:
    """Open a plan; call it in the transaction that starts, resumes or edits the campaign, then `plan_chunk`.

    Args:
        connection: a writing transaction.
        campaign_id: the campaign.
        kind: ``start``, ``resume`` and ``edit`` look at every contact and outdate the rows of the plan
            before; ``join`` looks at those who were enrolled into a campaign that has been started.
        now: campaign instant.
        after: with ``join``, the enrolment id behind which the new ones lie.
        terms: what the plan does; without any, the campaign's own policy decides.

    Raises:
        PlanError: the campaign has no active touch.
        LookupError: there is no such campaign.
    """
    found = connection.execute(_ASKED, {"id": campaign_id}).one_or_none()
    if found is None:
        raise LookupError(f"there is no campaign {campaign_id}")
    name, policy, unfinished, stored = found
    if not connection.execute(_ACTIVE_TOUCHES, {"id": campaign_id}).scalar_one():
        raise PlanError(f"{name} has no active touch; activate one, then start it")
    if kind == "join":
        connection.execute(_JOIN, {"id": campaign_id, "now": now, "after": after})
        return
    wanted = terms or PlanTerms(policy)
    if unfinished is not None:
        wanted = inherited(wanted, PlanTerms.from_json(stored))
    values = {"id": campaign_id, "kind": kind, "now": now, "terms": wanted.to_json()}
    connection.execute(_BEGIN, values)


def begin_joins(connection: Connection, campaign_id: str, now: int) -> None:
    """Open a plan for who has joined and not begun yet; an unfinished plan of all contacts finds them anyway.

    Args:
        connection: a writing transaction, in which the campaign has become active.
        campaign_id: the campaign.
        now: campaign instant.
    """
    first = connection.execute(_FIRST_UNPLANNED, {"id": campaign_id}).scalar_one()
    if first is not None and connection.execute(_ACTIVE_TOUCHES, {"id": campaign_id}).scalar_one():
        begin_plan(connection, campaign_id, "join", now, first - 1)


def inherited(wanted: PlanTerms, unfinished: PlanTerms) -> PlanTerms:
    """A plan that takes another's place does what that one had left: an edit is not lost to a resume."""
    if unfinished.before is None:
        return wanted
    return replace(wanted, before=unfinished.before, reopen=wanted.reopen or unfinished.reopen)


def plan_chunk(
    connection: Connection, campaign_id: str, now: int, limit: int, *, real: int | None = None
) -> PlanProgress:
    """Carry an unfinished plan on by up to ``limit`` contacts; harmless when there is none.

    A contact who has not started yet is enrolled on today's date in their own zone and gets the first
    touch. Of the others, a resume deals with a touch that fell due as its policy says, and an edit with a
    touch that is another one now; what still lies ahead keeps its date.

    Args:
        connection: a writing transaction.
        campaign_id: the campaign.
        now: campaign instant.
        limit: most contacts to look at; 2,000 take about 40 ms.
        real: real instant, for the audit where the plan completes the campaign; ``now`` without it.

    Raises:
        ZoneError: a contact or the campaign names a zone that does not exist.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(_ONE_PLANNER, {"id": campaign_id})
    plan = read_plan(connection, campaign_id)
    if plan is None:
        return PlanProgress(0, 0, finished=True, interrupted=True)
    if plan.plan_kind is None:
        return PlanProgress(plan.contact_count, plan.contact_count, finished=True)
    if plan.status not in (("active", "paused", "draft") if plan.plan_kind == "edit" else ("active",)):
        return PlanProgress(0, plan.contact_count, finished=True, interrupted=True)
    planner = planner_of(connection, campaign_id, plan, now)
    rows = rows_behind(connection, campaign_id, planner, plan.plan_cursor, limit, writing=True)
    cursor = _write_chunk(connection, campaign_id, planner, rows)
    if len(rows) < limit and (not rows or cursor == rows[-1].enrolment_id):
        connection.execute(_FINISH, {"id": campaign_id})
        # a policy that skips may have brought the last contact to the end
        complete_campaigns(connection, [campaign_id], now, now if real is None else real)
        return PlanProgress(plan.contact_count, plan.contact_count, finished=True)
    connection.execute(_ADVANCE, {"id": campaign_id, "cursor": cursor})
    first, last = connection.execute(_SPAN, {"id": campaign_id}).one()
    done = plan.contact_count * (cursor - first + 1) // (last - first + 1)
    return PlanProgress(done, plan.contact_count, finished=False)


def planner_of(connection: Connection, campaign_id: str, plan: Plan, now: int) -> Planner:
    """Who decides for this plan's contacts."""
    terms = PlanTerms.from_json(plan.plan_terms)
    return Planner(plan, terms, calendar(dates_of(connection, campaign_id, plan)), now)


def rows_behind(
    connection: Connection, campaign_id: str, planner: Planner, cursor: int, limit: int, *, writing: bool
) -> list[PlanRow]:
    """The next contacts of a plan behind an enrolment id."""
    statements = _ROWS[connection.dialect.name] if writing else _READ
    statement = statements["plain" if planner.before is None else "edit"]
    values = {"id": campaign_id, "cursor": cursor, "limit": limit}
    return [PlanRow(*found) for found in connection.execute(statement, values)]


def _write_chunk(connection: Connection, campaign_id: str, planner: Planner, rows: list[PlanRow]) -> int:
    """Decide and write, until the transaction is heavy enough; returns the last contact that is done."""
    chunk = Chunk(connection, campaign_id, planner)
    waiting = [row.message_id for row in rows if row.message_id is not None and row.state == "scheduled"]
    still = still_waiting(connection, waiting)
    cursor = planner.plan.plan_cursor
    for row in rows:
        seen = row
        if row.state == "scheduled" and row.message_id not in still:
            seen = row._replace(state="sending")
        outcome = planner.outcome(seen)
        if outcome is not None:
            chunk.take(seen, outcome)
        cursor = row.enrolment_id
        if chunk.weight >= HEAVY:
            break
    chunk.write()
    return cursor
