"""May this message go now? Every rule that can stop an automated text, in the order in which they decide.

The claim asks it in the transaction that writes the intent, the dry run asks it on a virtual clock and
``trd contact why`` asks it for one contact: there is one decision, and its answer names the rule.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from trd_tui.domain.allowance import Allowance
from trd_tui.domain.due import DueRow
from trd_tui.domain.fields import field_values
from trd_tui.domain.message import EnrolmentStatus
from trd_tui.domain.prices import USUAL_TARIFF, Tariff
from trd_tui.domain.schedule import MIN_GAP_MS, next_open
from trd_tui.domain.segments import segments
from trd_tui.domain.template import Template, TemplateError, render
from trd_tui.domain.window import Window
from trd_tui.domain.zones import ZoneError


@dataclass(frozen=True, slots=True)
class Rules:
    """What a campaign itself asks for.

    Attributes:
        timezone: IANA name, for contacts whose own zone is not known.
        window: when it may send.
        templates: compiled templates of the active touches, by position.
        variables: the campaign's own values.
        tariff: what its sender's texts cost.
    """

    timezone: str
    window: Window
    templates: Mapping[int, Template]
    variables: Mapping[str, str]
    tariff: Tariff = USUAL_TARIFF


@dataclass(frozen=True, slots=True)
class Send:
    """It may go; `cost_micros` is by the price table."""

    body: str
    segments: int
    cost_micros: int


@dataclass(frozen=True, slots=True)
class Later:
    """Not before `at` (epoch milliseconds)."""

    rule: str
    at: int
    reason: str


@dataclass(frozen=True, slots=True)
class Hold:
    """It waits for a person."""

    rule: str
    reason: str


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
    earliest = now
    if row.last_sent_at is not None:
        earliest = max(earliest, row.last_sent_at + MIN_GAP_MS)
    try:
        open_at = next_open(earliest, row.timezone or rules.timezone, rules.window)
    except ZoneError as error:
        # One contact whose zone is not known here must not keep the others waiting.
        return Hold("zone", str(error))
    if open_at > now:
        return Later("window", open_at, "outside the window, or too soon after the last touch")
    template = rules.templates.get(row.touch)
    if template is None:
        return Hold("sequence", f"touch {row.touch} is no longer in the sequence")
    try:
        body = render(template, values_of(row, rules.variables))
    except TemplateError as error:
        return Hold("template", str(error))
    count = segments(body)
    if allowance.limited and rules.tariff.segment_micros(row.number) is None:
        # What may cost anything cannot be kept within a budget.
        return Hold("price", rules.tariff.no_price(row.number))
    cost = rules.tariff.estimate(row.number, count)
    if not allowance.within_cap():
        return Later("daily_cap", allowance.next_day(rules.window), "the campaign's daily cap is used up")
    if not allowance.within_budget(cost):
        return OverBudget("budget", "its budget is used up")
    if (reason := allowance.beyond_the_day(cost)) is not None:
        return Later("daily_budget", allowance.next_day(rules.window), reason)
    return Send(body, count, cost)


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
