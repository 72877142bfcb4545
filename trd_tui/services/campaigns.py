"""Every act on campaigns: checked, done, written down - in one transaction, the same for every face.

Bulk acts try every campaign and answer for each. Starting and resuming change the status first, then put
the contacts into the schedule in chunks, so that a million of them never hold the database.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping

from trd_tui.clock import Clock
from trd_tui.domain.consent import without_consent
from trd_tui.domain.finding import one_or_many
from trd_tui.domain.refused import RefusedError
from trd_tui.domain.resume import MAX_LATENESS_MS
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.drafts import Progress, create, create_draft, duplicate
from trd_tui.services.previews import counted, preview, refused
from trd_tui.services.resume_preview import check_policy
from trd_tui.services.untexted import Untexted, untexted_of
from trd_tui.services.views import ActResult
from trd_tui.store import audit, campaign_list, campaigns, consents, control, planning
from trd_tui.store.database import Database
from trd_tui.store.plan_terms import PlanTerms

__all__ = [
    "archive",
    "carry_plan",
    "create",
    "create_draft",
    "delete",
    "duplicate",
    "pause",
    "pause_all_active",
    "preview",
    "resume",
    "resume_all_paused",
    "start",
    "undelete",
]

PLAN_CHUNK = 2_000
"""Contacts planned in one transaction: about 40 ms of the writer."""

PLANNED = "plan_version"
"""The figure of a pause that says which plan the campaign has; a resume or an edit makes another one."""

_AT_ONCE = 50
"""Campaigns of a bulk act in one transaction."""

_Step = Callable[[Connection, RowMapping, Clock, Actor], ActResult]


class ActRefusedError(RefusedError):
    """An act on one campaign was refused; the message says why."""


async def start(
    db: Database,
    clock: Clock,
    actor: Actor,
    ids: Sequence[str],
    *,
    require_consent: bool = False,
    versions: Mapping[str, int] | None = None,
    progress: Progress | None = None,
) -> list[ActResult]:
    """Start drafts: their contacts are enrolled today, on their own calendars.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        ids: campaigns.
        require_consent: refuse a campaign in which contacts have no consent on record; without it only the
            figure ``without_consent`` of the answer counts them.
        versions: sequence versions that were looked at, by id; a campaign with another one is refused.
        progress: told as the contacts are gone through.
    """
    # counted beside the writer, because it takes a second a million; the start itself looks at who came since
    seen = {id_: await db.read(_seen, id_) for id_ in dict.fromkeys(ids)}
    step = partial(_start, seen=seen, require_consent=require_consent, versions=versions or {})
    begun = await _each(db, clock, actor, ids, step)
    started = await _plan_after(db, clock, begun, progress)
    return [_saying(result, seen[result.campaign_id].untexted) for result in started]


def _saying(result: ActResult, untexted: Untexted) -> ActResult:
    """A start that also says whom it does not text."""
    if not result.ok:
        return result
    if not any(untexted):
        return replace(result, figures={**result.figures, "suppressed": 0})
    nobody = sum(untexted) == result.figures["contacts"]
    message = f"started; {untexted.nobody()}" if nobody else "; ".join([result.message, *untexted.said()])
    return replace(result, message=message, figures={**result.figures, "suppressed": untexted.listed})


class _Seen(NamedTuple):
    """A campaign's contacts before its start.

    Attributes:
        without_consent: how many have no consent on record.
        last: up to which enrolment that is so.
        untexted: to how many nothing will go.
    """

    without_consent: int
    last: int
    untexted: Untexted


def _seen(conn: Connection, id_: str) -> _Seen:
    row = campaigns.get(conn, id_)
    untexted = untexted_of(conn, [row] if row is not None else [])
    return _Seen(consents.without(conn, id_), consents.last_enrolment(conn, id_), untexted)


async def resume(
    db: Database,
    clock: Clock,
    actor: Actor,
    ids: Sequence[str],
    *,
    policy: str | None = None,
    max_lateness_ms: int = MAX_LATENESS_MS,
    progress: Progress | None = None,
) -> list[ActResult]:
    """Resume paused campaigns by their resume policy; nothing floods.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        ids: campaigns.
        policy: a resume policy for this once; each campaign's own without one.
        max_lateness_ms: campaign milliseconds after which an overdue touch waits for a person.
        progress: told as the contacts are gone through.

    Raises:
        PolicyError: there is no such policy.
    """
    step = partial(_resume, policy=check_policy(policy), max_lateness_ms=max_lateness_ms)
    return await _plan_after(db, clock, await _each(db, clock, actor, ids, step), progress)


async def pause(db: Database, clock: Clock, actor: Actor, ids: Sequence[str]) -> list[ActResult]:
    """Pause active campaigns; senders see it before their next call to the carrier."""
    return await _each(db, clock, actor, ids, _pause)


async def archive(db: Database, clock: Clock, actor: Actor, ids: Sequence[str]) -> list[ActResult]:
    """Archive drafts, paused and completed campaigns; they keep their figures and never send again."""
    return await _each(db, clock, actor, ids, _archive)


async def delete(db: Database, clock: Clock, actor: Actor, ids: Sequence[str]) -> list[ActResult]:
    """Hide campaigns everywhere. Messages, replies and suppressions stay; `undelete` brings them back."""
    return await _each(db, clock, actor, ids, _delete)


async def undelete(db: Database, clock: Clock, actor: Actor, ids: Sequence[str]) -> list[ActResult]:
    """Bring deleted campaigns back. One that was active comes back paused: it must not send unasked."""
    return await _each(db, clock, actor, ids, _undelete, deleted=True)


async def pause_all_active(db: Database, clock: Clock, actor: Actor) -> list[ActResult]:
    """Pause every active campaign."""
    return await pause(db, clock, actor, await db.read(campaign_list.matching_ids, WORKSPACE, "active"))


async def resume_all_paused(
    db: Database,
    clock: Clock,
    actor: Actor,
    *,
    policy: str | None = None,
    max_lateness_ms: int = MAX_LATENESS_MS,
    progress: Progress | None = None,
) -> list[ActResult]:
    """Resume every paused campaign; the arguments are those of `resume`."""
    ids = await db.read(campaign_list.matching_ids, WORKSPACE, "paused")
    return await resume(
        db, clock, actor, ids, policy=policy, max_lateness_ms=max_lateness_ms, progress=progress
    )


async def _each(
    db: Database, clock: Clock, actor: Actor, ids: Sequence[str], step: _Step, *, deleted: bool = False
) -> list[ActResult]:
    """Do one step to each campaign; what is refused for one does not keep the others from it."""
    wanted = list(dict.fromkeys(ids))
    results: list[ActResult] = []
    for begin in range(0, len(wanted), _AT_ONCE):
        part = wanted[begin : begin + _AT_ONCE]
        results += await db.write(_do_each, clock, actor, part, step, deleted)
    return results


def _do_each(
    conn: Connection, clock: Clock, actor: Actor, ids: Sequence[str], step: _Step, deleted: bool
) -> list[ActResult]:
    results: list[ActResult] = []
    for id_ in ids:
        row = campaigns.get(conn, id_, deleted=deleted)
        if row is None:
            results.append(ActResult(id_, id_, False, f"there is no campaign {id_}; see trd campaign list"))
            continue
        try:
            # a savepoint each: what one of them refuses half way leaves nothing behind
            with conn.begin_nested():
                results.append(step(conn, row, clock, actor))
        except ActRefusedError as refusal:
            results.append(ActResult(id_, row["name"], False, str(refusal)))
    return results


def _changed(
    conn: Connection, act: str, row: RowMapping, new: str, clock: Clock, actor: Actor, **more: Any
) -> None:
    """Check the act, change the status, write it down.

    Raises:
        ActRefusedError: the campaign's status does not allow the act.
    """
    if reason := refused(act, row):
        raise ActRefusedError(reason)
    if not campaigns.change_status(conn, row["id"], row["status"], new, clock.now()):
        raise ActRefusedError(f"cannot {act}: somebody else changed the campaign just now; look again")
    _audited(conn, act, row, {"status": new, **more}, clock, actor)


def _audited(
    conn: Connection, act: str, row: RowMapping, after: dict[str, Any], clock: Clock, actor: Actor
) -> None:
    before = {name: row[name] for name in after if name in row}
    audit.record(conn, actor, act, "campaign", row["id"], before, after, at=clock.real())


def _start(
    conn: Connection,
    row: RowMapping,
    clock: Clock,
    actor: Actor,
    *,
    seen: Mapping[str, _Seen],
    require_consent: bool,
    versions: Mapping[str, int],
) -> ActResult:
    if (
        row["status"] == "draft"
        and versions.get(row["id"], row["sequence_version"]) != row["sequence_version"]
    ):
        raise ActRefusedError(
            "cannot start: it was changed meanwhile, and would send something else than you looked at;"
            " look at it again, then start"
        )
    without, last, _ = seen[row["id"]]
    without += consents.without(conn, row["id"], after=last)
    _changed(conn, "start", row, "active", clock, actor)
    if require_consent and without:
        raise ActRefusedError(
            f"cannot start: {without_consent(without, row['open_count'])}; record it with"
            " `trd contact import FILE --consent KIND` or `trd contact consent NUMBER --add KIND`,"
            " or turn the setting require_consent off"
        )
    try:
        planning.begin_plan(conn, row["id"], "start", clock.now())
    except planning.PlanError as error:
        raise ActRefusedError(f"cannot start: {error}") from error
    figures = {"contacts": row["contact_count"], "without_consent": without}
    return ActResult(row["id"], row["name"], True, "start", figures)


def _resume(
    conn: Connection,
    row: RowMapping,
    clock: Clock,
    actor: Actor,
    *,
    policy: str | None,
    max_lateness_ms: int,
) -> ActResult:
    terms = PlanTerms(policy or row["resume_policy"], max_lateness_ms)
    _changed(conn, "resume", row, "active", clock, actor, policy=terms.policy)
    try:
        planning.begin_plan(conn, row["id"], "resume", clock.now(), terms=terms)
    except planning.PlanError as error:
        raise ActRefusedError(f"cannot resume: {error}") from error
    figures = {"contacts": row["contact_count"], "policy": terms.policy, "held_before": row["held_count"]}
    return ActResult(row["id"], row["name"], True, "resume", figures)


def _pause(conn: Connection, row: RowMapping, clock: Clock, actor: Actor) -> ActResult:
    _changed(conn, "pause", row, "paused", clock, actor)
    control.bump_fence(conn)
    waiting = row["waiting_count"]
    figures = {"queued_messages": waiting, "paused_at": clock.now(), PLANNED: row["plan_version"]}
    message = f"paused; {one_or_many(waiting, 'message waits', 'messages wait')}"
    return ActResult(row["id"], row["name"], True, message, figures)


def _archive(conn: Connection, row: RowMapping, clock: Clock, actor: Actor) -> ActResult:
    _changed(conn, "archive", row, "archived", clock, actor)
    control.bump_fence(conn)
    waiting = row["waiting_count"]
    message = f"archived; {counted(waiting, 'waiting message')} will not be sent" if waiting else "archived"
    return ActResult(row["id"], row["name"], True, message, {"cancelled_messages": waiting})


def _delete(conn: Connection, row: RowMapping, clock: Clock, actor: Actor) -> ActResult:
    now, status = clock.now(), row["status"]
    if status == "active":
        campaigns.change_status(conn, row["id"], status, "paused", now)
        status = "paused"
    campaigns.hide(conn, row["id"], status, now)
    control.bump_fence(conn)
    _audited(conn, "delete", row, {"status": status, "deleted_at": now}, clock, actor)
    figures = {
        "deleted_at": now,
        "hidden_contacts": row["contact_count"],
        "kept_messages": row["sent_count"],
        "cancelled_messages": row["waiting_count"],
    }
    return ActResult(
        row["id"], row["name"], True, "deleted; its messages, replies and suppressions are kept", figures
    )


def _undelete(conn: Connection, row: RowMapping, clock: Clock, actor: Actor) -> ActResult:
    if row["deleted_at"] is None:
        raise ActRefusedError("cannot undelete: the campaign is not deleted")
    campaigns.show_again(conn, row["id"], row["status"])
    _audited(conn, "undelete", row, {"deleted_at": None}, clock, actor)
    return ActResult(row["id"], row["name"], True, f"is back, {row['status']}", {"status": row["status"]})


async def _plan_after(
    db: Database, clock: Clock, results: list[ActResult], progress: Progress | None
) -> list[ActResult]:
    """Carry the plans on that were begun; a process that dies here leaves the rest to the scheduler."""
    done: list[ActResult] = []
    for result in results:
        if not result.ok:
            done.append(result)
            continue
        row = await carry_plan(db, clock, result.campaign_id, progress)
        started = result.message == "start"
        waiting = row["waiting_count"] if row else 0
        figures = {
            **result.figures,
            "scheduled_messages": waiting,
            "next_message_at": row["next_due_at"] if row else None,
            "started_at" if started else "resumed_at": clock.now(),
        }
        message = f"{'started' if started else 'resumed'}; {counted(waiting, 'message')} scheduled"
        if not started:
            held = (row["held_count"] if row else 0) - int(figures.pop("held_before") or 0)
            figures["held_messages"] = held
            if held > 0:
                message += f", {held:,} for review: trd campaign review {result.campaign_id}"
        done.append(ActResult(result.campaign_id, result.name, True, message, figures))
    return done


async def carry_plan(
    db: Database, clock: Clock, id_: str, progress: Progress | None = None
) -> RowMapping | None:
    """Put a campaign's contacts into the schedule, chunk after chunk; returns the campaign as it then is."""
    while True:
        step = await db.write(planning.plan_chunk, id_, clock.now(), PLAN_CHUNK, real=clock.real())
        if progress:
            progress(step.done, step.total)
        if step.finished:
            return await db.read(campaigns.get, id_)
