"""A new campaign on its way: what is typed is kept, what is right of it is stored as a draft."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.definition import parse_definition
from trd_tui.domain.not_stored import not_stored_parts
from trd_tui.domain.phone import sender_kind
from trd_tui.domain.sheet import (
    AUDIENCE,
    HOUSE_VALUES,
    SCHEDULE,
    SENDER,
    TOUCHES,
    Fault,
    Sheet,
    TypedTouch,
    by_day,
    house_touches,
    typed_touches,
)
from trd_tui.domain.sheet_faults import faults_of
from trd_tui.domain.sheet_meet import changed, meet, step_of, take
from trd_tui.services import draft_news, editing, touches
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.draft_news import DraftNews
from trd_tui.services.drafts import create_draft
from trd_tui.services.edit_views import ChangedMeanwhileError
from trd_tui.services.stored_draft import custom_fields, draft_of, stored_sheet
from trd_tui.services.touch_views import Unsaved
from trd_tui.store import campaigns, senders, sheets
from trd_tui.store.database import Database

_TRIES = 5
"""Saves that may come between the reading and the storing of one."""


@dataclass(frozen=True, slots=True)
class KnownSender:
    """A sender to choose from.

    Attributes:
        address: E.164 number, short code or messaging service SID.
        kind: in words: ``long code``.
        rate: segments a second, in words.
        paused: why it sends nothing now; empty when it does.
    """

    address: str
    kind: str
    rate: str
    paused: str


def _place(actor: Actor, campaign_id: str) -> sheets.Place:
    """Before there is a draft a sheet is its writer's; a draft is everybody's."""
    return sheets.Place(WORKSPACE, campaign_id, "" if campaign_id else actor.name)


async def open_sheet(db: Database, actor: Actor, campaign_id: str, policy: str) -> Sheet:
    """What was typed before, else what the draft is, else an empty sheet.

    Args:
        db: the database.
        actor: who writes.
        campaign_id: a draft; empty for a new campaign.
        policy: the resume policy that a new one begins with.

    Raises:
        NoDraftError: it is no draft, or not any more.
    """
    return await db.read(_open, actor, campaign_id, policy)


def _open(conn: Connection, actor: Actor, campaign_id: str, policy: str) -> Sheet:
    typed = sheets.kept(conn, _place(actor, campaign_id))
    found = None if typed is None else Sheet.of_plain(json.loads(typed))
    if found is not None:  # it may have been left while a day was being typed
        found = replace(found, touches=by_day(found.touches))
    if not campaign_id:
        return found or Sheet(resume_policy=policy, touches=house_touches(), values=HOUSE_VALUES)
    now = stored_sheet(conn, draft_of(conn, campaign_id))
    return replace(now, base=now) if found is None else meet(found, now).sheet


async def keep(db: Database, clock: Clock, actor: Actor, sheet: Sheet) -> None:
    """Keep what is typed until the next login."""
    typed = json.dumps(sheet.plain(), ensure_ascii=False)
    await db.write(sheets.keep, _place(actor, sheet.campaign_id), typed, clock.real())


async def forget(db: Database, actor: Actor, sheet: Sheet) -> None:
    """The steps are done: what was typed need not be kept beside the draft."""
    await db.write(sheets.forget, _place(actor, sheet.campaign_id))


async def unfinished(db: Database, actor: Actor, campaign_id: str) -> bool:
    """Whether the steps of a draft (or, without an id, of a new campaign) were left before their end."""
    return await db.read(sheets.kept, _place(actor, campaign_id)) is not None


async def check(db: Database, sheet: Sheet) -> tuple[Fault, ...]:
    """Everything that keeps steps from being done."""
    return await db.read(_check, sheet)


def _check(conn: Connection, sheet: Sheet) -> tuple[Fault, ...]:
    found = _typing_faults(conn, sheet)
    row = campaigns.get(conn, sheet.campaign_id) if sheet.campaign_id else None
    if row is not None and row["status"] == "draft":
        stored = stored_sheet(conn, row)
        found += draft_news.crossing_faults(conn, row["id"], stored, meet(sheet, stored).crossed)
    return tuple(found)


def _typing_faults(conn: Connection, sheet: Sheet) -> list[Fault]:
    id_ = sheet.campaign_id
    found = [*name_faults(conn, sheet), *faults_of(sheet, custom_fields(conn, id_))]
    row = campaigns.get(conn, id_) if id_ else None
    if row is None:
        found.append(Fault(AUDIENCE, "contacts", "give the campaign a name and a sender first: step 1"))
    elif not row["contact_count"]:
        found.append(
            Fault(AUDIENCE, "contacts", "nobody is in it yet; import a file, or take another's contacts")
        )
    return found


def name_faults(conn: Connection, sheet: Sheet) -> list[Fault]:
    """What only the other campaigns know to be wrong with a name."""
    name = " ".join(sheet.name.split())
    if name and sheets.name_taken(conn, WORKSPACE, name, sheet.campaign_id):
        return [Fault(SENDER, "name", "another campaign has this name; choose another")]
    return []


async def heard(db: Database, sheet: Sheet) -> DraftNews:
    """What has become of a draft since its sheet was read, and what of the sheet is wrong now."""
    return await db.read(_heard, sheet)


def _heard(conn: Connection, sheet: Sheet) -> DraftNews:
    row = campaigns.get(conn, sheet.campaign_id)
    if row is None or row["status"] != "draft":
        return draft_news.ended(conn, sheet, row)
    stored = stored_sheet(conn, row)
    met = meet(sheet, stored)
    taken, crossed = (
        draft_news.changes(conn, sheet.campaign_id, parts) for parts in (met.taken, met.crossed)
    )
    faults = _check(conn, met.sheet)
    differ = not_stored_parts(met.sheet, stored, custom_fields(conn, sheet.campaign_id))
    return DraftNews(met.sheet, stored, taken, crossed, faults, row["contact_count"], differ)


async def hand_over(db: Database, clock: Clock, actor: Actor, sheet: Sheet) -> bool:
    """Touches that were typed in the steps of what is no draft any more go to its Touches page, unsaved.

    Returns:
        Whether there were any.
    """
    found = await touches.editable(db, sheet.campaign_id)
    if found is None or found.refusal is not None or await touches.kept(db, actor, sheet.campaign_id):
        return False
    typed = draft_news.with_typed(found.touches, sheet)
    if typed == found.touches:
        return False
    unsaved = Unsaved(found.version, found.touches, found.send_time, typed, found.send_time)
    await touches.keep(db, clock, actor, sheet.campaign_id, unsaved)
    return True


async def save(db: Database, clock: Clock, actor: Actor, sheet: Sheet) -> tuple[Sheet, tuple[Fault, ...]]:
    """Store every step that is right in the draft, which the first step makes; keep all that is typed.

    Nobody's work is stored over: what others changed since the sheet was read is taken over, and what both
    changed stays as they stored it, until a person says whose stands. Until then it is a fault.

    Returns:
        The sheet, which now knows its draft, and what is still wrong.

    Raises:
        NoDraftError: the draft has been started or deleted by somebody else.
        EditError: an edit of it is still under way.
    """
    if not sheet.campaign_id:
        wrong = {fault.step for fault in await check(db, sheet)}
        if SENDER in wrong:
            await keep(db, clock, actor, sheet)
            return sheet, await check(db, sheet)
        sheet = await db.write(_made, clock, actor, sheet, wrong)
        met = await db.read(_brought_together, sheet)
    else:
        for tries_left in reversed(range(_TRIES)):
            met = await db.read(_brought_together, sheet)
            definition = await editing.definition_for(db, sheet.campaign_id, met.data)
            version = met.sheet.version
            try:
                await editing.edit(db, clock, actor, sheet.campaign_id, definition, version=version)
                break
            except ChangedMeanwhileError:  # between the two transactions: what they stored is met as well
                if not tries_left:
                    raise
    sheet = await db.read(_settled, met)
    await keep(db, clock, actor, sheet)
    return sheet, await check(db, sheet)


def _made(conn: Connection, clock: Clock, actor: Actor, sheet: Sheet, wrong: set[int]) -> Sheet:
    """The draft, with what is usual in place of what is wrong; its writer's own sheet becomes the draft's."""
    data: dict[str, Any] = {}
    for step in (SENDER, TOUCHES, SCHEDULE):
        data |= sheet.parts(step) if step not in wrong else {}
    id_ = create_draft(conn, clock, actor, parse_definition(data))
    sheets.forget(conn, _place(actor, ""))
    return replace(sheet, campaign_id=id_, base=stored_sheet(conn, draft_of(conn, id_)))


class _Together(NamedTuple):
    """A sheet beside the draft that it is stored in.

    Attributes:
        sheet: with what others changed taken over, and the version of the draft.
        data: the definition: what is typed where it is right and nobody else's, else what is stored.
        held_back: parts that are not stored, because they are wrong or another has changed them too.
    """

    sheet: Sheet
    data: Mapping[str, Any]
    held_back: frozenset[str]


def _brought_together(conn: Connection, sheet: Sheet) -> _Together:
    stored = stored_sheet(conn, draft_of(conn, sheet.campaign_id))
    met, _, crossed = meet(sheet, stored)
    mine = take(met, stored, crossed)
    wrong = {fault.step for fault in _typing_faults(conn, mine)}
    data: dict[str, Any] = {}
    for step in (SENDER, TOUCHES, SCHEDULE):
        data |= (stored if step in wrong else mine).parts(step)
    held_back = {part for part in changed(met, stored) if step_of(part) in wrong}
    return _Together(met, data, frozenset({*held_back, *crossed}))


def _settled(conn: Connection, met: _Together) -> Sheet:
    """The sheet after it was stored: what was, stands as the draft has it."""
    stored = stored_sheet(conn, draft_of(conn, met.sheet.campaign_id))
    parts = set(changed(met.sheet, stored)) - met.held_back
    base = met.sheet.base or stored
    known = set(changed(base, stored)) - met.held_back
    return replace(take(met.sheet, stored, parts), version=stored.version, base=take(base, stored, known))


async def known_senders(db: Database, clock: Clock) -> tuple[KnownSender, ...]:
    """Who can send."""
    now = clock.now()
    return tuple(
        KnownSender(
            each.address,
            sender_kind(each.address).replace("_", " "),
            f"{each.rate_milli / 1000:g} a second" if each.rate_milli else "no limit",
            (each.paused_reason or "paused") if (each.paused_until or 0) > now else "",
        )
        for each in await db.read(senders.list_senders)
    )


async def touches_of(db: Database, campaign_id: str) -> tuple[TypedTouch, ...]:
    """The touches of a campaign, for a copy."""
    return typed_touches(await db.read(campaigns.sequence_of, campaign_id))
