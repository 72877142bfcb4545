"""What a person has typed of a new campaign, right or wrong: all of it is text, what is half typed, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, NamedTuple

from trd_tui.domain.definition import DEFAULT_SEND_TIME, DEFAULT_WINDOW, USUAL_ZONE
from trd_tui.domain.sequence import Touch, default_sequence
from trd_tui.domain.window import DAY_NAMES

SENDER, AUDIENCE, TOUCHES, SCHEDULE, REVIEW = 1, 2, 3, 4, 5
STEPS = (SENDER, AUDIENCE, TOUCHES, SCHEDULE, REVIEW)
"""The steps by number."""


class Variant(NamedTuple):
    """One of several texts of a touch, kept as it is."""

    name: str
    weight: int
    body: str


@dataclass(frozen=True, slots=True)
class TypedTouch:
    """A touch as it is typed.

    Attributes:
        day: what stands for the day.
        body: the text; unused where there are variants.
        active: whether it is sent.
        variants: several texts, which a copied campaign may have; they are kept and not edited here.
    """

    day: str
    body: str
    active: bool = True
    variants: tuple[Variant, ...] = ()


WHENCE = frozenset({"source", "file", "mapping", "consent", "consent_source", "consent_at", "other"})
"""Fields of a sheet that say whence contacts come; a draft stores who they are."""


def order_of_days(touches: Sequence[TypedTouch]) -> tuple[int, ...]:
    """The places of touches in the order of their days.

    Where a day is no whole number, or the same as another's, everything stays: it is not right yet.
    """
    days = [int(each.day) if each.day.strip().isdecimal() else None for each in touches]
    if None in days or len(set(days)) < len(days):
        return tuple(range(len(touches)))
    return tuple(sorted(range(len(touches)), key=lambda place: days[place] or 0))


def by_day(touches: Sequence[TypedTouch]) -> tuple[TypedTouch, ...]:
    """Touches in the order of their days, in which they are stored."""
    return tuple(touches[place] for place in order_of_days(touches))


class Fault(NamedTuple):
    """Something that keeps a step from being done.

    Attributes:
        step: its number.
        field: of the sheet; ``touch[2].day`` and ``touch[2].body`` of a touch.
        message: what is wrong and what to do.
    """

    step: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is typed in the steps.

    Attributes:
        campaign_id: the draft that was made of it; empty until the first step is right.
        version: the sequence version of the draft as it was last read or stored.
        base: the draft as it was stored then; what differs from it was typed here.
        step: where the person is.
        seen: steps that were looked at.
        source: where contacts come from: ``file`` or ``campaign``.
        file: path of a contacts file.
        mapping: fields by column title, where the person changed the guess, of every file that was looked
            at: each takes what was said of its own columns.
        consent: kind of consent of the whole file; empty when nothing is said.
        other: the campaign whose contacts are taken.
        imported: what the last import said, line by line.
        values: the campaign's own values: ``agent=Ann; office=Acme``.
        days: days of the week, as a definition names them.
        opens: when the window opens.
        closes: when it closes.
    """

    campaign_id: str = ""
    version: int = 0
    step: int = SENDER
    seen: tuple[int, ...] = ()
    name: str = ""
    sender: str = ""
    brand: str = ""
    source: str = "file"
    file: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    consent: str = ""
    consent_source: str = ""
    consent_at: str = ""
    other: str = ""
    imported: tuple[str, ...] = ()
    values: str = ""
    touches: tuple[TypedTouch, ...] = ()
    days: str = DEFAULT_WINDOW["days"]
    opens: str = DEFAULT_WINDOW["from"]
    closes: str = DEFAULT_WINDOW["to"]
    send_time: str = DEFAULT_SEND_TIME
    timezone: str = USUAL_ZONE
    resume_policy: str = "shift"
    daily_cap: str = ""
    budget_usd: str = ""
    daily_budget_usd: str = ""
    priority: str = "3"
    base: Sheet | None = None

    def plain(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)

    @classmethod
    def of_plain(cls, kept: Mapping[str, Any]) -> Sheet:
        """Back from JSON; what this version does not know is left out."""
        known = {each.name for each in fields(cls)}
        values = {name: value for name, value in kept.items() if name in known}
        if values.get("base"):
            values["base"] = cls.of_plain(values["base"])
        values["seen"] = tuple(values.get("seen", ()))
        values["imported"] = tuple(values.get("imported", ()))
        values["touches"] = tuple(
            TypedTouch(
                str(each["day"]),
                str(each["body"]),
                bool(each["active"]),
                tuple(Variant(*one) for one in each.get("variants", ())),
            )
            for each in values.get("touches", ())
        )
        return cls(**values)

    def parts(self, step: int) -> dict[str, Any]:
        """What a step says of the definition, as ``tomllib`` would read it."""
        if step == SENDER:
            return {"name": self.name, "sender": self.sender, **_given(brand=self.brand)}
        if step == TOUCHES:
            touches = [as_defined(each) for each in by_day(self.touches)]
            return {"touch": touches, "variables": dict(values_in(self.values))}
        if step == SCHEDULE:
            return {
                "window": {"days": self.days, "from": self.opens, "to": self.closes},
                "send_time": self.send_time,
                "timezone": self.timezone.strip(),
                "resume_policy": self.resume_policy,
                **_given(
                    daily_cap=_number(self.daily_cap),
                    budget_usd=self.budget_usd,
                    daily_budget_usd=self.daily_budget_usd,
                    priority=_number(self.priority),
                ),
            }
        return {}


