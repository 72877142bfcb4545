"""The lint over a campaign or a definition, and over the contacts who get its texts."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from trd_tui.clock import real_now
from trd_tui.domain.audience import Audience, AudienceCount
from trd_tui.domain.consent import GIVEN, without_consent
from trd_tui.domain.definition import CampaignDefinition, DefinitionError, parse_definition
from trd_tui.domain.fields import field_values
from trd_tui.domain.finding import Finding
from trd_tui.domain.lint import Texts, lint
from trd_tui.domain.sequence import Touch
from trd_tui.domain.template import compile_template
from trd_tui.domain.variants import usual_name
from trd_tui.services.consent_rows import StatedConsent, row_consents
from trd_tui.services.contact_file import ContactFile
from trd_tui.services.contact_rows import RowError, row_reader
from trd_tui.services.lint_tables import lint_tables
from trd_tui.services.seen import SeenNumbers
from trd_tui.store import audience, campaigns, consents
from trd_tui.store.audience import Person
from trd_tui.store.database import Database

PAGE = 1_000
"""Contacts of one read: what is held at once."""

AT_ONCE = 5_000
"""Contacts who are looked at right after saving: about a second with nine touches."""

Progress = Callable[[int, int], None]
"""Told how many contacts have been looked at, of how many."""


class NoSuchCampaignError(LookupError):
    """There is no such campaign."""


@dataclass(frozen=True, slots=True)
class Linted:
    """What a lint has found.

    Attributes:
        name: the campaign's name.
        findings: the worst first.
        audience: figures over the contacts; ``None`` when none were looked at.
        touches: the touches that are sent, in order.
        rejected: rows of the contacts file that an import would refuse.
    """

    name: str
    findings: tuple[Finding, ...]
    audience: Audience | None
    touches: tuple[Touch, ...]
    rejected: int = 0

    @property
    def errors(self) -> int:
        """How many findings keep the campaign from being saved."""
        return sum(finding.severity == "error" for finding in self.findings)


async def lint_saved(db: Database, id_: str, definition: CampaignDefinition) -> list[Finding]:
    """What is said after saving: over all contacts as long as that is soon done, else with usual values."""
    *_, total = await db.read(_stored, id_)
    if not 0 < total <= AT_ONCE:
        return lint_definition(definition)
    found = await lint_campaign(db, id_, fields=_named(definition))
    return list(found.findings)


def lint_definition(definition: CampaignDefinition) -> list[Finding]:
    """Look at the texts of a definition that was accepted, with usual values."""
    return lint(_texts_of(definition, _named(definition)), lint_tables())


def _named(definition: CampaignDefinition) -> tuple[str, ...]:
    """The fields that its texts name: it was accepted, so that all of them are known."""
    bodies = [body for touch in definition.sequence.touches for _, body in touch.texts]
    return tuple({name for body in bodies for name in compile_template(body).fields})


def lint_data(
    data: Mapping[str, Any],
    contacts: ContactFile | None = None,
    *,
    progress: Progress | None = None,
) -> Linted:
    """Look at a definition as ``tomllib`` reads it, with the contacts of a file if there is one.

    What would refuse it is a finding like any other, so that all of it is seen at once.
    """
    custom = tuple(contacts.columns.custom) if contacts else ()
    try:
        definition = parse_definition(data, custom)
    except DefinitionError as error:
        return Linted(str(data.get("name", "")), tuple(_refusal(data, each) for each in error.all), None, ())
    texts = _texts_of(definition, custom)
    if contacts is None:
        return Linted(definition.name, tuple(lint(texts, lint_tables())), None, definition.sequence.active)
    return _with_file(definition.name, texts, contacts, progress)


_IN_TOUCH = re.compile(r"touch\[(?P<touch>\d+)\](?:\.variant\[(?P<variant>\d+)\])?\.?(?P<field>.*)")


def _refusal(data: Mapping[str, Any], error: DefinitionError) -> Finding:
    """One fault of a definition, at the touch and the variant that have it."""
    match = _IN_TOUCH.fullmatch(error.path)
    if match is None:
        return Finding("definition", "error", None, str(error))
    position, said = int(match["touch"]), str(error).removeprefix(f"{error.path}: ")
    variant = None
    if match["variant"]:
        place = int(match["variant"]) - 1
        given = data["touch"][position - 1]["variant"][place].get("name")
        variant = given if isinstance(given, str) else usual_name(place)
    message = f"{match['field']}: {said}" if match["field"] else said
    return Finding("definition", "error", position, message, variant=variant)


async def lint_campaign(
    db: Database,
    id_: str,
    contacts: ContactFile | None = None,
    *,
    fields: tuple[str, ...] = (),
    progress: Progress | None = None,
) -> Linted:
    """Look at a stored campaign and at all contacts who may still get its texts.

    Args:
        db: the database; contacts are read a page at a time.
        id_: the campaign.
        contacts: a file to look at instead of the campaign's contacts.
        fields: fields that are known although none of the contacts may have them.
        progress: told how far it is.

    Raises:
        NoSuchCampaignError: there is no such campaign.
    """
    name, brand, variables, touches, total = await db.read(_stored, id_)
    if contacts is not None:
        texts = Texts(touches, brand, variables, tuple(contacts.columns.custom))
        return _with_file(name, texts, contacts, progress)
    tables = lint_tables()
    count = _counter(touches, variables)
    cursor = done = 0
    while True:
        page = await db.read(audience.open_after, id_, cursor, PAGE)
        for person in page:
            own = own_fields(person.custom)
            count.add(person.number, values_of(person, own, variables), own or ())
        done += len(page)
        if progress:
            progress(done, total)
        if len(page) < PAGE:
            break
        cursor = page[-1].cursor
    found = count.result()
    without = await db.read(consents.without, id_)
    findings = (
        *lint(Texts(touches, brand, variables, fields), tables, found),
        *_no_consent(without, found.contacts),
    )
    return Linted(name, findings, found, _active(touches))


def _no_consent(without: int, contacts: int) -> list[Finding]:
    """What a campaign's contacts lack before the law."""
    if not without:
        return []
    said = f"{without_consent(without, contacts)}: marketing texts need it in writing; record what there is"
    remedy = "with `trd contact import FILE --consent KIND --consent-source TEXT`"
    return [Finding("no_consent", "warning", None, f"{said} {remedy}")]


