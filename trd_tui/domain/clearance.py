"""May this message go now? Every rule that can stop an automated text, in the order in which they decide.

The claim asks it in the transaction that writes the intent, the dry run asks it on a virtual clock and
``trd contact why`` asks it for one contact: there is one decision, and its answer names the rule.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from trd_tui.domain.allowance import USED_UP, Allowance
from trd_tui.domain.due import DueRow
from trd_tui.domain.fields import field_values
from trd_tui.domain.frequency import USUAL_CAPS, Caps
from trd_tui.domain.law_in_force import in_force
from trd_tui.domain.message import EnrolmentStatus
from trd_tui.domain.permitted import next_permitted, next_span, validity_s
from trd_tui.domain.place import Place, place_of
from trd_tui.domain.prices import USUAL_TARIFF, Tariff
from trd_tui.domain.schedule import MIN_GAP_MS, is_open
from trd_tui.domain.segments import segments
from trd_tui.domain.template import Template, TemplateError, render
from trd_tui.domain.variants import Choice
from trd_tui.domain.window import Window
from trd_tui.domain.zones import ZoneError

"""One a day and four a week."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a campaign itself asks for.

    Attributes:
        timezone: IANA name, for contacts whose own zone is not known.
        window: when it may send.
        templates: compiled templates of the active touches with one text, by position.
        variables: the campaign's own values.
        choices: the active touches with variants, by position.
        caps: most texts to one contact over all campaigns.
        tariff: what its sender's texts cost.
    """

    timezone: str
    window: Window
    templates: Mapping[int, Template]
    variables: Mapping[str, str]
    choices: Mapping[int, Choice] = field(default_factory=dict)
    caps: Caps = USUAL_CAPS
    tariff: Tariff = USUAL_TARIFF


@dataclass(slots=True)  # not frozen: that takes twice as long to make, and one is made for every message
class Send:
    """It may go.

    Attributes:
        body: the text.
        segments: of it.
        cost_micros: by the price table.
        validity_s: seconds in which it must be on its way, before the contact's quiet hours.
        variant: whose text it is; ``None`` where a touch has one text.
    """

    body: str
    segments: int
    cost_micros: int
    validity_s: int
    variant: str | None = None


@dataclass(frozen=True, slots=True)
class Later:
    """Not before `at` (epoch milliseconds)."""

    rule: str
    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits for a person; ``country`` is the one that has no price, where that is the reason."""

    rule: str
    reason: str
    country: str | None = None


@dataclass(frozen=True, slots=True)
class End:
    """The contact gets nothing more of any campaign; `status` says why."""

    rule: str
    status: EnrolmentStatus
    reason: str


@dataclass(frozen=True, slots=True)
class OverBudget:
    """The campaign's money is used up, or promised to messages under way."""

    rule: str
    reason: str


Clearance = Send | Later | Hold | End | OverBudget


def clear(row: DueRow, rules: Rules, allowance: Allowance, now: int) -> Clearance:
    """Decide about one due message.

    Args:
        row: the message with its contact.
        rules: the campaign's.
        allowance: what the campaign may still send and spend; not changed here.
        now: campaign instant.
    """
    if row.suppressed is not None:
        return End("suppression", EnrolmentStatus.OPTED_OUT, f"suppressed: {row.suppressed}")
    if row.bad_number is not None:
        return End("bad_number", EnrolmentStatus.FAILED, f"bad number: {row.bad_number}")
    if row.doubt is not None:
        return Hold("doubt", row.doubt)
    if row.enrolment_status != EnrolmentStatus.ACTIVE:
        return Hold("enrolment", f"the contact is {row.enrolment_status} in this campaign")
    place = place_of(row.number, row.state, row.zip, row.timezone)
    try:
        wait = _wait(row, rules, place, now)
    except ZoneError as error:
        # One contact whose zone is not known here must not keep the others waiting.
        return Hold("zone", str(error))
    if not isinstance(wait, int):
        return wait
    variant, template = None, rules.templates.get(row.touch)
    if template is None:
        choice = rules.choices.get(row.touch)
        if choice is None:
            return Hold("sequence", f"touch {row.touch} is no longer in the sequence")
        variant, template = choice.of(row.contact_id)
    try:
        body = render(template, values_of(row, rules.variables))
    except TemplateError as error:
        return Hold("template", str(error) if variant is None else f"variant {variant}: {error}")
    count = segments(body)
    if allowance.limited and rules.tariff.segment_micros(row.number) is None:
        # What may cost anything cannot be kept within a budget.
        return Hold("price", rules.tariff.no_price(row.number), rules.tariff.where(row.number))
    cost = rules.tariff.estimate(row.number, count)
    if not allowance.within_cap():
        at = allowance.next_day(rules.window)
        at = next_permitted(at, rules.timezone, rules.window, place) or at
        return Later("daily_cap", at, "the campaign's daily cap is used up")
    if not allowance.within_budget(cost):
        return OverBudget("budget", USED_UP)
    if (reason := allowance.beyond_the_day(cost)) is not None:
        at = allowance.next_day(rules.window)
        at = next_permitted(at, rules.timezone, rules.window, place) or at
        return Later("daily_budget", at, reason)
    return Send(body, count, cost, validity_s(now, wait), variant)


def _wait(row: DueRow, rules: Rules, place: Place, now: int) -> Later | Hold | int:
    """What hours, gap and frequency say: not yet, never, or until when it may go.

    Raises:
        ZoneError: the contact's zone does not exist.
    """
    earliest, rule, why = now, "", ""
    last = row.last_touch_at
    if last is not None and last + MIN_GAP_MS > now:
        earliest, rule, why = last + MIN_GAP_MS, "gap", "too soon after the last touch"
    if texted := row.texted:
        free_at, limit = rules.caps.earliest(texted, in_force().most_in_24_hours(place.states))
        if free_at > earliest:
            earliest, rule, why = free_at, "frequency", limit
    span = next_span(earliest, rules.timezone, rules.window, place)
    if span is None:
        return Hold(
            "quiet_hours",
            f"the campaign's window and the quiet hours of {place} have no hour in common;"
            " change the window, or state the contact's time zone",
        )
    at, closes = span
    if at == now:
        return closes
    if not rule:
        zone = row.timezone or rules.timezone
        if is_open(now, zone, rules.window):
            return Later("quiet_hours", at, f"quiet hours where the contact may be: {place}")
        rule, why = "window", "outside the campaign's window"
    return Later(rule, at, why)


def values_of(row: DueRow, variables: Mapping[str, str]) -> dict[str, str]:
    """What a template may say of a contact."""
    return field_values(
        first_name=row.first_name,
        last_name=row.last_name,
        company=row.company,
        email=row.email,
        city=row.city,
        state=row.state,
        zip_code=row.zip,
        number=row.number,
        custom=None if row.custom == "{}" else json.loads(row.custom),
        variables=variables,
    )
