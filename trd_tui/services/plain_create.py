"""A campaign as the web front end sends it: texts, people and all in one call, made and started at once."""

from __future__ import annotations

import asyncio
import csv
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from trd_tui.clock import Clock
from trd_tui.domain.csv_columns import MAX_COLUMNS
from trd_tui.domain.definition import CampaignDefinition, DefinitionError, parse_definition
from trd_tui.domain.fields import field_key
from trd_tui.domain.plain_braces import with_fallbacks
from trd_tui.services import campaigns, imports
from trd_tui.services.actor import WORKSPACE, Actor
from trd_tui.services.contact_file import ContactFile, ContactFileError, look_through
from trd_tui.services.import_views import ImportRefusedError, ImportReport, ImportStoppedError
from trd_tui.services.listing import campaign_detail
from trd_tui.store import senders
from trd_tui.store.database import Database

TEST_SENDER = "+15005550006"
"""Sends where the carrier is simulated and no sender is known yet; the carrier's own test number."""

_PATHS = (
    (re.compile(r"^touch\[(\d+)\]\.body"), r"messageTemplates[\1].message"),
    (re.compile(r"^touch"), "messageTemplates"),
)


class PlainCampaignError(ValueError):
    """Something in the call is wrong; the message names the field. Nothing was made."""


class NobodyError(ValueError):
    """None of the contacts can be texted; the message says why. Nothing was made."""


class NotStartedError(Exception):
    """The campaign could not be started and was taken away again; the message says why."""


@dataclass(frozen=True, slots=True)
class PlainCampaign:
    """What the front end sends.

    Attributes:
        name: what people call it.
        templates: day, message and active of each touch.
        contacts: fields of each person, ``phone`` among them.
        values: the campaign's own values for templates.
        fields: names that templates may use though no contact has a value.
        sender: number or messaging service; the first known one without.
        timezone: IANA zone; the usual one without.
    """

    name: str
    templates: Sequence[Mapping[str, Any]]
    contacts: Sequence[Mapping[str, str]]
    values: Mapping[str, str] = field(default_factory=dict)
    fields: Sequence[str] = ()
    sender: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class PlainCreated:
    """What was made of it.

    Attributes:
        id: the campaign.
        name: its name.
        status: active.
        contacts: people who are in it.
        scheduled: messages that wait.
        active_templates: touches that are sent.
        created_at: campaign instant.
        left_out: contacts that could not be taken, and doubles.
        first_reason: why the first of those could not, if one could not.
        unplaced: contacts with a state or zip that is not understood.
        first_doubt: what of the first of those is not.
    """

    id: str
    name: str
    status: str
    contacts: int
    scheduled: int
    active_templates: int
    created_at: int
    left_out: int
    first_reason: str | None
    unplaced: int = 0
    first_doubt: str = ""


async def create_and_start(
    db: Database,
    clock: Clock,
    actor: Actor,
    plain: PlainCampaign,
    *,
    simulated: bool,
    require_consent: bool = False,
) -> PlainCreated:
    """Make the campaign, take its contacts in, and start it: all of it, or nothing.

    Args:
        db: the database.
        clock: campaign time.
        actor: who asks.
        plain: what the front end sent.
        require_consent: refuse contacts who have no consent on record.
        simulated: whether the carrier is simulated, so that a campaign may go from a test number.

    Raises:
        PlainCampaignError: a field is wrong.
        NobodyError: no contact can be texted.
        NotStartedError: it could not be started.
        ImportStoppedError: the database could not go on.
    """
    definition = _definition(plain, plain.sender or await _usual_sender(db, simulated))
    with tempfile.TemporaryDirectory(prefix="trd-create-") as folder:
        file = await asyncio.to_thread(_as_file, Path(folder) / "contacts.csv", plain.contacts)
        try:
            report = await imports.create_with_contacts(db, clock, actor, definition, file)
        except ImportStoppedError:
            raise
        except ImportRefusedError as error:
            raise NobodyError(f"contacts: {_told(error, file.path)}") from error
    return await _started(db, clock, actor, definition, report, require_consent)


async def _started(
    db: Database,
    clock: Clock,
    actor: Actor,
    definition: CampaignDefinition,
    report: ImportReport,
    require_consent: bool,
) -> PlainCreated:
    id_ = str(report.campaign_id)
    (started,) = await campaigns.start(db, clock, actor, [id_], require_consent=require_consent)
    if not started.ok:
        await campaigns.delete(db, clock, actor, [id_])
        raise NotStartedError(started.message)
    detail = await campaign_detail(db, id_)
    if detail is None:
        raise NotStartedError(f"{id_} was deleted by somebody else right after it was made")
    return PlainCreated(
        id=id_,
        name=definition.name,
        status=detail.row.status,
        contacts=report.enrolled,
        scheduled=int(started.figures["scheduled_messages"] or 0),
        active_templates=sum(touch.active for touch in definition.sequence.touches),
        created_at=detail.row.created_at,
        left_out=report.rejected + report.repeated,
        first_reason=report.rejects[0].reason if report.rejects else None,
        unplaced=report.unplaced,
        first_doubt=report.doubts[0].reason if report.doubts else "",
    )


async def _usual_sender(db: Database, simulated: bool) -> str:
    known = await db.read(senders.list_senders, WORKSPACE)
    usable = [sender for sender in known if sender.paused_until is None] or known
    if usable:
        return usable[0].address
    if simulated:
        return TEST_SENDER
    raise PlainCampaignError(
        "sender: no sender is known yet; name a number or a messaging service of yours in this call"
    )


def _definition(plain: PlainCampaign, sender: str) -> CampaignDefinition:
    own = {field_key(key) for contact in plain.contacts for key in contact}
    values = {name: value for name, value in plain.values.items() if field_key(name) not in own}
    data = {
        "name": plain.name,
        "sender": sender,
        "variables": values,
        "touch": [
            {"day": each["day"], "body": with_fallbacks(each["message"]), "active": each["active"]}
            for each in plain.templates
        ],
    }
    if plain.timezone:
        data["timezone"] = plain.timezone
    try:
        return parse_definition(data, [*own, *map(field_key, plain.fields)])
    except DefinitionError as error:
        raise PlainCampaignError("; ".join(_as_called(str(each)) for each in error.all)) from error


def _as_called(message: str) -> str:
    """The sentence with the field's name as this call has it."""
    for pattern, name in _PATHS:
        message = pattern.sub(name, message, count=1)
    return message


def _as_file(path: Path, contacts: Sequence[Mapping[str, str]]) -> ContactFile:
    """The contacts as a file, so that they go the way of every import: one line each."""
    # the number stands last: a last column called "reason" would count as that of a rejects file
    titles = [title for title in dict.fromkeys(key for each in contacts for key in each) if title != "phone"]
    titles.append("phone")
    if len(titles) > MAX_COLUMNS:  # before anything is written: each contact would get a column for each
        raise PlainCampaignError(
            f"contacts: together they have {len(titles):,} fields; at most {MAX_COLUMNS} are taken"
        )
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(titles)
        writer.writerows(
            [" ".join(each.get(title, "").splitlines()) for title in titles] for each in contacts
        )
    try:
        return look_through(path)
    except ContactFileError as error:
        raise PlainCampaignError(f"contacts: {_told(error, path)}") from error


def _told(error: Exception, path: Path) -> str:
    """The sentence without the name of a file that nobody knows."""
    said = error.in_file if isinstance(error, ContactFileError) else str(error)
    return said.replace(f"{path}: ", "").replace(str(path), "the list")
