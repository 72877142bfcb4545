"""Taking the last act back, as long as nothing was sent because of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.sentences import part
from trd_tui.services import campaigns as acts
from trd_tui.services.actor import Actor
from trd_tui.services.views import ActResult
from trd_tui.store import audit, campaigns, control, planning
from trd_tui.store.completing import complete_campaigns
from trd_tui.store.database import Database
from trd_tui.store.pauses import paused_by

WITHIN_MS = 3_600_000
"""A pause can be taken back for an hour; later its messages are overdue, and a resume must move them."""

WITHIN_REAL_MS = 60_000
"""... or for a minute of real time, when campaign time runs faster."""

DATES_STAY = "dates that the resume moved stay moved"
"""What no undo of a resume takes back."""


async def unpause(
    db: Database, clock: Clock, actor: Actor, ids: Sequence[str], *, planned: Mapping[str, int] | None = None
) -> list[ActResult]:
    """Take a fresh pause back: the campaigns go on as if they had never been paused, no date moves.

    Who joined in the pause begins now. A later pause, by a rule of its own or by somebody else, is not
    lifted: whoever asks has not seen why.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        ids: campaigns.
        planned: which plan each had when it was paused, as the pause has told (`campaigns.PLANNED`): one with
            another plan by now was resumed or edited since, and is not said to have its dates as they were.
    """
    before = planned or {}
    results = [await db.write(_unpause, clock, actor, id_, before.get(id_)) for id_ in ids]
    for result in results:
        if result.ok:
            await acts.carry_plan(db, clock, result.campaign_id)
    return results


def _unpause(conn: Connection, clock: Clock, actor: Actor, id_: str, planned: int | None) -> ActResult:
    row = campaigns.get(conn, id_)
    if row is None:
        return ActResult(id_, id_, False, "cannot undo: the campaign is gone")
    name, now = row["name"], clock.now()
    if row["status"] != "paused" or row["paused_at"] is None:
        return ActResult(id_, name, False, f"cannot undo: the campaign is {row['status']} by now")
    if now - row["paused_at"] > max(WITHIN_MS, int(WITHIN_REAL_MS * clock.speed)):
        return ActResult(id_, name, False, "cannot undo: it has been paused for too long; resume it instead")
    with conn.begin_nested() as step:
        if not campaigns.change_status(conn, id_, "paused", "active", now):
            return ActResult(id_, name, False, "cannot undo: somebody else changed the campaign just now")
        if later := _paused_since(conn, actor, id_):  # behind the change: nobody pauses it beside this
            step.rollback()
            return ActResult(id_, name, False, f"cannot undo: {later}; resume it instead")
    planning.begin_joins(conn, id_, now)
    audit.record(
        conn,
        actor,
        "undo pause",
        "campaign",
        id_,
        {"status": "paused"},
        {"status": "active"},
        at=clock.real(),
    )
    complete_campaigns(conn, [id_], now, clock.real())
    control.bump_fence(conn)
    same = planned is None or planned == row["plan_version"]
    dates = ", with its dates as they were" if same else "; dates that were moved since that pause stay moved"
    return ActResult(id_, name, True, f"active again{dates}")


def _paused_since(conn: Connection, actor: Actor, id_: str) -> str:
    """Whose later pause keeps a campaign, in words; empty where the last one is this person's own."""
    last = paused_by(conn, id_)
    if last is None or (last.name, last.login) == (actor.name, actor.login):
        return ""
    if last.reason:
        return f"it has paused by itself since: {part(last.reason)}"
    return f"{last.name} has paused it since"


async def unresume(
    db: Database, clock: Clock, actor: Actor, sent_before: Mapping[str, int], *, resumed: bool = True
) -> list[ActResult]:
    """Take a resume or a start back: pause those of which nothing was sent since. No date moves back.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        sent_before: messages that each campaign had sent before the act.
        resumed: the act was a resume, which may have moved dates.
    """
    results: list[ActResult] = []
    for id_, before in sent_before.items():
        row = await db.read(campaigns.get, id_)
        if row is None:
            results.append(ActResult(id_, id_, False, "cannot undo: the campaign is gone"))
        elif row["sent_count"] != before:
            since = row["sent_count"] - before
            reason = f"cannot undo: {since:,} of its messages have been sent since; pause it instead"
            results.append(ActResult(id_, row["name"], False, reason))
        else:
            results += await acts.pause(db, clock, actor, [id_])
    return [_paused_again(result) for result in results] if resumed else results


def _paused_again(result: ActResult) -> ActResult:
    if not result.ok:
        return result
    waiting = result.message.removeprefix("paused")
    return replace(result, message=f"paused again; {DATES_STAY}{waiting}")


async def undelete(
    db: Database, clock: Clock, actor: Actor, ids: Sequence[str], *, were_active: Sequence[str] = ()
) -> list[ActResult]:
    """Bring deleted campaigns back; those that were active go on where their deletion is fresh."""
    results = await acts.undelete(db, clock, actor, ids)
    back = [r.campaign_id for r in results if r.ok and r.campaign_id in were_active]
    gone_on = {r.campaign_id: r for r in await unpause(db, clock, actor, back)}
    return [_gone_on(r, gone_on[r.campaign_id]) if r.campaign_id in gone_on else r for r in results]


def _gone_on(back: ActResult, result: ActResult) -> ActResult:
    """What is told of one that is back: it goes on, or why it is paused."""
    if result.ok:
        figures = {**back.figures, "status": "active"}
        return replace(back, message=f"is back, {result.message}", figures=figures)
    return replace(back, message=f"{back.message}: {result.message.removeprefix('cannot undo: ')}")
