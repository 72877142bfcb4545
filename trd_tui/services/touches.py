"""A campaign's sequence for an editor: read it, see what a change of it would do, save it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import Connection

from trd_tui.clock import Clock
from trd_tui.domain.definition import CampaignDefinition
from trd_tui.domain.definition_touches import sequence_of
from trd_tui.domain.fields import CONTACT_FIELDS
from trd_tui.domain.put_off import USUAL_LIMITS, Limits
from trd_tui.domain.redraft import known_as
from trd_tui.domain.sequence import Touch
from trd_tui.services import editing
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.drafts import Progress
from trd_tui.services.edit_views import EditError, EditPreview
from trd_tui.services.linting import own_fields, values_of
from trd_tui.services.touch_views import Editable, Reader, Unsaved
from trd_tui.services.views import ActResult
from trd_tui.store import audience, campaigns, contact_list, sheets
from trd_tui.store.database import Database


async def editable(db: Database, id_: str) -> Editable | None:
    """A campaign's sequence; ``None`` when there is no such campaign."""
    return await db.read(_editable, id_)


def _editable(conn: Connection, id_: str) -> Editable | None:
    try:
        row, touches, fields = editing.known(conn, id_)
    except EditError:
        return None
    return Editable(
        campaign_id=id_,
        name=row["name"],
        status=row["status"],
        version=row["sequence_version"],
        touches=tuple(touches),
        send_time=row["send_time"],
        brand=row["brand"],
        variables=campaigns.variables_of(row),
        fields=tuple(fields),
        refusal=editing.refusal_of(row),
    )


async def reader(db: Database, id_: str, place: int, matching: str = "") -> Reader | None:
    """One of a campaign's contacts, in the order in which they joined; behind the last comes the first.

    Args:
        db: the database.
        id_: the campaign.
        place: which one, from 0; -1 is the last.
        matching: only among those whose name or number holds it.

    Returns:
        The contact; ``None`` when there is none.
    """
    return await db.read(_reader, id_, place, matching)


def _reader(conn: Connection, id_: str, place: int, matching: str) -> Reader | None:
    row = campaigns.get(conn, id_)
    found, total = contact_list.page(conn, id_, status=None, search=matching, limit=1, offset=max(place, 0))
    if row is None or not total:
        return None
    if not found or place < 0:
        place %= total
        found, _ = contact_list.page(conn, id_, status=None, search=matching, limit=1, offset=place)
    person = audience.by_number(conn, found[0]["number"]) if found else None
    if person is None:
        return None
    values = values_of(person, own_fields(person.custom), campaigns.variables_of(row))
    name = f"{person.first_name} {person.last_name}".strip()
    return Reader(place, total, person.contact_id, person.number, name, values)


async def preview(
    db: Database,
    clock: Clock,
    id_: str,
    touches: Sequence[Touch],
    send_time: int,
    *,
    progress: Progress | None = None,
    limits: Limits = USUAL_LIMITS,
) -> EditPreview:
    """Say what saving these touches would change and who would be moved.

    Args:
        db: the database.
        clock: campaign time.
        id_: the campaign.
        touches: what its sequence shall be; positions of the stored ones are those touches, negative ones
            are new.
        send_time: local minute after midnight at which touches shall be due.
        progress: told how many contacts were looked at, of how many.
        limits: what the settings limit over all campaigns.

    Raises:
        EditError: the campaign cannot be edited so.
        DefinitionError: a touch is wrong; its path counts the touches from 1.
    """
    definition = await db.read(_definition, id_, touches, send_time)
    return await editing.edit_preview(
        db, clock, id_, definition, known_as=known_as(touches), progress=progress, limits=limits
    )


async def save(
    db: Database,
    clock: Clock,
    actor: Actor,
    id_: str,
    touches: Sequence[Touch],
    send_time: int,
    version: int,
    *,
    progress: Progress | None = None,
) -> ActResult:
    """Save them; the arguments are those of `preview`, ``version`` that of the `Editable` that was changed.

    Raises:
        ChangedMeanwhileError: somebody else has changed the campaign since; nothing was done.
        EditError: the campaign cannot be edited so.
        DefinitionError: a touch is wrong; its path counts the touches from 1.
    """
    definition = await db.read(_definition, id_, touches, send_time)
    done = await editing.edit(
        db, clock, actor, id_, definition, known_as=known_as(touches), version=version, progress=progress
    )
    await keep(db, clock, actor, id_, None)
    return done


async def keep(db: Database, clock: Clock, actor: Actor, id_: str, unsaved: Unsaved | None) -> None:
    """Keep what somebody has changed and not saved until their next look; ``None`` keeps nothing."""
    if unsaved is None:
        await db.write(sheets.forget, _place(actor, id_))
    else:
        typed = json.dumps(unsaved.plain(), ensure_ascii=False)
        await db.write(sheets.keep, _place(actor, id_), typed, clock.real())


async def kept(db: Database, actor: Actor, id_: str) -> Unsaved | None:
    """What they have changed and not saved."""
    typed = await db.read(sheets.kept, _place(actor, id_))
    return None if typed is None else Unsaved.of_plain(json.loads(typed))


def _place(actor: Actor, id_: str) -> sheets.Place:
    """What one person types; what all type in the steps of a draft is kept without a name."""
    return sheets.Place(WORKSPACE, id_, actor.name)


def _definition(conn: Connection, id_: str, touches: Sequence[Touch], send_time: int) -> CampaignDefinition:
    """The campaign as it is, with other touches; these are checked as those of a file are."""
    row, _, fields = editing.known(conn, id_)
    given = {"touch": [editing.written(touch) for touch in touches]}
    names = [*CONTACT_FIELDS, *campaigns.variables_of(row), *fields]
    return replace(editing.as_it_is(row, sequence_of(given, names)), send_time=send_time)
