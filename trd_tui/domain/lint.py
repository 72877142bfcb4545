"""The lint of a campaign's texts: all findings in order, by rules that know no clock and no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from trd_tui.domain import sizing, wording
from trd_tui.domain.audience import Audience
from trd_tui.domain.fields import CONTACT_FIELDS
from trd_tui.domain.finding import SEVERITIES, Finding, LintTables
from trd_tui.domain.sequence import BUILT_IN_BODIES, Touch


@dataclass(frozen=True, slots=True)
class Texts:
    """What is looked at.

    Attributes:
        touches: the touches that are not removed, in order.
        brand: who writes; ``None`` is not known.
        variables: the campaign's own values for templates.
        fields: the contacts' own fields besides `CONTACT_FIELDS`.
    """

    touches: Sequence[Touch]
    brand: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    fields: Iterable[str] = ()


def lint(texts: Texts, tables: LintTables, audience: Audience | None = None) -> list[Finding]:
    """Look at every touch; the worst findings first, then by touch as the sequence has them.

    Args:
        texts: what is looked at.
        tables: replacements and shorteners.
        audience: what the contacts make of the touches; without one, usual values are taken.
    """
    if audience is not None and not audience.contacts:
        audience = None
    known = [*CONTACT_FIELDS, *texts.variables, *texts.fields, *(audience.fields if audience else ())]
    variables = texts.variables
    found: list[Finding] = []
    readable: list[Touch] = []
    for touch in texts.touches:
        errors = [] if touch.body in BUILT_IN_BODIES else list(sizing.template_errors(touch, known))
        found += errors
        if touch.active and not any(each.code == "template" for each in errors):
            readable.append(touch)
    first = next((touch for touch in texts.touches if touch.active), None)
    if first is not None:
        found += wording.first_touch(first, texts.brand, variables)
    for touch in readable:
        contacts = audience.contacts if audience else 0
        figures = audience.touches.get(touch.position) if audience else None
        found += wording.links(touch, variables, tables.shorteners)
        found += sizing.characters(touch, variables, tables.replacements, figures)
        found += sizing.size(touch, variables, figures, contacts)
        found += sizing.empty_fields(touch, known, variables, figures, contacts)
        found += wording.tone(touch, texts.brand)
    found += wording.repetition(readable)
    places = {touch.position: place for place, touch in enumerate(texts.touches, start=1)}
    return sorted(found, key=lambda each: (SEVERITIES.index(each.severity), places.get(each.touch or 0, 0)))