def _stored(conn: Connection, id_: str) -> tuple[str, str | None, dict[str, str], tuple[Touch, ...], int]:
    row = campaigns.get(conn, id_)
    if row is None:
        raise NoSuchCampaignError(f"there is no campaign {id_}; see trd campaign list")
    touches = tuple(touch for touch in campaigns.sequence_of(conn, id_) if not touch.removed)
    return row["name"], row["brand"], campaigns.variables_of(row), touches, row["open_count"]


def _with_file(name: str, texts: Texts, contacts: ContactFile, progress: Progress | None) -> Linted:
    """Look at the rows of a file as an import would take them, each number once."""
    read, seen = row_reader(contacts), SeenNumbers()
    consent_of = row_consents(contacts, StatedConsent(), real_now())
    count = _counter(texts.touches, texts.variables)
    rejected = rows = without = 0
    for _line, row, lines in contacts.read():
        rows += 1
        if progress and rows % PAGE == 0:
            progress(rows, contacts.rows)
        try:
            found = read(row, lines)
            consent = None if consent_of is None else consent_of(row)
        except RowError:
            rejected += any(value.strip() for value in row)
            continue
        if seen.add(int(found[0])):
            person = Person(0, *found[:8], found[9], found[8])
            own = own_fields(person.custom)
            count.add(person.number, values_of(person, own, texts.variables), own or ())
            without += consent is None or consent.kind not in GIVEN
    if progress:
        progress(contacts.rows, contacts.rows)
    audience_ = count.result()
    findings = (*lint(texts, lint_tables(), audience_), *_no_consent(without, audience_.contacts))
    return Linted(name, findings, audience_, _active(texts.touches), rejected)


def own_fields(custom: str) -> dict[str, str] | None:
    """A contact's custom fields."""
    return None if custom == "{}" else json.loads(custom)


def values_of(person: Person, own: Mapping[str, str] | None, variables: Mapping[str, str]) -> dict[str, str]:
    """What a template may say of a contact."""
    return field_values(
        first_name=person.first_name,
        last_name=person.last_name,
        company=person.company,
        email=person.email,
        city=person.city,
        state=person.state,
        zip_code=person.zip,
        number=person.number,
        custom=own,
        variables=variables,
    )


def _counter(touches: Iterable[Touch], variables: Mapping[str, str]) -> AudienceCount:
    return AudienceCount(_active(touches), variables, lint_tables().replacements)


def _active(touches: Iterable[Touch]) -> tuple[Touch, ...]:
    return tuple(touch for touch in touches if touch.active)


def _texts_of(definition: CampaignDefinition, custom_fields: tuple[str, ...]) -> Texts:
    return Texts(definition.sequence.touches, definition.brand, definition.variables, custom_fields)
