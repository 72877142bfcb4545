"""Messages that stand still, of all campaigns, with the evidence; and what a person decides about them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.services.actor import Actor
from trd_tui.services.decided_before import Before, decided_before
from trd_tui.services.health_views import Release, Stuck, StuckPage
from trd_tui.services.review import NOT_HELD, Decision, Judge, ReviewError, review, sentence
from trd_tui.services.views import ActResult
from trd_tui.store import health, reviews, stuck
from trd_tui.store.database import Database
from trd_tui.store.plan_terms import calendar, dates_of, read_plan
from trd_tui.store.stuck import StuckRow

DECIDED_AT = "decided_at"
"""The figure of a result that says when somebody else had decided; its message says what, and who."""

UNKNOWN_SHOWN = 1_000
"""Unknown messages that are listed; they come before those that are held, and are settled by themselves."""


async def page(db: Database, offset: int, limit: int) -> StuckPage:
    """A page: unknown messages first, then held ones by campaign."""
    return await db.read(_page, max(offset, 0), max(limit, 0))


def _page(conn: Connection, offset: int, limit: int) -> StuckPage:
    lost = stuck.unknown(conn, UNKNOWN_SHOWN)
    rows = lost[offset : offset + limit]
    if len(rows) < limit:
        rows += stuck.held(conn, max(0, offset - len(lost)), limit - len(rows))
    return StuckPage(tuple(map(_shown, rows)), len(lost) + health.queue_health(conn).held)


def _shown(row: StuckRow) -> Stuck:
    return Stuck(
        row.id, row.campaign_id, row.campaign, row.number, f"{row.first_name} {row.last_name}".strip(),
        row.touch, row.state, row.due_at, row.doubt or row.reason or "nobody noted why",
        row.attempts > 0, row.looks, row.looked_at, row.doubt,
    )  # fmt: skip


async def releases(db: Database, clock: Clock, chosen: Sequence[Stuck]) -> list[Release]:
    """When held messages would go; those that are not held any more, or cannot go, are left out."""
    return await db.read(_releases, chosen, clock.now())


def _releases(conn: Connection, chosen: Sequence[Stuck], now: int) -> list[Release]:
    found = []
    for id_ in dict.fromkeys(row.campaign_id for row in chosen):
        plan = read_plan(conn, id_)
        if plan is None:
            continue
        dates = calendar(dates_of(conn, id_, plan))
        for message in (each.id for each in chosen if each.campaign_id == id_):
            for row in reviews.held(conn, id_, message - 1, 1):
                if row.id == message and dates.is_active(row.touch):
                    at = reviews.change_of(row, dates, now, plan.plan_version, send=True).at
                    late = row.scheduled_for <= now
                    found.append(Release(at, at > now and not late, plan.status == "paused"))
    return found


async def decide(
    db: Database,
    clock: Clock,
    actor: Actor,
    decision: Decision,
    chosen: Sequence[Stuck],
    judge: Judge | None = None,
) -> list[ActResult]:
    """Send or skip held messages; each campaign answers for its own.

    They are named one by one, so that also what may have been sent already is decided: ask before.
    """
    results: list[ActResult] = []
    for id_ in dict.fromkeys(row.campaign_id for row in chosen):
        mine = [row for row in chosen if row.campaign_id == id_]
        try:
            done = await review(db, clock, actor, id_, decision, [row.number for row in mine], judge)
        except ReviewError as error:
            results.append(ActResult(id_, mine[0].campaign, False, str(error)))
            continue
        if done.done:
            results.append(ActResult(id_, done.name, True, f"{sentence(done)}."))
        messages = {row.number: row.id for row in mine if (row.number, NOT_HELD) in done.left}
        before = await db.read(decided_before, id_, messages)
        results += [_left(id_, number, reason, before.get(number)) for number, reason in done.left]
    return results


def _left(campaign_id: str, number: str, reason: str, before: Before | None) -> ActResult:
    """What stays as it is, and why; where somebody was quicker, who did what and when."""
    if before is None:
        return ActResult(campaign_id, number, False, reason)
    return ActResult(campaign_id, number, False, before.words, {DECIDED_AT: before.at})
