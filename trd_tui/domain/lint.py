"""The lint of a campaign's texts: all findings in order, by rules that know no clock and no database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from trd_tui.domain import sizing, wording
from trd_tui.domain.audience import Audience
from trd_tui.domain.fields import CONTACT_FIELDS
from trd_tui.domain.finding import SEVERITIES, Finding, LintTables
from trd_tui.domain.sequence import BUILT_IN_BODIES, Touch
from trd_tui.domain.wording import Part


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
    readable: list[Part] = []
    for touch in texts.touches:
        for name, part in parts_of(touch):
            errors = [] if part.body in BUILT_IN_BODIES else list(sizing.template_errors(part, known))
            found += _named(name, errors)
            if touch.active and not any(each.code == "template" for each in errors):
                readable.append((name, part))
    first = next((touch for touch in texts.touches if touch.active), None)
    for name, part in parts_of(first) if first is not None else ():
        said = _named(name, wording.first_touch(part, texts.brand, variables))
        found += [each for each in said if each not in found]
    for name, part in readable:
        contacts = audience.contacts if audience else 0
        figures = audience.touches.get((part.position, name)) if audience else None
        found += _named(name, wording.links(part, variables, tables.shorteners))
        found += _named(name, sizing.characters(part, variables, tables.replacements, figures))
        found += _named(name, sizing.size(part, variables, figures, contacts))
        found += _named(name, sizing.empty_fields(part, known, variables, figures, contacts))
        found += _named(name, wording.tone(part, texts.brand))
    found += wording.repetition(readable)
    places = {touch.position: place for place, touch in enumerate(texts.touches, start=1)}
    return sorted(found, key=lambda each: (SEVERITIES.index(each.severity), places.get(each.touch or 0, 0)))


def parts_of(touch: Touch) -> list[Part]:
    """A touch once for each of its texts, with the variant's name."""
    return [(name, replace(touch, body=body, variants=())) for name, body in touch.texts]


def _named(variant: str | None, found: Iterable[Finding]) -> list[Finding]:
    """Findings of one text; what is about the whole campaign stays so."""
    return [each if each.touch is None else replace(each, variant=variant) for each in found]
