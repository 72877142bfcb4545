"""A campaign's name, sender, schedule and limits: read them, see what a change would do, store it.

The touches and the campaign's own values stay as they are; `services.touches` changes touches.
"""

from __future__ import annotations

import json
from dataclasses import replace

from sqlalchemy import Connection, RowMapping

from trd_tui.clock import Clock
from trd_tui.domain.allowance import budget_of
from trd_tui.domain.definition import CampaignDefinition, parse_definition
from trd_tui.domain.definition_values import DefinitionError
from trd_tui.domain.put_off import USUAL_LIMITS, Limits
from trd_tui.domain.sequence import Sequence
from trd_tui.domain.sheet import SCHEDULE, SENDER, Fault, Sheet
from trd_tui.domain.sheet_faults import faults_of
from trd_tui.domain.sheet_meet import changed, meet, words_of
from trd_tui.services import draft_news, editing
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.drafts import Progress
from trd_tui.services.edit_views import EditError, EditPreview
from trd_tui.services.new_campaign import name_faults
from trd_tui.services.stored_draft import stored_sheet
from trd_tui.services.term_views import Terms
from trd_tui.services.views import ActResult
from trd_tui.store import campaigns, queue, sheets
from trd_tui.store.database import Database
from trd_tui.store.pauses import own_pause

_WINDOW = frozenset({"days", "opens", "closes"})
"""Parts of one setting: what is wrong with one may be because of another."""

_NAMES = {
    **dict.fromkeys(_WINDOW, "window"),
    "budget_usd": "budget_micros",
    "daily_budget_usd": "daily_budget_micros",
}
"""Attributes of a definition, where they are not called as the parts of a sheet."""


async def read(db: Database, actor: Actor, id_: str, sheet: Sheet | None) -> Terms | None:
    """What is stored now, beside what is typed.

    Args:
        db: the database.
        actor: who types.
        id_: the campaign.
        sheet: what is typed; ``None`` at the first look: then what was kept, else what is stored.

    Returns:
        Both; ``None`` when there is no such campaign.
    """
    return await db.read(_read, actor, id_, sheet)


def _read(conn: Connection, actor: Actor, id_: str, sheet: Sheet | None) -> Terms | None:
    row = campaigns.get(conn, id_)
    if row is None:
        return None
    stored = _stored(conn, row)
    kept = sheets.kept(conn, _place(actor, id_)) if sheet is None else None
    if kept is not None:
        sheet = Sheet.of_plain(json.loads(kept))
    met = meet(replace(stored, base=stored) if sheet is None else sheet, stored)
    taken, crossed = (draft_news.changes(conn, id_, parts) for parts in (met.taken, met.crossed))
    terms = queue.terms(conn, [id_]).get(id_)
    return Terms(
        sheet=met.sheet,
        stored=stored,
        status=row["status"],
        pause_reason=own_pause(conn, id_),
        refusal=editing.refusal_of(row),
        faults=_faults(conn, met.sheet, stored),
        taken=taken,
        crossed=crossed,
        was_kept=kept is not None,
        spent_micros=0 if terms is None else budget_of(terms).worst(),
        started_at=row["started_at"],
        contacts=row["contact_count"],
        touches=sum(not touch.removed for touch in campaigns.sequence_of(conn, id_)),
        variables="; ".join(f"{name}={value}" for name, value in campaigns.variables_of(row).items()),
    )


async def keep(db: Database, clock: Clock, actor: Actor, id_: str, sheet: Sheet | None) -> None:
    """Keep what somebody has typed and not stored until their next look; ``None`` keeps nothing."""
    if sheet is None:
        await db.write(sheets.forget, _place(actor, id_))
    else:
        typed = json.dumps(sheet.plain(), ensure_ascii=False)
        await db.write(sheets.keep, _place(actor, id_), typed, clock.real())


async def preview(
    db: Database,
    clock: Clock,
    sheet: Sheet,
    *,
    progress: Progress | None = None,
    limits: Limits = USUAL_LIMITS,
) -> EditPreview:
    """Say what storing what is typed would change, who would be moved, and what changed limits mean.

    Args:
        db: the database.
        clock: campaign time.
        sheet: what is typed.
        progress: told how many contacts were looked at, of how many.
        limits: what the settings limit over all campaigns.

    Raises:
        EditError: the campaign cannot be changed so; the message names the field.
    """
    id_ = sheet.campaign_id
    definition, known_as = await db.read(_definition, sheet)
    return await editing.edit_preview(
        db, clock, id_, definition, known_as=known_as, progress=progress, limits=limits
    )


async def save(
    db: Database, clock: Clock, actor: Actor, sheet: Sheet, version: int, *, progress: Progress | None = None
) -> ActResult:
    """Store it; ``version`` is the ``sequence_version`` of what was looked at.

    Raises:
        ChangedMeanwhileError: somebody else has changed the campaign since; nothing was done.
        EditError: the campaign cannot be changed so; the message names the field.
    """
    id_ = sheet.campaign_id
    definition, known_as = await db.read(_definition, sheet)
    done = await editing.edit(
        db, clock, actor, id_, definition, known_as=known_as, version=version, progress=progress
    )
    await keep(db, clock, actor, id_, None)
    return done


def _place(actor: Actor, id_: str) -> sheets.Place:
    return sheets.Place(WORKSPACE, sheets.terms_of(id_), actor.name)


def _stored(conn: Connection, row: RowMapping) -> Sheet:
    """What of a campaign can be typed here; its texts cannot."""
    return replace(stored_sheet(conn, row), seen=(), touches=(), values="")


def _faults(conn: Connection, sheet: Sheet, stored: Sheet) -> tuple[Fault, ...]:
    """What is wrong of what is changed."""
    parts = set(changed(stored, sheet))
    if not parts:
        return ()  # it is read at every change of the database, and what sends changes all the time
    if parts & _WINDOW:
        parts |= _WINDOW
    found = [*name_faults(conn, sheet), *faults_of(sheet)]
    return tuple(each for each in found if each.step in (SENDER, SCHEDULE) and each.field in parts)


def _definition(conn: Connection, sheet: Sheet) -> tuple[CampaignDefinition, tuple[int, ...]]:
    """The campaign as it is, with what is changed; and which stored touch each of its touches is.

    What is not changed stays to the last micro-dollar, also where it is typed with fewer decimals.
    """
    row, touches, _ = editing.known(conn, sheet.campaign_id)
    now = editing.as_it_is(row, Sequence(tuple(touches)))
    stored = _stored(conn, row)
    for fault in _faults(conn, sheet, stored):
        raise EditError(f"{words_of(fault.field)}: {fault.message}")
    parts = changed(stored, sheet)
    if parts:
        policy = row["resume_policy"]
        try:
            typed = parse_definition({**sheet.parts(SENDER), **sheet.parts(SCHEDULE)}, resume_policy=policy)
        except DefinitionError as error:  # what was right when it was stored, and is not any more
            raise EditError(str(error)) from error
        names = {_NAMES.get(part, part) for part in parts}
        now = replace(now, **{name: getattr(typed, name) for name in names})
    return now, tuple(touch.position for touch in touches)