def _given(**values: object) -> dict[str, object]:
    """What is not empty."""
    return {name: value for name, value in values.items() if str(value).strip()}


def _number(typed: str) -> int | str:
    """A whole number where it is one, with or without commas; else what was typed, for the refusal."""
    plain = typed.strip().replace(",", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 19 else typed.strip()


def as_defined(typed: TypedTouch) -> dict[str, Any]:
    """A touch as ``tomllib`` would read it; ``None`` stands for a day that is not there."""
    texts: dict[str, Any] = {"body": typed.body}
    if typed.variants:
        texts = {"variant": [each._asdict() for each in typed.variants]}
    return {"day": _number(typed.day) if typed.day.strip() else None, "active": typed.active, **texts}


def values_in(typed: str) -> list[tuple[str, str]]:
    """The campaign's own values of ``agent=Ann; office=Acme Homes``; a piece without ``=`` has no value."""
    found = []
    for piece in typed.split(";"):
        name, _, value = piece.partition("=")
        if piece.strip():
            found.append((name.strip(), value.strip()))
    return found


def typed_touches(touches: Iterable[Touch]) -> tuple[TypedTouch, ...]:
    """Touches as they would be typed; those that were taken out are left out."""
    return tuple(
        TypedTouch(
            str(touch.day),
            touch.body,
            touch.active,
            tuple(Variant(each.name, each.weight, each.body) for each in touch.variants),
        )
        for touch in touches
        if not touch.removed
    )


def house_touches() -> tuple[TypedTouch, ...]:
    """The nine touches of the house."""
    return typed_touches(default_sequence().touches)


HOUSE_VALUES = "agent=our team"
"""What the texts of the house name besides the contact; without it nobody could change one of them."""


def with_day(days: str, number: int) -> str:
    """Days of the week with one of them (Monday is 0) put in or taken out; empty when none is left."""
    from trd_tui.domain.window import WindowError, format_days, parse_days

    try:
        mask = parse_days(days) if days else 0
    except WindowError:
        mask = 0
    mask ^= 1 << number
    return format_days(mask) if mask else ""


def has_day(days: str, number: int) -> bool:
    """Whether a day of the week (Monday is 0) is among them."""
    from trd_tui.domain.window import WindowError, parse_days

    try:
        return bool(days) and bool(parse_days(days) >> number & 1)
    except WindowError:
        return False


WEEK = DAY_NAMES
"""The days of the week as they are written."""
