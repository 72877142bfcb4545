"""Texts of a campaign that is still being typed: as a contact would read them, and what a lint says."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from trd_tui.domain.definition import parse_definition
from trd_tui.domain.fields import field_values
from trd_tui.domain.finding import Finding
from trd_tui.domain.segments import SegmentCount, count
from trd_tui.domain.sheet import TOUCHES, Sheet, order_of_days, values_in
from trd_tui.domain.sheet_faults import faults_of
from trd_tui.domain.template import TemplateError, compile_template, render
from trd_tui.services.linting import lint_definition, own_fields, values_of
from trd_tui.store import audience
from trd_tui.store.audience import Person
from trd_tui.store.database import Database

PEOPLE = 20
"""The first contacts of a draft, as whom its texts can be read."""

_NOBODY = field_values(
    first_name="Ann", last_name="Lee", company="Acme Homes", email="ann@example.com", city="Albany",
    state="NY", zip_code="12207", number="+12125550100",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TypedText:
    """A text as somebody would read it.

    Attributes:
        who: whose values it holds: a name and number, or that they are made up.
        people: how many there are to choose from.
        body: the text; empty where it cannot be read.
        size: its segments, encoding and why; ``None`` where it cannot be read.
        problem: why it cannot be read.
    """

    who: str
    people: int
    body: str = ""
    size: SegmentCount | None = None
    problem: str = ""


async def typed_text(db: Database, sheet: Sheet, touch: int, person: int) -> TypedText:
    """A typed touch (from 0) as one of the draft's first contacts reads it (from 0, over the end again)."""
    people = await db.read(_people, sheet.campaign_id)
    variables = dict(values_in(sheet.values))
    if people:
        chosen = people[person % len(people)]
        values = values_of(chosen, own_fields(chosen.custom), variables)
        name = f"{chosen.first_name} {chosen.last_name}".strip()
        who = f"{name}, {chosen.number}" if name else chosen.number
    else:
        values, who = {**variables, **_NOBODY}, "made-up values: nobody is in the campaign yet"
    typed = sheet.touches[touch]
    body = typed.variants[0].body if typed.variants else typed.body
    try:
        text = render(compile_template(body), values)
    except TemplateError as error:
        return TypedText(who, len(people), problem=str(error))
    return TypedText(who, len(people), text, count(text))


def _people(conn: Connection, campaign_id: str) -> list[Person]:
    return audience.open_after(conn, campaign_id, 0, PEOPLE) if campaign_id else []


def typed_findings(sheet: Sheet, custom: tuple[str, ...] = ()) -> list[Finding]:
    """What a lint says of the typed touches with usual values; nothing while they cannot be read."""
    if any(fault.step == TOUCHES for fault in faults_of(sheet, custom)):
        return []
    brand = {"brand": sheet.brand} if sheet.brand.strip() else {}
    fine = {"name": "x", "sender": "+12125550100", "timezone": "UTC"}
    definition = parse_definition({**fine, **brand, **sheet.parts(TOUCHES)}, custom)
    order = order_of_days(sheet.touches)
    return [
        each if each.touch is None else replace(each, touch=order[each.touch - 1] + 1)
        for each in lint_definition(definition)
    ]
