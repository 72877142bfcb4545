"""Editing a campaign, also while it runs: new settings and touches, and who is moved by them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Connection, RowMapping

from trd_tui.clock import Clock
from trd_tui.domain.calendar import Step
from trd_tui.domain.campaign import edit_refusal
from trd_tui.domain.definition import CampaignDefinition, parse_definition
from trd_tui.domain.edit import merge
from trd_tui.domain.money import format_usd
from trd_tui.domain.phone import DEFAULT_RATE_MILLI, sender_kind
from trd_tui.domain.put_off import USUAL_LIMITS, Limits, Putter
from trd_tui.domain.sequence import Sequence as TouchSequence
from trd_tui.domain.sequence import SequenceError, Touch
from trd_tui.domain.window import Window, format_time
from trd_tui.services.actor import Actor
from trd_tui.services.campaigns import carry_plan
from trd_tui.services.drafts import Progress, settings_of
from trd_tui.services.edit_means import means_of
from trd_tui.services.edit_views import ChangedMeanwhileError, EditPreview, Moved, touch_changes
from trd_tui.services.edit_views import EditError as EditError
from trd_tui.services.previews import counted
from trd_tui.services.views import ActResult
from trd_tui.store import audit, campaign_edit, campaigns, plan_preview, planning, senders
from trd_tui.store.database import Database
from trd_tui.store.plan_rows import Outcome, Planner, PlanRow
from trd_tui.store.plan_terms import Dates, PlanTerms, dates_of
from trd_tui.store.put_off import Own, putters

LOOK_CHUNK = 2_000
"""Contacts of one snapshot of a preview."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """An edit, worked out against the campaign as it is."""

    row: RowMapping
    old: tuple[Touch, ...]
    new: tuple[Touch, ...]
    values: dict[str, Any]
    before: Dates
    after: Dates

    @property
    def redates(self) -> bool:
        """Whether anything changes that dates or orders a touch."""
        return (set(self.before[0]), *self.before[1:]) != (set(self.after[0]), *self.after[1:])


async def definition_for(db: Database, id_: str, data: Mapping[str, Any]) -> CampaignDefinition:
    """Check an edited definition. Without touches or a resume policy in it, the campaign keeps its own.

    Args:
        db: the database.
        id_: the campaign.
        data: the file's content, as ``tomllib`` reads it.

    Raises:
        EditError: there is no such campaign.
        DefinitionError: something in it is wrong, missing or not known.
    """
    row, touches, custom = await db.read(known, id_)
    given = dict(data)
    if "touch" not in given:
        given["touch"] = [written(touch) for touch in touches]
    return parse_definition(given, custom, resume_policy=row["resume_policy"])


def written(touch: Touch) -> dict[str, Any]:
    """A touch as a definition has it."""
    texts: dict[str, Any] = {"body": touch.body}
    if touch.variants:
        texts = {"variant": [{"name": v.name, "weight": v.weight, "body": v.body} for v in touch.variants]}
    return {"day": touch.day, "active": touch.active, "kind": touch.kind, **texts}


def as_it_is(row: RowMapping, sequence: TouchSequence) -> CampaignDefinition:
    """A campaign as it is stored, with these touches."""
    return CampaignDefinition(
        name=row["name"],
        sender=row["sender"],
        timezone=row["timezone"],
        send_time=row["send_time"],
        window=Window(row["window_days"], row["window_from"], row["window_to"]),
        resume_policy=row["resume_policy"],
        daily_cap=row["daily_cap"],
        budget_micros=row["budget_micros"],
        priority=row["priority"],
        variables=campaigns.variables_of(row),
        sequence=sequence,
        brand=row["brand"],
        daily_budget_micros=row["daily_budget_micros"],
    )


def known(conn: Connection, id_: str) -> tuple[RowMapping, list[Touch], list[str]]:
    """A campaign's row, its touches that are not removed, and fields that its contacts have of their own.

    Raises:
        EditError: there is no such campaign.
    """
    row = campaigns.get(conn, id_)
    if row is None:
        raise EditError(f"there is no campaign {id_}; see trd campaign list")
    fields = {key for stored in campaign_edit.some_custom_fields(conn, id_) for key in json.loads(stored)}
    return row, [touch for touch in campaigns.sequence_of(conn, id_) if not touch.removed], sorted(fields)


async def edit_preview(
    db: Database,
    clock: Clock,
    id_: str,
    definition: CampaignDefinition,
    *,
    reopen: bool = False,
    known_as: Sequence[int | None] | None = None,
    progress: Progress | None = None,
    limits: Limits = USUAL_LIMITS,
) -> EditPreview:
    """Say what an edit would change and who would be moved, without changing anything.

    Args:
        db: the database.
        clock: campaign time.
        id_: the campaign.
        definition: what it shall be.
        reopen: whether contacts who had finished get touches that are added behind their last.
        known_as: which touch of the stored ones each of the definition is; see `merge`.
        progress: told how many contacts were looked at, of how many.
        limits: what the settings limit over all campaigns.

    Raises:
        EditError: no such campaign, one that is over, or too many touches.
    """
    now = clock.now()
    edit = await db.read(_work_out, id_, definition, known_as)
    look = await db.read(_begin_look, id_, edit, now, reopen)
    cursor = done = 0
    while edit.redates or reopen:
        cursor, seen = await db.read(look.chunk, cursor)
        done += seen
        if progress:
            progress(done, edit.row["contact_count"])
        if seen < LOOK_CHUNK:
            break
    moved = look.moved()
    own = Own(definition.daily_cap, definition.daily_budget_micros)
    may: list[Putter] = []
    if any(each.first_at is not None for each in moved):
        may = await db.read(partial(putters, own=own), [id_], now, limits)
    settings = _setting_changes(edit.row, edit.values)
    means = await db.read(means_of, edit.row, edit.values, {name for name, _, _ in settings}, now)
    return EditPreview(
        campaign_id=id_,
        name=edit.row["name"],
        status=edit.row["status"],
        settings=settings,
        touches=touch_changes(edit.old, edit.new),
        moved=moved,
        stay=look.stay if edit.redates or reopen else edit.row["waiting_count"],
        in_flight=edit.row["in_flight_count"] + edit.row["held_count"],
        may_put_off=tuple(may),
        means=means.sentences,
        goes_on=means.goes_on,
    )


async def edit(
    db: Database,
    clock: Clock,
    actor: Actor,
    id_: str,
    definition: CampaignDefinition,
    *,
    reopen: bool = False,
    known_as: Sequence[int | None] | None = None,
    version: int | None = None,
    progress: Progress | None = None,
) -> ActResult:
    """Edit a campaign; senders see it before their next claim. What is in flight stays as it is.

    The arguments are those of `edit_preview`; ``actor`` is who asks, ``version`` the campaign's
    ``sequence_version`` that it was read with.

    Raises:
        ChangedMeanwhileError: the campaign has another version by now.
        EditError: no such campaign, one that is over, or too many touches.
    """
    await carry_plan(db, clock, id_)  # an earlier edit that was interrupted comes first
    name, changed = await db.write(_edit, clock, actor, id_, definition, reopen, known_as, version)
    if not changed:
        return ActResult(id_, name, True, "nothing to change", {})
    row = await carry_plan(db, clock, id_, progress)
    waiting = row["waiting_count"] if row else 0
    figures: dict[str, int | str | None] = {
        "scheduled_messages": waiting,
        "next_message_at": row["next_due_at"] if row else None,
        "sequence_version": row["sequence_version"] if row else None,
    }
    return ActResult(id_, name, True, f"edited; {counted(waiting, 'message')} scheduled", figures)


def refusal_of(row: RowMapping) -> str | None:
    """Why a campaign cannot be edited any more; ``None`` when it can."""
    return edit_refusal(row["name"], row["status"])


def _work_out(
    conn: Connection, id_: str, definition: CampaignDefinition, known_as: Sequence[int | None] | None
) -> _Edit:
    row = campaigns.get(conn, id_)
    if row is None:
        raise EditError(f"there is no campaign {id_}; see trd campaign list")
    if refusal := refusal_of(row):
        raise EditError(refusal)
    old = campaigns.sequence_of(conn, id_)
    new = definition.sequence.touches
    if row["status"] != "draft":
        try:
            # a started campaign keeps what is taken out: messages may name it
            new = merge(old, new, kept=frozenset(touch.position for touch in old), known_as=known_as)
        except SequenceError as error:
            raise EditError(str(error)) from error
    values = {"name": definition.name, **settings_of(definition)}
    before = dates_of(conn, id_, row)
    after = (
        tuple(Step(touch.day, touch.position, touch.active) for touch in new),
        definition.send_time,
        (definition.window.days, definition.window.opens, definition.window.closes),
        definition.timezone,
    )
    return _Edit(row, old, new, values, before, after)


def _edit(
    conn: Connection,
    clock: Clock,
    actor: Actor,
    id_: str,
    definition: CampaignDefinition,
    reopen: bool,
    known_as: Sequence[int | None] | None = None,
    version: int | None = None,
) -> tuple[str, bool]:
    found = _work_out(conn, id_, definition, known_as)
    row = found.row
    if version is not None and row["sequence_version"] != version:
        raise ChangedMeanwhileError
    if row["plan_kind"] is not None and PlanTerms.from_json(row["plan_terms"]).before is not None:
        raise EditError(f"an edit of {row['name']} is still under way; try again in a moment")
    settings = _setting_changes(row, found.values)
    touches = touch_changes(found.old, found.new)
    if not (settings or touches or reopen):
        return row["name"], False
    kind = sender_kind(definition.sender)
    senders.add_sender(conn, definition.sender, kind, DEFAULT_RATE_MILLI[kind], clock.now())
    draft = row["status"] == "draft"
    values = {**found.values, "name_folded": definition.name.casefold()}
    # the campaign before its touches, as the counters do it: two transactions must not wait for each other
    campaign_edit.change_settings(conn, id_, values)
    campaign_edit.change_touches(conn, id_, row["workspace_id"], found.old, found.new, afresh=draft)
    if found.redates or reopen:
        terms = PlanTerms(definition.resume_policy, before=found.before, reopen=reopen)
        planning.begin_plan(conn, id_, "edit", clock.now(), terms=terms)
    audit.record(
        conn,
        actor,
        "edit",
        "campaign",
        id_,
        {name: old for name, old, _ in settings},
        {
            **{name: new for name, _, new in settings},
            "touches": [f"touch {each.position}: {', '.join(each.what)}" for each in touches],
            "reopen": reopen,
        },
        at=clock.real(),
    )
    return definition.name, True


def _setting_changes(row: RowMapping, values: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Settings that change, as people read them; the window is one."""
    old, new = _readable(row), _readable(values)
    return tuple((name, old[name], new[name]) for name in old if old[name] != new[name])


