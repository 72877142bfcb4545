"""Message templates: parsed once, rendered for each contact, and never expanded a second time.

A placeholder names a field, then what is done with its value::

    {{first_name|there}}                     the value, or "there" where it is empty
    {{ first_name | default: 'there' }}      the same, as Liquid writes it
    {{ first_name | title | there }}         with a filter: upper, title or first (the first word)
    {{company|}}                             nothing where it is empty
    {first_name}                             no fallback: an empty value holds the message

What a filter finds before a fallback is the contact's value alone; after it, the fallback as well.
A brace that belongs to no placeholder is an error, so that no contact ever reads ``{first name}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from trd_tui.domain.csv_columns import usual_field
from trd_tui.domain.fields import CONTACT_FIELDS as CONTACT_FIELDS
from trd_tui.domain.fields import CUSTOM
from trd_tui.domain.fields import field_key as field_key
from trd_tui.domain.fields import field_values as field_values
from trd_tui.domain.nearest import did_you_mean

MAX_BODY = 1_600
"""Characters that the carrier takes in one message."""


class TemplateError(ValueError):
    """The template, or what it renders to, cannot be sent; the message says why and where."""


class EmptyFieldError(TemplateError):
    """The contact has no value for a field that has no fallback.

    Attributes:
        field: the field's name.
    """

    def __init__(self, field: str) -> None:
        super().__init__(f"the contact has no {field}, and the template gives no fallback for it")
        self.field = field


class BodyTooLongError(TemplateError):
    """The text is longer than the carrier takes.

    Attributes:
        length: its length in characters.
    """

    def __init__(self, length: int) -> None:
        super().__init__(f"the text has {length:,} characters; the carrier takes {MAX_BODY:,}")
        self.length = length


class EmptyBodyError(TemplateError):
    """The text is blank, which the carrier refuses."""

    def __init__(self) -> None:
        super().__init__("the text is empty")


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a template that a contact's value fills.

    Attributes:
        index: its place in the template's pieces.
        field: the field's name.
        fallback: what stands there when the value is empty; ``None`` refuses to render.
        filters: what is done with the value, in this order.
        written: the field's name as the template has it.
    """

    index: int
    field: str
    fallback: str | None
    filters: tuple[Callable[[str], str], ...]
    written: str


