"""The touches of a campaign while somebody edits them: what a screen reads and shows. It imports no SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from trd_tui.domain.finding import Finding
from trd_tui.domain.lint import Texts, lint
from trd_tui.domain.segments import SegmentCount, count
from trd_tui.domain.sequence import MAX_TOUCHES, Touch
from trd_tui.domain.sizing import sample
from trd_tui.domain.template import EmptyFieldError, TemplateError, compile_template, render
from trd_tui.domain.variants import Variant, choose
from trd_tui.services.lint_tables import lint_tables


@dataclass(frozen=True, slots=True)
class Editable:
    """A campaign's sequence, and what one must know to edit it.

    Attributes:
        campaign_id: the campaign.
        name: its name.
        status: its status.
        version: its ``sequence_version``; another one means that somebody changed it.
        touches: the touches that are not removed, in the order of their days.
        send_time: local minute after midnight at which touches are due.
        brand: who writes; ``None`` is not known.
        variables: the campaign's own values for templates.
        fields: fields that its contacts have of their own.
        refusal: why it cannot be edited, as a sentence; ``None`` when it can.
    """

    campaign_id: str
    name: str
    status: str
    version: int
    touches: tuple[Touch, ...]
    send_time: int
    brand: str | None
    variables: Mapping[str, str]
    fields: tuple[str, ...]
    refusal: str | None


@dataclass(frozen=True, slots=True)
class Unsaved:
    """Changes of a sequence that somebody has made and not saved.

    Attributes:
        version: ``sequence_version`` of what they began with.
        before: the touches that they began with.
        send_time_before: its send time.
        touches: what the touches have become; new ones have negative positions.
        send_time: what the send time has become.
    """

    version: int
    before: tuple[Touch, ...]
    send_time_before: int
    touches: tuple[Touch, ...]
    send_time: int

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @classmethod
    def of_plain(cls, kept: Mapping[str, Any]) -> Unsaved:
        """Back from JSON."""
        return cls(**{**kept, "before": _touches(kept["before"]), "touches": _touches(kept["touches"])})


def _touches(kept: Sequence[Mapping[str, Any]]) -> tuple[Touch, ...]:
    return tuple(
        Touch(**{**each, "variants": tuple(Variant(**one) for one in each["variants"])}) for each in kept
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """A contact as whom texts are read.

    Attributes:
        place: which of the campaign's contacts, from 0.
        of: how many there are.
        contact_id: the contact.
        number: E.164.
        name: empty when it is not known.
        values: what a template may say of them.
    """

    place: int
    of: int
    contact_id: int
    number: str
    name: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class AsRead:
    """A text as somebody reads it.

    Attributes:
        body: the text; empty where there is none.
        size: what it costs to send; ``None`` where there is none.
        problem: why there is none, as a sentence.
        held: this contact's message would be held; the template itself is in order.
    """

    body: str = ""
    size: SegmentCount | None = None
    problem: str = ""
    held: bool = False


def as_read(body: str, reader: Reader | None, variables: Mapping[str, str]) -> AsRead:
    """A template as a contact reads it; without one, as a usual contact would."""
    try:
        template = compile_template(body)
        text = sample(template, variables) if reader is None else render(template, reader.values)
    except TemplateError as error:
        return AsRead(problem=str(error), held=isinstance(error, EmptyFieldError))
    if not text.strip():
        return AsRead(problem="the text is empty")
    return AsRead(text, count(text))


def variant_of(campaign_id: str, touch: Touch, reader: Reader | None) -> str | None:
    """The variant of a touch that a contact gets; ``None`` where that is not decided yet."""
    if not touch.variants or reader is None or touch.position < 1:
        return None
    weights = [(each.name, each.weight) for each in touch.variants]
    return choose(campaign_id, touch.position, reader.contact_id, weights)


def look_at(found: Editable, touches: Sequence[Touch]) -> list[Finding]:
    """What is to be said of these touches, by usual values; findings name the touches by their positions.

    New ones, whose positions are negative, are looked at under positions that are free.
    """
    highest = max((touch.position for touch in touches), default=0)
    free = [*range(highest + 1, MAX_TOUCHES + 1), *range(1, MAX_TOUCHES + 1)]
    taken = {touch.position for touch in touches}
    given = iter([place for place in free if place not in taken])
    places = {touch.position: touch.position if touch.position > 0 else next(given) for touch in touches}
    back = {place: position for position, place in places.items()}
    texts = Texts(
        [replace(touch, position=places[touch.position]) for touch in touches],
        found.brand,
        found.variables,
        found.fields,
    )
    return [
        each if each.touch is None else replace(each, touch=back.get(each.touch, each.touch))
        for each in lint(texts, lint_tables())
    ]