def _readable(values: Mapping[str, Any] | RowMapping) -> dict[str, str]:
    return {
        "name": values["name"],
        "brand": values["brand"] or "none",
        "sender": values["sender"],
        "timezone": values["timezone"],
        "send_time": format_time(values["send_time"]),
        "window": str(Window(values["window_days"], values["window_from"], values["window_to"])),
        "resume_policy": values["resume_policy"],
        "daily_cap": "none" if values["daily_cap"] is None else f"{values['daily_cap']:,}",
        "budget_usd": _amount(values["budget_micros"]),
        "daily_budget_usd": _amount(values["daily_budget_micros"]),
        "priority": str(values["priority"]),
        "variables": ", ".join(
            f"{key}={value}" for key, value in sorted(json.loads(values["variables"]).items())
        ),
    }


def _amount(micros: int | None) -> str:
    return "none" if micros is None else format_usd(micros)


def _begin_look(conn: Connection, id_: str, found: _Edit, now: int, reopen: bool) -> _EditLook:
    after = found.after
    names = ("window_days", "window_from", "window_to")
    planner = plan_preview.planner_for(
        conn,
        id_,
        "edit",
        now,
        PlanTerms(before=found.before, reopen=reopen),
        steps=after[0],
        send_time=after[1],
        timezone=after[3],
        **dict(zip(names, after[2], strict=True)),
    )
    return _EditLook(id_, planner)