@dataclass(frozen=True, slots=True)
class Template:
    """A parsed template.

    Attributes:
        pieces: the text in order, an empty string where a slot stands.
        slots: the slots in order.
    """

    pieces: tuple[str, ...]
    slots: tuple[Slot, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of its fields, each once, in the order of their first use."""
        return tuple(dict.fromkeys(slot.field for slot in self.slots))


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a template.

    Attributes:
        severity: an ``error`` refuses to save it, a ``warning`` does not.
        message: a sentence for people.
        field: the field it is about, where it is about one.
    """

    severity: Literal["error", "warning"]
    message: str
    field: str | None = None


_WORD = re.compile(r"\w[\w'’]*")


def _title(value: str) -> str:
    """Capitalise each word, as names do it: ``o'brien`` is ``O'Brien``, ``ann's`` is ``Ann's``."""

    def word(match: re.Match[str]) -> str:
        text: str = match[0]
        if len(text) > 3 and text[1] in "'’":
            return text[:2].upper() + text[2:].capitalize()
        return text.capitalize()

    return _WORD.sub(word, value)


def _first(value: str) -> str:
    return value.split(None, 1)[0]


FILTERS: dict[str, Callable[[str], str]] = {"upper": str.upper, "title": _title, "first": _first}
"""Filters by name; there are no others, and none takes an argument."""

TOKEN = re.compile(r"\{\{(?P<double>[^{}]*)\}\}|\{(?P<single>[^{}]*)\}|[{}]")
"""A placeholder, or a brace that belongs to none."""

_DEFAULT = re.compile(r"""default\s*:\s*(?:'(?P<one>[^']*)'|"(?P<two>[^"]*)")""", re.IGNORECASE)
_PIPE = re.compile(r"""\|((?:\s*default\s*:\s*(?:'[^']*'|"[^"]*")\s*(?=\||$))|[^|]*)""", re.IGNORECASE)


def parse(body: str) -> Template:
    """Parse a template.

    Raises:
        TemplateError: a placeholder is malformed, or a brace belongs to none.
    """
    pieces: list[str] = []
    slots: list[Slot] = []
    end = 0
    for match in TOKEN.finditer(body):
        pieces.append(body[end : match.start()])
        slots.append(_slot(match, len(pieces)))
        pieces.append("")
        end = match.end()
    pieces.append(body[end:])
    return Template(tuple(pieces), tuple(slots))


compile_template = lru_cache(maxsize=4096)(parse)
"""``parse``, remembered: the send path renders few templates for many contacts."""


def _slot(match: re.Match[str], index: int) -> Slot:
    where = f"at character {match.start() + 1}"
    inside = match["double"] if match["double"] is not None else match["single"]
    if inside is None:
        raise TemplateError(f"a brace {where} has no partner; a field is written {{{{first_name|there}}}}")
    name, pipe, rest = inside.partition("|")
    if pipe and match["single"] is not None:
        raise TemplateError(f"'{match[0]}' {where} needs two braces on each side, like {{{{{inside}}}}}")
    field = field_key(name)
    if not field:
        raise TemplateError(f"'{match[0]}' {where} names no field; write it like {{{{first_name|there}}}}")
    fallback, filters = _pipeline(pipe + rest, f"'{match[0]}' {where}")
    return Slot(index, field, fallback, filters, " ".join(name.split()))


def _pipeline(text: str, where: str) -> tuple[str | None, tuple[Callable[[str], str], ...]]:
    """Read what follows a field's name: filters, and at most one fallback."""
    fallback: str | None = None
    filters: list[Callable[[str], str]] = []
    for match in _PIPE.finditer(text):
        step = match[1].strip()
        known = FILTERS.get(step.lower())
        if known is not None:
            filters.append(known)
            if fallback:
                fallback = known(fallback)
            continue
        if fallback is not None:
            raise TemplateError(f"{where} has two fallbacks; filters are {', '.join(FILTERS)}")
        liquid = _DEFAULT.fullmatch(step)
        if liquid is not None:
            step = (liquid["one"] if liquid["one"] is not None else liquid["two"]).strip()
        elif re.match(r"default\s*:", step, re.IGNORECASE):
            raise TemplateError(f"{where}: the fallback after 'default:' needs quotes, like default: 'there'")
        fallback = step
    return fallback, tuple(filters)


def render(template: Template, values: Mapping[str, str]) -> str:
    """Fill a template with one contact's values, in one pass: braces in a value stay what they are.

    Raises:
        EmptyFieldError: a value is empty and there is no fallback.
        EmptyBodyError: the text is blank.
        BodyTooLongError: the text is longer than 1,600 characters.
    """
    pieces = list(template.pieces)
    for slot in template.slots:
        value = values.get(slot.field, "").strip()
        if value:
            for each in slot.filters:
                value = each(value)
        elif slot.fallback is None:
            raise EmptyFieldError(slot.field)
        else:
            value = slot.fallback
        pieces[slot.index] = value
    body = "".join(pieces)
    if len(body) > MAX_BODY:
        raise BodyTooLongError(len(body))
    if not body or body.isspace():
        raise EmptyBodyError
    return body


def lint(body: str, known_fields: Iterable[str] = CONTACT_FIELDS) -> list[Problem]:
    """Check a template before it is saved: braces, fields, length.

    A field without a fallback is a warning: the messages of contacts without a value will be held.
    """
    if not body.strip():
        return [Problem("error", "the text is empty")]
    try:
        template = compile_template(body)
    except TemplateError as error:
        return [Problem("error", str(error))]
    known = list(known_fields)
    problems = [
        Problem("error", f"unknown field '{written}'{_remedy(written, known)}", field)
        for field, written in _written(template).items()
        if field not in known
    ]
    literal = sum(map(len, template.pieces))
    if literal > MAX_BODY:
        problems.append(Problem("error", str(BodyTooLongError(literal))))
    bare = dict.fromkeys(slot.field for slot in template.slots if slot.fallback is None)
    problems.extend(
        Problem("warning", f"'{field}' has no fallback: contacts without a value will be held", field)
        for field in bare
        if field in known
    )
    return problems


def _written(template: Template) -> dict[str, str]:
    """Every field as its first placeholder spells it, in the order of their first use."""
    names: dict[str, str] = {}
    for slot in template.slots:
        names.setdefault(slot.field, slot.written)
    return names


def _remedy(written: str, known: list[str]) -> str:
    """What to write instead of a field that is not known; ``custom.`` belongs to ``--map`` alone."""
    own = field_key(written[len(CUSTOM) :]) if written.lower().startswith(CUSTOM) else ""
    if own and own not in known:
        return f"; write {{{{{own}}}}}, and give the contacts a column of that name"
    meant = usual_field(written)
    if meant in known:
        return f"; write {{{{{meant}}}}}: a column of that title is taken for it"
    remedy = did_you_mean(own or written, known)
    return f"{remedy}, and what the contacts have columns of" if "known are" in remedy else remedy
