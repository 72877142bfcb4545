"""What a touch costs and whom it misses: segments, characters outside GSM-7, length, empty fields."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping

from trd_tui.domain.audience import TouchFigures, own_text
from trd_tui.domain.characters import outside, plain, plain_template
from trd_tui.domain.fields import field_values
from trd_tui.domain.finding import Finding, one_or_many
from trd_tui.domain.segments import SegmentCount, count
from trd_tui.domain.sequence import Touch
from trd_tui.domain.template import MAX_BODY, TOKEN, Template, compile_template
from trd_tui.domain.template import lint as check_template

MANY_SEGMENTS = 3
"""A text of more is rarely read, and often filtered."""

_USUAL = field_values(
    first_name="Jessica",
    last_name="Williams",
    company="Williams & Sons",
    email="jessica.williams@example.com",
    city="Springfield",
    state="Illinois",
    zip_code="62704",
    number="+12175550123",
)
_USUAL_VALUE = "something"
_SHOWN = 12


def sample(template: Template, variables: Mapping[str, str]) -> str:
    """The text as a usual contact reads it, whatever its length."""
    pieces = list(template.pieces)
    for slot in template.slots:
        value = (variables.get(slot.field) or _USUAL.get(slot.field, _USUAL_VALUE)).strip()
        for each in slot.filters if value else ():
            value = each(value)
        pieces[slot.index] = value or slot.fallback or ""
    return "".join(pieces)


def template_errors(touch: Touch, fields: Collection[str]) -> Iterator[Finding]:
    """What keeps the template from being saved."""
    for problem in check_template(touch.body, fields):
        if problem.severity == "error":
            code = "unknown_field" if problem.field else "template"
            span = _span_of(touch.body, problem.field) if problem.field else None
            yield Finding(code, "error", touch.position, problem.message, span)


def empty_fields(
    touch: Touch,
    known: Collection[str],
    variables: Mapping[str, str],
    figures: TouchFigures | None,
    contacts: int,
) -> Iterator[Finding]:
    """Fields without a fallback; with an audience, how many would be held for them."""
    template = compile_template(touch.body)
    bare = dict.fromkeys(slot.field for slot in template.slots if slot.fallback is None)
    for field in bare:
        if field not in known:
            continue  # an error already
        if figures is None:
            if variables.get(field, "").strip():
                continue
            severe, said = True, "texts to contacts without a value will be held"
        else:
            empty = figures.empty.get(field, 0)
            severe = empty > 0
            if severe:
                said = f"{empty:,} of {one_or_many(contacts, 'contact')} have no value and would be held"
            elif variables.get(field, "").strip():
                continue
            else:
                said = "all contacts have a value, but who joins without one will be held"
        yield Finding(
            "empty_field",
            "warning" if severe else "hint",
            touch.position,
            f"'{field}' has no fallback: {said}; write {{{{{field}|...}}}} with words that fit",
            _span_of(touch.body, field),
        )


def characters(
    touch: Touch, variables: Mapping[str, str], replacements: Mapping[str, str], figures: TouchFigures | None
) -> Iterator[Finding]:
    """Characters that turn the text into UCS-2, and what replacing them would save."""
    body = touch.body
    template = compile_template(body)
    odd = outside(own_text(template, variables))
    if odd:
        lighter = plain_template(body, replacements)
        light_variables = {name: plain(value, replacements) for name, value in variables.items()}
        left = outside(own_text(compile_template(lighter), light_variables))
        if figures is None or not figures.texts:
            before = count(sample(template, variables)).segments
            after = count(sample(compile_template(lighter), light_variables)).segments
            saving = _fewer(before, after)
        else:
            saving = _fewer_of_many(figures)
        at = next((at for at, char in enumerate(body) if char in odd), None)
        yield Finding(
            "ucs2",
            "warning",
            touch.position,
            f"{_named(odd)} {'is' if len(odd) == 1 else 'are'} outside GSM-7: the text is sent as UCS-2, with"
            f" 70 characters a segment instead of 160; {_remedy(odd, left)}{saving}",
            None if at is None else (at, at + 1),
            plain=lighter if lighter != body else None,
        )
    elif figures is not None and figures.odd_values:
        who = one_or_many(figures.odd_values, "contact")
        yield Finding(
            "ucs2_values",
            "hint",
            touch.position,
            f"the values of {who}, {figures.odd_contact} the first, are outside GSM-7, so that their texts"
            " are sent as UCS-2; mend them in the contacts, or let it be",
        )


def size(
    touch: Touch, variables: Mapping[str, str], figures: TouchFigures | None, contacts: int
) -> Iterator[Finding]:
    """Segments beyond the first, and texts longer than the carrier takes."""
    text = sample(compile_template(touch.body), variables)
    found: SegmentCount = count(text)
    if figures is None or not figures.texts:
        typical = worst = found.segments
        said = f"takes about {one_or_many(typical, 'segment')} ({found.encoding}, {found.units:,} units)"
    else:
        typical, worst = figures.typical, figures.worst
        said = f"takes {one_or_many(typical, 'segment')} for the typical contact"
        if worst > typical:
            said += f", {worst:,} for {figures.worst_contact}"
    if worst > 1:
        many = typical > MANY_SEGMENTS
        remedy = "say it in fewer words" if many else "one holds 160 plain characters"
        yield Finding(
            "segments",
            "warning" if many else "hint",
            touch.position,
            f"{said}; each is billed: {remedy}",
        )
    if figures is not None and figures.too_long:
        yield Finding(
            "too_long",
            "warning",
            touch.position,
            f"{figures.too_long:,} of {one_or_many(contacts, 'contact')} would get a text of more than"
            f" {MAX_BODY:,} characters, or a blank one, which is held; shorten it",
        )
    elif figures is None and len(text) > MAX_BODY:
        yield Finding(
            "too_long",
            "warning",
            touch.position,
            f"has about {len(text):,} characters with usual values; the carrier takes {MAX_BODY:,}, what is"
            " longer is held: shorten it",
        )


def _span_of(body: str, field: str | None) -> tuple[int, int] | None:
    """The first placeholder of a field."""
    slots = compile_template(body).slots
    spans = (match.span() for match in TOKEN.finditer(body))
    return next((span for slot, span in zip(slots, spans, strict=True) if slot.field == field), None)


def _named(chars: str) -> str:
    shown = ", ".join(_name(char) for char in chars[:_SHOWN])
    return f"{shown} and {len(chars) - _SHOWN:,} more" if len(chars) > _SHOWN else shown


def _name(char: str) -> str:
    visible = char.isprintable() and not char.isspace() and not unicodedata.combining(char)
    return f"'{char}'" if visible else f"U+{ord(char):04X}"


def _remedy(odd: str, left: str) -> str:
    if not left:
        return "replace by plain characters (lint --fix)"
    if left == odd:
        return "take out, nothing plain says the same"
    return f"lint --fix replaces what has a plain form, take out {_named(left)}"


def _fewer(before: int, after: int) -> str:
    return f", {before:,} segments become {after:,}" if after < before else ""


def _fewer_of_many(figures: TouchFigures) -> str:
    typical, worst = (figures.typical, figures.plain_typical), (figures.worst, figures.plain_worst)
    if typical[0] == typical[1] and worst[0] == worst[1]:
        return ""
    return (
        f", the typical contact's {one_or_many(typical[0], 'segment')} become {typical[1]:,},"
        f" the worst {worst[0]:,} become {worst[1]:,}"
    )