class _EditLook:
    """The figures of an edit while the contacts are gone through."""

    def __init__(self, id_: str, planner: Planner) -> None:
        self.id = id_
        self.planner = planner
        self.stay = 0
        self._moves: dict[tuple[int | None, int | None], list[int]] = {}

    def chunk(self, conn: Connection, cursor: int) -> tuple[int, int]:
        """Look at the next contacts; returns the last one and how many there were."""
        rows, outcomes = plan_preview.look(conn, self.id, self.planner, cursor, LOOK_CHUNK)
        for row, outcome in zip(rows, outcomes, strict=True):
            if outcome is not None:
                self._count(row, outcome)
        return (rows[-1].enrolment_id if rows else cursor), len(rows)

    def _count(self, row: PlanRow, outcome: Outcome) -> None:
        change = outcome.change
        if outcome.kind == "keep":
            self.stay += 1
        elif outcome.kind in ("move", "finish", "reopen"):
            key = (row.touch, change.touch)
            move = self._moves.setdefault(key, [0, change.at, change.at])
            move[0] += 1
            move[1], move[2] = min(move[1], change.at), max(move[2], change.at)

    def moved(self) -> tuple[Moved, ...]:
        """Who is moved, by touch before and after."""
        found: Sequence[Moved] = [
            Moved(
                before,
                after,
                count,
                None if after is None else first,
                None if after is None else last,
            )
            for (before, after), (count, first, last) in self._moves.items()
        ]
        return tuple(sorted(found, key=lambda move: (move.from_touch or 0, move.to_touch or 0)))
