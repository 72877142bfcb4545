"""What the contacts of a campaign make of its touches: segments, empty fields, texts too long.

Contacts are counted one after the other and forgotten: a million take no more room than one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from trd_tui.domain.characters import outside, plain, plain_template
from trd_tui.domain.segments import segments
from trd_tui.domain.sequence import Touch
from trd_tui.domain.template import (
    Template,
    TemplateError,
    compile_template,
    render,
)


@dataclass(frozen=True, slots=True)
class TouchFigures:
    """What an audience makes of one touch.

    Attributes:
        position: the touch.
        variant: which of its texts; ``None`` where it has one.
        texts: contacts whose text can be sent.
        typical: segments of the text in the middle; 0 when there is no text.
        worst: segments of the longest.
        worst_contact: whose that is; empty when there is no text.
        plain_typical: ``typical`` with the replacements applied.
        plain_worst: ``worst`` with them.
        empty: contacts without a value, by field that is used without a fallback.
        held: contacts whose text would be held for that.
        too_long: contacts whose text is longer than the carrier takes, or blank: they would be held as well.
        odd_values: contacts whose own values turn a text into UCS-2 that is GSM-7 by itself.
        odd_contact: the first of them; empty when there is none.
    """

    position: int
    variant: str | None
    texts: int
    typical: int
    worst: int
    worst_contact: str
    plain_typical: int
    plain_worst: int
    empty: Mapping[str, int]
    held: int
    too_long: int
    odd_values: int
    odd_contact: str


@dataclass(frozen=True, slots=True)
class Audience:
    """What was found over all contacts.

    Attributes:
        contacts: how many there were.
        fields: custom fields that at least one of them has.
        touches: figures by position and variant; each variant as if every contact got it.
    """

    contacts: int
    fields: frozenset[str]
    touches: Mapping[tuple[int, str | None], TouchFigures]


class AudienceCount:
    """Counts an audience while it streams past."""

    def __init__(
        self, touches: Iterable[Touch], variables: Mapping[str, str], replacements: Mapping[str, str]
    ) -> None:
        self.contacts = 0
        self.fields: set[str] = set()
        self._plain_variables = {
            name: (value, new)
            for name, value in variables.items()
            if (new := plain(value, replacements)) != value
        }
        self._touches = [
            each
            for touch in touches
            for text in touch.texts
            if (each := _count_of(touch.position, text, variables, replacements, bool(self._plain_variables)))
        ]

    def add(self, number: str, values: Mapping[str, str], custom: Iterable[str] = ()) -> None:
        """Count one contact.

        Args:
            number: whose values these are.
            values: what templates may say of them, the campaign's variables included.
            custom: names of their custom fields.
        """
        self.contacts += 1
        self.fields.update(custom)
        lighter = values
        if self._plain_variables:
            # a contact's own value of that name stands before the campaign's
            mine = self._plain_variables.items()
            lighter = {**values, **{name: new for name, (old, new) in mine if values.get(name) == old}}
        for touch in self._touches:
            touch.add(number, values, lighter)

    def result(self) -> Audience:
        """The figures of all who were counted."""
        figures = {(touch.position, touch.variant): touch.figures() for touch in self._touches}
        return Audience(self.contacts, frozenset(self.fields), figures)


def _count_of(
    position: int,
    text: tuple[str | None, str],
    variables: Mapping[str, str],
    replacements: Mapping[str, str],
    lighter_variables: bool,
) -> _TouchCount | None:
    """A counter for a text; ``None`` when its template cannot be read, so that it has no text at all."""
    variant, body = text
    try:
        template = compile_template(body)
    except TemplateError:
        return None
    lighter = compile_template(plain_template(body, replacements))
    return _TouchCount(
        position=position,
        variant=variant,
        template=template,
        lighter=lighter if lighter != template or lighter_variables else None,
        bare=tuple(dict.fromkeys(slot.field for slot in template.slots if slot.fallback is None)),
        is_plain=not outside(own_text(template, variables)),
    )


def own_text(template: Template, variables: Mapping[str, str]) -> str:
    """All that may stand in a text whoever gets it: its words, its fallbacks, the campaign's variables."""
    fallbacks = [slot.fallback or "" for slot in template.slots]
    return "".join([*template.pieces, *fallbacks, *(variables.get(name, "") for name in template.fields)])


@dataclass(slots=True)
class _TouchCount:
    """The figures of one touch while contacts stream past."""

    position: int
    variant: str | None
    template: Template
    lighter: Template | None
    bare: tuple[str, ...]
    is_plain: bool
    sizes: Counter[int] = field(default_factory=Counter)
    lighter_sizes: Counter[int] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)
    worst: int = 0
    worst_contact: str = ""
    held: int = 0
    too_long: int = 0
    odd_values: int = 0
    odd_contact: str = ""

    def add(self, number: str, values: Mapping[str, str], lighter: Mapping[str, str]) -> None:
        missing = [name for name in self.bare if not values.get(name, "").strip()]
        if missing:
            self.held += 1
            self.empty.update(missing)
            return
        try:
            body = render(self.template, values)
        except TemplateError:  # too long, or blank
            self.too_long += 1
            return
        size = plain_size = segments(body)
        if self.lighter is not None:
            with suppress(TemplateError):  # three dots for one may make it too long: nothing is saved
                plain_size = segments(render(self.lighter, lighter))
        self.sizes[size] += 1
        self.lighter_sizes[plain_size] += 1
        if size > self.worst:
            self.worst, self.worst_contact = size, number
        if self.is_plain and not body.isascii() and outside(body):
            self.odd_values += 1
            self.odd_contact = self.odd_contact or number

    def figures(self) -> TouchFigures:
        return TouchFigures(
            position=self.position,
            variant=self.variant,
            texts=self.sizes.total(),
            typical=_middle(self.sizes),
            worst=self.worst,
            worst_contact=self.worst_contact,
            plain_typical=_middle(self.lighter_sizes),
            plain_worst=max(self.lighter_sizes, default=0),
            empty=dict(self.empty),
            held=self.held,
            too_long=self.too_long,
            odd_values=self.odd_values,
            odd_contact=self.odd_contact,
        )


def _middle(sizes: Counter[int]) -> int:
    """The median; of an even number the lower one."""
    half, passed = (sizes.total() + 1) // 2, 0
    for size in sorted(sizes):
        passed += sizes[size]
        if passed >= half:
            return size
    return 0
